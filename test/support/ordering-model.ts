// Exhaustive exploration of lib/core/settle.ts for one key: every interleaving of a publisher, workers of both halves,
// duplicated deliveries and crashes. A worker is its message and the answers it has had so far: its transition is a
// pure function of these, so a state is data, is cloned by copying, and is resumed by replay.

import type { Head, Source, StagedMessage } from '../../lib/core/records.ts';
import { type Effect, promote, reconcile, type ShadowSeen, type Transition } from '../../lib/core/settle.ts';
import { shadow } from '../../lib/core/shadow.ts';
import { endTakeDown, takeDown } from '../../lib/core/take-down.ts';
import {
  contradicts,
  isInfected,
  isScanned,
  isStillReleased,
  isUnexcused,
  judgeScanned,
  type Said,
  type Word,
  wordOn,
} from './ordering-words.ts';

/** A take-down and its end are a person's: one after the other, and again after a crash. */
/** A release is of one version; its waiver holds until it expires. */
export type Step =
  | { readonly put: number }
  | { readonly finds: Word; readonly in: number }
  /** Newer definitions know that version as malware, and a run has what is public scanned again. */
  | { readonly rescan: number }
  | { readonly release: number }
  | 'expire'
  | 'delete'
  | Order;
type Order = 'take down' | 'lift';
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
export type Explored = { readonly states: number; readonly violation: string | undefined };

type Message = { readonly kind: 'reconcile' | Order; readonly lane?: 'heavy' | 'later' | 'rescan' } | StagedMessage;
type Worker = { readonly message: Message; readonly answers: readonly unknown[] };
type State = {
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
  /** Versions whose case says that they were not scanned: the first case of a version stays. */
  readonly unscanned: readonly number[];
  /** What review said last: of which version, and whether the waiver has not expired. */
  readonly word: { readonly id: string; readonly version: number; readonly holds: boolean } | undefined;
  /** Something was published whose waiver had expired. */
  readonly late: boolean;
  /** Versions whose verify record says that they were released. */
  readonly released: readonly number[];
  /** Something that was released and is public is judged again, for nothing. */
  readonly restless: boolean;
  readonly path: Path | undefined;
};
export type Path = { readonly label: string; readonly before: Path | undefined };

const KEY = 'k';
const TERMS = { policy: `sha256:${'0'.repeat(64)}`, version: '0' };
const MAX_STATES = 3_000_000;
const source = (version: number): Source => ({ versionId: `v${version}`, etag: `s${version}`, size: version });
const work = (version: number) => String(version).padStart(64, '0');
const outOf = (version: number) => ({ key: KEY, sha256: work(version), mediaType: 'application/pdf' });

export function explore(program: readonly Step[], options: Options): Explored {
  const seen = new Set<string>();
  const stack: State[] = [
    {
      staging: 0,
      head: undefined,
      record: undefined,
      heads: 0,
      publicVersion: 0,
      denied: false,
      messages: [],
      workers: [],
      step: 0,
      duplicates: options.duplicates,
      crashes: options.crashes,
      done: 0,
      deleted: 0,
      words: [],
      known: [],
      unscanned: [],
      word: undefined,
      late: false,
      released: [],
      restless: false,
      path: undefined,
    },
  ];
  for (let state = stack.pop(); state; state = stack.pop()) {
    const identity = identityOf(state);
    if (seen.has(identity)) continue;
    seen.add(identity);
    if (seen.size > MAX_STATES) throw new Error(`more than ${MAX_STATES} states`);
    const next = successors(state, program, options);
    const wrong = whatIsWrong(state, next.length === 0, program, options);
    if (wrong) return { states: seen.size, violation: `${wrong}\n  ${labels(state.path).join('\n  ')}` };
    stack.push(...next);
  }
  return { states: seen.size, violation: undefined };
}

