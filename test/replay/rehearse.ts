// `npm run test:replay -- --objects N [--from FOLDER] [--share 0.1]`: an enforcing run over N objects on folders, with the
// real judge, that is paused, killed -9 (the whole process, then one that judges) and resumed, against one that is left
// alone. Public bytes, cases and counts have to be the same at the end.

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { recordIn } from '../../lib/core/ledger.ts';
import { Case } from '../../lib/core/records.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { measure } from '../../lib/replay/progress.ts';
import { allRuns, readState } from '../../lib/replay/records.ts';
import { directoryStore } from '../../lib/stores/directory-store.ts';
import { makeObjects } from './many-objects.ts';

const CLI = fileURLToPath(new URL('../../bin/cli.ts', import.meta.url));
const { values } = parseArgs({
  options: {
    objects: { type: 'string', default: '300' },
    from: { type: 'string' },
    share: { type: 'string', default: '0.1' },
    jobs: { type: 'string', default: '2' },
  },
});
const objects = Number(values.objects);
// Fewer are done before anything can be stopped.
if (!(objects >= 200)) throw new Error('--objects N, 200 at least');
const from = values.from ?? process.env.SPOORLOOS_REPLAY_FILES;
const POLL_MS = 200;
const running = new Set<ChildProcess>();
const say = (line: string) => process.stdout.write(`${line}\n`);

type Place = { readonly data: string; readonly public: ObjectStore; readonly ledger: ObjectStore };
type Ended = { readonly published: readonly string[]; readonly cases: readonly string[]; readonly counts: unknown };

function placeOf(data: string): Place {
  return { data, public: directoryStore(join(data, 'public')), ledger: directoryStore(join(data, 'ledger')) };
}

function start({ data }: Place, ...args: readonly string[]): ChildProcess {
  const options = ['--data', data, '--scanner', 'none', '--jobs', values.jobs, '--json'];
  const child = spawn(process.execPath, [CLI, 'replay', ...args, ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  running.add(child);
  child.on('exit', () => running.delete(child));
  child.stderr?.on('data', (text) => process.stderr.write(String(text)));
  return child;
}

const enforcing = [
  '--source',
  'staging',
  '--mode',
  'enforce',
  '--force',
  '--max-quarantined',
  '1',
  '--max-backlog',
  '40',
];
const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.on('exit', (code) => resolve(code));
  });

async function runOf({ ledger }: Place): Promise<string> {
  for (;;) {
    for await (const { plan } of allRuns(ledger)) return plan.id;
    await delay(POLL_MS);
  }
}

async function reported({ ledger }: Place, run: string): Promise<number> {
  return (await measure(ledger, await readState(ledger, run))).tally.reported;
}

/** Waits until so many are reported, while the process lives. */
async function until(place: Place, run: string, child: ChildProcess, count: number): Promise<number> {
  for (;;) {
    const now = await reported(place, run);
    if (now >= count) return now;
    if (child.exitCode !== null) throw new Error(`the run ended at ${now} of ${objects}`);
    await delay(POLL_MS);
  }
}

/** The processes that the process started to judge in. */
async function judging(child: ChildProcess): Promise<number[]> {
  const listed = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').catch(() => '');
  return listed.split(' ').filter(Boolean).map(Number);
}

async function finish(place: Place, run: string, child: ChildProcess): Promise<Ended> {
  const code = await ended(child);
  const { state } = await readState(place.ledger, run);
  if (state !== 'done') throw new Error(`the run is ${state} and ended with ${code}`);
  const { tally } = await measure(place.ledger, await readState(place.ledger, run));
  const counts = [tally.reported, sorted(tally.outcomes), sorted(tally.reasons)];
  return { published: await hashesIn(place.public), cases: await casesIn(place.ledger), counts };
}

const sorted = (counts: Readonly<Record<string, number | undefined>>) => Object.entries(counts).sort();

async function alone(place: Place): Promise<Ended> {
  const started = performance.now();
  const child = start(place, ...enforcing);
  const result = await finish(place, await runOf(place), child);
  say(`left alone: ${objects} objects in ${seconds(started)} s`);
  return result;
}

