// PDF (ISO 32000-2). A document is read by qpdf, copied by tables of what is kept into a new document, and written as
// one revision (see load.ts, copy.ts, tables/). What is compared afterwards, and by whom, is in compare.ts.

import type { Context, Format, Found, Rebuilt } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { carriers } from './carriers.ts';
import { comparePdf } from './compare.ts';
import { reportHiddenValues } from './field-values.ts';
import { reportUnseen } from './hidden.ts';
import { headerOf, reportHistory } from './history.ts';
import { load } from './load.ts';
import { catalogOf } from './pages.ts';
import { rebuild } from './rebuild.ts';
import { budgetOf } from './streams.ts';
import { visiblePdf } from './visible.ts';

// Policy may keep these; of the others nothing could be kept in a document that is written anew.
const KEEPABLE = new Set([
  'pdf.attachment',
  'pdf.info.title',
  'pdf.link.private',
  'pdf.link.mail',
  'pdf.text.personal',
  'pdf.layer.hidden',
  'pdf.annotation.redact',
  'pdf.redaction.failed',
  'pdf.text.hidden',
  'pdf.text.ocr',
  'pdf.page.outside',
  'pdf.image.cropped',
]);
// A copy with gaps is copied again; each time something that led nowhere is gone.
const MAX_ROUNDS = 4;

export const pdf: Format = {
  id: 'pdf',
  mediaType: 'application/pdf',
  extensions: ['pdf'],
  carriers,
  allowedTags: [
    ...['PDFVersion', 'Linearized', 'PageCount', 'Language', 'TaggedPDF', 'PageMode', 'PageLayout', 'Title'].map(
      (tag) => `PDF:${tag}`,
    ),
    ...['XMP-dc:Title*', 'XMP-dc:Language', 'XMP-dc:Format', 'XMP-pdfaid:*', 'XMP-pdfuaid:*'],
    // Of colour profiles, which are rebuilt from what computes colours, or are the one that everybody has.
    // A palette, whose row of four ExifTool takes for a dictionary: the key is the highest index.
    'PDF:PDF_DefaultRGB_0x*',
    // ExifTool numbers the groups of a second profile in one file.
    ...['ICC-header*:*', 'ICC_Profile*:*', 'ICC-view*:*', 'ICC-meas*:*', 'ICC-chrm*:*'],
  ],
  matches: (untrusted) => headerOf(untrusted) >= 0,
  sanitize,
  compare: comparePdf,
  visible: visiblePdf,
};

async function sanitize(untrusted: Uint8Array, context: Context): Promise<Rebuilt> {
  const loud: Found = (carrier, at, more) => {
    const action = context.found(carrier, at, more);
    if (action === 'keep' && !KEEPABLE.has(carrier))
      throw new Refusal('unsupported', `policy keeps ${carrier}, which cannot be kept`);
    return action;
  };
  const quiet: Found = (carrier) => context.policy.actionFor(carrier);
  const budget = budgetOf(untrusted.length, context.limits);

  const loaded = await load(untrusted, context);
  const numbers = loaded.source.enumerateIndirectObjects().map(([ref]) => loaded.numbers.original(ref.objectNumber));
  reportHistory(untrusted, new Set(numbers), loud);
  await reportHiddenValues(untrusted, catalogOf(loaded.source), context, loud);
  let round = await rebuild(loaded, loud, budget, context);
  const { looks } = round;
  for (let rounds = 1; round.hasGaps; rounds++) {
    if (rounds >= MAX_ROUNDS) throw new Refusal('malformed', 'objects that lead nowhere');
    round = await rebuild(await load(round.body, context), quiet, budget, context);
  }
  await reportUnseen(round.body, looks, loud, context);
  return { body: round.body };
}
