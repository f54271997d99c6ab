// Exhaustive exploration of lib/core/adopt.ts for one key, beside the transitions of what is staged: somebody who goes on
// writing to public by hand, a run, a publisher, take-downs, duplicated deliveries and crashes. Workers are as in
// ordering-model.ts: a message, and the answers so far.

import { adopt, adoptPublic, judgeTakenIn, MAX_ATTEMPTS } from '../../lib/core/adopt.ts';
import type { AdoptionMessage, Head, PromoteMessage, Source } from '../../lib/core/records.ts';
import { type Effect, promote, reconcile, type Transition } from '../../lib/core/settle.ts';
import { takeDown } from '../../lib/core/take-down.ts';
import { identityOf, labels, type Path, withMessage } from './ordering-states.ts';

/** `byHand`: somebody writes that version to public, past us. Their numbers ascend, and so do those of uploads. */
export type Step = { readonly byHand: number } | { readonly put: number } | 'adopt' | 'delete' | 'take down';
export type Options = {
  /** Versions, of either kind, that judging quarantines. */
  readonly bad: readonly number[];
  readonly withhold: boolean;
  readonly workers: number;
  readonly duplicates: number;
  readonly crashes: number;
  /** The control: what stands in public is not compared with what was judged. */
  readonly blindSwap?: boolean;
  /** The control: a head that says ADOPTED is taken for that of a staged document. */
  readonly takesForStaged?: boolean;
};

type Message = { readonly kind: 'reconcile' | 'take down' } | AdoptionMessage | PromoteMessage;
type Worker = { readonly message: Message; readonly answers: readonly unknown[] };
type State = {
  readonly staging: number;
  readonly head: (Head & { readonly etag: string }) | undefined;
  readonly heads: number;
  /** A staged version's cleaned form, or RAW or CLEAN and the number of what was written by hand. */
  readonly open: number;
  readonly denied: boolean;
  readonly messages: readonly Message[];
  readonly workers: readonly Worker[];
  readonly step: number;
  readonly duplicates: number;
  readonly crashes: number;
  readonly wrong: string | undefined;
  readonly path: Path | undefined;
};

const KEY = 'k';
const TERMS = { policy: `sha256:${'0'.repeat(64)}`, version: '0' };
const RUN = { id: '20260101T000000Z-00000000', shard: 0, n: 0, policy: TERMS.policy };
const MAX_STATES = 2_000_000;
const RAW = 100;
const CLEAN = 200;
const isByHand = (open: number) => open > RAW;
const numberOf = (open: number) => open % RAW;
const source = (name: string, version: number): Source => ({
  versionId: `${name}${version}`,
  etag: `${name}${version}`,
  size: version,
});
const work = (open: number) => String(open).padStart(64, '0');
const outOf = (open: number) => ({ key: KEY, sha256: work(open), mediaType: 'application/pdf' });

export function exploreAdoptions(program: readonly Step[], options: Options) {
  const { duplicates, crashes } = options;
  const seen = new Set<string>();
  const nothing = { staging: 0, head: undefined, heads: 0, open: 0, denied: false, messages: [], workers: [], step: 0 };
  const stack: State[] = [{ ...nothing, duplicates, crashes, wrong: undefined, path: undefined }];
  for (let state = stack.pop(); state; state = stack.pop()) {
    const identity = identityOf(state);
    if (seen.has(identity)) continue;
    seen.add(identity);
    if (seen.size > MAX_STATES) throw new Error(`more than ${MAX_STATES} states`);
    const next = successors(state, program, options);
    const wrong = state.wrong ?? (next.length === 0 ? wrongAtRest(state, program, options) : undefined);
    if (wrong) return { states: seen.size, violation: `${wrong}\n  ${labels(state.path).join('\n  ')}` };
    stack.push(...next);
  }
  return { states: seen.size, violation: undefined };
}

