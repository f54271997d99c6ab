// What the effects of a transition are answered in the model, and what they change of its state.

import type { Source } from '../../lib/core/records.ts';
import type { Effect } from '../../lib/core/settle.ts';
import { isRescan, knowing, type Options, type State, type Worker, withMessage } from './ordering-states.ts';
import { contradicts, isScanned, isStillReleased, isUnexcused, judgeScanned, wordOn } from './ordering-words.ts';

export const KEY = 'k';
export const TERMS = { policy: `sha256:${'0'.repeat(64)}`, version: '0' };
const source = (version: number): Source => ({ versionId: `v${version}`, etag: `s${version}`, size: version });
const work = (version: number) => String(version).padStart(64, '0');
const outOf = (version: number) => ({ key: KEY, sha256: work(version), mediaType: 'application/pdf' });

/** Effects that neither see nor change what is shared. */
export function answerAlone(
  effect: Effect,
  { message }: Worker,
  options: Options,
): { readonly answer: unknown } | undefined {
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

export function applyEffect(
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
      return { answer: options.blindToExpiry || isHeld(effect, state, options), change: {} };
    case 'putPublic': {
      const version = Number(effect.work);
      const late = isLate(version, state, options);
      if (late && !options.blindToExpiry) return { answer: undefined, change: {} };
      if (late) return { answer: `p${version}`, change: { publicVersion: version, late: true } };
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

/** What was judged before is scanned again by a run alone. */
function heardBy({ message }: Worker, state: State, { rescansNothing }: Options): State {
  return isRescan(message) && !rescansNothing ? knowing(state) : state;
}

/** Nothing was said of it by the malware engine that it has to wait for. */
const isUnheard = (size: number, state: State, options: Options) =>
  isScanned(size, options) && wordOn(state, size) === undefined;

function judgeReviewed(size: number, state: State, { bad, withhold }: Options) {
  const { word, released } = state;
  const isWaived = word?.version === size && word.holds;
  const waiver = isWaived ? word.id : isAllowed(size, state) ? ALLOWED : undefined;
  const isHeldBack = bad.includes(size) || wordOn(state, size) === 'malware';
  const isFatal = withhold || isUnexcused(Number(state.head?.work ?? 0), state);
  const answer =
    !isHeldBack || waiver !== undefined
      ? { outcome: 'published', work: work(size), out: outOf(size), ...(waiver !== undefined && { waiver }) }
      : { outcome: 'quarantined', caseId: 'c', withhold: isFatal, ...(word && { word: word.id }) };
  const isFirst = isHeldBack && waiver !== undefined && !released.includes(size);
  return { answer, change: isFirst ? { released: [...released, size] } : {} };
}

function isHeld({ work, waiver }: Extract<Effect, { effect: 'isWaived' }>, state: State, options: Options): boolean {
  const { word, allowed } = state;
  if (waiver === undefined) return !isLate(Number(work), state, options);
  return waiver === ALLOWED ? allowed?.holds === true : word?.id === waiver && word.holds;
}

/** Held back, and let through by nobody now. */
function isLate(version: number, state: State, { bad }: Options): boolean {
  const isHeldBack = bad.includes(version) || state.released.includes(version);
  return isHeldBack && !state.word?.holds && !isAllowed(version, state);
}

/** The waiver of the allow-list. */
const ALLOWED = 'allowed';
const isAllowed = (version: number, { allowed }: State) => allowed?.version === version && allowed.holds;

function isHead(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'nonce' in answer;
}

function hasPut({ answers }: Worker): boolean {
  return answers.some((answer) => answer === 'recorded' || (typeof answer === 'string' && answer.startsWith('p')));
}
