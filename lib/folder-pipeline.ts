// Folder mode: the same handlers as on AWS over directories and an in-process queue, with the ledger as the only
// memory of what was done.

import { setTimeout as delay } from 'node:timers/promises';
import type { ConsoleStatus } from './console/ports.ts';
import type { DocumentEvent } from './core/records.ts';
import type { CaseChanged } from './core/records-events.ts';
import type { ShadowRecord } from './core/records-shadow.ts';
import type { Terms } from './core/settle.ts';
import type { ObjectStore } from './core/store.ts';
import { ledgerDenyList } from './edge/ledger-deny-list.ts';
import { keysOf } from './handlers.ts';
import { openJudge } from './judging.ts';
import type { Log } from './log.ts';
import { startPipeline } from './pipeline.ts';
import { enqueueRemoved, enqueueStaged } from './recover.ts';
import type { ReplayPorts } from './replay/planner.ts';
import { sourceOf } from './replay/sources.ts';
import type { ReviewPlaces } from './review/act.ts';
import type { ScannerChoice } from './scanners/choose.ts';
import { startShadowPipeline } from './shadow-pipeline.ts';
import { directoryStore } from './stores/directory-store.ts';
import { isSettled } from './stores/directory-version.ts';
import type { Skipped } from './stores/directory-walk.ts';
import { memoryQueue } from './stores/memory-queue.ts';
import type { TakeDownPlaces } from './take-down.ts';
import { logAside, logCrash, logVerdict } from './verdict-log.ts';

/** Where the six buckets are on this machine. `work` is ours alone. */
export type Folders = Readonly<Record<'staging' | 'public' | 'quarantine' | 'ledger' | 'audit' | 'work', string>>;

export type FolderPipelineOptions = {
  readonly folders: Folders;
  /** A policy file's JSON; the defaults when absent. */
  readonly policyFile: unknown;
  readonly jobs: number;
  readonly scanner: ScannerChoice;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly onEvent: (event: DocumentEvent | CaseChanged) => void;
  /** Shadow mode: nothing is published or quarantined, and what would have been is told here. */
  readonly shadow?: (record: ShadowRecord) => void;
  /** Told what in staging is not an object, each time that staging is listed. */
  readonly onSkipped: (skipped: Skipped) => void;
};

/** Why a key was not settled: handling it failed again and again, or its file did not come to rest. */
export type Unsettled = 'failed' | 'changing';

export type Drained = {
  /** The keys that are not settled. */
  readonly unsettled: ReadonlyMap<string, Unsettled>;
  /** How many records of the ledger could not be read: what they published may be gone from staging. */
  readonly unread: number;
};