function wrongAtRest({ staging, open, head, denied }: State, program: readonly Step[], options: Options) {
  const { bad, withhold } = options;
  const says = `at rest: staging ${staging}, public ${open}, head ${head?.state} ${head?.previous ?? ''}`;
  const last = Math.max(0, ...program.map((step) => (typeof step === 'object' && 'byHand' in step ? step.byHand : 0)));
  const isAdoptedLast = program.at(-1) === 'adopt';
  const asByHand = open === RAW + last || (open === CLEAN + last && !bad.includes(last));
  if (program.includes('take down'))
    return open === 0 && denied && head?.state === 'TAKEN_DOWN' && head.previous === 'withheld' ? undefined : says;
  if (denied) return says;
  if (staging !== 0 && !bad.includes(staging)) return open === staging && head?.state === 'DONE' ? undefined : says;
  if (staging !== 0) {
    // What nobody ever looked at stays; what is known goes where policy says so.
    const isKnown = head?.out !== undefined || head?.formers !== undefined;
    return head?.state === 'QUARANTINED' && (withhold && isKnown ? open === 0 : open === 0 || asByHand)
      ? undefined
      : says;
  }
  if (head?.state === 'REMOVED' && !program.includes('delete')) return says;
  if (head?.state === 'REMOVED') return open === 0 || (asByHand && !head.out && !head.formers) ? undefined : says;
  if (head && head.state !== 'ADOPTED') return says;
  const isHeld = bad.includes(last);
  if (!isAdoptedLast) return asByHand || (isHeld && withhold && open === 0) ? undefined : says;
  // Every message of the run was handled, and nothing changed any more.
  if (!isHeld) return open === CLEAN + last && head?.out?.etag === `p${open}` ? undefined : says;
  return head?.previous === (withhold ? 'withheld' : 'kept') && open === (withhold ? 0 : RAW + last) ? undefined : says;
}

function successors(state: State, program: readonly Step[], options: Options): State[] {
  const next: State[] = [];
  const push = (label: string, change: Partial<State>) =>
    next.push({ ...state, ...change, path: { label, before: state.path } });
  const step = program[state.step];
  if (step !== undefined) push(JSON.stringify(step), { ...published(step, state), step: state.step + 1 });
  const distinct = new Map(state.messages.map((message, i) => [JSON.stringify(message), i]));
  for (const i of distinct.values()) {
    const message = state.messages[i];
    if (!message || state.workers.length >= options.workers) continue;
    const workers = [...state.workers, { message, answers: [] }];
    push(`receive ${message.kind}`, { workers, messages: state.messages.toSpliced(i, 1) });
    if (state.duplicates > 0 && message.kind !== 'take down')
      push(`receive ${message.kind} twice`, { workers, duplicates: state.duplicates - 1 });
  }
  state.workers.forEach((worker, i) => {
    const { answers, effect, isDone, change } = perform(worker, state, options);
    const workers = isDone ? state.workers.toSpliced(i, 1) : state.workers.with(i, { ...worker, answers });
    push(`${worker.message.kind} #${i}: ${effect}`, { ...change, workers });
    if (state.crashes > 0) {
      const messages = withMessage(state.messages, worker.message);
      push(`${worker.message.kind} #${i}: crash`, {
        workers: state.workers.toSpliced(i, 1),
        messages,
        crashes: state.crashes - 1,
      });
    }
  });
  return next;
}

function published(step: Step, { messages }: State): Partial<State> {
  if (step === 'adopt')
    return { messages: withMessage<Message>(messages, { kind: 'adopt', key: KEY, attempt: 0, run: RUN }) };
  if (step === 'take down') return { messages: withMessage<Message>(messages, { kind: step }) };
  if (typeof step === 'object' && 'byHand' in step) return { open: RAW + step.byHand };
  return {
    staging: step === 'delete' ? 0 : step.put,
    messages: withMessage<Message>(messages, { kind: 'reconcile' }),
  };
}

function* start(message: Message): Transition {
  switch (message.kind) {
    case 'reconcile':
      return yield* reconcile(KEY, TERMS);
    case 'take down':
      return yield* takeDown(KEY, TERMS);
    case 'looked':
      return 'nothing';
    case 'adopt': {
      const outcome = message.attempt < MAX_ATTEMPTS ? yield* adopt(message, TERMS) : 'nothing';
      return outcome === 'staged' ? yield* reconcile(KEY, TERMS) : outcome;
    }
    case 'taken-in':
      return message.attempt < MAX_ATTEMPTS ? yield* judgeTakenIn(message, TERMS) : 'nothing';
    default:
      return 'run' in message ? yield* adoptPublic(message) : yield* promote(message);
  }
}

