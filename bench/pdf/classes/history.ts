// Carriers of the file's own syntax and history (ISO 32000-2 7.2, 7.3.8, 7.5), and pages that are in no tree (12.7.7).

import type { CarrierClass } from '../carrier-class.ts';
import { addName, addResource, type Draft, literal, type Reference, silent } from '../draft.ts';

export const historyClasses: readonly CarrierClass[] = [
  {
    id: 'revision.old',
    says: 'author and content of an earlier revision (7.5.6)',
    carriers: ['pdf.revision.old'],
    plant(draft, mark) {
      const drawn = draft.add({
        dict: '/Type/XObject/Subtype/Form/BBox[0 0 9 9]',
        data: '0 0 m',
      });
      draft.earlier.set(drawn, {
        dict: '/Type/XObject/Subtype/Form/BBox[0 0 9 9]',
        data: `(${mark()}) Tj`,
        deflate: true,
      });
      addResource(draft.first, 'XObject', `/Revised ${drawn}`);
      draft.first.content.push('/Revised Do');
      // The keys that the document's information had before.
      const past = draft.add('<</Own true>>');
      draft.earlier.set(past, `<</Author${literal(mark())}>>`);
    },
  },
  {
    id: 'unreferenced',
    says: 'objects that nothing leads to (7.5.4)',
    carriers: ['pdf.unreferenced'],
    plant({ add }, mark) {
      add(`<</Note${literal(mark())}>>`);
      add({ data: mark(), deflate: true });
    },
  },
  {
    id: 'syntax.comment',
    says: 'comments in the syntax of the file (7.2.4)',
    carriers: [],
    plant({ syntax, first }, mark) {
      syntax.between.push(`% ${mark()}`);
      first.entries.push(`\n% ${mark()}\n`);
    },
  },
  {
    id: 'trailing',
    says: 'bytes after the end of the file (7.5.5)',
    carriers: ['pdf.trailing'],
    plant({ syntax }, mark) {
      syntax.trailing.push(`Message-Id: ${mark()}`);
    },
  },
  {
    id: 'stream.trailing',
    says: 'bytes in a stream after the end of its data (7.4.4)',
    carriers: ['pdf.stream.trailing'],
    plant(draft, mark) {
      const form = draft.add({
        dict: '/Type/XObject/Subtype/Form/BBox[0 0 9 9]',
        data: '0 0 m',
        deflate: true,
        afterData: `\n${mark()}`,
      });
      addResource(draft.first, 'XObject', `/Tail ${form}`);
      draft.first.content.push('/Tail Do');
    },
  },
  {
    id: 'page.names',
    says: 'names of templates and of alternate presentations (7.7.4)',
    carriers: ['pdf.page.template', 'pdf.key.private'],
    plant(draft, mark) {
      addName(draft, 'Templates', mark(), draft.first.reference);
      addName(draft, 'AlternatePresentations', mark(), '<</Type/SlideShow/Subtype/Embedded>>');
    },
  },
  {
    id: 'page.template',
    says: 'page that is in no page tree (12.7.7)',
    carriers: ['pdf.page.template'],
    plant(draft, mark) {
      const contents = draft.add({ data: `BT /F1 12 Tf 72 700 Td (${mark()}) Tj ET`, deflate: true });
      const fonts = `/Resources<</Font<</F1 ${draft.font}>>>>`;
      const page = draft.add(`<</Type/Template/MediaBox[0 0 595 842]${fonts}/Contents ${contents}>>`);
      addName(draft, 'Templates', 'sjabloon', page);
    },
  },
  {
    id: 'thumbnail',
    says: 'small picture of a page (12.3.4)',
    carriers: ['pdf.thumbnail'],
    plant({ add, first }, mark) {
      const samples = mark();
      const size = `/Width ${samples.length}/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray`;
      first.entries.push(`/Thumb ${add({ dict: size, data: samples, deflate: true })}`);
    },
  },
];

