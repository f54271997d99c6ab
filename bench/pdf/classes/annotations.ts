// Carriers of annotations (ISO 32000-2 12.5).

import type { CarrierClass } from '../carrier-class.ts';
import { type Draft, drawing, literal, pathOf, silent, utf16, words } from '../draft.ts';

/** A markup annotation that shows words of its own, and says other things in its keys. */
function markup(draft: Draft, subtype: string, at: number, entries: string): void {
  const quads = `/QuadPoints[300 ${at + 20} 500 ${at + 20} 300 ${at} 500 ${at}]`;
  const isOverText = /Highlight|Underline|Squiggly|StrikeOut/.test(subtype);
  // Poppler draws highlights anew, whatever their appearance says; white ones nobody sees.
  const shown = subtype === 'Highlight' ? drawing(draft, '') : words(draft, `Gezien ${subtype}`);
  const looks = `${isOverText ? `${quads}/C[1 1 1]` : ''}/AP<</N ${shown}>>`;
  draft.second.annotations.push(
    draft.add(`<</Type/Annot/Subtype/${subtype}/Rect[300 ${at} 500 ${at + 20}]/F 4${looks}${entries}>>`),
  );
}

export const annotationClasses: readonly CarrierClass[] = [
  {
    id: 'annotation.note',
    says: 'author, text, subject and name of a note (12.5.6.2, 12.5.6.4)',
    carriers: ['pdf.annotation.comment'],
    plant(draft, mark) {
      const rich = `<body xmlns="http://www.w3.org/1999/xhtml"><p>${mark()}</p></body>`;
      draft.first.annotations.push(
        silent(
          draft,
          'Text',
          `/T${utf16(mark())}/Contents${literal(mark())}/RC${literal(rich)}/Subj${literal(mark())}/NM${literal(mark())}`,
        ),
      );
    },
  },
  {
    id: 'annotation.popup',
    says: 'text of a pop-up (12.5.6.14)',
    carriers: ['pdf.annotation.comment'],
    plant(draft, mark) {
      const parent = silent(draft, 'Text', '/Contents(Notitie)');
      draft.first.annotations.push(
        parent,
        draft.add(
          `<</Type/Annot/Subtype/Popup/Rect[500 60 560 90]/Parent ${parent}/Contents${literal(mark())}/T${literal(mark())}>>`,
        ),
      );
    },
  },
  {
    id: 'annotation.markup',
    says: 'author and text of a highlight, a stamp and free text (12.5.6)',
    carriers: ['pdf.annotation.markup'],
    plant(draft, mark) {
      markup(draft, 'Highlight', 300, `/T${literal(mark())}/Contents${literal(mark())}`);
      markup(draft, 'Stamp', 330, `/T${literal(mark())}/Contents${literal(mark())}/Name/${mark()}`);
      const style = `/DS${literal(`font: ${mark()}`)}/RC${literal(`<p>${mark()}</p>`)}`;
      markup(draft, 'FreeText', 360, `/T${literal(mark())}/Contents${literal(mark())}/DA(/F1 9 Tf)${style}`);
    },
  },
  {
    id: 'annotation.hidden',
    says: 'annotation that is flagged hidden (12.5.3)',
    carriers: ['pdf.annotation.hidden'],
    plant(draft, mark) {
      const shown = words(draft, mark());
      draft.first.annotations.push(
        draft.add(
          `<</Type/Annot/Subtype/FreeText/Rect[300 100 500 120]/F 2/DA(/F1 9 Tf)/Contents${literal(mark())}/AP<</N ${shown}>>>>`,
        ),
      );
    },
  },
  {
    id: 'annotation.redact',
    says: 'redaction that was marked and never applied (12.5.6.23)',
    carriers: ['pdf.annotation.redact'],
    holds: ['failed-redaction'],
    plant(draft, mark) {
      draft.first.annotations.push(
        draft.add(
          `<</Type/Annot/Subtype/Redact/Rect[72 725 200 745]/F 4/QuadPoints[72 745 200 745 72 725 200 725]/OverlayText${literal(mark())}/Contents${literal(mark())}>>`,
        ),
      );
    },
  },
  {
    id: 'link.contents',
    says: 'path in the alternative description of a link (12.5.2)',
    carriers: ['pdf.text.path'],
    plant({ first, add }, mark) {
      first.annotations.push(
        add(
          `<</Type/Annot/Subtype/Link/Rect[72 100 90 110]/Border[0 0 0]/F 4/Contents${literal(pathOf(mark()))}/Dest(toelichting)>>`,
        ),
      );
    },
  },
  {
    id: 'annotation.screen',
    says: 'title of a screen annotation (12.5.6.18)',
    carriers: ['pdf.annotation.media', 'pdf.annotation.other'],
    plant(draft, mark) {
      draft.first.annotations.push(silent(draft, 'Screen', `/T${literal(mark())}/MK<</CA${literal(mark())}>>`));
    },
  },
];

