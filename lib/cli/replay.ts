import { userInfo } from 'node:os';
import type { RunPlan, RunState } from '../core/records-runs.ts';
import type { ObjectStore } from '../core/store.ts';
import { pauseRun, resumeRun, stopRun, throttleRun } from '../replay/control.ts';
import { describeRun, sayRun } from '../replay/describe.ts';
import { dropOpenRuns } from '../replay/open-runs.ts';
import { drive, openPlanner, type ReplayPorts } from '../replay/planner.ts';
import { measure } from '../replay/progress.ts';
import { allRuns, RunError, readPlan, readState } from '../replay/records.ts';
import { startRun } from '../replay/start.ts';
import { type Args, type Command, EXIT, type ExitCode, type Io, UsageError } from './command.ts';
import { JUDGING_OPTIONS } from './judging-options.ts';
import { jsonLine, printable } from './printable.ts';
import { readChange, readLimits, readMode, readPace, readRescan } from './replay-options.ts';
import { openReplay, type Replay } from './replay-places.ts';
import { readScope } from './replay-scope.ts';

export const replay: Command = {
  name: 'replay',
  usage:
    'replay --source staging|public|s3://BUCKET[/PREFIX] --mode audit|enforce [--keys FILE|--inventory S3URL|--cases [--reason R]] [--policy FILE] [--max-backlog N] [--max-quarantined SHARE] [--per-minute N] [--per-day N] [--megabytes-per-day N] [--rescan newer|all] [--force] [--detach] [--data DIR] [--scanner auto|clamd|none] [--jobs N] [--json], or replay status|pause|resume|stop|throttle|list [RUN]',
  summary: 'go through what is staged or public already: say what would happen, or do it',
  options: {
    source: {
      type: 'string',
      value: 'PLACE',
      says: 'staging or public, with /PREFIX or without; or their s3:// address',
    },
    mode: {
      type: 'string',
      value: 'audit|enforce',
      says: 'audit writes nothing but its results; enforce wants an audit first',
    },
    keys: { type: 'string', value: 'FILE', says: 'only these: one key a line, or JSON Lines (.jsonl); - is stdin' },
    inventory: { type: 'string', value: 'S3URL', says: 'only what a manifest.json of S3 Inventory lists (CSV)' },
    cases: { type: 'boolean', says: 'only what is in quarantine now (--source is staging, if left out)' },
    reason: { type: 'string', value: 'R', says: 'with --cases: only what is held back for this reason' },
    policy: JUDGING_OPTIONS.policy,
    'max-backlog': { type: 'string', value: 'N', says: 'messages that may wait in the lane (50000)' },
    'max-quarantined': { type: 'string', value: 'SHARE', says: 'pause where more are quarantined, 0 to 1 (0.5)' },
    'per-minute': {
      type: 'string',
      value: 'N',
      says: 'documents a minute; 0 with throttle: as many as there is room for',
    },
    'per-day': { type: 'string', value: 'N', says: 'documents a day (UTC); 0 with throttle: no limit' },
    'megabytes-per-day': {
      type: 'string',
      value: 'N',
      says: 'and how large they are together; 0 with throttle: no limit',
    },
    rescan: {
      type: 'string',
      value: 'newer|all',
      says: 'scan again what is settled: under newer malware definitions than its record names, or in any case',
    },
    force: { type: 'boolean', says: 'enforce without an audit of the same scope' },
    detach: { type: 'boolean', says: 'plan only; a planner elsewhere goes on (not with --data)' },
    data: { type: 'string', value: 'DIR', says: 'folder mode: the folders of `local`, and everything in this process' },
    scanner: JUDGING_OPTIONS.scanner,
    jobs: JUDGING_OPTIONS.jobs,
    json: { type: 'boolean', says: 'JSON on stdout, one object a run' },
  },

  async run(args, io) {
    const [verb, run, ...rest] = args.paths;
    if (rest.length > 0) throw new UsageError('one run at a time');
    try {
      if (verb === undefined) return await start(args, io);
      if (verb === 'resume') return await resume(args, io, named(run));
      const { ledger } = await openReplay(args, io, 'look');
      if (verb === 'list') return await list(ledger, args, io);
      await change(ledger, verb, named(run), args);
      return await say(ledger, named(run), args, io);
    } catch (error) {
      if (error instanceof RunError) throw new UsageError(error.message, 'docs/replay.md says how runs go');
      throw error;
    }
  },
};