function whatIsWrong(state: State, isQuiet: boolean, program: readonly Step[], options: Options): string | undefined {
  const { bad, withhold, overlapping } = options;
  if (options.shadow) return whatIsWrongAside(state, isQuiet);
  const { staging, publicVersion, head, done, deleted, denied, word, late } = state;
  if (late) return 'published after its waiver had expired';
  if (state.restless) return 'judged again, though it was released and is public';
  if (bad.includes(publicVersion) && word?.version !== publicVersion)
    return `version ${publicVersion} is public and was quarantined`;
  const isCleared =
    !isScanned(publicVersion, options) ||
    state.released.includes(publicVersion) ||
    state.words.some(({ version, word }) => version === publicVersion && word === 'clean');
  if (!isCleared) return `version ${publicVersion} is public and was not found clean`;
  const isDown = head?.state === 'TAKEN_DOWN';
  // A removal, and the end of a take-down, has the edge stop refusing, and may be late; it is put right behind it.
  const isAllowed = program.includes('lift') || program.includes('delete');
  if (isDown && !denied && !isAllowed) return 'taken down, and the edge does not refuse it';
  if (!isQuiet) return undefined;
  const isReleased = word?.version === staging;
  // What was released before its waiver expired stays.
  const isLetThrough = isReleased && (word?.holds || head?.state === 'DONE');
  const isFound = isScanned(staging, options) && wordOn(state, staging) !== 'clean';
  const isBad = state.known.includes(staging) || (!isLetThrough && (bad.includes(staging) || isFound));
  const says = `at rest: staging ${staging}, public ${publicVersion}, head ${head?.state}${denied ? ', denied' : ''}`;
  if (isInfected(publicVersion, knowing(state))) return `${says}, infected`;
  const order = program.findLast((step) => step === 'take down' || step === 'lift');
  if (overlapping ? isDown : order === 'take down')
    return isDown && head.previous === 'withheld' && publicVersion === 0 && denied ? undefined : says;
  if (denied) return says;
  if (staging === 0) return publicVersion === 0 && (!head || head.state === 'REMOVED') ? undefined : says;
  if (!isBad) return publicVersion === staging && head?.state === 'DONE' ? undefined : says;
  if (head?.state !== 'QUARANTINED') return says;
  if (withhold) return publicVersion === 0 ? undefined : says;
  if (isReleased && publicVersion === 0) return undefined;
  // Kept: the newest version that was promoted, or one whose promotion the overwrite interrupted; none that was deleted.
  const isKept = publicVersion >= done || isInfected(done, knowing(state));
  return isKept && (publicVersion === 0 || publicVersion > deleted) ? undefined : says;
}

/** Nothing but the record ever changes, and at rest it speaks of what staging holds. */
function whatIsWrongAside({ staging, publicVersion, head, record, messages }: State, isQuiet: boolean) {
  if (publicVersion !== 0 || head || messages.some(({ kind }) => kind !== 'reconcile')) return 'shadow mode acts';
  const says = `at rest: staging ${staging}, record ${record?.src.size}`;
  return isQuiet && staging !== 0 && record?.src.size !== staging ? says : undefined;
}

function successors(state: State, program: readonly Step[], options: Options): State[] {
  const next: State[] = [];
  const push = (label: string, change: Partial<State>) =>
    next.push({ ...state, ...change, path: { label, before: state.path } });

  const step = program[state.step];
  const isOrdered = [...state.messages, ...state.workers.map(({ message }) => message)].some(isOrder);
  if (step === 'take down' || step === 'lift') {
    if (options.overlapping || !isOrdered)
      push(step, { messages: withMessage(state.messages, { kind: step }), step: state.step + 1 });
  } else if (typeof step === 'object' && 'finds' in step) {
    const words = [...state.words, { version: step.in, word: step.finds }];
    const messages = withMessage(state.messages, { kind: 'reconcile' });
    push(`found ${step.finds}: v${step.in}`, { words, messages, step: state.step + 1 });
  } else if (typeof step === 'object' && 'rescan' in step) {
    const messages = withMessage(state.messages, { kind: 'reconcile', lane: 'rescan' });
    push(`rescan: v${step.rescan}`, { known: [...state.known, step.rescan], messages, step: state.step + 1 });
  } else if (step === 'expire') {
    push(step, { step: state.step + 1, ...(state.word && { word: { ...state.word, holds: false } }) });
  } else if (typeof step === 'object' && 'release' in step) {
    const word = { id: `r${state.step}`, version: step.release, holds: true };
    push('release', { word, step: state.step + 1, messages: withMessage(state.messages, { kind: 'reconcile' }) });
  } else if (step) {
    const staging = step === 'delete' ? 0 : step.put;
    const messages = withMessage(state.messages, { kind: 'reconcile' });
    const gone = step === 'delete' ? { done: 0, deleted: newest(program, state.step) } : {};
    push(step === 'delete' ? 'delete' : `put v${staging}`, { staging, messages, step: state.step + 1, ...gone });
  }
  const distinct = new Map(state.messages.map((message, i) => [JSON.stringify(message), i]));
  for (const i of distinct.values()) {
    const message = state.messages[i];
    if (!message || state.workers.length >= options.workers) continue;
    const workers = [...state.workers, { message, answers: [] }];
    push(`receive ${message.kind}`, { workers, messages: state.messages.toSpliced(i, 1) });
    if (state.duplicates > 0 && !isOrder(message))
      push(`receive ${message.kind} twice`, { workers, duplicates: state.duplicates - 1 });
  }
  state.workers.forEach((worker, i) => {
    const label = `${worker.message.kind} #${i}`;
    const { answers, effect, isDone, change } = perform(worker, state, options);
    const workers = isDone ? state.workers.toSpliced(i, 1) : state.workers.with(i, { ...worker, answers });
    push(`${label}: ${effect}`, { ...change, workers });
    if (state.crashes > 0) {
      const messages = withMessage(state.messages, worker.message);
      push(`${label}: crash`, { workers: state.workers.toSpliced(i, 1), messages, crashes: state.crashes - 1 });
    }
  });
  return next;
}

