// Where a run is: on folders, with its lane and everything that takes from it in this process, or on S3, where workers
// and functions take from the lane.

import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RunPlan } from '../core/records-runs.ts';
import type { Terms } from '../core/settle.ts';
import type { ObjectStore } from '../core/store.ts';
import { readReplayEnv, readReplayOrdersEnv } from '../env.ts';
import { startFolderPipeline } from '../folder-pipeline.ts';
import { jsonLog } from '../log.ts';
import { openBucket } from '../places.ts';
import type { ReplayPorts } from '../replay/planner.ts';
import { s3ReplayPorts } from '../replay-ports.ts';
import { directoryStore } from '../stores/directory-store.ts';
import { policyFor } from '../tools.ts';
import { VERSION } from '../version.ts';
import { type Args, type Io, UsageError } from './command.ts';
import { lockFolders, makeFolders } from './folders.ts';
import { readJudging, readPolicyFile } from './judging-options.ts';
import type { Buckets } from './replay-scope.ts';
import { explainScanning } from './scanning.ts';
import { settings } from './which-places.ts';

export type Replay = {
  readonly ledger: ObjectStore;
  readonly terms: Terms;
  readonly buckets?: Buckets;
  /** Whether what is in the lane is still there when this process has ended. */
  readonly outlives: boolean;
  ports(mode: RunPlan['mode']): ReplayPorts;
  close(): Promise<void>;
};

/** `look`: the ledger alone is opened, so that a run can be asked after while another process carries it out. */
export async function openReplay(args: Args, io: Io, purpose: RunPlan['mode'] | 'look'): Promise<Replay> {
  const data = args.text('data');
  if (data === undefined) return onS3(args, io, purpose !== 'look' && !args.flag('detach'));
  if (purpose === 'look') return lookAtFolders(resolve(data));
  if (args.flag('detach')) throw new UsageError('--detach is for S3: on folders this process is the lane');
  return onFolders(resolve(data), args, io);
}

async function lookAtFolders(data: string): Promise<Replay> {
  const folder = join(data, 'ledger');
  if (!(await stat(folder).catch(() => undefined))) throw new UsageError(`there is no ledger in ${data}`);
  const none = () => {
    throw new Error('only the ledger is open');
  };
  const terms = { policy: '', version: VERSION };
  return { ledger: directoryStore(folder), terms, outlives: true, ports: none, close: async () => undefined };
}

async function onFolders(data: string, args: Args, io: Io): Promise<Replay> {
  const judging = await readJudging(args);
  const folders = await makeFolders(data);
  const unlock = await lockFolders(data);
  try {
    const toStderr = jsonLog((line) => io.err(line.trimEnd()));
    const pipeline = await startFolderPipeline({
      ...{ ...judging, folders, env: io.env },
      log: (level, ...rest) => level !== 'info' && toStderr(level, ...rest),
      onEvent: () => undefined,
      onSkipped: () => undefined,
    });
    for (const line of explainScanning(pipeline.status().scanner)) io.err(line);
    const { ledger, terms, replay } = pipeline;
    return {
      ...{ ledger, terms, outlives: false },
      ports: () => replay,
      async close() {
        await pipeline.settled(io.signal);
        await pipeline.stop();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/**
 * Which policy a run is for is said here; whether the workers judge by it, they say themselves. Who only orders needs
 * no queue: what feeds the run is elsewhere.
 */
async function onS3(args: Args, io: Io, feeds: boolean): Promise<Replay> {
  const feeding = feeds ? settings(io, readReplayEnv) : undefined;
  const env = feeding ?? settings(io, readReplayOrdersEnv);
  const file = await readPolicyFile(args.text('policy'));
  const ofEnv: unknown = env.SPOORLOOS_POLICY === undefined ? undefined : JSON.parse(env.SPOORLOOS_POLICY);
  const { hash } = policyFor(file ?? ofEnv);
  return {
    ledger: openBucket(env.SPOORLOOS_LEDGER),
    terms: { policy: hash, version: VERSION },
    buckets: { names: { staging: env.SPOORLOOS_STAGING, public: env.SPOORLOOS_PUBLIC }, open: openBucket },
    outlives: true,
    ports(mode) {
      if (!feeding) throw new Error('only orders are given');
      return s3ReplayPorts(feeding, mode);
    },
    close: async () => undefined,
  };
}