async function start(args: Args, io: Io): Promise<ExitCode> {
  const mode = readMode(args);
  const rescan = readRescan(args);
  const perMinute = readPace(args, 'per-minute', 1) ?? null;
  const limits = readLimits(args);
  const opened = await openReplay(args, io, mode);
  try {
    const { scope, keys, isSized } = await readScope(args, opened, io);
    if (limits.dayBytes !== null && !isSized)
      throw new UsageError(
        '--megabytes-per-day needs the sizes of objects, which this list does not say',
        'limit documents with --per-day',
      );
    const asked = {
      mode,
      scope,
      ...opened.terms,
      by: userInfo().username,
      limits,
      force: args.flag('force'),
      perMinute,
      ...rescan,
    };
    const plan = await startRun(opened.ledger, () => new Date(), { ...asked, ...(keys && { keys }) });
    io.err(`run ${plan.id}`);
    return await goOn(opened, plan, args, io);
  } finally {
    await opened.close();
  }
}

async function resume(args: Args, io: Io, run: string): Promise<ExitCode> {
  const looked = await openReplay(args, io, 'look');
  const plan = await readPlan(looked.ledger, run);
  const opened = await openReplay(args, io, plan.mode);
  try {
    if (opened.terms.policy !== plan.policy)
      throw new UsageError('the run was planned for another policy', 'name its file with --policy');
    await resumeRun(opened.ledger, run, () => new Date());
    return await goOn(opened, plan, args, io);
  } finally {
    await opened.close();
  }
}

async function goOn(opened: Replay, plan: RunPlan, args: Args, io: Io): Promise<ExitCode> {
  if (args.flag('detach')) return say(opened.ledger, plan.id, args, io);
  const ended = await follow(opened.ports(plan.mode), opened, plan, io);
  if (ended === 'done' || ended === 'stopped') await dropOpenRuns(opened.ledger, [plan.id]);
  if (ended === undefined) io.err(`interrupted; \`replay resume ${plan.id}\` goes on`);
  const said = await say(opened.ledger, plan.id, args, io);
  return ended === 'done' ? said : EXIT.failed;
}

/** Ticks until the run rests, and says once what it waits for. */
async function follow(
  ports: ReplayPorts,
  { outlives }: Replay,
  { id }: RunPlan,
  io: Io,
): Promise<RunState['state'] | undefined> {
  const planner = openPlanner(ports, id);
  if (!outlives) await planner.recover();
  let last: string | null = null;
  return drive(planner, {
    signal: io.signal,
    onTick({ state }) {
      if (state.why !== null && state.why !== last && state.why !== 'backlog') io.err(`${state.state}: ${state.why}`);
      last = state.why;
    },
    onFailure: (error) => io.err(`tried again: ${printable(error instanceof Error ? error.message : String(error))}`),
    ...(!outlives && { waitMs: 100 }),
  });
}

async function change(ledger: ObjectStore, verb: string, run: string, args: Args): Promise<void> {
  const now = () => new Date();
  switch (verb) {
    case 'status':
      return;
    case 'pause':
      await pauseRun(ledger, run, now);
      return;
    case 'stop':
      await stopRun(ledger, run, now);
      return;
    case 'throttle': {
      await throttleRun(ledger, run, readChange(args), now);
      return;
    }
    default:
      throw new UsageError(`replay knows status, pause, resume, stop, throttle and list, not ${verb}`);
  }
}

/** Exit 1 where something is quarantined, 3 where something failed. */
async function say(ledger: ObjectStore, run: string, args: Args, io: Io): Promise<ExitCode> {
  const [plan, state] = [await readPlan(ledger, run), await readState(ledger, run)];
  const { tally } = await measure(ledger, state);
  const status = describeRun(plan, state, tally, new Date());
  if (args.flag('json')) io.out(jsonLine(status));
  else for (const line of sayRun(status)) io.out(printable(line));
  if ((tally.outcomes.failed ?? 0) > 0) return EXIT.failed;
  return (tally.outcomes.quarantined ?? 0) > 0 ? EXIT.quarantined : EXIT.published;
}

async function list(ledger: ObjectStore, args: Args, io: Io): Promise<ExitCode> {
  for await (const { plan, state } of allRuns(ledger)) {
    const { tally } = await measure(ledger, state);
    const status = describeRun(plan, state, tally, new Date());
    if (args.flag('json')) io.out(jsonLine(status));
    else
      io.out(
        printable(
          `${plan.id}  ${plan.mode.padEnd(7)}  ${state.state.padEnd(8)}  ${status.reported} reported  ${status.source}`,
        ),
      );
  }
  return EXIT.published;
}

function named(run: string | undefined): string {
  if (run === undefined) throw new UsageError('which run?', 'spoorloos replay list names them');
  if (!/^[0-9TZa-f-]+$/.test(run)) throw new UsageError(`not the name of a run: ${printable(run)}`);
  return run;
}
