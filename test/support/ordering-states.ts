// What a state of the model is, what its programs are made of, and when two states are one.

import type { Head, StagedMessage } from '../../lib/core/records.ts';
import type { ShadowSeen } from '../../lib/core/settle.ts';
import type { Said, Word } from './ordering-words.ts';

/** A take-down and its end are a person's: one after the other, and again after a crash. */
/** A release is of one version; its waiver holds until it expires. */
export type Step =
  | { readonly put: number }
  | { readonly finds: Word; readonly in: number }
  /** Newer definitions know that version as malware, and a run has what is public scanned again. */
  | { readonly rescan: number }
  | { readonly release: number }
  /** The bytes of that version are let through under any key: nobody is asked to judge this one again. */
  | { readonly allow: number }
  | 'expire'
  | 'delete'
  | Order;
export type Order = 'take down' | 'lift';
export type Options = {
  /** Versions that judge quarantines. */
  readonly bad: readonly number[];
  readonly withhold: boolean;
  /** Versions that the live lane sends on to the heavy one. */
  readonly heavy?: readonly number[];
  /** Versions that are not published before the malware engine has found them clean. */
  readonly scanned?: readonly number[];
  readonly workers: number;
  readonly duplicates: number;
  readonly crashes: number;
  /** Something is released: what judging comes to depends on what review has said. */
  readonly reviewed?: boolean;
  /** The channel is in shadow mode. */
  readonly shadow?: boolean;
  /** Nothing is ever taken down, so nobody can notice what the edge is told. */
  readonly edgeless?: boolean;
  /** Take-downs and their ends at the same time: either may have the last word. */
  readonly overlapping?: boolean;
  /** The control: who told the edge something sees the head as it was before. */
  readonly blindEdgeCheck?: boolean;
  /** The control: what was taken down once is not looked for again. */
  readonly removesOnce?: boolean;
  /** The control: a promotion that waited is carried out whatever became of its waiver. */
  readonly blindToExpiry?: boolean;
  /** The control: what is quarantined is settled, whatever review says. */
  readonly deafToReview?: boolean;
  /** The control: after a write of public, staging says what it said before it. */
  readonly blindPostCheck?: boolean;
  /** The control: a run judges what is not settled, and scans nothing again. */
  readonly rescansNothing?: boolean;
  /** The control: nobody asks what the malware engine said since. */
  readonly deafToWords?: boolean;
  /** The control: who asks what the malware engine said does not ask what people said to it. */
  readonly deafToReleases?: boolean;
  /** The control: staging has no history to look at. */
  readonly blindToDeletes?: boolean;
};

export type Message =
  | { readonly kind: 'reconcile' | Order; readonly lane?: 'heavy' | 'later' | 'rescan' }
  | StagedMessage;
export type Worker = { readonly message: Message; readonly answers: readonly unknown[] };
export type State = {
  readonly staging: number;
  readonly head: (Head & { readonly etag: string }) | undefined;
  /** What shadow mode has on record. */
  readonly record: ShadowSeen | undefined;
  readonly heads: number;
  readonly publicVersion: number;
  /** Whether the edge refuses the key. */
  readonly denied: boolean;
  readonly messages: readonly Message[];
  readonly workers: readonly Worker[];
  readonly step: number;
  readonly duplicates: number;
  readonly crashes: number;
  /** The newest version that a head said DONE of, since the last delete or take-down. */
  readonly done: number;
  /** Versions up to this one were deleted, or overwritten by what was deleted. */
  readonly deleted: number;
  /** What the malware engine found, in order. */
  readonly words: readonly Said[];
  /** Versions that definitions know as malware by now. */
  readonly known: readonly number[];
  /** Versions that a case once said were not scanned. The handlers go by the newest case: they look again less often than this. */
  readonly unscanned: readonly number[];
  /** What review said last: of which version, and whether the waiver has not expired. */
  readonly word: { readonly id: string; readonly version: number; readonly holds: boolean } | undefined;
  /** What is on the allow-list, and whether that has not expired. */
  readonly allowed: { readonly version: number; readonly holds: boolean } | undefined;
  /** Something was published whose waiver had expired. */
  readonly late: boolean;
  /** Versions whose verify record says that they were released. */
  readonly released: readonly number[];
  /** Something that was released and is public is judged again, for nothing. */
  readonly restless: boolean;
  readonly path: Path | undefined;
};
export type Path = { readonly label: string; readonly before: Path | undefined };

/** Whoever judges anew scans with the newest definitions. */
export function knowing(state: State): State {
  return {
    ...state,
    words: [...state.words, ...state.known.map((version) => ({ version, word: 'malware' as const }))],
  };
}

export function isRescan(message: Message): boolean {
  return 'lane' in message && message.lane === 'rescan';
}

/** Two of the same message are as many as any number: each can be handled while the other waits. */
export function withMessage<M>(messages: readonly M[], message: M): readonly M[] {
  const text = JSON.stringify(message);
  return messages.filter((other) => JSON.stringify(other) === text).length < 2 ? [...messages, message] : messages;
}

type Bags = {
  readonly path: Path | undefined;
  readonly heads: number;
  readonly workers: readonly { readonly message: unknown; readonly answers: readonly unknown[] }[];
  readonly messages: readonly unknown[];
};

/** Equal for states that differ only in the order of bags and in the numbering of head etags. */
export function identityOf<S extends Bags>({ path: _, heads: __, ...state }: S): string {
  const masked = (value: unknown) => JSON.stringify(value).replace(/"e\d+"/g, '"e"');
  const sorted = <T>(bag: readonly T[]) =>
    bag
      .map((value) => [masked(value), value] as const)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([, value]) => value);
  const workers = sorted(state.workers).map(({ message, answers }) => [
    message,
    answers.map((answer) => answer ?? null),
  ]);
  const text = JSON.stringify({ ...state, workers, messages: sorted(state.messages) });
  const names = new Map<string, number>();
  return text.replace(/"e\d+"/g, (etag) => {
    if (!names.has(etag)) names.set(etag, names.size);
    return `e${names.get(etag)}`;
  });
}

export function labels(path: Path | undefined): string[] {
  const out: string[] = [];
  for (let at = path; at; at = at.before) out.unshift(at.label);
  return out;
}
