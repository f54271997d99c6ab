// Exhaustive exploration of lib/core/settle.ts for one key: every interleaving of a publisher, workers of both halves,
// duplicated deliveries and crashes. A worker is its message and the answers it has had so far: its transition is a
// pure function of these, so a state is data, is cloned by copying, and is resumed by replay.

import { promote, reconcile, type Transition } from '../../lib/core/settle.ts';
import { shadow } from '../../lib/core/shadow.ts';
import { endTakeDown, takeDown } from '../../lib/core/take-down.ts';
import { answerAlone, applyEffect, KEY, TERMS } from './ordering-effects.ts';
import { whatIsWrong } from './ordering-rules.ts';
import {
  identityOf,
  isRescan,
  labels,
  type Message,
  type Options,
  type State,
  type Step,
  type Worker,
  withMessage,
} from './ordering-states.ts';

export type Explored = { readonly states: number; readonly violation: string | undefined };

const MAX_STATES = 3_000_000;

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
      allowed: undefined,
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
    const { word, allowed } = state;
    const over = {
      ...(word && { word: { ...word, holds: false } }),
      ...(allowed && { allowed: { ...allowed, holds: false } }),
    };
    push(step, { step: state.step + 1, ...over });
  } else if (typeof step === 'object' && 'allow' in step) {
    push('allow', { allowed: { version: step.allow, holds: true }, step: state.step + 1 });
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

/** The newest version that publishers had put before this step: their numbers ascend. */
function newest(program: readonly Step[], step: number): number {
  return Math.max(0, ...program.slice(0, step).map((one) => (typeof one === 'object' && 'put' in one ? one.put : 0)));
}
