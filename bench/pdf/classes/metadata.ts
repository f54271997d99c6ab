// Carriers of the document as a whole and of its objects' metadata (ISO 32000-2 7.5.5, 14.3 to 14.5, 14.10 to 14.12).

import type { CarrierClass } from '../carrier-class.ts';
import { addName, addResource, drawing, literal, pathOf, utf16 } from '../draft.ts';
import { JPEG } from '../pictures.ts';

const description = (namespace: string, uri: string, content: string) =>
  `<rdf:Description rdf:about="" xmlns:${namespace}="${uri}">${content}</rdf:Description>`;

const packet = (author: string) =>
  `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${description('dc', 'http://purl.org/dc/elements/1.1/', `<dc:creator><rdf:Seq><rdf:li>${author}</rdf:li></rdf:Seq></dc:creator>`)}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

const metadata = (author: string) => ({ dict: '/Type/Metadata/Subtype/XML', data: packet(author) });

export const metadataClasses: readonly CarrierClass[] = [
  {
    id: 'info.author',
    says: 'author, subject and keywords in the information dictionary (14.3.3)',
    carriers: ['pdf.info.author'],
    plant({ info }, mark) {
      info.set('Author', utf16(mark())).set('Subject', literal(mark())).set('Keywords', literal(mark()));
    },
  },
  {
    id: 'info.program',
    says: 'creating and producing program in the information dictionary (14.3.3)',
    carriers: ['pdf.info.other'],
    plant({ info }, mark) {
      info.set('Creator', literal(mark())).set('Producer', literal(mark()));
    },
  },
  {
    id: 'info.own',
    says: 'own keys in the information dictionary (14.3.3)',
    carriers: ['pdf.info.other'],
    plant({ info }, mark) {
      for (const key of ['Company', 'SourceModified', 'PTEX.Fullbanner', 'GTS_PDFXVersion'])
        info.set(key, literal(mark()));
    },
  },
  {
    id: 'xmp',
    says: 'XMP packet of the document: creator, history, identifiers, e-mail, thumbnail, padding (14.3.2)',
    carriers: ['pdf.xmp'],
    plant(draft, mark) {
      const st = 'http://ns.adobe.com/xap/1.0/';
      draft.xmp.push(
        description(
          'dcterms',
          'http://purl.org/dc/elements/1.1/',
          `<dcterms:creator><rdf:Seq><rdf:li>${mark()}</rdf:li></rdf:Seq></dcterms:creator>`,
        ),
        description(
          'xmpMM',
          `${st}mm/`,
          `<xmpMM:DocumentID>uuid:${mark()}</xmpMM:DocumentID><xmpMM:History><rdf:Seq><rdf:li rdf:parseType="Resource"><stEvt:changed xmlns:stEvt="${st}sType/ResourceEvent#">C:\\Users\\${mark()}\\brief.docx</stEvt:changed></rdf:li></rdf:Seq></xmpMM:History>`,
        ),
        description(
          'pdfx',
          'http://ns.adobe.com/pdfx/1.3/',
          `<pdfx:_AuthorEmail>${mark()}@example.org</pdfx:_AuthorEmail>`,
        ),
        description(
          'xmp',
          st,
          `<xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType="Resource"><xmpGImg:image xmlns:xmpGImg="${st}g/img/">${mark()}</xmpGImg:image></rdf:li></rdf:Alt></xmp:Thumbnails>`,
        ),
      );
      draft.padding = `${' '.repeat(100)}<!-- ${mark()} -->\n`;
    },
  },
  {
    id: 'xmp.object',
    says: 'XMP packet of a page, a form XObject and a picture (14.3.2)',
    carriers: ['pdf.xmp.object'],
    plant(draft, mark) {
      draft.first.entries.push(`/Metadata ${draft.add(metadata(mark()))}`);
      const form = drawing(draft, '0 0 m', `/Metadata ${draft.add(metadata(mark()))}`);
      const picture = draft.add({
        dict: `/Type/XObject/Subtype/Image/Width 16/Height 16/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode/Metadata ${draft.add(metadata(mark()))}`,
        data: JPEG,
      });
      addResource(draft.first, 'XObject', `/Xmp1 ${form}/Xmp2 ${picture}`);
      draft.first.content.push('q /Xmp1 Do 20 0 0 20 72 300 cm /Xmp2 Do Q');
    },
  },
  {
    id: 'pieceinfo',
    says: 'private data of programs in catalog, page and form XObject (14.5)',
    carriers: ['pdf.pieceinfo'],
    plant(draft, mark) {
      const pieces = (text: string) =>
        `/PieceInfo<</Draw<</LastModified(D:20240102)/Private ${draft.add({ data: `source ${text}`, deflate: true })}>>>>`;
      draft.catalog.push(pieces(mark()));
      draft.first.entries.push(pieces(mark()));
      addResource(draft.first, 'XObject', `/Piece ${drawing(draft, '0 0 m', pieces(mark()))}`);
      draft.first.content.push('/Piece Do');
    },
  },
  {
    id: 'key.private',
    says: 'keys of programs in catalog and page (annex E)',
    carriers: ['pdf.key.private'],
    plant(draft, mark) {
      draft.catalog.push(`/ADBE_Own${literal(mark())}/${mark()} true`);
      draft.first.entries.push(`/ABCD_Own<</By${literal(mark())}>>`);
    },
  },
  {
    id: 'last-modified',
    says: 'date of a page and of a form XObject (7.7.3.3, 8.10.2)',
    carriers: ['pdf.info.other', 'pdf.key.private', 'pdf.pieceinfo'],
    plant(draft, mark) {
      draft.second.entries.push(`/LastModified(D:${mark()})`);
      addResource(draft.first, 'XObject', `/Dated ${drawing(draft, '0 0 m', `/LastModified(D:${mark()})`)}`);
      draft.first.content.push('/Dated Do');
    },
  },
  {
    id: 'id',
    says: 'both identifiers of the file (14.4)',
    carriers: ['pdf.id'],
    plant(draft, mark) {
      draft.trailer.push(`/ID[${literal(mark())}${literal(mark())}]`);
    },
  },
  {
    id: 'output-intent.info',
    says: 'free text of an output intent (14.11.5)',
    carriers: ['pdf.key.private'],
    plant({ outputIntent }, mark) {
      outputIntent.push(`/Info${literal(mark())}/OutputCondition${literal(mark())}`);
    },
  },
  {
    id: 'web-capture',
    says: 'addresses that pages were captured from (14.10)',
    carriers: ['pdf.webcapture'],
    plant(draft, mark) {
      const address = () => `http://intranet/${mark()}`;
      draft.catalog.push(`/SpiderInfo<</V 1.0/C[<</URL${literal(address())}>>]>>`);
      const set = draft.add(`<</Type/SpiderContentSet/S/SPS/ID(captured)/O[]/SI<</AU${literal(address())}>>>>`);
      addName(draft, 'URLS', address(), set);
      draft.second.entries.push(`/ID${literal(mark())}`);
    },
  },
  {
    id: 'thread',
    says: 'information dictionary of an article thread (12.4.3)',
    carriers: ['pdf.thread'],
    plant(draft, mark) {
      const thread = draft.reserve();
      const bead = draft.add(`<</Type/Bead/T ${thread}/P ${draft.first.reference}/R[0 0 9 9]>>`);
      draft.set(thread, `<</Type/Thread/F ${bead}/I<</Author${literal(mark())}/Title${literal(mark())}>>>>`);
      draft.catalog.push(`/Threads[${thread}]`);
      draft.first.entries.push(`/B[${bead}]`);
    },
  },
  {
    id: 'legal',
    says: 'legal attestation (12.8.7)',
    carriers: ['pdf.signature', 'pdf.key.private'],
    plant({ catalog }, mark) {
      catalog.push(`/Legal<</JavaScriptActions 1/Attestation${literal(mark())}>>`);
    },
  },
];

