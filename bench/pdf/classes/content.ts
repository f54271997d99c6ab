// Carriers of what pages draw, and of what is drawn and not seen (ISO 32000-2 7.8, 8.11, 9.3, 14.6).

import type { CarrierClass } from '../carrier-class.ts';
import { addResource, literal, pathOf, words } from '../draft.ts';
import { JPEG } from '../pictures.ts';

const show = (text: string, at: string, state = '') => `BT ${state} /F1 10 Tf ${at} Td (${text}) Tj ET`;

export const contentClasses: readonly CarrierClass[] = [
  {
    id: 'content.comment',
    says: 'comment in a content stream (7.2.4)',
    carriers: ['pdf.content.comment'],
    plant({ first }, mark) {
      first.content.push(`% ${mark()}\n`);
    },
  },
  {
    id: 'content.property',
    says: 'private property lists of marked content (14.6.2)',
    carriers: ['pdf.content.property', 'pdf.key.private'],
    plant(draft, mark) {
      draft.first.content.push(`/Span<</Maker${literal(mark())}>>BDC EMC /Own<</By${literal(mark())}>>DP`);
      addResource(draft.first, 'Properties', `/Named<</Maker${literal(mark())}>>`);
      draft.first.content.push('/Span /Named BDC EMC');
    },
  },
  {
    id: 'content.actual-text',
    says: 'path in the replacement text of marked content (14.9.4)',
    carriers: ['pdf.text.path', 'pdf.content.property'],
    // What is read aloud and copied is another text afterwards.
    alone: true,
    plant({ first }, mark) {
      first.content.push(`/Span<</ActualText${literal(pathOf(mark()))}>>BDC ${show('foto', '72 260')} EMC`);
      first.content.push(`/Span<</Alt${literal(pathOf(mark()))}>>BDC ${show('beeld', '120 260')} EMC`);
    },
  },
  {
    id: 'layer.hidden',
    says: 'text on a layer that is off (8.11)',
    carriers: ['pdf.layer.hidden'],
    holds: ['hidden-content'],
    plant(draft, mark) {
      const layer = draft.add('<</Type/OCG/Name(Concept)>>');
      draft.layers.all.push(layer);
      draft.layers.off.push(layer);
      addResource(draft.first, 'Properties', `/Off ${layer}`);
      draft.first.content.push(`/OC /Off BDC ${show(mark(), '72 230')} EMC`);
    },
  },
  {
    id: 'layer.creator',
    says: 'path in the name of a layer, its creator and user, creator of a configuration (8.11.2, 8.11.4)',
    carriers: ['pdf.layer.creator'],
    plant(draft, mark) {
      const usage = `/Usage<</CreatorInfo<</Creator${literal(mark())}/Subtype/Artwork>>/User<</Type/Ind/Name${literal(mark())}>>>>`;
      const layer = draft.add(`<</Type/OCG/Name${literal(pathOf(mark()))}${usage}>>`);
      draft.layers.all.push(layer);
      draft.layers.defaults.push(`/Name${literal(mark())}/Creator${literal(mark())}`);
      draft.layers.configurations.push(`<</Name${literal(mark())}/Creator${literal(mark())}>>`);
      addResource(draft.first, 'Properties', `/On ${layer}`);
      draft.first.content.push(`/OC /On BDC ${show('Op een laag', '72 240')} EMC`);
    },
  },
  {
    id: 'text.under-shape',
    says: 'text under a black rectangle (failed redaction)',
    carriers: [],
    holds: ['failed-redaction', 'hidden-content'],
    plant({ first }, mark) {
      first.content.push(`${show(mark(), '72 220')} q 0 g 70 216 200 14 re f Q`);
    },
  },
  {
    id: 'text.under-picture',
    says: 'text under an opaque picture (failed redaction)',
    carriers: [],
    holds: ['failed-redaction', 'hidden-content'],
    plant(draft, mark) {
      const picture = draft.add({
        dict: '/Type/XObject/Subtype/Image/Width 16/Height 16/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode',
        data: JPEG,
      });
      addResource(draft.first, 'XObject', `/Cover ${picture}`);
      draft.first.content.push(`${show(mark(), '72 200')} q 200 0 0 14 70 196 cm /Cover Do Q`);
    },
  },
  {
    id: 'text.invisible',
    says: 'text that is drawn without ink and stands for no picture (9.3.6)',
    carriers: [],
    holds: ['failed-redaction', 'hidden-content'],
    plant({ first }, mark) {
      first.content.push(show(mark(), '72 180', '3 Tr'), 'BT 0 Tr ET');
    },
  },
  {
    id: 'text.white',
    says: 'white text on white',
    carriers: [],
    holds: ['failed-redaction', 'hidden-content'],
    plant({ first }, mark) {
      first.content.push(`q 1 g ${show(mark(), '72 165')} Q`);
    },
  },
  {
    id: 'text.tiny',
    says: 'text of a tenth of a point',
    carriers: [],
    holds: ['failed-redaction', 'hidden-content'],
    plant({ first }, mark) {
      first.content.push(`BT /F1 0.1 Tf 72 150 Td (${mark()}) Tj ET`);
    },
  },
  {
    id: 'text.outside-crop-box',
    says: 'text outside the crop box (14.11.2)',
    carriers: [],
    holds: ['failed-redaction', 'hidden-content'],
    plant({ second }, mark) {
      second.entries.push('/CropBox[20 20 575 822]');
      second.content.push(show(mark(), '72 6'));
    },
  },
  {
    id: 'text.off-page',
    says: 'text beside the page (14.11.2)',
    carriers: [],
    holds: ['failed-redaction', 'hidden-content'],
    plant({ first }, mark) {
      first.content.push(show(mark(), '-700 -300'));
    },
  },
];

