// Feeds a run's lane. One tick looks, decides and carries out; what it relies on stands in the ledger, so that the next
// tick may be another process's. A shard is written before any of it is sent, and the cursor moves after it was: a crash
// in between sends the same entries again, which is harmless, and none is left out. Two planners send twice at worst.

import { setTimeout as delay } from 'node:timers/promises';
import type { AdoptionMessage, AuditMessage, ReconcileMessage, RunRef } from '../core/records.ts';
import type { ReplayProgress } from '../core/records-events.ts';
import { type RunPlan, type RunState, SHARD_SIZE, type ShardEntry, type Tally } from '../core/records-runs.ts';
import type { ObjectStore, Queue } from '../core/store.ts';
import { type Decision, decide, isSameMinute, type Pressure } from './decide.ts';
import { type Measured, measure } from './progress.ts';
import { casState, readPlan, readShard, readState, type Shard, type StateSeen, writeShard } from './records.ts';
import { dueOf, isRestTold, progressOf } from './told.ts';

/** One object of a scope, and the position behind it: where a source starts again to give what comes after. */
export type Listed = ShardEntry & { readonly position: string };

/** The entries of a scope behind a position (null: from the start), in an order that never changes. */
export type Source = (plan: RunPlan, position: string | null) => AsyncIterable<Listed>;

export type ReplayPorts = {
  readonly ledger: ObjectStore;
  /** The lane that takes the run's messages. */
  readonly lane: Pick<Queue, 'sendBatch'>;
  readonly pressure: () => Promise<Pressure>;
  readonly source: Source;
  readonly now: () => Date;
  /** Tells the world how far the run is; nobody is told when left out. */
  readonly tell?: (event: ReplayProgress) => Promise<void>;
  /** Results are read anew after this time; in between the planner goes by what it last saw. 5 s when left out. */
  readonly measureEveryMs?: number;
};

export type Tick = {
  readonly did: 'sent' | 'waited' | 'paused' | 'resent' | 'finished' | 'told' | 'nothing' | 'lost';
  readonly state: RunState;
  readonly tally: Tally | undefined;
};

export type Planner = {
  /** Looks, decides, carries out. Rejects for outages; another tick goes on where this one stopped. */
  tick(): Promise<Tick>;
  /** Sends again at once what has no result: for a lane that did not outlive its process. */
  recover(): Promise<void>;
  /** Ends what the planner holds open. */
  close(): Promise<void>;
};

export function openPlanner(ports: ReplayPorts, id: string): Planner {
  const { ledger, lane, pressure, now, tell, measureEveryMs = 5000 } = ports;
  const reading = keptOpen(ports.source);
  let plan: RunPlan | undefined;
  let last: { readonly at: number; readonly measured: Measured } | undefined;

  async function measured(state: RunState): Promise<Measured> {
    if (last && performance.now() - last.at < measureEveryMs) return last.measured;
    last = { at: performance.now(), measured: await measure(ledger, state) };
    return last.measured;
  }

  async function shardAt({ cursor }: RunState, ofPlan: RunPlan): Promise<Shard> {
    const written = await readShard(ledger, id, cursor.shard);
    if (written) return written;
    const entries: ShardEntry[] = [];
    let { position } = cursor;
    let isLast = true;
    for await (const { position: behind, ...entry } of reading.from(ofPlan, position)) {
      entries.push(entry);
      position = behind;
      if (entries.length < SHARD_SIZE) continue;
      isLast = false;
      break;
    }
    const head = { v: 1 as const, run: id, shard: cursor.shard, count: entries.length, position, isLast };
    return writeShard(ledger, { head, entries });
  }

  async function send(state: StateSeen, ofPlan: RunPlan, atMost: number, atMostBytes: number) {
    const { head, entries } = await shardAt(state, ofPlan);
    const { shard, at } = state.cursor;
    let bytes = 0;
    const chosen = entries.slice(at, at + atMost).filter((entry, i) => {
      // One at least, or an object larger than the budget of a day would be waited for until the end of days.
      const fits = i === 0 || bytes + (entry.bytes ?? 0) <= atMostBytes;
      bytes += fits ? (entry.bytes ?? 0) : Number.POSITIVE_INFINITY;
      return fits;
    });
    await lane.sendBatch(chosen.map(({ key }, i) => messageOf(ofPlan, shard, at + i, key)));
    const spent = chosen.reduce((sum, entry) => sum + (entry.bytes ?? 0), 0);
    const isThrough = at + chosen.length === entries.length;
    const time = now();
    const date = time.toISOString().slice(0, 10);
    const day = state.day.date === date ? state.day : { date, messages: 0, bytes: 0 };
    const minute = isSameMinute(state, time) ? state.minute : { from: time.toISOString(), messages: 0 };
    return {
      ...state,
      why: null,
      cursor: isThrough
        ? { shard: shard + 1, at: 0, position: head.position }
        : { ...state.cursor, at: at + chosen.length },
      sent: state.sent + chosen.length,
      entries: head.isLast ? shard * SHARD_SIZE + head.count : state.entries,
      // What has just been sent cannot have been lost yet.
      progress: { ...state.progress, at: time.toISOString() },
      day: { ...day, messages: day.messages + chosen.length, bytes: day.bytes + spent },
      minute: { ...minute, messages: minute.messages + chosen.length },
    };
  }

  async function sendMissing({ cursor }: RunState, ofPlan: RunPlan, { open }: Measured): Promise<void> {
    for (const [number, reported] of open) {
      const shard = await readShard(ledger, id, number);
      if (!shard) throw new Error('a shard was sent, and is not there');
      const sent = number === cursor.shard ? cursor.at : shard.entries.length;
      const missing = [...shard.entries.slice(0, sent).entries()].filter(([n]) => !reported.has(n));
      await lane.sendBatch(missing.map(([n, { key }]) => messageOf(ofPlan, number, n, key)));
    }
  }

  async function resend(state: StateSeen, ofPlan: RunPlan, known: Measured): Promise<RunState> {
    await sendMissing(state, ofPlan, known);
    const { progress } = state;
    return { ...state, progress: { ...progress, at: now().toISOString(), resends: progress.resends + 1 } };
  }

  async function carryOut(decision: Decision, state: StateSeen, ofPlan: RunPlan, known: Measured) {
    switch (decision.do) {
      case 'send':
        return { did: 'sent', next: await send(state, ofPlan, decision.atMost, decision.atMostBytes) } as const;
      case 'resend':
        return { did: 'resent', next: await resend(state, ofPlan, known) } as const;
      case 'wait':
        return { did: 'waited', next: { ...state, why: decision.why } } as const;
      case 'pause':
        return { did: 'paused', next: { ...state, state: 'paused', why: decision.why } } as const;
      case 'finish':
        return { did: 'finished', next: { ...state, state: 'done', why: null } } as const;
    }
  }

  /** The state with what was told; the same where nothing was due, undefined where another writer was first. */
  async function tellDue(state: StateSeen, ofPlan: RunPlan, tally: Tally): Promise<StateSeen | undefined> {
    const due = tell && dueOf(state, tally.reported);
    if (!due) return state;
    await tell(progressOf(ofPlan, state, tally, now()));
    return casState(ledger, state.etag, { ...state, told: due }, now());
  }

  /** What a run came to, or that somebody paused it, is told by the next tick of any planner. */
  async function atRest(state: StateSeen, ofPlan: RunPlan): Promise<Tick> {
    if (!tell || isRestTold(state)) return { did: 'nothing', state, tally: undefined };
    const { tally } = await measured(state);
    const told = await tellDue(state, ofPlan, tally);
    return told ? { did: 'told', state: told, tally } : { did: 'lost', state, tally };
  }

  return {
    async tick() {
      plan ??= await readPlan(ledger, id);
      const before = await readState(ledger, id);
      if (before.state !== 'running') return atRest(before, plan);
      // Before the results are read: what comes in between counts as not yet collected rather than as lost.
      const seen = await pressure();
      const known = await measured(before);
      const { tally } = known;
      const state = await tellDue(before, plan, tally);
      if (!state) return { did: 'lost', state: before, tally };
      const decision = decide(plan, state, tally, seen, now());
      const { did, next } = await carryOut(decision, state, plan, known);
      const withProgress: RunState =
        tally.reported === state.progress.reported || did === 'resent'
          ? next
          : { ...next, progress: { ...next.progress, reported: tally.reported, at: now().toISOString() } };
      if (did === 'waited' && withProgress === next && next.why === state.why) return { did, state, tally };
      const written = await casState(ledger, state.etag, withProgress, now());
      return written ? { did, state: written, tally } : { did: 'lost', state, tally };
    },
    async recover() {
      const state = await readState(ledger, id);
      await sendMissing(state, await readPlan(ledger, id), await measure(ledger, state));
    },
    close: () => reading.close(),
  };
}

