// Where `quarantine` works: on folders, itself or through the process that holds them, or on buckets. And who somebody is
// there: on AWS the caller that AWS names, elsewhere a name that nobody checks.

import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { ObjectStore } from '../core/store.ts';
import { readReviewEnv, readReviewLookEnv } from '../env.ts';
import { openBucket, reviewPlaces } from '../places.ts';
import { type Order, type ReviewPlaces, settling } from '../review/act.ts';
import type { Settling } from '../review/list.ts';
import { awsPrincipal, localPrincipal } from '../review/principals.ts';
import type { Actor } from '../review/transitions.ts';
import { directoryStore } from '../stores/directory-store.ts';
import { memoryQueue } from '../stores/memory-queue.ts';
import { callerArn } from '../stores/sts-caller.ts';
import { type Args, type Io, UsageError } from './command.ts';
import { FoldersHeld, lockFolders, makeFolders } from './folders.ts';
import { askOrder } from './orders.ts';
import { printable } from './printable.ts';
import { type Answered, Answers, carryOutReview, MAX_AT_ONCE } from './review-orders.ts';
import { dataFolder, settings } from './which-places.ts';

const PATIENCE_MS = 30_000;

export type Looking = {
  readonly ledger: ObjectStore;
  readonly audit: ObjectStore;
  /** Whether it is on record who looked at a case, before it is shown. */
  readonly recordsViews: boolean;
  /** Whoever runs the command, with the roles that they have there. */
  actor(): Promise<Actor>;
  /** To be closed. Opened only where something is decided, or recorded. */
  door(): Promise<Door>;
  /** For lists; on buckets they write nothing. To be closed, too. */
  readonly settling?: ListSettling;
};

export type ListSettling = Settling & { close(): Promise<void> };

export type Door = {
  readonly quarantine: ObjectStore;
  /** Tries without doing. */
  readonly places: ReviewPlaces;
  /** Undefined where the process that holds the folders did not answer in time. */
  give(caseIds: readonly string[], deed: Order | null): Promise<readonly Answered[] | undefined>;
  close(): Promise<void>;
};

/** Rejects with a UsageError where there are no places, or nobody can be named so. */
export async function openReview(args: Args, io: Io): Promise<Looking> {
  const data = await dataFolder(args, io);
  return data === undefined ? onBuckets(args, io) : onFolders(data, args, io);
}

function onBuckets(args: Args, io: Io): Looking {
  const env = settings(io, readReviewLookEnv);
  const ledger = openBucket(env.SPOORLOOS_LEDGER);
  const audit = env.SPOORLOOS_AUDIT === undefined ? ledger : openBucket(env.SPOORLOOS_AUDIT);
  const isAws = !(io.env.AWS_ENDPOINT_URL_S3 || io.env.AWS_ENDPOINT_URL);
  const actor = async () => {
    if (!isAws) return withRoles(namedPerson(args), args);
    if (args.text('as') !== undefined)
      throw new UsageError('on AWS you are who your credentials say', '--as is for folders and servers of your own');
    return withRoles(awsPrincipal(await callerArn()), args);
  };
  return {
    ...{ ledger, audit, actor, recordsViews: false },
    async door() {
      const all = settings(io, readReviewEnv);
      const places = reviewPlaces({ ...all, SPOORLOOS_AUDIT: all.SPOORLOOS_AUDIT ?? all.SPOORLOOS_LEDGER });
      const own = { quarantine: places.quarantine, places, close: async () => undefined };
      return { ...own, give: here(places, await actor(), io, { recordsViews: false }) };
    },
  };
}

function onFolders(data: string, args: Args, io: Io): Looking {
  const [ledger, audit] = [directoryStore(join(data, 'ledger')), directoryStore(join(data, 'audit'))];
  const actor = async () => withRoles(namedPerson(args), args);
  const open = async (): Promise<Opened> => {
    const folders = await makeFolders(data);
    // What would be judged again is found by the next process that works on the folders: it takes up all of staging.
    const liveQueue = memoryQueue({ visibilityMs: 600_000, maxReceives: 1 });
    const quarantine = directoryStore(folders.quarantine);
    const unlock = await lockFolders(data).catch((error) => {
      if (error instanceof FoldersHeld) return undefined;
      throw error;
    });
    // Whoever runs the command sees what it did; there is nobody else to tell.
    const notify = async () => undefined;
    return { places: { ledger, audit, quarantine, liveQueue, notify, now: () => new Date() }, unlock };
  };
  return {
    ...{ ledger, audit, actor, recordsViews: true },
    settling: listSettling(open, io),
    async door() {
      const { places, unlock } = await open();
      const { quarantine } = places;
      const who = await actor();
      if (unlock) return { quarantine, places, give: here(places, who, io), close: unlock };
      return {
        ...{ quarantine, places, close: async () => undefined },
        async give(caseIds, deed) {
          const answers: Answered[] = [];
          for (const some of chunks(caseIds)) {
            const said = await askOrder(
              data,
              { by: who.principal, roles: who.roles, caseIds: some, deed },
              PATIENCE_MS,
              io.signal,
            );
            if (said === undefined) return undefined;
            answers.push(...Answers.length(some.length).parse(said));
          }
          return answers;
        },
      };
    },
  };
}

/** Without `unlock` another process works on the folders, which is the one to write. */
type Opened = { readonly places: ReviewPlaces; readonly unlock: (() => Promise<void>) | undefined };

/** Takes the folders where there is something to be written, and not before. */
function listSettling(open: () => Promise<Opened>, io: Io): ListSettling {
  const failed = (error: unknown) => io.err(failure(error));
  let opened: Promise<Opened | undefined> | undefined;
  return {
    now: () => new Date(),
    async settle(caseId) {
      opened ??= open().catch((error) => {
        failed(error);
        return undefined;
      });
      const { places, unlock } = (await opened) ?? {};
      return places && unlock && settling(places, failed).settle(caseId);
    },
    async close() {
      await (await opened)?.unlock?.();
    },
  };
}

const failure = (error: unknown) => (error instanceof Error ? printable(error.message) : 'it failed');

/**
 * On AWS people write into the trail of cases and not beside it, or they could forge what others did; that they read with
 * rights of their own is CloudTrail's to say.
 */
function here(
  places: ReviewPlaces,
  { principal, roles }: Actor,
  io: Io,
  options: { readonly recordsViews: boolean } = { recordsViews: true },
): Door['give'] {
  const failed = (error: unknown) => io.err(failure(error));
  return (caseIds, deed) => carryOutReview(places, { by: principal, roles, caseIds, deed }, failed, options);
}

function chunks<T>(all: readonly T[]): T[][] {
  const count = Math.ceil(all.length / MAX_AT_ONCE);
  return Array.from({ length: count }, (_, at) => all.slice(at * MAX_AT_ONCE, (at + 1) * MAX_AT_ONCE));
}

/** As `local --people` names them. */
function namedPerson(args: Args): string {
  const name = (args.text('as') ?? userInfo().username).trim();
  if (name === '' || name.length > 100 || /[\p{Cc}\p{Cf}]/u.test(name))
    throw new UsageError('who you are is a name of at most 100 letters', 'as in local --people: --as ada');
  return localPrincipal(name);
}

/** Whoever may write the records may do all of it; what is left to a word of its own is malware. */
function withRoles(principal: string, args: Args): Actor {
  const glass = args.flag('break-glass') ? (['break-glass'] as const) : [];
  return { principal, roles: ['reviewer', 'approver', 'lead', ...glass] };
}
