// Folder mode: the same handlers as on AWS over directories and an in-process queue, with the ledger as the only
// memory of what was done.

import { setTimeout as delay } from 'node:timers/promises';
import type { Status } from './console/app.ts';
import type { DocumentEvent } from './core/records.ts';
import type { ObjectStore } from './core/store.ts';
import { openJudge } from './judging.ts';
import type { Log } from './log.ts';
import { startPipeline } from './pipeline.ts';
import { enqueueRemoved, enqueueStaged } from './recover.ts';
import type { ScannerChoice } from './scanners/choose.ts';
import { directoryStore } from './stores/directory-store.ts';
import { memoryQueue } from './stores/memory-queue.ts';
import { logCrash, logVerdict } from './verdict-log.ts';
import { VERSION } from './version.ts';

/** Where the five buckets are on this machine. `work` is ours alone. */
export type Folders = Readonly<Record<'staging' | 'public' | 'quarantine' | 'ledger' | 'work', string>>;

export type FolderPipelineOptions = {
  readonly folders: Folders;
  /** A policy file's JSON; the defaults when absent. */
  readonly policyFile: unknown;
  readonly jobs: number;
  readonly scanner: ScannerChoice;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly onEvent: (event: DocumentEvent) => void;
};

export type FolderPipeline = {
  readonly ledger: ObjectStore;
  status(): Status;
  /** Says that a key in staging may have changed. */
  changed(key: string): void;
  /** Takes up what was removed from staging while nothing ran. */
  recoverRemoved(): Promise<void>;
  /** Takes up everything in staging, and resolves when all of it is settled. */
  drain(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
};

// A document takes two minutes at most; a message that is not back by then belongs to a handler that died with us.
const VISIBILITY_MS = 10 * 60_000;
const MAX_RECEIVES = 5;

export async function startFolderPipeline(options: FolderPipelineOptions): Promise<FolderPipeline> {
  const { folders, policyFile, jobs, log } = options;
  const { scanner, env } = options;
  const { judge, policy, limits, ...judging } = await openJudge({
    policyFile,
    scanner,
    jobs,
    env,
    onCrash: logCrash(log),
  });

  const deadLetters = memoryQueue({ visibilityMs: VISIBILITY_MS, maxReceives: MAX_RECEIVES });
  const retried = { visibilityMs: VISIBILITY_MS, maxReceives: MAX_RECEIVES, deadLetters };
  const liveQueue = memoryQueue(retried);
  const promoteQueue = memoryQueue(retried);
  const counts = { published: 0, quarantined: 0 };
  const common = {
    staging: directoryStore(folders.staging),
    work: directoryStore(folders.work),
    ledger: directoryStore(folders.ledger),
    liveQueue,
    now: () => new Date(),
    notify: async (event: DocumentEvent) => {
      if (event.type === 'Document Promoted') counts.published += 1;
      if (event.type === 'Document Quarantined') counts.quarantined += 1;
      options.onEvent(event);
    },
  };
  const sanitize = {
    ...common,
    quarantine: directoryStore(folders.quarantine),
    promoteQueue,
    judge,
    terms: { policy: policy.hash, version: VERSION },
    maxInputBytes: limits.maxInputBytes,
    overwrite: policy.overwrite,
    onVerdict: logVerdict(log),
  };
  const promote = { ...common, public: directoryStore(folders.public) };
  const pipeline = startPipeline({ sanitize, promote, deadLetters, jobs, log });
  const waiting = () => liveQueue.size() + promoteQueue.size() + deadLetters.size();

  return {
    ledger: common.ledger,
    status: () => ({ scanner: judging.scanner, waiting: waiting(), ...counts }),
    changed: (key) => void liveQueue.send(JSON.stringify({ kind: 'reconcile', key })),
    recoverRemoved: () => enqueueRemoved(common.staging, common.ledger, liveQueue),
    async drain(signal) {
      await enqueueStaged(common.staging, liveQueue);
      await enqueueRemoved(common.staging, common.ledger, liveQueue);
      while (waiting() > 0 && !signal.aborted) await delay(20, undefined, { signal }).catch(() => undefined);
    },
    async stop() {
      await pipeline.stop();
      await judging.close();
    },
  };
}