/** Replays the worker, performs its next effect, and goes on through what no other worker can notice. */
function perform(worker: Worker, state: State, options: Options) {
  const transition = start(worker.message, options);
  let at = transition.next();
  for (const answer of worker.answers) at = transition.next(answer);
  if (at.done) throw new Error('a finished transition was kept');
  const effect = at.value;
  const { answer, change } = applyEffect(effect, worker, state, options);
  const answers = [...worker.answers, answer];
  at = transition.next(answer);
  while (!at.done) {
    const own = answerAlone(at.value, worker, options);
    if (!own) break;
    answers.push(own.answer);
    at = transition.next(own.answer);
  }
  // A run tries again where the world moved on.
  const isAgain = at.done === true && at.value === 'again' && isRescan(worker.message);
  const messages = isAgain && withMessage(change.messages ?? state.messages, worker.message);
  return {
    answers,
    effect: effect.effect,
    isDone: at.done === true,
    change: { ...change, ...(messages && { messages }) },
  };
}

function start(message: Message, options: Options): Transition {
  switch (message.kind) {
    case 'reconcile':
      return options.shadow ? shadow(KEY, TERMS) : reconcile(KEY, TERMS);
    case 'take down':
      return takeDown(KEY, TERMS);
    case 'lift':
      return endTakeDown(KEY);
    default:
      return promote(message);
  }
}

function isOrder({ kind }: Message): boolean {
  return kind === 'take down' || kind === 'lift';
}

/** Effects that neither see nor change what is shared. */
function answerAlone(effect: Effect, { message }: Worker, options: Options): { readonly answer: unknown } | undefined {
  const { bad, withhold, heavy, edgeless, reviewed } = options;
  switch (effect.effect) {
    case 'judge':
      if (options.scanned || reviewed) return undefined;
      if (heavy?.includes(effect.src.size) && !('lane' in message)) return { answer: { outcome: 'heavy' } };
      return {
        answer: bad.includes(effect.src.size)
          ? { outcome: 'quarantined', caseId: 'c', withhold }
          : { outcome: 'published', work: work(effect.src.size), out: outOf(effect.src.size) },
      };
    case 'isContradicted':
      return options.scanned && !options.deafToWords ? undefined : { answer: false };
    case 'readWord':
      return reviewed ? undefined : { answer: undefined };
    case 'ownsPublic':
    case 'mayRemove':
      return { answer: true };
    case 'othersOn':
      return { answer: [] };
    case 'audit':
    case 'notify':
    case 'tell':
    case 'invalidate':
      return { answer: undefined };
    case 'purgePublic':
      return { answer: 0 };
    case 'allow':
      return edgeless ? { answer: false } : undefined;
    default:
      return undefined;
  }
}

