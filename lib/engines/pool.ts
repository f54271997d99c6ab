// Documents are processed in worker processes that can be killed. A worker leads its own process group, gets no
// secrets (its environment is a short list of names), works in a private directory that is wiped with it, and is
// watched while it is busy: what goes past a limit is killed with everything it started, and a fresh worker takes over.

import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Limits } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';
import { type Usage, usageOf } from './process-group.ts';
import { type Job, type Outcome, startWorker, type Worker } from './worker.ts';

export type PoolOptions = {
  /** The worker's entry: a script that calls `serveJobs`. */
  readonly script: URL;
  /** Handed to the script once, as JSON. */
  readonly data?: unknown;
  /** Jobs at a time. */
  readonly size: number;
  /** Beside a job that goes on for longer one idle worker more is kept warm, to replace it at once; a second, when left out. */
  readonly spareAfterMs?: number;
  readonly limits: Pick<Limits, 'cpuMs' | 'wallMs' | 'maxRssBytes'>;
  /** What V8 may use of it; three quarters of the memory when left out. */
  readonly maxHeapBytes?: number;
  /** Bytes that a job's output may have. */
  readonly maxOutputBytes: number;
  /** A worker that has served this many is replaced: engines grow. */
  readonly jobsPerWorker?: number;
  /** Idle workers end after this time without a job; the next job starts one. Never, when left out. */
  readonly idleMs?: number;
  /** Names of variables of our own environment that workers get besides the usual ones. */
  readonly env?: readonly string[];
};

export type Pool = {
  /**
   * Runs one job. Rejects with a Refusal when the job went past a limit or killed its worker, with a JobError when the
   * script's own code threw, with the signal's reason when aborted, and with another error when no worker starts.
   */
  run(job: Job, signal?: AbortSignal): Promise<Outcome>;
  /** Kills every worker and wipes the directory. Jobs that wait or run are rejected. */
  close(): Promise<void>;
};

type Waiting = {
  readonly job: Job;
  /** Where it runs; not yet, while it waits. */
  worker: Worker | undefined;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
};

type Running = {
  readonly since: number;
  /** CPU time of the worker's group when it was first looked at. */
  cpuMsBefore: number | undefined;
  /** Memory of the worker's group when it was last looked at. */
  rssBytes: number;
  /** It goes on for so long that it may have to be killed. */
  isLong: boolean;
  /** Why we killed it. */
  stopped: { readonly error: unknown } | undefined;
};

const JOBS_PER_WORKER = 100;
const POLL_MS = 100;
// V8 is told less than the limit, so that it collects garbage before it is killed; buffers and WASM need the rest.
const HEAP_SHARE = 0.75;
const MAX_IDLE_SHARE = 0.5;
// What is killed for its time has gone on for longer, and few documents that end sooner are worth the start of a process.
const SPARE_AFTER_MS = 1000;