export const furtherMetadata: readonly CarrierClass[] = [
  {
    id: 'info.title',
    says: 'title that is a path (14.3.3)',
    carriers: ['pdf.info.title'],
    alone: true,
    plant({ info }, mark) {
      info.set('Title', literal(pathOf(mark())));
    },
  },
  {
    id: 'xmp.small-object',
    says: 'XMP packet of a font, a structure root, a layer, a colour profile and the bookmarks (14.3.2)',
    carriers: ['pdf.xmp.object'],
    plant(draft, mark) {
      const font = draft.add(
        `<</Type/Font/Subtype/Type1/BaseFont/Courier/Metadata ${draft.add(metadata(mark()))}/Encoding/WinAnsiEncoding>>`,
      );
      addResource(draft.first, 'Font', `/Xmp ${font}`);
      draft.first.content.push('BT /Xmp 8 Tf 300 300 Td (x) Tj ET');
      draft.structure.push(`/Metadata ${draft.add(metadata(mark()))}`);
      draft.form.push(`/Metadata ${draft.add(metadata(mark()))}`);
      const layer = draft.add(`<</Type/OCG/Name(Tekst)/Metadata ${draft.add(metadata(mark()))}>>`);
      draft.layers.all.push(layer);
      addResource(draft.first, 'Properties', `/XmpLayer ${layer}`);
      draft.first.content.push('/OC /XmpLayer BDC EMC');
      draft.bookmarks.push(`/Title(Bijlage)/Dest(toelichting)/Metadata ${draft.add(metadata(mark()))}`);
    },
  },
  {
    id: 'trailer.private',
    says: 'own keys of the trailer (7.5.5)',
    carriers: ['pdf.key.private', 'pdf.id'],
    plant({ trailer }, mark) {
      trailer.push(`/DocChecksum/${mark()}/Own<</By${literal(mark())}>>`);
    },
  },
  {
    id: 'recipients',
    says: 'document parts with recipient records (14.12)',
    carriers: ['pdf.recipients'],
    plant({ catalog, first }, mark) {
      catalog.push(
        `/DPartRoot<</Type/DPartRoot/DPartRootNode<</Type/DPart/Start ${first.reference}/DPM<</CIP4_Recipient<</CIP4_UniqueID${literal(mark())}>>>>>>/NodeNameList[/${mark()}]>>`,
      );
    },
  },
  {
    id: 'geography',
    says: 'coordinates of the page and of a picture (12.9, 12.10)',
    carriers: ['pdf.geography'],
    plant(draft, mark) {
      const measure = (place: string) =>
        `<</Type/Measure/Subtype/GEO/GPTS[52.0 4.0 52.1 4.1]/GCS<</Type/PROJCS/WKT${literal(place)}>>>>`;
      draft.first.entries.push(
        `/VP[<</Type/Viewport/BBox[0 0 9 9]/Name${literal(mark())}/Measure${measure(mark())}>>]`,
      );
      const point = `/PtData[<</Type/PtData/Subtype/Cloud/Names[/NAME]/XPTS[[${literal(mark())}]]>>]`;
      const picture = draft.add({
        dict: `/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Measure${measure(mark())}${point}`,
        data: '\x80',
      });
      addResource(draft.first, 'XObject', `/Place ${picture}`);
      draft.first.content.push('q 9 0 0 9 110 300 cm /Place Do Q');
      draft.first.entries.push(`/LGIDict[<</Type/LGIDict/Description${literal(mark())}>>]`);
    },
  },
  {
    id: 'extensions',
    says: "names of developers' extensions and of viewer preferences (7.12, 12.2)",
    carriers: ['pdf.key.private'],
    plant({ catalog }, mark) {
      catalog.push(`/Extensions<</${mark()}<</BaseVersion/1.7/ExtensionLevel 3>>>>`);
    },
  },
  {
    id: 'registry',
    says: 'registry of an output intent that is not public (14.11.5)',
    carriers: ['pdf.key.private', 'pdf.link.private', 'pdf.text.path'],
    plant({ outputIntent }, mark) {
      outputIntent.push(`/RegistryName${literal(`http://intranet/${mark()}`)}`);
    },
  },
];
