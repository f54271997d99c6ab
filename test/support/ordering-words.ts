// The malware engine of the model: what it said of versions, and what judging comes to by that.

import type { Head, Output } from '../../lib/core/records.ts';

/** About a version; of several the graver one counts. */
export type Word = 'clean' | 'malware';
export type Said = { readonly version: number; readonly word: Word };

type Known = {
  readonly head: Head | undefined;
  readonly words: readonly Said[];
  readonly unscanned: readonly number[];
  /** Versions whose verify record says that they were published because people waived something. */
  readonly released: readonly number[];
  /** What review said last. */
  readonly word: { readonly version: number; readonly holds: boolean } | undefined;
};
type Options = { readonly bad: readonly number[]; readonly withhold: boolean; readonly scanned?: readonly number[] };

/** The second time that it is asked for, a version is waited for no longer. */
export function judgeScanned(
  version: number,
  isSecond: boolean,
  known: Known,
  options: Options,
  outOf: (version: number) => Output,
) {
  const { bad, withhold } = options;
  const word = wordOn(known, version);
  const isWanting = isScanned(version, options) && !word;
  if (isWanting && !isSecond) return { answer: { outcome: 'waiting', afterMs: 1 }, change: {} };
  if (!isWanting && word !== 'malware' && !bad.includes(version)) {
    const out = outOf(version);
    return { answer: { outcome: 'published', work: out.sha256, out }, change: {} };
  }
  const isPublicInfected = isUnexcused(Number(known.head?.work ?? 0), known);
  const answer = { outcome: 'quarantined', caseId: `c${version}`, withhold: withhold || isPublicInfected };
  const isFirst = isWanting && !known.unscanned.includes(version);
  return { answer, change: isFirst ? { unscanned: [...known.unscanned, version] } : {} };
}

export function contradicts(
  version: number,
  { state, work, previous }: Head,
  known: Known,
  { deafToReleases }: { readonly deafToReleases?: boolean } = {},
): boolean {
  const isPublic = work !== undefined && (previous === undefined || previous === 'kept');
  const isExcused = !deafToReleases && isStillReleased(Number(work), known);
  if (isPublic && !isExcused && wordOn(known, Number(work)) === 'malware') return true;
  return state === 'QUARANTINED' && known.unscanned.includes(version) && wordOn(known, version) !== undefined;
}

/** Is it malware, and let through by nobody, ever? */
export const isInfected = (version: number, known: Pick<Known, 'words' | 'released'>) =>
  wordOn(known, version) === 'malware' && !known.released.includes(version);

/** Was it released, under a waiver that holds? */
export const isStillReleased = (version: number, { released, word }: Pick<Known, 'released' | 'word'>) =>
  released.includes(version) && word?.version === version && word.holds;

/** Is it malware, and let through by nobody now? */
export const isUnexcused = (version: number, known: Pick<Known, 'words' | 'released' | 'word'>) =>
  wordOn(known, version) === 'malware' && !isStillReleased(version, known);

export const isScanned = (version: number, { scanned }: Pick<Options, 'scanned'>) =>
  scanned?.includes(version) ?? false;

export function wordOn({ words }: Pick<Known, 'words'>, version: number): Word | undefined {
  const said = words.filter((one) => one.version === version).map(({ word }) => word);
  return said.includes('malware') ? 'malware' : said[0];
}
