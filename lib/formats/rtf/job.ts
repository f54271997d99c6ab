// What every part of the rebuilding knows, and what it reports.

import type { Context, RemovedValue } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Tally } from '../shared/tally.ts';
import { printableRuns, telling } from '../shared/telling.ts';
import type { Bookmarks } from './bookmarks.ts';
import { DROPPED, SILENT } from './destinations.ts';
import type { State } from './state.ts';
import { textOf } from './texts.ts';
import type { Group, Item } from './tokens.ts';
import type { Writer } from './writer.ts';

/** What may stand somewhere: text that is seen, names, drawings, or none of these. */
export type Place = 'text' | 'table' | 'frame' | 'bare';

export type Walk = {
  group(inner: Group, state: State, place: Place, job: Job): Promise<void>;
  /** Items in a group that has no word of its own. */
  plain(items: readonly Item[], state: State, place: Place, job: Job): Promise<void>;
  content(items: readonly Item[], state: State, place: Place, job: Job): Promise<void>;
  /** A group with the word that it begins with. */
  headed(destination: Destination, state: State, place: Place, job: Job): Promise<void>;
  word(item: Item & { readonly kind: 'word' }, state: State, job: Job): void;
};

export type Job = {
  readonly bytes: Buffer;
  readonly context: Context;
  readonly tally: Tally;
  readonly out: Writer;
  readonly codePage: number;
  readonly bookmarks: Bookmarks;
  readonly hiddenStyles: ReadonlySet<string>;
  /** Which kinds of pages there are. */
  readonly pages: { readonly first: boolean; readonly facing: boolean };
  /** Whether the title is written; readers show one. */
  hasTitle: boolean;
  /** What writes the content of groups. */
  readonly walk: Walk;
};

export type Destination = {
  readonly inner: Group;
  readonly word: string;
  readonly isStarred: boolean;
  readonly body: number;
};

export function isHidden({ hidden, byParagraph, byLetters, deleted }: State): boolean {
  return hidden || byParagraph || byLetters || deleted;
}

export function carrierOf({ deleted }: State): string {
  return deleted ? 'rtf.revision.deletion' : 'rtf.text.hidden';
}

export function drop(inner: Group, word: string, { bytes, tally, codePage }: Job, carrier = DROPPED.get(word)): void {
  if (SILENT.has(word)) return;
  const said = textOf(bytes, inner.items, codePage);
  const values = telling([said, ...said.split(/[;\n]/), ...runsIn(bytes, inner)]);
  lose(tally, carrier ?? 'rtf.destination', `byte ${inner.start}`, values);
}

/** Notes what is gone whatever policy says. Throws Refusal('unsupported') where policy wants it kept. */
export function lose(tally: Tally, carrier: string, at: string, values?: Iterable<RemovedValue>): void {
  if (!tally.drop(carrier, at, values))
    throw new Refusal('unsupported', `policy keeps ${carrier}, which cannot be kept`);
}

const MAX_DIGITS = 8_000_000;

/** Of data in digits, what can be read in it. */
export function runsIn(bytes: Buffer, { items }: Group): readonly string[] {
  let digits = '';
  for (const { kind, start, end } of items) {
    if (kind === 'text') digits += bytes.toString('latin1', start, end).replace(/\s/g, '');
    if (digits.length > MAX_DIGITS) break;
  }
  return digits.length >= 16 && /^[\da-fA-F]+$/.test(digits) ? printableRuns(Buffer.from(digits, 'hex')) : [];
}
