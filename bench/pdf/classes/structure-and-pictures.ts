// Carriers of the structure tree and of navigation (ISO 32000-2 12.3, 12.4, 14.7 to 14.9), of pictures, profiles and
// fonts (8.6, 8.9, 9).

import type { CarrierClass } from '../carrier-class.ts';
import { addResource, type Draft, literal, pathOf, type StreamBody } from '../draft.ts';
import { fontWith } from '../font.ts';
import { JPEG, jpeg2000With, jpegWith, profileOf } from '../pictures.ts';

function paragraph(draft: Draft, entries: string): void {
  draft.paragraphs.push({ entries, words: `Regel ${draft.paragraphs.length + 1} van de toelichting.` });
}

export const structureClasses: readonly CarrierClass[] = [
  {
    id: 'structure.text',
    says: 'paths in alternative and replacement text, expansion, title and identifier of structure elements (14.7.2, 14.9)',
    carriers: ['pdf.text.path', 'pdf.structure.identifier'],
    plant(draft, mark) {
      const texts = ['Alt', 'ActualText', 'E', 'T'].map((key) => `/${key}${literal(pathOf(mark()))}`).join('');
      paragraph(draft, `${texts}/ID${literal(mark())}`);
    },
  },
  {
    id: 'structure.property',
    says: 'user properties, names of classes and of own element types (14.7.3 to 14.7.6)',
    carriers: ['pdf.structure.property'],
    plant(draft, mark) {
      const [name, kind] = [mark(), mark()];
      const own = `<</O/UserProperties/P[<</N${literal(mark())}/V${literal(mark())}/F${literal(mark())}>>]>>`;
      paragraph(draft, `/A${own}/C/${name}`);
      draft.structure.push(`/ClassMap<</${name}<</O/Layout/TextAlign/Start>>>>/RoleMap<</${kind}/P>>`);
    },
  },
  {
    id: 'outline',
    says: 'path in a bookmark (12.3.3)',
    carriers: ['pdf.text.path'],
    plant({ bookmarks }, mark) {
      bookmarks.push(`/Title${literal(pathOf(mark()))}/Dest(toelichting)`);
    },
  },
  {
    id: 'page-label',
    says: 'path in the prefix of a page label (12.4.2)',
    carriers: ['pdf.text.path'],
    plant({ pageLabels }, mark) {
      pageLabels[1] += `/P${literal(pathOf(mark()))}`;
    },
  },
];

function picture(draft: Draft, name: string, body: StreamBody): void {
  const left = 140 + (draft.first.resources.get('XObject')?.length ?? 0) * 12;
  const dict = `/Type/XObject/Subtype/Image${body.dict ?? ''}`;
  addResource(draft.first, 'XObject', `/${name} ${draft.add({ ...body, dict })}`);
  draft.first.content.push(`q 10 0 0 10 ${left} 300 cm /${name} Do Q`);
}

const GREY = '/BitsPerComponent 8/ColorSpace/DeviceGray';
const PHOTO = `/Width 16/Height 16${GREY}/Filter/DCTDecode`;

export const pictureClasses: readonly CarrierClass[] = [
  {
    id: 'image.metadata',
    says: 'Exif, XMP, IPTC, comment and bytes behind the end of a JPEG picture (8.9.5)',
    carriers: ['pdf.image.metadata', 'pdf.image.trailing'],
    plant(draft, mark) {
      const texts = { exif: mark(), xmp: mark(), iptc: mark(), comment: mark(), trailer: mark() };
      picture(draft, 'Camera', { dict: PHOTO, data: jpegWith(texts) });
    },
  },
  {
    id: 'image.name',
    says: 'name of a picture (8.9.5)',
    carriers: ['pdf.key.private', 'pdf.image.metadata'],
    plant(draft, mark) {
      picture(draft, 'Called', { dict: `${PHOTO}/Name/${mark()}`, data: JPEG });
    },
  },
  {
    id: 'profile.text',
    says: 'names, makers and private tags of a colour profile (8.6.5.5)',
    carriers: ['pdf.profile.text'],
    plant(draft, mark) {
      const data = profileOf({ description: mark(), copyright: mark(), maker: mark() });
      const profile = draft.add({ dict: '/N 3', data, deflate: true });
      addResource(draft.first, 'ColorSpace', `/Screen[/ICCBased ${profile}]`);
      draft.first.content.push('q /Screen cs 0.2 0.4 0.6 scn 380 260 20 10 re f Q');
    },
  },
];

