import type { Engines, PdfiumDocument } from '../../core/engines.ts';
import { Refusal } from '../../core/refusal.ts';

/**
 * Opens the original itself where PDFium can, else what qpdf makes of it without any change: damaged files that only
 * qpdf repairs, and encrypted ones that only qpdf decrypts with the empty password.
 */
export async function withReadable(
  original: Uint8Array,
  engines: Pick<Engines, 'qpdf' | 'pdfium'>,
  use: (document: PdfiumDocument, bytes: Uint8Array) => void | Promise<void>,
): Promise<void> {
  if (await opening(engines, original, use)) return;
  const baseline = await engines.qpdf(original, ['--decrypt']);
  await engines.pdfium(baseline, (document) => use(document, baseline));
}

/** False where PDFium cannot open the document, or finds no page in it. What `use` throws is thrown. */
export async function opening(
  engines: Pick<Engines, 'pdfium'>,
  untrusted: Uint8Array,
  use: (document: PdfiumDocument, bytes: Uint8Array) => void | Promise<void>,
): Promise<boolean> {
  let isOpen = false;
  try {
    await engines.pdfium(untrusted, async (document) => {
      isOpen = document.pageCount > 0;
      if (isOpen) await use(document, untrusted);
    });
    return isOpen;
  } catch (error) {
    if (isOpen || !(error instanceof Refusal) || (error.reason !== 'malformed' && error.reason !== 'encrypted'))
      throw error;
    return false;
  }
}
