// Plays one history: one move after another until nothing is left to do, then looks at what was left.

import { atRest } from './at-rest.ts';
import type { BagQueue, Held } from './bag-queue.ts';
import type { History, Step } from './history.ts';
import { FAULTS, type Fault, quiet, type Worker } from './scheduler.ts';
import { type Control, makeWorld, memoryStores, type Stores, type World } from './world.ts';

export type FaultName = Fault | 'stalls' | 'delivered again' | 'event lost' | 'event twice';
export type Played = {
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly operations: number;
  readonly faults: ReadonlyMap<FaultName, number>;
};
type Move = { readonly label: string; readonly run: (roll: number) => Promise<string | undefined> };

const MAX_MOVES = 8000;

export async function play(
  history: History,
  options: { readonly stores?: Stores; readonly control?: Control; readonly looks?: typeof atRest } = {},
): Promise<Played> {
  const looks = options.looks ?? atRest;
  const world = makeWorld(options.stores ?? memoryStores(), history, options.control);
  const counted = new Map<FaultName, number>();
  const count = (name: FaultName) => counted.set(name, (counted.get(name) ?? 0) + 1);
  const trace: string[] = [];
  let operations = 0;
  let chosen = 0;
  let step = 0;
  let faults = history.faults;
  /** Something was lost, or is no longer valid, that only a sweep can find out. */
  let isOwed = false;
  const { violations } = world.watch;

  const isAwake = (worker: Worker) => !worker.isDead && !worker.isDone && !worker.isStalled;
  const go = (worker: Worker): Move => ({
    label: `${worker.name} ${worker.at?.operation}`,
    async run(roll) {
      operations += 1;
      const fault = faults > 0 ? faultOf(worker.at?.operation ?? '', roll) : undefined;
      if (fault) {
        faults -= 1;
        count(fault);
        // Another had its message and saw nothing to do: what this one leaves half done, nobody is told of.
        if (fault !== 'stalls' && world.isOutlived(worker)) isOwed = true;
      }
      if (fault === 'stalls') worker.isStalled = true;
      else await worker.at?.go(fault);
      return fault;
    },
  });
  const deliver = (queue: BagQueue, message: Held): Move => ({
    label: `delivers ${queue.name} ${message.body.slice(0, 60)}`,
    async run() {
      const worker = world.deliver(queue, message);
      return worker ? `to ${worker.name}` : 'no more: to the dead letters';
    },
  });
  const publish = (next: Step): Move => ({
    label: `publisher: ${JSON.stringify(next)}`,
    async run() {
      step += 1;
      if ('notice' in next && next.notice !== 'sent') count(next.notice === 'lost' ? 'event lost' : 'event twice');
      if (next.does === 'sweep') isOwed = false;
      if (next.does === 'upgrade' || next.does === 'by hand' || ('notice' in next && next.notice === 'lost'))
        isOwed = true;
      if (next.does === 'rest' && !isOwed) violations.push(...(await looks(world, history)).violations);
      await perform(next, world);
      return undefined;
    },
  });

  function moves(isOver: boolean): Move[] {
    const awake = world.workers.filter(isAwake);
    const possible = awake.filter(({ at }) => at).map(go);
    if (awake.length < history.workers)
      for (const queue of world.queues)
        for (const message of queue.held.values()) if (!message.isInFlight) possible.push(deliver(queue, message));
    const next = isOver ? undefined : history.steps[step];
    if (next && next.does !== 'rest' && (next.does !== 'wait' || possible.length === 0)) possible.push(publish(next));
    for (const queue of world.queues)
      for (const message of queue.held.values()) {
        const worker = world.hands.get(message);
        if (!message.isInFlight || !worker || isAwake(worker)) continue;
        const label = `time is up for what ${worker.name} has in hand`;
        const run = async () => {
          message.isInFlight = false;
          count('delivered again');
          return undefined;
        };
        possible.push({ label, run });
      }
    for (const worker of world.workers.filter(({ isStalled, isDead }) => isStalled && !isDead)) {
      const run = async () => {
        worker.isStalled = false;
        return undefined;
      };
      possible.push({ label: `${worker.name} goes on`, run });
    }
    if (next?.does === 'rest' && possible.length === 0) possible.push(publish(next));
    return possible;
  }

  async function toRest(isOver: boolean): Promise<void> {
    for (let made = 0; made < MAX_MOVES; made += 1) {
      const choice = history.choices[chosen] ?? 0;
      const possible = moves(isOver);
      const move = possible[(choice & 0xff) % possible.length];
      if (!move) return;
      chosen += 1;
      const note = await move.run(choice >> 8);
      await quiet();
      trace.push(note === undefined ? move.label : `${move.label}: ${note}`);
      if (violations.length > 0) return;
    }
    violations.push('the queues do not come to rest');
  }

  await toRest(false);
  faults = 0;
  // Once for what was lost on the way; and always once more, which may change nothing.
  // What was written by hand over a version that nobody had judged is found by the sweep after the one that judges it.
  const byHand = history.steps.some(({ does }) => does === 'by hand');
  for (const isMending of isOwed ? [...(byHand ? [true] : []), true, false] : [false]) {
    if (violations.length > 0) break;
    const before = isMending ? undefined : await looks(world, history);
    if (before) violations.push(...before.violations);
    trace.push('a sweep');
    await world.sweep();
    await toRest(true);
    const after = await looks(world, history);
    if (before && before.summary !== after.summary)
      violations.push(`a sweep at rest changes\n${before.summary}\nto\n${after.summary}`);
  }
  return { violations, trace, operations, faults: counted };
}

async function perform(step: Step, world: World): Promise<void> {
  switch (step.does) {
    case 'put':
      return world.put(step.key, step.text, step.notice);
    case 'delete':
      return world.remove(step.key, step.notice);
    case 'by hand':
      return world.byHand(step.key, step.text);
    case 'adopt':
      return world.adopt(step.key);
    case 'decide':
      return world.decide(step);
    case 'later':
      return world.later();
    case 'sweep':
      return world.sweep();
    case 'upgrade':
      world.terms.version = String(Number(world.terms.version) + 1);
      return undefined;
    case 'wait':
    case 'rest':
      return undefined;
  }
}

/** By thresholds out of 256. What changes something goes wrong more often than what looks; 0 never does. */
function faultOf(operation: string, roll: number): Fault | 'stalls' | undefined {
  if (roll === 0) return undefined;
  const [stalls, each] = /\.(put|remove|purge|copyFrom|send)|ack|notify/.test(operation) ? [48, 14] : [24, 5];
  if (roll < stalls) return 'stalls';
  const fault = FAULTS[Math.floor((roll - stalls) / each)];
  return fault === 'lost answer' && !operation.endsWith(' if') ? undefined : fault;
}
