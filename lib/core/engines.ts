// What formats and the proof may ask of programs and WASM that we do not trust with our process. Only the types live
// here; lib/engines makes them, lib/tools.ts hands them in. Each rejects with a Refusal when the document is at fault
// (cannot be opened, limit, time) and with any other error when the engine itself is missing or broken.

/** Runs qpdf on the bytes with the given options; the result is the written file. Exit 3 (warnings) counts as success. */
export type Qpdf = (untrusted: Uint8Array, options: readonly string[]) => Promise<Uint8Array>;

export type PdfiumChar = {
  readonly codePoint: number;
  /** Left, bottom, right, top in points. */
  readonly box: readonly [number, number, number, number];
  /** A space or line break that PDFium made up. */
  readonly generated: boolean;
};

export type Raster = {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Bits per sample: 8 or 16. */
  readonly depth: number;
  readonly pixels: Uint8Array;
};

export type PdfiumDocument = {
  readonly pageCount: number;
  pageSize(page: number): { readonly width: number; readonly height: number };
  text(page: number): string;
  chars(page: number): readonly PdfiumChar[];
  render(page: number, options: { readonly dpi: number; readonly annotations: boolean }): Raster;
  /** Depth-first, as 'level title' with the page it leads to. */
  bookmarks(): readonly { readonly level: number; readonly title: string; readonly page: number }[];
  /** Web addresses of link annotations on a page. */
  links(page: number): readonly string[];
  isTagged(): boolean;
};

/** Opens the bytes, calls `use`, and closes the document whatever happens. Page numbers start at 0. */
export type Pdfium = <T>(untrusted: Uint8Array, use: (document: PdfiumDocument) => T | Promise<T>) => Promise<T>;

/** All tags of the bytes as 'Group1:Name' to its value as text. `extension` without a dot. */
export type ExifTool = (untrusted: Uint8Array, extension: string) => Promise<ReadonlyMap<string, string>>;

/** Decodes every frame of a picture without colour management, orientation or resampling. */
export type Pixels = (untrusted: Uint8Array) => Promise<readonly Raster[]>;

export type Engines = {
  readonly qpdf: Qpdf;
  readonly pdfium: Pdfium;
  readonly exiftool: ExifTool;
  readonly pixels: Pixels;
};
