import type { Pdfium } from '../core/engines.ts';
import type { Limits } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';
import { openedDocument } from './pdfium-document.ts';
import { type Instance, startInstance } from './pdfium-instance.ts';

// FPDF_GetLastError.
const PASSWORD = 4;
const SECURITY = 5;

// The memory of an instance never shrinks. One that a large document has blown up is not kept for small ones.
const MAX_IDLE_BYTES = 256 * 1024 * 1024;

/** Keeps one PDFium warm for all documents. Rejects with Refusal: 'malformed', 'encrypted', 'limit', or 'crashed'. */
export function pdfium(limits: Limits, start: () => Promise<Instance> = startInstance): Pdfium {
  let warm: Promise<Instance> | undefined;
  let opened = 0;

  const instanceFor = async (fresh: boolean): Promise<Instance> => {
    if (fresh) return start();
    if (warm && (await warm).isBroken()) warm = undefined;
    warm ??= start().catch((error: unknown) => {
      warm = undefined;
      throw error;
    });
    return warm;
  };

  return async (untrusted, use, { fresh = false } = {}) => {
    if (untrusted.length > limits.maxPdfBytes) throw new Refusal('limit', `${untrusted.length} bytes of PDF`);
    const instance = await instanceFor(fresh);
    opened++;
    try {
      return await withDocument(instance, untrusted, async (handle) => {
        const document = openedDocument(instance, handle, limits);
        try {
          return await use(document.reader);
        } finally {
          document.closePage();
        }
      });
    } finally {
      opened--;
      if (opened === 0 && instance.memory().length > MAX_IDLE_BYTES) warm = undefined;
    }
  };
}

async function withDocument<T>(
  instance: Instance,
  untrusted: Uint8Array,
  use: (handle: number) => Promise<T>,
): Promise<T> {
  const { api, guard } = instance;
  // PDFium reads from this copy for as long as the document is open.
  const bytes = guard(() => instance.allocate(Math.max(untrusted.length, 1)));
  let handle = 0;
  try {
    instance.memory().set(untrusted, bytes);
    handle = guard(() => api.FPDF_LoadMemDocument(bytes, untrusted.length, ''));
    if (handle === 0) throw refusalFor(guard(() => api.FPDF_GetLastError()));
    return await use(handle);
  } finally {
    // A broken instance is dropped with all that it holds.
    if (!instance.isBroken()) {
      guard(() => {
        if (handle !== 0) api.FPDF_CloseDocument(handle);
        instance.free(bytes);
      });
    }
  }
}

function refusalFor(error: number): Refusal {
  if (error === PASSWORD || error === SECURITY) return new Refusal('encrypted', 'PDFium needs a password');
  return new Refusal('malformed', `PDFium cannot open the document, error ${error}`);
}
