import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { REBUILT } from '../core/records-recovery.ts';
import { ledgerDenyList } from '../edge/ledger-deny-list.ts';
import { readRecoveryEnv } from '../env.ts';
import { promoteHandler } from '../handlers.ts';
import { recoveryPlaces } from '../places.ts';
import type { RecoveryPlaces } from '../recovery/places.ts';
import { NoTrail, recover } from '../recovery/recover.ts';
import { meaningOf, rebuiltOf } from '../recovery/report.ts';
import { directoryStore } from '../stores/directory-store.ts';
import { memoryQueue } from '../stores/memory-queue.ts';
import { policyFor } from '../tools.ts';
import { VERSION } from '../version.ts';
import { type Args, type Command, EXIT, type Io, UsageError } from './command.ts';
import { lockFolders, makeFolders } from './folders.ts';
import { JUDGING_OPTIONS, readPolicyFile } from './judging-options.ts';
import { jsonLine, printable } from './printable.ts';
import { DATA_OPTION, settings } from './which-places.ts';

export const recoverCommand: Command = {
  name: 'recover',
  usage: 'recover [--data DIR] [--policy FILE] [--without-trail] [--json]',
  summary: 'rebuild what the ledger has lost from the other buckets and the audit trail',
  options: {
    data: DATA_OPTION,
    policy: JUDGING_OPTIONS.policy,
    'without-trail': { type: 'boolean', says: 'go on though there is no audit trail: take-downs may be forgotten' },
    json: { type: 'boolean', says: 'what became of it as one JSON object on stdout' },
  },

  async run(args, io) {
    const opened = await open(args, io);
    try {
      const options = { isOver: () => io.signal.aborted, withoutTrail: args.flag('without-trail') };
      const state = await recover(opened.places, options);
      await opened.carryOut();
      if (args.flag('json')) io.out(jsonLine(state));
      for (const what of REBUILT) if (state.rebuilt[what]) io.err(`${state.rebuilt[what]} ${rebuiltOf(what)}`);
      for (const { what, count, keys } of state.unsure) {
        io.err(`${count} ${what}: ${meaningOf(what)}`);
        if (!args.flag('json')) for (const key of keys) io.out(`${what.padEnd(11)}  ${printable(key)}`);
      }
      io.err(`${state.looked} objects and records read${state.endedAt ? '' : ', stopped before the end'}`);
      io.err(state.endedAt ? opened.next : 'given again, the command goes on from there');
      if (!state.endedAt) return EXIT.failed;
      return state.unsure.length > 0 ? EXIT.quarantined : EXIT.published;
    } catch (error) {
      if (!(error instanceof NoTrail)) throw error;
      throw new UsageError(
        'there is no audit trail: what was taken down is not known',
        'put it back, or name its bucket in SPOORLOOS_AUDIT; --without-trail goes on with what the edge refuses alone',
      );
    } finally {
      await opened.close();
    }
  },
};

type Opened = {
  readonly places: RecoveryPlaces;
  /** What is left to do here when the ledger is rebuilt. */
  readonly carryOut: () => Promise<void>;
  readonly next: string;
  readonly close: () => Promise<void>;
};

async function open(args: Args, io: Io): Promise<Opened> {
  const file = await readPolicyFile(args.text('policy'));
  const given = args.text('data');
  if (given === undefined && io.env.SPOORLOOS_STAGING) {
    const env = settings(io, readRecoveryEnv);
    const places = recoveryPlaces(env, roleOf(file ?? parsed(env.SPOORLOOS_POLICY)));
    const next = 'promote carries it out, and what is staged is judged; then spoorloos sweep says whether all agrees';
    return { places, carryOut: async () => {}, next, close: async () => {} };
  }
  const data = resolve(given ?? 'data');
  if (!(await stat(join(data, 'staging')).catch(() => undefined)))
    throw new UsageError(`there is no staging in ${data}`, 'name the folder of `spoorloos local` with --data DIR');
  return openFolders(data, roleOf(file));
}

async function openFolders(data: string, role: ReturnType<typeof roleOf>): Promise<Opened> {
  const folders = await makeFolders(data);
  const close = await lockFolders(data);
  const now = () => new Date();
  const [ledger, published] = [directoryStore(folders.ledger), directoryStore(folders.public)];
  const common = {
    staging: directoryStore(folders.staging),
    ledger,
    audit: directoryStore(folders.audit),
    edge: ledgerDenyList(ledger, now),
    now,
  };
  const queue = () => memoryQueue({ visibilityMs: 600_000, maxReceives: 1 });
  const [promoteQueue, liveQueue] = [queue(), queue()];
  const quarantine = directoryStore(folders.quarantine);
  return {
    places: { ...common, ...role, public: published, quarantine, promoteQueue },
    // Removals at once; what staging holds is judged by the next `local`, which takes up all of it.
    async carryOut() {
      const work = directoryStore(folders.work);
      const promote = promoteHandler({ ...common, public: published, work, liveQueue, notify: async () => {} });
      for (const message of await promoteQueue.receive({ max: promoteQueue.size(), waitMs: 0 }))
        await promote(message.body);
    },
    next: 'spoorloos local (or local --once) judges what is staged; then spoorloos sweep says whether all agrees',
    close,
  };
}

function roleOf(policyFile: unknown) {
  const policy = policyFor(policyFile);
  return { terms: { policy: policy.hash, version: VERSION }, overwrite: policy.overwrite };
}

function parsed(json: string | undefined): unknown {
  return json === undefined ? undefined : JSON.parse(json);
}
