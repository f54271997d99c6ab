// One PDFium (BSD/Apache, as WebAssembly by EmbedPDF). Linear memory cannot be torn: what goes wrong inside stays there.
// But a trap leaves its heap and stack in the middle of something, and then every later document fails or lies, so an
// instance that trapped once is never called again.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';
import { Refusal } from '../core/refusal.ts';

// Alternative texts and titles beyond this are no text for people.
const MAX_STRING_BYTES = 4 * 1024 * 1024;
const SCRATCH_BYTES = 16 * 1024;
const SCARCE_BYTES = 512 * 1024 * 1024;

export type Instance = {
  readonly api: WrappedPdfiumModule;
  /** Set for good by the first trap. */
  readonly isBroken: () => boolean;
  /** Runs calls into PDFium. Whatever they throw, other than a Refusal, breaks the instance and is the document's crash. */
  guard<T>(calls: () => T): T;
  /** A view of the memory, valid until the next call into PDFium. */
  memory(): Uint8Array;
  /** A function by its C name, without the wrapper's conversions: for calls made per character. */
  direct(name: string): (...args: readonly number[]) => number;
  allocate(bytes: number): number;
  free(pointer: number): void;
  /** A few doubles or pointers of scratch memory; the next caller overwrites them. */
  readonly cells: number;
  /** Text that a function writes to (buffer, size), answering the size in bytes with its closing zeros. */
  utf16(fill: (buffer: number, bytes: number) => number): string;
  latin1(fill: (buffer: number, bytes: number) => number): string;
};

let binary: Promise<Buffer> | undefined;

/** Starts PDFium: about 30 ms, after the first. */
export async function startInstance(): Promise<Instance> {
  binary ??= readFile(createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm'));
  // What it would print can quote the document.
  const options = { wasmBinary: await binary, print: () => {}, printErr: () => {} };
  const api = await init(options);
  api.PDFiumExt_Init();
  const { malloc, free } = api.pdfium.wasmExports;

  let broken = false;
  const guard = <T>(calls: () => T): T => {
    if (broken) throw new Refusal('crashed', 'PDFium has crashed on a document opened beside this one');
    try {
      return calls();
    } catch (error) {
      if (error instanceof Refusal) throw error;
      broken = true;
      // PDFium aborts when it gets no memory, and not for much else. Less than this it would have got.
      if (isAbort(error) && memory().length > SCARCE_BYTES)
        throw new Refusal('limit', 'PDFium ran out of memory', { cause: error });
      throw new Refusal('crashed', 'PDFium crashed', { cause: error });
    }
  };

  const memory = (): Uint8Array => {
    const heap: unknown = Reflect.get(api.pdfium, 'HEAPU8');
    if (!(heap instanceof Uint8Array)) throw new Error('PDFium has no memory');
    return heap;
  };

  const allocate = (bytes: number): number => {
    const pointer = malloc(bytes);
    if (pointer === 0) throw new Refusal('limit', `PDFium has no room for ${bytes} bytes`);
    // Addresses above 2 GB come back negative.
    return pointer >>> 0;
  };

  const cells = allocate(64);
  const scratch = allocate(SCRATCH_BYTES);

  const bytesFrom = (fill: (buffer: number, bytes: number) => number): Buffer => {
    const size = fill(scratch, SCRATCH_BYTES) >>> 0;
    if (size <= SCRATCH_BYTES) return copyOf(memory(), scratch, size);
    if (size > MAX_STRING_BYTES) throw new Refusal('limit', `a string of ${size} bytes`);
    const buffer = allocate(size);
    try {
      return copyOf(memory(), buffer, Math.min(fill(buffer, size) >>> 0, size));
    } finally {
      free(buffer);
    }
  };

  return {
    api,
    isBroken: () => broken,
    guard,
    memory,
    direct: (name) => {
      const call: unknown = Reflect.get(api.pdfium.wasmExports, name);
      if (typeof call !== 'function') throw new Error(`PDFium has no ${name}`);
      return (...args) => Number(Reflect.apply(call, undefined, args));
    },
    allocate,
    free,
    cells,
    utf16: (fill) => bytesFrom(fill).toString('utf16le').replace(/\0$/, ''),
    latin1: (fill) => bytesFrom(fill).toString('latin1').replace(/\0$/, ''),
  };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && /\babort\(\)/.test(error.message);
}

function copyOf(memory: Uint8Array, start: number, bytes: number): Buffer {
  return Buffer.from(memory.subarray(start, start + bytes));
}