export type FolderPipeline = {
  readonly ledger: ObjectStore;
  readonly terms: Terms;
  /** What it judges by, for who shows what would become of a document. */
  readonly policyFile: unknown;
  /** What whoever orders a take-down needs. */
  readonly takeDowns: TakeDownPlaces;
  /** What a run over old objects needs. Its lane does not outlive this process: who goes on with a run recovers it. */
  readonly replay: ReplayPorts;
  status(): ConsoleStatus;
  /** What people who review need. */
  readonly review: ReviewPlaces;
  /** Puts a document into staging, as if it had been laid there, and knows who did. */
  upload(name: string, body: Uint8Array, by: string): Promise<void>;
  readonly maxUploadBytes: number;
  /** Says that a key in staging may have changed. */
  changed(key: string): void;
  /** Takes up what was removed from staging while nothing ran. */
  recoverRemoved(): Promise<unknown>;
  /** Takes up everything in staging, and resolves when all of it is settled, or no further try would settle the rest. */
  drain(signal: AbortSignal): Promise<Drained>;
  /** Resolves when what has been sent to promote is carried out, or at the abort. */
  settled(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
};

// A document takes two minutes at most; a message that is not back by then belongs to a handler that died with us.
const VISIBILITY_MS = 10 * 60_000;
const MAX_RECEIVES = 5;
// A file is taken up when its size and times have not changed for this long: until then it may be being written.
export const QUIET_MS = 300;
const CHANGING_MS = 10_000;
const MAX_UPLOADERS = 10_000;
// Once more after everything else is done; then it is not the moment's fault.
const HOPELESS_FAILURES = 2;

export async function startFolderPipeline(options: FolderPipelineOptions): Promise<FolderPipeline> {
  const { folders, policyFile, jobs, log } = options;
  const { scanner, env } = options;
  const { judge, engine, policy, limits, version, ...judging } = await openJudge({
    policyFile,
    scanner,
    jobs,
    env,
    onCrash: logCrash(log),
  });

  const terms = { policy: policy.hash, version };
  const deadLetters = memoryQueue({ visibilityMs: VISIBILITY_MS, maxReceives: MAX_RECEIVES });
  const retried = { visibilityMs: VISIBILITY_MS, maxReceives: MAX_RECEIVES, deadLetters };
  const liveQueue = memoryQueue(retried);
  const promoteQueue = memoryQueue(retried);
  const bulkQueue = memoryQueue(retried);
  const results = memoryQueue({ visibilityMs: VISIBILITY_MS, maxReceives: MAX_RECEIVES });
  const counts = { published: 0, quarantined: 0 };
  /** How often a key's message ended among the dead letters since the key was last settled. */
  const failures = new Map<string, number>();
  const changingSince = new Map<string, number>();
  /** Of versions that came by the console. */
  const uploaders = new Map<string, string>();
  const ledger = directoryStore(folders.ledger);
  const common = {
    staging: directoryStore(folders.staging, { onSkipped: options.onSkipped }),
    work: directoryStore(folders.work),
    ledger,
    audit: directoryStore(folders.audit),
    liveQueue,
    now: () => new Date(),
    notify: async (event: DocumentEvent) => {
      if (event.type === 'Document Promoted') counts.published += 1;
      if (event.type === 'Document Quarantined') counts.quarantined += 1;
      const failed = event.type === 'Processing Failed' ? (failures.get(event.key) ?? 0) + 1 : 0;
      if (failed === 0) failures.delete(event.key);
      else failures.set(event.key, failed);
      // Tried for as long as it takes; said once.
      if (failed <= 1) options.onEvent(event);
    },
  };
  const sanitize = {
    ...common,
    quarantine: directoryStore(folders.quarantine),
    promoteQueue,
    judge,
    engine,
    terms,
    maxInputBytes: limits.maxInputBytes,
    overwrite: policy.overwrite,
    onVerdict: logVerdict(log),
    uploaderOf: (_: string, { versionId }: { readonly versionId: string }) => uploaders.get(versionId),
  };
  const published = directoryStore(folders.public);
  const edge = ledgerDenyList(ledger, common.now);
  const promote = { ...common, public: published, edge, bulkQueue };
  const takeDowns = { ...common, promoteQueue, edge, terms };
  const { maxInputBytes } = limits;
  const { staging, now } = common;
  const audit = { staging, public: published, ledger, judge, again: { engine }, now, terms, maxInputBytes };
  const replay: ReplayPorts = {
    ledger: common.ledger,
    lane: bulkQueue,
    pressure: async () => ({
      backlog: bulkQueue.size(),
      uncollected: results.size(),
      live: await liveQueue.depth(),
      deadLetters: deadLetters.size(),
    }),
    source: sourceOf({ staging: common.staging, public: published }),
    now: common.now,
    measureEveryMs: 500,
  };

  /** Each version of a file that is still being written would get a case of its own. */
  async function postpone(body: string): Promise<boolean> {
    for (const key of keysOf(body)) {
      const version = await common.staging.head(key);
      if (!version || isSettled(version, Date.now(), QUIET_MS)) {
        changingSince.delete(key);
        continue;
      }
      changingSince.set(key, changingSince.get(key) ?? performance.now());
      await liveQueue.send(body, { delayMs: QUIET_MS });
      return true;
    }
    return false;
  }

  function whyUnsettled(key: string): Unsettled | undefined {
    if ((failures.get(key) ?? 0) >= HOPELESS_FAILURES) return 'failed';
    return performance.now() - (changingSince.get(key) ?? Number.POSITIVE_INFINITY) > CHANGING_MS
      ? 'changing'
      : undefined;
  }

  const lanes = { deadLetters, jobs, log, postpone, bulk: { queue: bulkQueue, jobs } };
  const runs = { audit, results, lingerMs: 200 };
  const { shadow } = options;
  const pipeline = shadow
    ? startShadowPipeline({
        ...lanes,
        runs: { ...runs, ledger },
        shadow: {
          ...{ staging, ledger, liveQueue, now, judge, terms, maxInputBytes },
          onVerdict: logAside(log),
          onRecorded(record) {
            counts[record.outcome] += 1;
            failures.delete(record.key);
            shadow(record);
          },
        },
        onFailed: (key) => void failures.set(key, (failures.get(key) ?? 0) + 1),
      })
    : startPipeline({ ...lanes, runs, sanitize, promote });
  const queues = [liveQueue, promoteQueue, deadLetters];
  const waiting = () => queues.reduce((sum, queue) => sum + queue.size(), 0);
  async function recoverRemoved(): Promise<number> {
    // What is public is not ours to remove.
    if (shadow) return 0;
    let unread = 0;
    await enqueueRemoved(common.staging, ledger, liveQueue, (record, error) => {
      unread += 1;
      log('error', 'a record in the ledger cannot be read', { record }, error);
    });
    return unread;
  }

  return {
    ledger,
    terms,
    policyFile,
    takeDowns,
    replay,
    maxUploadBytes: limits.maxInputBytes,
    async upload(name, body, by) {
      const { versionId } = await common.staging.put(name, body);
      // Judged when it has come to rest, and held back then, if at all.
      uploaders.set(versionId, by);
      for (const oldest of uploaders.keys()) if (uploaders.size > MAX_UPLOADERS) uploaders.delete(oldest);
    },
    review: {
      ...{ ledger, audit: common.audit, quarantine: sanitize.quarantine, liveQueue, now },
      notify: async (event) => options.onEvent(event),
    },
    status: () => ({ scanner: judging.scanner, waiting: waiting(), ...counts, isShadow: shadow !== undefined }),
    changed: (key) => void liveQueue.send(JSON.stringify({ kind: 'reconcile', key })),
    recoverRemoved,
    async drain(signal) {
      await enqueueStaged(common.staging, liveQueue);
      const unread = await recoverRemoved();
      const isHopeless = (body: string) => keysOf(body).every((key) => whyUnsettled(key) !== undefined);
      const left = () => queues.flatMap((queue) => queue.bodies());
      while (!left().every(isHopeless) && !signal.aborted)
        await delay(20, undefined, { signal }).catch(() => undefined);
      const keys = [...new Set(left().flatMap((body) => keysOf(body)))].sort();
      return { unsettled: new Map(keys.map((key) => [key, whyUnsettled(key) ?? 'failed'])), unread };
    },
    async settled(signal) {
      while (promoteQueue.size() + liveQueue.size() + bulkQueue.size() > 0 && !signal.aborted)
        await delay(20, undefined, { signal }).catch(() => undefined);
    },
    async stop() {
      await pipeline.stop();
      await judging.close();
    },
  };
}