function applyEffect(
  effect: Effect,
  worker: Worker,
  state: State,
  options: Options,
): { readonly answer: unknown; readonly change: Partial<State> } {
  switch (effect.effect) {
    case 'judge':
      if (options.reviewed && !isUnheard(effect.src.size, state, options))
        return judgeReviewed(effect.src.size, state, options);
      return judgeScanned(effect.src.size, 'lane' in worker.message, knowing(state), options, outOf);
    case 'isContradicted': {
      const answer = contradicts(effect.src.size, effect.head, heardBy(worker, state, options), options);
      const isExcused = effect.head.state === 'DONE' && isStillReleased(Number(effect.head.work), state);
      return { answer, change: answer && isExcused ? { restless: true } : {} };
    }
    case 'headStaging': {
      const seen = options.blindPostCheck && hasPut(worker) ? worker.answers[0] : undefined;
      return { answer: seen ?? (state.staging === 0 ? undefined : source(state.staging)), change: {} };
    }
    case 'readHead': {
      const isBlind = options.blindEdgeCheck && typeof worker.answers.at(-1) === 'boolean';
      return { answer: isBlind ? worker.answers.findLast(isHead) : state.head, change: {} };
    }
    case 'casHead': {
      if ((state.head?.etag ?? null) !== effect.base) return { answer: undefined, change: {} };
      const etag = `e${state.heads}`;
      const head = { v: 1 as const, key: KEY, nonce: '', at: '', ...effect.next, etag };
      const version = effect.next.state === 'DONE' ? (effect.next.src?.size ?? 0) : 0;
      const done = version > state.deleted ? Math.max(state.done, version) : state.done;
      const isDown = effect.next.state === 'TAKEN_DOWN';
      return { answer: etag, change: { head, heads: state.heads + 1, done: isDown ? 0 : done } };
    }
    case 'readShadow':
      return { answer: state.record, change: {} };
    case 'judgeAside': {
      if (options.heavy?.includes(effect.src.size) && !('lane' in worker.message))
        return { answer: 'heavy', change: {} };
      if ((state.record?.etag ?? null) !== effect.base) return { answer: 'lost', change: {} };
      const record = { src: effect.src, ...TERMS, etag: `e${state.heads}` };
      return { answer: 'recorded', change: { record, heads: state.heads + 1 } };
    }
    case 'readWord':
      return { answer: options.deafToReview ? undefined : state.word?.id, change: {} };
    case 'isWaived':
      return { answer: options.blindToExpiry || isHeld(state, effect.waiver), change: {} };
    case 'putPublic': {
      const version = Number(effect.work);
      const isLate = (options.bad.includes(version) || state.released.includes(version)) && !state.word?.holds;
      if (isLate && !options.blindToExpiry) return { answer: undefined, change: {} };
      if (isLate) return { answer: `p${version}`, change: { publicVersion: version, late: true } };
      return { answer: `p${version}`, change: { publicVersion: version } };
    }
    case 'wasRemovedSince':
      return { answer: !options.blindToDeletes && effect.src.size <= state.deleted, change: {} };
    case 'headPublic':
      return { answer: state.publicVersion === 0 ? undefined : `p${state.publicVersion}`, change: {} };
    case 'removePublic': {
      const isLeft = options.removesOnce && state.head?.state === 'TAKEN_DOWN' && state.head.previous === 'withheld';
      return { answer: undefined, change: isLeft ? {} : { publicVersion: 0 } };
    }
    case 'deny':
      return { answer: !state.denied, change: { denied: true } };
    case 'allow':
      return { answer: state.denied, change: { denied: false } };
    case 'sendPromote':
      if ('run' in effect.message) throw new Error('what is staged is not adopted');
      return { answer: undefined, change: { messages: withMessage(state.messages, effect.message) } };
    case 'sendReconcile':
      return { answer: undefined, change: { messages: withMessage(state.messages, { kind: 'reconcile' }) } };
    case 'sendHeavy': {
      const messages = withMessage(state.messages, { kind: 'reconcile', lane: 'heavy' });
      return { answer: undefined, change: { messages } };
    }
    case 'sendLater': {
      const messages = withMessage(state.messages, { kind: 'reconcile', lane: 'later' });
      return { answer: undefined, change: { messages } };
    }
    default: {
      const own = answerAlone(effect, worker, options);
      if (!own) throw new Error(`the model does not know ${effect.effect}`);
      return { answer: own.answer, change: {} };
    }
  }
}

/** Whoever judges anew scans with the newest definitions. */
function knowing(state: State): State {
  return {
    ...state,
    words: [...state.words, ...state.known.map((version) => ({ version, word: 'malware' as const }))],
  };
}

/** What was judged before is scanned again by a run alone. */
function heardBy({ message }: Worker, state: State, { rescansNothing }: Options): State {
  return isRescan(message) && !rescansNothing ? knowing(state) : state;
}

function isRescan(message: Message): boolean {
  return 'lane' in message && message.lane === 'rescan';
}

/** Nothing was said of it by the malware engine that it has to wait for. */
const isUnheard = (size: number, state: State, options: Options) =>
  isScanned(size, options) && wordOn(state, size) === undefined;

function judgeReviewed(size: number, state: State, { bad, withhold }: Options) {
  const { word, released } = state;
  const isWaived = word?.version === size && word.holds;
  const isHeldBack = bad.includes(size) || wordOn(state, size) === 'malware';
  const isFatal = withhold || isUnexcused(Number(state.head?.work ?? 0), state);
  const answer =
    !isHeldBack || isWaived
      ? { outcome: 'published', work: work(size), out: outOf(size), ...(isWaived && { waiver: word.id }) }
      : { outcome: 'quarantined', caseId: 'c', withhold: isFatal, ...(word && { word: word.id }) };
  const isFirst = isHeldBack && isWaived && !released.includes(size);
  return { answer, change: isFirst ? { released: [...released, size] } : {} };
}

function isHeld({ word }: State, waiver: string): boolean {
  return word?.id === waiver && word.holds;
}

/** The newest version that publishers had put before this step: their numbers ascend. */
function newest(program: readonly Step[], step: number): number {
  return Math.max(0, ...program.slice(0, step).map((one) => (typeof one === 'object' && 'put' in one ? one.put : 0)));
}

function isHead(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'nonce' in answer;
}

function hasPut({ answers }: Worker): boolean {
  return answers.some((answer) => answer === 'recorded' || (typeof answer === 'string' && answer.startsWith('p')));
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