function messageOf({ id, mode, scope, policy, rescan }: RunPlan, shard: number, n: number, key: string): string {
  const run = { id, shard, n, policy, ...(rescan && { rescan }) };
  return JSON.stringify(messageFor(mode, scope.of, key, run));
}

function messageFor(
  mode: RunPlan['mode'],
  of: RunPlan['scope']['of'],
  key: string,
  run: RunRef,
): AuditMessage | ReconcileMessage | AdoptionMessage {
  if (mode === 'audit') return { kind: 'audit', of, key, run };
  return of === 'staging' ? { kind: 'reconcile', key, run } : { kind: 'adopt', key, attempt: 0, run };
}

/** Goes on with the reading that stopped at the position, so that a listing is not begun anew for each shard. */
function keptOpen(source: Source) {
  let open: { readonly entries: AsyncIterator<Listed>; position: string | null } | undefined;
  const close = async () => {
    const was = open;
    open = undefined;
    await was?.entries.return?.();
  };
  return {
    close,
    async *from(plan: RunPlan, position: string | null): AsyncGenerator<Listed> {
      if (open?.position !== position) {
        await close();
        open = { entries: source(plan, position)[Symbol.asyncIterator](), position };
      }
      const mine = open;
      // Not there while it is read: a reading that failed would look like one that came to its end.
      open = undefined;
      for (let at = await mine?.entries.next(); mine && at && !at.done; at = await mine.entries.next()) {
        mine.position = at.value.position;
        open = mine;
        yield at.value;
        open = undefined;
      }
    },
  };
}

const WAIT_MS = 1000;

/** Ticks until the run rests, or the signal. Outages are told and tried again. */
export async function drive(
  planner: Planner,
  options: {
    readonly signal: AbortSignal;
    readonly onTick: (tick: Tick) => void;
    readonly onFailure: (error: unknown) => void;
    readonly waitMs?: number;
  },
): Promise<RunState['state'] | undefined> {
  const { signal, onTick, onFailure, waitMs = WAIT_MS } = options;
  let isResting = false;
  try {
    while (!signal.aborted) {
      try {
        const tick = await planner.tick();
        if (!isResting || tick.did !== 'nothing') onTick(tick);
        isResting = tick.state.state !== 'running';
        // What it came to is told by a tick of its own.
        if (isResting && tick.did === 'nothing') return tick.state.state;
        if (tick.did !== 'waited') continue;
      } catch (error) {
        onFailure(error);
      }
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
    }
    return undefined;
  } finally {
    await planner.close();
  }
}