/** Starts the first worker at once and the others when there is work for them. */
export function startPool(options: PoolOptions): Pool {
  const { limits, size, jobsPerWorker = JOBS_PER_WORKER, spareAfterMs = SPARE_AFTER_MS } = options;
  const { maxHeapBytes = limits.maxRssBytes * HEAP_SHARE } = options;
  const root = mkdtempSync(join(tmpdir(), 'spoorloos-'));
  const queue: Waiting[] = [];
  const workers = new Set<Worker>();
  /** Being killed: they get no job any more. */
  const retired = new WeakSet<Worker>();
  const idle: Worker[] = [];
  const busy = new Map<Worker, Running>();
  let closed = false;
  let polling: NodeJS.Timeout | undefined;
  let idling: NodeJS.Timeout | undefined;

  /** Keeps as many workers as there is work for, and a spare one. Those on their last job count as gone. */
  const replenish = () => {
    const lasts = (worker: Worker) => !retired.has(worker) && (!busy.has(worker) || worker.served() < jobsPerWorker);
    const lasting = [...workers].filter(lasts).length;
    const wanted = Math.min(size, busy.size + queue.length) + ([...busy.values()].some(({ isLong }) => isLong) ? 1 : 0);
    for (let have = lasting; have < wanted && !closed; have++) start();
  };

  const start = () => {
    const worker = startWorker(join(root, randomBytes(8).toString('hex')), { env: [], ...options, maxHeapBytes });
    let started = false;
    workers.add(worker);
    worker.ended.then(() => {
      workers.delete(worker);
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
      // One that never started is not replaced here, or a broken script would be started for ever.
      if (started && queue.length > 0) serve();
    });
    worker.ready.then(
      () => {
        started = true;
        if (!retired.has(worker)) idle.push(worker);
        serve();
      },
      (error: unknown) => {
        if (retired.has(worker)) return serve();
        workers.delete(worker);
        // Nothing serves the queue when none is left. That is our failure, not the documents'.
        if ([...workers].every((other) => retired.has(other)))
          for (const waiting of queue.splice(0)) waiting.reject(error);
      },
    );
  };

  const retire = (worker: Worker) => {
    retired.add(worker);
    if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
    return worker.kill();
  };

  const serve = () => {
    clearTimeout(idling);
    while (queue.length > 0 && busy.size < size && idle.length > 0) {
      // The one that was used last has the warmest engines.
      const worker = idle.pop();
      const waiting = worker?.alive() ? queue.shift() : undefined;
      if (worker && waiting) void serveOne(worker, waiting);
    }
    const rest = busy.size + queue.length === 0;
    if (!rest) {
      polling ??= setInterval(poll, POLL_MS);
      replenish();
      return;
    }
    clearInterval(polling);
    polling = undefined;
    if (options.idleMs !== undefined)
      idling = setTimeout(() => workers.forEach((worker) => void retire(worker)), options.idleMs).unref();
  };

  const stop = (worker: Worker, error: unknown) => {
    const running = busy.get(worker);
    if (!running) return;
    running.stopped ??= { error };
    void retire(worker);
  };

  const serveOne = async (worker: Worker, waiting: Waiting) => {
    const running: Running = {
      ...{ since: performance.now(), cpuMsBefore: undefined, rssBytes: 0, isLong: false, stopped: undefined },
    };
    waiting.worker = worker;
    busy.set(worker, running);
    try {
      const outcome = await worker.run(waiting.job);
      if (running.stopped) throw running.stopped.error;
      waiting.resolve(outcome);
    } catch (error) {
      // Whatever state its code is in now, it is not one to hand the next document to.
      await retire(worker);
      waiting.reject(running.stopped ? running.stopped.error : error);
    } finally {
      busy.delete(worker);
      // What one document blew up would be counted against the next.
      const isSwollen = running.rssBytes > limits.maxRssBytes * MAX_IDLE_SHARE;
      if (worker.alive() && !retired.has(worker) && worker.served() < jobsPerWorker && !isSwollen) idle.push(worker);
      else void retire(worker);
      serve();
    }
  };

  let looking = false;
  const poll = async () => {
    if (looking) return;
    looking = true;
    const now = performance.now();
    for (const running of busy.values()) {
      if (running.isLong || now - running.since <= spareAfterMs) continue;
      running.isLong = true;
      // Once for each: where no worker can be started, it is not tried ten times a second.
      replenish();
    }
    // Most documents are done before they are looked at for the first time.
    const watched = [...busy].filter(([, { since }]) => now - since > POLL_MS);
    for (const [worker, { since }] of watched)
      if (now - since > limits.wallMs) stop(worker, new Refusal('timeout', `${limits.wallMs} ms have passed`));
    if (watched.length > 0) {
      const usage = await usageOf(new Set(watched.map(([{ pid }]) => pid))).catch(() => new Map<number, Usage>());
      for (const [worker, running] of watched) check(worker, running, usage.get(worker.pid));
    }
    looking = false;
  };

  const check = (worker: Worker, running: Running, usage: Usage | undefined) => {
    if (!usage) return;
    running.cpuMsBefore ??= usage.cpuMs;
    running.rssBytes = usage.rssBytes;
    if (usage.cpuMs - running.cpuMsBefore > limits.cpuMs)
      stop(worker, new Refusal('timeout', `more than ${limits.cpuMs} ms of CPU time`));
    if (usage.rssBytes > limits.maxRssBytes)
      stop(worker, new Refusal('limit', `more than ${limits.maxRssBytes} bytes of memory`));
  };

  start();
  return {
    async run(job, signal) {
      if (closed) throw new Error('the pool is closed');
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
      const waiting: Waiting = { job, worker: undefined, resolve, reject };
      const abort = () => {
        if (waiting.worker) return stop(waiting.worker, signal?.reason);
        queue.splice(queue.indexOf(waiting), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      queue.push(waiting);
      serve();
      return promise.finally(() => signal?.removeEventListener('abort', abort));
    },

    async close() {
      closed = true;
      clearTimeout(idling);
      clearInterval(polling);
      const error = new Error('the pool is closed');
      for (const waiting of queue.splice(0)) waiting.reject(error);
      for (const running of busy.values()) running.stopped ??= { error };
      await Promise.all([...workers].map(retire));
      await rm(root, { recursive: true, force: true });
    },
  };
}
