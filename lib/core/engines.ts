// What formats and the proof may ask of programs and WASM that we do not trust with our process. Only the types live
// here; lib/engines makes them, lib/tools.ts hands them in. Each rejects with a Refusal when the document is at fault
// (cannot be opened, limit, time) and with any other error when the engine itself is missing or broken.

export type Qpdf = {
  /** Runs qpdf on the bytes with the given options; the result is the written file. Exit 3 (warnings) counts as success. */
  (untrusted: Uint8Array, options: readonly string[]): Promise<Uint8Array>;
  /** What `qpdf --check` thinks of the bytes; what it cannot even open has errors. */
  check(untrusted: Uint8Array): Promise<'clean' | 'warnings' | 'errors'>;
};

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

/** One element of a page's logical structure (ISO 32000-2 14.7), depth-first, its type after the role map. */
export type PdfiumStructure = {
  readonly depth: number;
  readonly type: string;
  readonly alt: string;
  readonly actualText: string;
  readonly language: string;
  /** Identifiers of the marked content that is the element's own. */
  readonly contentIds: readonly number[];
};

export type PdfiumAnnotation = {
  /** PDFium's number of the subtype; 2 is a link, 20 a widget. */
  readonly subtype: number;
  /** ISO 32000-2 table 167; 2 is hidden, 32 is not shown on a screen. */
  readonly flags: number;
  /** Left, bottom, right, top in points. */
  readonly box: readonly [number, number, number, number];
  readonly hasAppearance: boolean;
  /** Only where the annotation itself says that it is a signature field, not where the field above it does. */
  readonly isSignature: boolean;
};

/** The texts of a page: one for each operation that shows some (ISO 32000-2 9.4.3), in the order of painting. */
export type PdfiumTexts = {
  readonly count: number;
  /** For each of the page's characters which text it belongs to; -1 where it belongs to none. */
  readonly ofChars: readonly number[];
  /** Whether the font of each text is in the file. */
  readonly embedded: readonly boolean[];
};

export type PdfiumDocument = {
  readonly pageCount: number;
  pageSize(page: number): { readonly width: number; readonly height: number };
  /** Left, bottom, right, top of the part that is shown, in the page's own coordinates. */
  shownBox(page: number): PdfiumChar['box'];
  text(page: number): string;
  chars(page: number): readonly PdfiumChar[];
  texts(page: number): PdfiumTexts;
  /** Red, green, blue and a filler per pixel, on white; without some of the page's texts, by their number. */
  render(
    page: number,
    options: { readonly dpi: number; readonly annotations: boolean; readonly without?: readonly number[] },
  ): Raster;
  /** Where a box of the page's own coordinates is drawn: left, top, right, bottom in pixels. */
  toPixels(
    page: number,
    dpi: number,
    box: readonly [number, number, number, number],
  ): readonly [number, number, number, number];
  /** Depth-first, as 'level title' with the page it leads to, or -1. */
  bookmarks(): readonly { readonly level: number; readonly title: string; readonly page: number }[];
  /** Web addresses of the link annotations on a page that are shown. */
  links(page: number): readonly string[];
  /** Pages that the link annotations on a page that are shown lead to. */
  linkTargets(page: number): readonly number[];
  annotations(page: number): readonly PdfiumAnnotation[];
  /**
   * Leaves only these annotations, by their place in `annotations`, in the opened document; form fields among them become
   * stamps with the picture they show. The bytes stay as they are.
   */
  keepAnnotations(page: number, places: readonly number[]): void;
  /** Draws the annotations that are left into the page's content, in the opened document, as PDFium does it. */
  flattenAnnotations(page: number): void;
  /**
   * Gives the replacement texts (ActualText) of a page's marked content another wording in the opened document: the text
   * that `change` answers, none where that is empty, and the same where it is undefined. The bytes stay as they are.
   */
  rewordReplacements(page: number, change: (text: string) => string | undefined): void;
  /** What readers see as the page's number (page labels); empty where there is none. */
  pageLabel(page: number): string;
  isTagged(): boolean;
  structure(page: number): readonly PdfiumStructure[];
  /** Numbers of the marked content of the page that is drawn, forms and all else apart; those inside forms are not the page's. */
  contentIds(page: number): { readonly forms: readonly number[]; readonly others: readonly number[] };
  /** /Lang of the catalog; empty where there is none. */
  language(): string;
  /** /Title of the information dictionary; empty where there is none. */
  title(): string;
};

/**
 * Opens the bytes, calls `use`, and closes the document whatever happens. Page numbers start at 0. `fresh` opens them in
 * an instance of their own, that no other document has touched.
 */
export type Pdfium = <T>(
  untrusted: Uint8Array,
  use: (document: PdfiumDocument) => T | Promise<T>,
  options?: { readonly fresh?: boolean },
) => Promise<T>;

/** All tags of the bytes as 'Group1:Name' to its value as text. `extension` without a dot. */
export type ExifTool = (untrusted: Uint8Array, extension: string) => Promise<ReadonlyMap<string, string>>;

/** Decodes every frame of a picture without colour management, orientation or resampling. */
export type Pixels = (untrusted: Uint8Array) => Promise<readonly Raster[]>;

/** Documents from before 2007, by their usual extension. */
export type LegacyKind = 'doc' | 'xls' | 'ppt';

/**
 * Makes a DOCX, XLSX or PPTX of a document from before 2007. Nothing it writes is believed: the result takes the whole
 * pipeline. Rejects with Refusal('legacy-format') where there is no converter.
 */
export type Converter = (untrusted: Uint8Array, kind: LegacyKind) => Promise<Uint8Array>;

export type Engines = {
  readonly qpdf: Qpdf;
  readonly pdfium: Pdfium;
  readonly exiftool: ExifTool;
  readonly pixels: Pixels;
  readonly converter: Converter;
};