const OTHER_MARKUP = [
  ...['Underline', 'Squiggly', 'StrikeOut', 'Caret', 'Ink', 'Line', 'Square', 'Circle', 'Polygon', 'PolyLine'],
];

export const furtherAnnotations: readonly CarrierClass[] = [
  {
    id: 'annotation.other-markup',
    says: 'author and text of the ten other kinds of markup (12.5.6)',
    carriers: ['pdf.annotation.markup'],
    plant(draft, mark) {
      for (const [index, subtype] of OTHER_MARKUP.entries())
        markup(
          draft,
          subtype,
          400 + index * 22,
          `/T${literal(mark())}/Contents${literal(mark())}/L[0 0 9 9]/Vertices[0 0 9 9]/InkList[[0 0 9 9]]`,
        );
    },
  },
  {
    id: 'annotation.reply',
    says: 'reply and review state (12.5.6.3)',
    carriers: ['pdf.annotation.comment'],
    plant(draft, mark) {
      const first = silent(draft, 'Text', '/Contents(Notitie)');
      const state = `/State/Accepted/StateModel/Review/T${literal(mark())}`;
      draft.first.annotations.push(
        first,
        silent(draft, 'Text', `/IRT ${first}/RT/R/Contents${literal(mark())}${state}`),
      );
    },
  },
  {
    id: 'annotation.external-data',
    says: 'external data of an annotation (12.5.2, 13.6.8)',
    carriers: ['pdf.annotation.comment', 'pdf.annotation.markup'],
    plant(draft, mark) {
      markup(
        draft,
        'Square',
        640,
        `/ExData<</Type/ExData/Subtype/Markup3D/MD5${literal(mark())}/Own${literal(mark())}>>`,
      );
    },
  },
  {
    id: 'annotation.appearances',
    says: 'appearances that are not shown: pressed, rolled over, other states (12.5.5)',
    carriers: ['pdf.annotation.markup', 'pdf.annotation.hidden', 'pdf.form.field', 'pdf.key.private'],
    plant(draft, mark) {
      const seen = words(draft, 'Gezien');
      const [pressed, rolled] = [words(draft, mark()), words(draft, mark())];
      draft.second.annotations.push(
        draft.add(`<</Type/Annot/Subtype/Stamp/Rect[300 660 500 680]/F 4/AP<</N ${seen}/D ${pressed}/R ${rolled}>>>>`),
      );
      const states = `/N<</Ja ${seen}/${mark()} ${words(draft, mark())}>>`;
      draft.second.annotations.push(
        draft.add(`<</Type/Annot/Subtype/Stamp/Rect[300 690 500 710]/F 4/AS/Ja/AP<<${states}>>>>`),
      );
    },
  },
  {
    id: 'annotation.not-viewed',
    says: 'annotations that are not viewed, or lie beside the page (12.5.3)',
    carriers: ['pdf.annotation.hidden'],
    plant(draft, mark) {
      const flagged = (flags: number, box: string) =>
        draft.add(
          `<</Type/Annot/Subtype/Stamp/Rect[${box}]/F ${flags}/AP<</N ${words(draft, mark())}>>/Contents${literal(mark())}>>`,
        );
      draft.first.annotations.push(flagged(32, '300 130 500 150'), flagged(4, '-900 -900 -700 -880'));
    },
  },
  {
    id: 'annotation.printer',
    says: "printer's mark, watermark and projection (12.5.6.21, 12.5.6.22, 14.11.3)",
    carriers: ['pdf.annotation.other', 'pdf.annotation.markup', 'pdf.annotation.comment'],
    plant(draft, mark) {
      const mn = `/MN/${mark()}`;
      draft.second.annotations.push(
        silent(draft, 'PrinterMark', mn),
        silent(draft, 'Watermark', `/Contents${literal(mark())}/NM${literal(mark())}`),
        silent(draft, 'Projection', `/Contents${literal(mark())}/T${literal(mark())}`),
      );
    },
  },
  {
    id: 'annotation.media',
    says: 'film and sound with their titles and files (12.5.6.16, 12.5.6.17)',
    carriers: ['pdf.annotation.media'],
    plant(draft, mark) {
      const sound = draft.add({ dict: '/Type/Sound/R 8000', data: mark() });
      draft.first.annotations.push(
        silent(draft, 'Movie', `/T${literal(mark())}/Movie<</F${literal(`${mark()}.avi`)}>>`),
        silent(draft, 'Sound', `/T${literal(mark())}/Sound ${sound}`),
      );
    },
  },
  {
    id: 'annotation.unknown',
    says: 'annotation of a kind that no standard knows (12.5.6)',
    carriers: ['pdf.annotation.other', 'pdf.annotation.comment', 'pdf.annotation.hidden'],
    plant(draft, mark) {
      const nothing = drawing(draft, '');
      draft.first.annotations.push(
        draft.add(
          `<</Type/Annot/Subtype/${mark()}/Rect[500 50 510 60]/F 4/AP<</N ${nothing}>>/Contents${literal(mark())}>>`,
        ),
      );
    },
  },
];
