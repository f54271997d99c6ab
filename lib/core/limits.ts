// Every limit in one place (design section 6). A limit that is hit quarantines the document with reason `limit`
// or `timeout`; none of them lets anything through.

const MB = 1024 * 1024;

export type Limits = {
  /** Bytes of one input object. */
  readonly maxInputBytes: number;
  readonly maxPdfBytes: number;
  /** Bytes of all members or streams of one document after expansion. */
  readonly maxExpandedBytes: number;
  /** Expanded size over compressed size; members under `smallMemberBytes` may reach `maxSmallRatio`. */
  readonly maxRatio: number;
  readonly maxSmallRatio: number;
  readonly smallMemberBytes: number;
  readonly maxMembers: number;
  /** Documents inside documents. */
  readonly maxDepth: number;
  readonly maxXmlDepth: number;
  readonly maxPixels: number;
  /** Annotations, or links, of one page. */
  readonly maxAnnotations: number;
  /** Pages rendered for the proof before a fixed sample is taken. */
  readonly maxRenderedPages: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly maxRssBytes: number;
};

export const LIMITS: Limits = {
  maxInputBytes: 512 * MB,
  // PDF needs about ten times its size in memory (measured: 102 MB, 659 MB in pdf-lib).
  maxPdfBytes: 150 * MB,
  maxExpandedBytes: 2048 * MB,
  maxRatio: 200,
  // Small XML of nothing but repeated rows reaches 600 in honest spreadsheets.
  maxSmallRatio: 1000,
  smallMemberBytes: MB,
  maxMembers: 20_000,
  maxDepth: 5,
  maxXmlDepth: 256,
  maxPixels: 250_000_000,
  // PDFium takes time that grows with their square: 20,000 are looked at in seconds.
  maxAnnotations: 20_000,
  maxRenderedPages: 200,
  cpuMs: 60_000,
  // A document that waits (for a child process, for a lock) uses no CPU; twice the CPU limit ends that too.
  wallMs: 120_000,
  maxRssBytes: 1536 * MB,
};