/** A link that the cross-reference table calls deleted, though the page still names it. */
function deletedLink(draft: Draft, text: string): Reference {
  const link = draft.add(
    `<</Type/Annot/Subtype/Link/Rect[10 10 12 12]/Border[0 0 0]/Contents${literal(text)}/Dest(toelichting)>>`,
  );
  draft.freed.add(link);
  return link;
}

export const furtherHistory: readonly CarrierClass[] = [
  {
    id: 'object.freed',
    says: 'object that the cross-reference table calls free (7.5.4)',
    carriers: [],
    plant({ freed, add }, mark) {
      freed.add(add(`<</Note${literal(mark())}>>`));
    },
  },
  {
    id: 'object.freed-and-named',
    says: 'annotation that the cross-reference table calls free, though the page still names it (7.5.4)',
    carriers: [],
    // Some readers take the table for broken.
    alone: true,
    plant(draft, mark) {
      draft.second.annotations.push(deletedLink(draft, mark()));
    },
  },
  {
    id: 'syntax.between',
    says: 'bytes between objects and after `endstream` (7.5.3, 7.3.8)',
    carriers: [],
    plant(draft, mark) {
      draft.syntax.between.push(mark());
      const form = draft.add({
        dict: '/Type/XObject/Subtype/Form/BBox[0 0 9 9]',
        data: '0 0 m',
        afterEndstream: `% ${mark()}\n`,
      });
      addResource(draft.first, 'XObject', `/Ended ${form}`);
      draft.first.content.push('/Ended Do');
    },
  },
  {
    id: 'leading',
    says: 'bytes before the header (7.5.2)',
    carriers: ['pdf.leading'],
    // ExifTool takes such a file for none, and would be left out of the comparison on the whole canary.
    alone: true,
    plant({ syntax }, mark) {
      syntax.leading.push(`X-Mailer: ${mark()}`);
    },
  },
  {
    id: 'object-stream.stale',
    says: 'object stream that nothing reads any more (7.5.7)',
    carriers: ['pdf.unreferenced'],
    plant({ add }, mark) {
      const stale = `<</Note${literal(mark())}>>`;
      add({ dict: '/Type/ObjStm/N 1/First 7', data: `9999 0 ${stale}`, deflate: true });
    },
  },
  {
    id: 'page.orphan',
    says: 'page that was taken out of the page tree and is still the target of a bookmark (7.7.3)',
    carriers: ['pdf.page.template', 'pdf.unreferenced', 'pdf.key.private', 'pdf.annotation.hidden'],
    plant(draft, mark) {
      const contents = draft.add({ data: `BT /F1 12 Tf 72 700 Td (${mark()}) Tj ET`, deflate: true });
      const fonts = `/Resources<</Font<</F1 ${draft.font}>>>>`;
      const page = draft.add(`<</Type/Page/MediaBox[0 0 595 842]${fonts}/Contents ${contents}>>`);
      draft.first.annotations.push(silent(draft, 'Text', `/Contents(Notitie)/P ${page}`));
      draft.structure.push(`/Own[${page}]`);
      draft.bookmarks.push(`/Title(Oude bladzijde)/Dest[${page}/Fit]`);
    },
  },
  {
    id: 'resources.unused',
    says: 'fonts, pictures and forms that are named and never drawn (7.8.3)',
    carriers: ['pdf.resource.unused'],
    plant(draft, mark) {
      const form = draft.add({
        dict: `/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F1 ${draft.font}>>>>`,
        data: `BT /F1 9 Tf (${mark()}) Tj ET`,
        deflate: true,
      });
      const samples = mark();
      const picture = draft.add({
        dict: `/Type/XObject/Subtype/Image/Width ${samples.length}/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray`,
        data: samples,
      });
      addResource(draft.second, 'XObject', `/Never1 ${form}/Never2 ${picture}`);
    },
  },
];