export const furtherContent: readonly CarrierClass[] = [
  {
    id: 'content.leftover',
    says: 'operands without an operator, unknown operators, private keys of an inline picture (7.8.2, 8.9.7)',
    carriers: ['pdf.content.property', 'pdf.key.private', 'pdf.content.comment'],
    plant({ first }, mark) {
      first.content.push(
        `BX (${mark()}) ownOperator EX`,
        `q 9 0 0 9 130 300 cm BI /W 1 /H 1 /CS /G /BPC 8 /Own (${mark()}) ID \x80 EI Q`,
      );
    },
  },
  {
    id: 'content.nested',
    says: 'comments in a glyph, a pattern, a function and a character map (7.10.5, 8.7.3, 9.6.4, 9.10.3)',
    carriers: ['pdf.content.comment'],
    plant(draft, mark) {
      const glyph = draft.add({ data: `600 0 d0 % ${mark()}\n0 0 400 400 re f`, deflate: true });
      const map = draft.add({
        data: `%!PS ${mark()}\n/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /${mark()} def\n1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <41> <0041> endbfchar endcmap end end`,
        deflate: true,
      });
      const font = draft.add(
        `<</Type/Font/Subtype/Type3/FontBBox[0 0 600 600]/FontMatrix[.001 0 0 .001 0 0]/CharProcs<</A ${glyph}>>/Encoding<</Type/Encoding/Differences[65/A]>>/FirstChar 65/LastChar 65/Widths[600]/Resources<<>>/ToUnicode ${map}>>`,
      );
      const pattern = draft.add({
        dict: '/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 4 4]/XStep 4/YStep 4/Resources<<>>',
        data: `% ${mark()}\n0 0 2 2 re f`,
      });
      const tint = draft.add({
        dict: '/FunctionType 4/Domain[0 1]/Range[0 1]',
        data: `{ % ${mark()}\n1 exch sub }`,
      });
      addResource(draft.first, 'Font', `/Drawn ${font}`);
      addResource(draft.first, 'Pattern', `/Tiles ${pattern}`);
      addResource(draft.first, 'ColorSpace', `/Tint[/Separation/Spot/DeviceGray ${tint}]`);
      draft.first.content.push(
        'BT /Drawn 10 Tf 300 260 Td (A) Tj ET',
        'q /Pattern cs /Tiles scn 320 260 20 10 re f Q q /Tint cs 0.5 scn 350 260 20 10 re f Q',
      );
    },
  },
  {
    id: 'content.graphics-state',
    says: "private keys of a graphics state, a halftone's name (8.4.5, 10.6.5)",
    carriers: ['pdf.key.private'],
    plant({ first }, mark) {
      const halftone = `/HT<</Type/Halftone/HalftoneType 1/Frequency 60/Angle 45/SpotFunction/Round/HalftoneName${literal(mark())}>>`;
      addResource(first, 'ExtGState', `/Own<</Type/ExtGState/LW 1/Own${literal(mark())}${halftone}>>`);
      first.content.push('q /Own gs Q');
    },
  },
  {
    id: 'text.clip',
    says: 'text that is only a clip, scaled to nothing, or wholly transparent (9.3.4, 9.3.6, 11.3.7)',
    carriers: [],
    holds: ['failed-redaction', 'hidden-content'],
    plant({ first }, mark) {
      addResource(first, 'ExtGState', '/Clear<</Type/ExtGState/ca 0>>');
      first.content.push(
        `q ${show(mark(), '72 135', '7 Tr')} Q`,
        `q /Clear gs ${show(mark(), '72 120')} Q`,
        `q 0 0 1 1 re W n ${show(mark(), '300 120')} Q`,
      );
    },
  },
  {
    id: 'text.under-annotation',
    says: 'text under an opaque annotation (failed redaction)',
    carriers: [],
    holds: ['failed-redaction', 'hidden-content'],
    plant(draft, mark) {
      const cover = words(draft, 'zwart', '');
      draft.set(cover, { dict: '/Type/XObject/Subtype/Form/BBox[0 0 200 14]', data: '0 g 0 0 200 14 re f' });
      draft.first.content.push(show(mark(), '300 90'));
      draft.first.annotations.push(
        draft.add(`<</Type/Annot/Subtype/Square/Rect[298 86 498 100]/F 4/AP<</N ${cover}>>>>`),
      );
    },
  },
];