/** Replays the worker, performs its next effect, and goes on through what no other worker can notice. */
function perform({ message, answers: known }: Worker, state: State, options: Options) {
  const transition = start(message);
  let at = transition.next();
  for (const answer of known) at = transition.next(answer);
  const answers = [...known];
  let change: Partial<State> = {};
  let effect = 'nothing to do';
  for (let isFirst = true; !at.done; isFirst = false) {
    const own = answerAlone(at.value, options);
    if (!own && !isFirst) break;
    const applied = own ? { ...own, change: {} } : applyEffect(at.value, state, options);
    if (isFirst) [change, effect] = [applied.change, at.value.effect];
    answers.push(applied.answer);
    at = transition.next(applied.answer);
  }
  return { answers, effect, isDone: at.done === true, change };
}

/** Effects that neither see nor change what is shared. */
function answerAlone(effect: Effect, { bad, withhold }: Options): { readonly answer: unknown } | undefined {
  const judged = (version: number, to: number) =>
    bad.includes(version)
      ? { outcome: 'quarantined', caseId: `c${version}`, withhold }
      : { outcome: 'published', work: work(to), out: outOf(to) };
  switch (effect.effect) {
    case 'judge':
      return { answer: judged(effect.src.size, effect.src.size) };
    case 'judgeTakenIn': {
      const version = numberOf(effect.src.size);
      return { answer: judged(version, CLEAN + version) };
    }
    case 'takeIn':
    case 'ownsPublic':
    case 'mayRemove':
      return { answer: true };
    case 'wasRemovedSince':
      return { answer: false };
    case 'othersOn':
      return { answer: [] };
    case 'purgePublic':
      return { answer: 0 };
    case 'audit':
    case 'notify':
    case 'tell':
    case 'invalidate':
    case 'dropTakenIn':
      return { answer: undefined };
    default:
      return undefined;
  }
}

function applyEffect(
  effect: Effect,
  state: State,
  options: Options,
): { readonly answer: unknown; readonly change: Partial<State> } {
  const { open, head, messages } = state;
  const send = (message: Message) => ({ answer: undefined, change: { messages: withMessage(messages, message) } });
  switch (effect.effect) {
    case 'headStaging':
      return { answer: state.staging === 0 ? undefined : source('s', state.staging), change: {} };
    case 'readHead':
      return {
        answer: options.takesForStaged && head?.state === 'ADOPTED' ? { ...head, state: 'DONE' } : head,
        change: {},
      };
    case 'casHead': {
      if ((head?.etag ?? null) !== effect.base) return { answer: undefined, change: {} };
      const etag = `e${state.heads}`;
      const next = { v: 1 as const, key: KEY, nonce: '', at: '', ...effect.next, etag };
      return { answer: etag, change: { head: next, heads: state.heads + 1 } };
    }
    // Neither the malware engine nor people who review have anything to say here.
    case 'isContradicted':
      return { answer: false, change: {} };
    case 'readWord':
      return { answer: undefined, change: {} };
    case 'isWaived':
      return { answer: true, change: {} };
    case 'lookPublic':
      return { answer: open === 0 ? undefined : source('p', open), change: {} };
    case 'headPublic':
      return { answer: open === 0 ? undefined : `p${open}`, change: {} };
    case 'putPublic':
      return { answer: `p${Number(effect.work)}`, change: { open: Number(effect.work) } };
    case 'removePublic':
      return { answer: undefined, change: { open: 0 } };
    case 'replacePublic': {
      const to = Number(effect.work);
      const mine = { versionId: `p${to}`, etag: `p${to}` };
      if (open === to) return { answer: mine, change: {} };
      if (open !== effect.src.size && !options.blindSwap) return { answer: undefined, change: {} };
      return { answer: mine, change: { open: to, ...lostIn(open, effect.src.size) } };
    }
    case 'withdrawPublic': {
      if (open === 0) return { answer: true, change: {} };
      if (open !== effect.src.size && !options.blindSwap) return { answer: false, change: {} };
      return { answer: true, change: { open: 0, ...lostIn(open, effect.src.size) } };
    }
    case 'deny':
      return { answer: !state.denied, change: { denied: true } };
    case 'allow':
      return { answer: state.denied, change: { denied: false } };
    case 'sendPromote':
    case 'sendBulk':
      return send(effect.message);
    case 'sendReconcile':
      return send({ kind: 'reconcile' });
    default:
      throw new Error(`the model does not know ${effect.effect}`);
  }
}

/** What an adoption did away with, where it was not what was judged. */
function lostIn(open: number, judged: number): Partial<State> {
  if (open === judged || open === 0) return {};
  return { wrong: `${isByHand(open) ? 'what was written by hand' : 'a staged document'} (${open}) is overwritten` };
}
