import type { Engines } from './engines.ts';
import type { OnPage } from './evidence.ts';
import type { Carrier, CarrierId } from './finding.ts';
import type { Limits } from './limits.ts';
import type { Policy, RuleAction } from './policy.ts';

/** What a removed thing said: searched for, afterwards, in every byte view of the output. Never leaves the process. */
export type RemovedValue = string | Uint8Array;

/**
 * Records an occurrence and answers what policy does with its carrier. The caller then does it: 'remove' and 'flatten'
 * drop the carrier, 'keep' copies it; after 'quarantine' the caller may go on, the document is refused at the end.
 * `values` are the texts or bytes that must be gone afterwards; give those that say something about a person, a place
 * or a machine, not numbers, booleans or words of the format itself.
 */
export type Found = (
  carrier: CarrierId,
  at: string,
  more?: {
    readonly count?: number;
    readonly values?: Iterable<RemovedValue>;
    /** Where it is drawn, where that is known. */
    readonly on?: readonly (OnPage | undefined)[];
  },
) => RuleAction;

export type Embedded =
  | { readonly outcome: 'published'; readonly body: Uint8Array; readonly mediaType: string; readonly extension: string }
  | { readonly outcome: 'refused' };

/** What a format may use while it works on one document. */
export type Context = {
  readonly policy: Policy;
  readonly limits: Limits;
  readonly engines: Engines;
  readonly found: Found;
  /**
   * Sends an embedded document or picture through the whole pipeline, one level deeper. Its findings join the
   * document's, placed at `at`. 'refused' when it cannot be cleaned: the caller drops it or refuses the document.
   */
  embedded(untrusted: Uint8Array, at: string): Promise<Embedded>;
  /** Whether `embedded` made and verified this body from that original: for pictures that no engine can decode. */
  isCleaned?(original: Uint8Array, body: Uint8Array): boolean;
};

export type Rebuilt = {
  readonly body: Uint8Array;
  /** Only where rebuilding changed the format (docm to docx): the new media type and extension. */
  readonly became?: { readonly mediaType: string; readonly extension: string };
};

/** A half-open byte range. */
export type Range = readonly [start: number, end: number];

/**
 * Where the kept visible text stands in the output's byte views: from the SHA-256 (hex) of a view (the file, an
 * inflated stream, a zip member) to the ranges in it. Proof of absence exempts occurrences inside these ranges only.
 */
export type VisibleRanges = ReadonlyMap<string, readonly Range[]>;

/** One file format: recognise it, rebuild it, show that the rebuilt one is the same document. A constant without state. */
export type Format = {
  readonly id: string;
  readonly mediaType: string;
  /** Without dots; the first is the usual one. */
  readonly extensions: readonly [string, ...string[]];
  /** Set where a document is looked through and refused, whatever is in it: nothing of this format is ever a result. */
  readonly isNeverPublished?: true;
  /** Every place this format looks at, for `formats --carriers`, the policy check and the default policy. */
  readonly carriers: readonly Carrier[];
  /** ExifTool tags ('Group1:Name', '*' matches within a part) that may stand in a published file. */
  readonly allowedTags: readonly string[];
  /** Looks at content alone, reads a bounded number of bytes, never throws. */
  matches(untrusted: Uint8Array): boolean;
  /** Rebuilds the document by allow-list. Rejects with a Refusal when it cannot be. */
  sanitize(untrusted: Uint8Array, context: Context): Promise<Rebuilt>;
  /**
   * Compares the rebuilt document with the original through other eyes than `sanitize` used: pages, frames, text,
   * pixels, tags. Resolves with the names of the checks it made; rejects with Refusal('unverified') on any difference.
   */
  compare(original: Uint8Array, body: Uint8Array, context: Context): Promise<readonly string[]>;
  /**
   * Only of formats that are never published: makes a document of another format, which takes the whole pipeline in its
   * stead. `compare` then has that one's result as its body, besides that format's own comparison.
   */
  convert?(untrusted: Uint8Array, context: Context): Promise<Uint8Array>;
  /** Ranges of kept visible text in the output's byte views. */
  visible(body: Uint8Array, context: Context): Promise<VisibleRanges>;
};