async function disturbed(place: Place): Promise<Ended> {
  const started = performance.now();
  let child = start(place, ...enforcing);
  const run = await runOf(place);
  await until(place, run, child, Math.floor(objects * 0.2));
  await ended(start(place, 'pause', run));
  await ended(child);
  const atRest = await reported(place, run);
  await delay(3000);
  const still = await reported(place, run);
  if (still !== atRest) throw new Error(`a run that is paused went on from ${atRest} to ${still}`);
  say(`paused at ${atRest}; nothing more for 3 s`);

  child = start(place, 'resume', run);
  const atKill = await until(place, run, child, Math.floor(objects * 0.45));
  child.kill('SIGKILL');
  await ended(child);
  say(`resumed, and killed -9 at ${atKill}`);

  child = start(place, 'resume', run);
  const atJudge = await until(place, run, child, Math.floor(objects * 0.7));
  let judges = await judging(child);
  for (; judges.length === 0 && child.exitCode === null; judges = await judging(child)) await delay(POLL_MS / 10);
  const [judge] = judges;
  if (judge !== undefined) process.kill(judge, 'SIGKILL');
  say(judge === undefined ? 'resumed' : `resumed, and a process that judges killed -9 at ${atJudge} or later`);
  const result = await finish(place, run, child);
  say(`disturbed: ${objects} objects in ${seconds(started)} s`);
  return result;
}

const seconds = (started: number) => Math.round((performance.now() - started) / 1000);

async function hashesIn(store: ObjectStore): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { key } of store.list())
    lines.push(
      `${key} ${createHash('sha256')
        .update((await store.get(key))?.body ?? '')
        .digest('hex')}`,
    );
  return lines.sort();
}

/** Without what differs from run to run: versions, times, and the case ids made of them. */
async function casesIn(ledger: ObjectStore): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { key } of ledger.list('cases/')) {
    const found = key.endsWith('/case.json') ? await ledger.get(key) : undefined;
    if (!found) continue;
    const one = recordIn(found.body, Case);
    lines.push(`${one.key} ${one.source.sha256} ${one.reason} ${JSON.stringify(one.findings)}`);
  }
  return lines.sort();
}

const root = await mkdtemp(join(tmpdir(), 'replay-many-'));
try {
  const [one, other] = [placeOf(join(root, 'alone')), placeOf(join(root, 'disturbed'))];
  await mkdir(join(one.data, 'staging'), { recursive: true });
  const { real, files, byExtension } = await makeObjects(
    join(one.data, 'staging'),
    objects,
    from,
    Number(values.share),
  );
  await cp(join(one.data, 'staging'), join(other.data, 'staging'), { recursive: true });
  say(
    `${objects} objects, ${real} of them real (${files} files), on ${cpus().length} processors (${cpus()[0]?.model})`,
  );
  say(JSON.stringify(byExtension));
  const expected = await alone(one);
  const got = await disturbed(other);
  say(`${expected.published.length} published, ${expected.cases.length} cases; ${JSON.stringify(expected.counts)}`);
  const differ = (['published', 'cases', 'counts'] as const).filter(
    (what) => JSON.stringify(expected[what]) !== JSON.stringify(got[what]),
  );
  for (const what of differ) {
    say(`NOT THE SAME: ${what}`);
    const theirs = new Set([expected[what]].flat().map((line) => JSON.stringify(line)));
    for (const line of [got[what]]
      .flat()
      .filter((one) => !theirs.has(JSON.stringify(one)))
      .slice(0, 20))
      say(`  ${JSON.stringify(line).slice(0, 300)}`);
  }
  if (differ.length === 0) say('the same bytes, the same cases, the same counts');
  process.exitCode = differ.length === 0 ? 0 : 1;
} catch (error) {
  // Said before anything is cleared away, which can fail too.
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
} finally {
  for (const child of running) child.kill('SIGKILL');
  await Promise.all([...running].map(ended));
  await rm(root, { recursive: true, force: true });
}