export const furtherStructureAndPictures: readonly CarrierClass[] = [
  {
    id: 'structure.namespace',
    says: 'address of a namespace, files and metadata of a structure element (14.7.4)',
    carriers: [
      'pdf.key.private',
      'pdf.link.private',
      'pdf.text.path',
      'pdf.attachment',
      'pdf.attachment.detail',
      'pdf.xmp.object',
    ],
    plant(draft, mark) {
      const space = draft.add(`<</Type/Namespace/NS${literal(`http://intranet/${mark()}`)}>>`);
      draft.structure.push(`/Namespaces[${space}]`);
      const file = draft.add({ dict: '/Type/EmbeddedFile', data: mark() });
      paragraph(draft, `/AF[<</Type/Filespec/F(bron.xml)/EF<</F ${file}>>>>]/Own${literal(mark())}`);
    },
  },
  {
    id: 'structure.element-type',
    says: 'own element type in use, named as the style of somebody (14.7.3)',
    carriers: ['pdf.structure.property', 'pdf.key.private', 'pdf.structure.identifier'],
    // Another class has the role map of the whole canary.
    alone: true,
    plant(draft, mark) {
      const kind = mark();
      draft.structure.push(`/RoleMap<</${kind}/P>>`);
      draft.paragraphs.push({ kind, entries: '', words: 'Met vriendelijke groet.' });
    },
  },
  {
    id: 'image.samples',
    says: 'bytes after the last row, and behind the last colour of a palette (8.6.6.3, 8.9.5)',
    carriers: ['pdf.image.trailing', 'pdf.stream.trailing', 'pdf.key.private'],
    plant(draft, mark) {
      picture(draft, 'Rows', { dict: `/Width 2/Height 2${GREY}`, data: `\x10\x50\x90\xd0${mark()}`, deflate: true });
      const palette = draft.add({ data: `\x10\x50\x90\xd0\x20\x30${mark()}` });
      picture(draft, 'Palette', {
        dict: `/Width 2/Height 1/BitsPerComponent 8/ColorSpace[/Indexed/DeviceRGB 1 ${palette}]`,
        data: '\0\x01',
      });
      picture(draft, 'Text', {
        dict: `/Width 2/Height 1/BitsPerComponent 8/ColorSpace[/Indexed/DeviceGray 1 ${literal(`AZ${mark()}`)}]`,
        data: '\0\x01',
      });
    },
  },
  {
    id: 'image.fax',
    says: 'bytes after the end of a fax picture (7.4.6)',
    carriers: ['pdf.image.trailing', 'pdf.stream.trailing'],
    plant(draft, mark) {
      // Group 4: eight white rows are eight bits of one, then the end of the block.
      const data = Buffer.concat([Buffer.from('ff001001', 'hex'), Buffer.from(mark(), 'latin1')]);
      const parameters = '/DecodeParms<</K -1/Columns 8/Rows 8>>';
      picture(draft, 'Fax', {
        dict: `/Width 8/Height 8/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode${parameters}`,
        data,
      });
    },
  },
  {
    id: 'image.jpeg2000',
    says: "boxes for XML and for others' data in a JPEG 2000 picture (7.4.9)",
    carriers: ['pdf.image.metadata'],
    plant(draft, mark) {
      picture(draft, 'Two', { dict: '/Width 4/Height 4/Filter/JPXDecode', data: jpeg2000With(mark(), mark()) });
    },
  },
  {
    id: 'image.alternate',
    says: 'alternate picture and the identifier of a captured one (8.9.5.4, 14.10)',
    carriers: ['pdf.thumbnail', 'pdf.webcapture', 'pdf.key.private'],
    plant(draft, mark) {
      const samples = mark();
      const other = draft.add({
        dict: `/Type/XObject/Subtype/Image/Width ${samples.length}/Height 1${GREY}`,
        data: samples,
      });
      const alternates = `/Alternates[<</Image ${other}/DefaultForPrinting false>>]/ID${literal(mark())}`;
      picture(draft, 'Choice', { dict: `${PHOTO}${alternates}`, data: JPEG });
    },
  },
  {
    id: 'stream.external',
    says: "file that holds a stream's data (7.3.8.2)",
    carriers: ['pdf.stream.external'],
    plant(draft, mark) {
      const form = draft.add({
        dict: `/Type/XObject/Subtype/Form/BBox[0 0 9 9]/FDecodeParms<</Own${literal(mark())}>>/Own${literal(mark())}`,
        data: '0 0 m',
      });
      addResource(draft.first, 'XObject', `/Outside ${form}`);
      draft.first.content.push('/Outside Do');
    },
  },
  {
    id: 'font.names',
    says: 'licensee in the names of a font program, family and private keys of its descriptor (9.8, 9.9)',
    carriers: ['pdf.font.names', 'pdf.key.private'],
    plant(draft, mark) {
      const file = fontWith(mark());
      const program = draft.add({ dict: `/Length1 ${file.length}`, data: file, deflate: true });
      const style = `/FontFamily${literal(mark())}/CharSet${literal(`/${mark()}`)}/Own${literal(mark())}`;
      const metrics = '/Flags 4/FontBBox[0 -200 600 800]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 500/StemV 80';
      const descriptor = draft.add(
        `<</Type/FontDescriptor/FontName/ABCDEF+Vlak${metrics}${style}/FontFile2 ${program}>>`,
      );
      const font = draft.add(
        `<</Type/Font/Subtype/TrueType/BaseFont/ABCDEF+Vlak/FirstChar 65/LastChar 65/Widths[600]/FontDescriptor ${descriptor}>>`,
      );
      addResource(draft.first, 'Font', `/Own ${font}`);
      draft.first.content.push('BT /Own 10 Tf 410 260 Td (A) Tj ET');
    },
  },
];
