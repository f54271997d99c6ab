// What is drawn and not seen: failed redactions, texts without ink or in the colour of their ground, pictures of which
// a part is cut off. The gate of painting/ names suspects cheaply; PDFium, on the rebuilt document, decides.

import type { OnPage } from '../../core/evidence.ts';
import type { CarrierId } from '../../core/finding.ts';
import type { Context, Found } from '../../core/format.ts';
import { type Reason, Refusal } from '../../core/refusal.ts';
import type { PageLook } from './painting/look.ts';
import { type UnseenKind, unseenOn } from './painting/unseen.ts';

const CARRIER: Readonly<Record<UnseenKind, CarrierId>> = {
  redaction: 'pdf.redaction.failed',
  hidden: 'pdf.text.hidden',
  edge: 'pdf.page.outside',
  scan: 'pdf.text.ocr',
};

/** Reports what is not seen of a rebuilt document. Rejects where policy removes what cannot be cut out. */
export async function reportUnseen(
  body: Uint8Array,
  looks: readonly PageLook[],
  found: Found,
  { engines }: Pick<Context, 'engines'>,
): Promise<void> {
  for (const [page, { cropped }] of looks.entries())
    if (cropped.length > 0) report('pdf.image.cropped', `page ${page + 1}`, cropped.length, found);
  const suspected = [...looks.entries()].filter(([, { suspects }]) => suspects.length > 0);
  if (suspected.length === 0) return;
  await engines.pdfium(body, (document) => {
    for (const [page, look] of suspected) {
      const unseen = unseenOn(document, page, look);
      const scanned = unseen.filter(({ kind }) => kind === 'scan').reduce((sum, { letters }) => sum + letters, 0);
      if (scanned > 0) report('pdf.text.ocr', `page ${page + 1}`, scanned, found);
      for (const { kind, text, left, bottom, letters, boxes } of unseen) {
        const on = boxes.map((box) => ({ page: page + 1, box }));
        if (kind !== 'scan')
          report(CARRIER[kind], `page ${page + 1}/text ${text} at ${left} ${bottom}`, letters, found, on);
      }
    }
  });
}

function report(carrier: CarrierId, at: string, count: number, found: Found, on: readonly OnPage[] = []): void {
  const action = found(carrier, at, { count, on });
  if (action === 'remove' || action === 'flatten')
    throw new Refusal(REASON[carrier] ?? 'hidden-content', `${carrier} at ${at}, which cannot be cut out cleanly`);
}

const REASON: Readonly<Record<CarrierId, Reason>> = { 'pdf.redaction.failed': 'failed-redaction' };
