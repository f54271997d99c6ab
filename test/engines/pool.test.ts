import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Refusal } from '../../lib/core/refusal.ts';
import { type Pool, type PoolOptions, startPool } from '../../lib/engines/pool.ts';
import { JobError } from '../../lib/engines/worker.ts';
import { ownTemporaryFolder, processesIn, until } from '../support/processes.ts';

const MB = 1024 * 1024;
const SCRIPT = new URL('../support/pool-worker.ts', import.meta.url);
const INPUT = Buffer.from('a document');
const GENEROUS = { cpuMs: 60_000, wallMs: 60_000, maxRssBytes: 1024 * MB };

const temporary = ownTemporaryFolder();
let pool: Pool;

function start(options: Partial<PoolOptions> = {}): Pool {
  pool = startPool({ script: SCRIPT, size: 2, limits: GENEROUS, maxOutputBytes: MB, ...options });
  return pool;
}

function run(task: string, more: { bytes?: number; signal?: AbortSignal } = {}) {
  return pool.run({ input: INPUT, message: { do: task, bytes: more.bytes } }, more.signal);
}

async function pidOf(outcome: ReturnType<typeof run>): Promise<number> {
  return z.object({ pid: z.number() }).parse((await outcome).answer).pid;
}

afterEach(async () => {
  await pool.close();
  // A worker that is still there, or a directory that is not wiped, is a failure of whichever test left it.
  await until(() => processesIn(temporary.path).length === 0);
  expect(temporary.left()).toEqual([]);
});

describe('a job that misbehaves is refused, and the next one is unaffected', () => {
  const SHORT_CPU = { ...GENEROUS, cpuMs: 500 };
  const SMALL = { ...GENEROUS, maxRssBytes: 300 * MB };
  const rows = [
    { does: 'loop', reason: 'timeout', limits: SHORT_CPU },
    { does: 'child loops', reason: 'timeout', limits: SHORT_CPU },
    { does: 'flood', reason: 'timeout', limits: SHORT_CPU },
    { does: 'wait', reason: 'timeout', limits: { ...GENEROUS, wallMs: 3000 } },
    { does: 'buffers', reason: 'limit', limits: SMALL },
    { does: 'heap', reason: 'limit', limits: SMALL },
    // V8 gives up by itself, far below what the process may have.
    { does: 'heap', reason: 'limit', limits: { ...GENEROUS, maxRssBytes: 100_000 * MB }, maxHeapBytes: 60 * MB },
    { does: 'big output', reason: 'limit', bytes: MB + 1 },
    { does: 'exit', reason: 'crashed', bytes: 0 },
    { does: 'exit', reason: 'crashed', bytes: 7 },
    { does: 'signal', reason: 'crashed' },
    { does: 'uncaught', reason: 'crashed' },
    { does: 'child outlives', reason: 'crashed' },
    { does: 'chatter', reason: 'crashed' },
    { does: 'endless line', reason: 'crashed' },
  ] as const;

  test.each(rows)('$does: $reason', async ({ does, reason, ...row }) => {
    start({
      size: 1,
      ...('limits' in row ? { limits: row.limits } : {}),
      ...('maxHeapBytes' in row ? { maxHeapBytes: row.maxHeapBytes } : {}),
    });
    const before = await pidOf(run('echo'));
    const refused = await run(does, { bytes: 'bytes' in row ? row.bytes : 0 }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refusal);
    expect(refused).toMatchObject({ reason });
    const { answer, output } = await run('echo');
    expect(output).toEqual(INPUT);
    expect(answer).not.toMatchObject({ pid: before });
  });

  test('output of the greatest size is let through', async () => {
    start();
    expect((await run('big output', { bytes: MB })).output).toHaveLength(MB);
  });

  test('output that is a link to another file is not followed', async () => {
    start();
    expect((await run('linked output')).output).toBeUndefined();
  });
});

test('an error of the worker’s code is told without its message', async () => {
  start();
  const error = await run('throw').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(JobError);
  expect(error).toMatchObject({ thrown: 'TypeError' });
  expect(JSON.stringify(error)).toContain('pool-worker.ts');
  expect(JSON.stringify(error)).not.toContain('secret');
});

test('a job gets its input and the pool’s data, and answers with bytes and a message', async () => {
  start({ data: { colour: 'green' } });
  const { answer, output } = await run('echo');
  expect(output).toEqual(INPUT);
  expect(answer).toMatchObject({ data: { colour: 'green' }, bytes: INPUT.length });
  expect((await run('no output')).output).toBeUndefined();
});

test('workers get no variable that is not on the list', async () => {
  process.env.SPOORLOOS_TEST_SECRET = 'swordfish';
  try {
    start();
    expect(JSON.stringify((await run('environment')).answer)).not.toContain('swordfish');
    await pool.close();
    start({ env: ['SPOORLOOS_TEST_SECRET'] });
    expect(JSON.stringify((await run('environment')).answer)).toContain('swordfish');
  } finally {
    delete process.env.SPOORLOOS_TEST_SECRET;
  }
});

test('jobs that wait are served in the order in which they came', async () => {
  start({ size: 1 });
  const done: number[] = [];
  await Promise.all(Array.from({ length: 10 }, (_, index) => run('echo').then(() => done.push(index))));
  expect(done).toEqual([...done.keys()]);
});

test('a job that hangs does not hold up the one beside it', async () => {
  start({ size: 2 });
  const stop = new AbortController();
  const hanging = run('wait', { signal: stop.signal }).catch((error: unknown) => error);
  await pidOf(run('echo'));
  stop.abort(new Error('stopped'));
  expect(await hanging).toEqual(new Error('stopped'));
});

test.each([
  { shows: 'there is one for work that goes on', spareAfterMs: 100, workers: 2 },
  { shows: 'there is none for work that ends sooner', spareAfterMs: 600_000, workers: 1 },
])('of spare workers, $shows', async ({ spareAfterMs, workers }) => {
  start({ size: 1, spareAfterMs, limits: { ...GENEROUS, wallMs: 3000 } });
  const first = await pidOf(run('echo'));
  const hanging = run('wait').catch((error: unknown) => error);
  let most = 0;
  const looking = setInterval(() => {
    most = Math.max(most, processesIn(temporary.path).length);
  }, 20);
  expect(await hanging).toMatchObject({ reason: 'timeout' });
  clearInterval(looking);
  expect(most).toBe(workers);
  expect(await pidOf(run('echo'))).not.toBe(first);
});

test('an aborted job that waits is not run', async () => {
  start({ size: 1 });
  const stop = new AbortController();
  const first = run('wait', { signal: stop.signal }).catch(() => 'aborted');
  const waiting = new AbortController();
  const second = run('exit', { signal: waiting.signal }).catch((error: unknown) => error);
  waiting.abort(new Error('stopped'));
  expect(await second).toEqual(new Error('stopped'));
  stop.abort();
  expect(await first).toBe('aborted');
  await expect(run('echo', { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
});

test('a worker is replaced after its number of jobs', async () => {
  start({ size: 1, jobsPerWorker: 2 });
  const pids: number[] = [];
  for (let job = 0; job < 6; job++) pids.push(await pidOf(run('echo')));
  for (const pid of pids) expect(pids.filter((other) => other === pid).length).toBeLessThanOrEqual(2);
  expect(new Set(pids).size).toBeLessThan(6);
});

test('a worker that one job has blown up does not serve another', async () => {
  start({ size: 1, limits: { ...GENEROUS, maxRssBytes: 600 * MB } });
  const small = await pidOf(run('swell', { bytes: MB }));
  expect(await pidOf(run('echo'))).toBe(small);
  const swollen = await pidOf(run('swell', { bytes: 300 * MB }));
  expect(await pidOf(run('echo'))).not.toBe(swollen);
});

test('what a job leaves in its worker’s directory goes with the worker', async () => {
  start({ size: 1, jobsPerWorker: 1 });
  await run('leftovers');
  await run('leftovers');
});

test('idle workers end, and the next job starts one', async () => {
  start({ idleMs: 1 });
  const before = await pidOf(run('echo'));
  await until(() => processesIn(temporary.path).length === 0);
  expect(await pidOf(run('echo'))).not.toBe(before);
});

test('closing rejects what waits and what runs', async () => {
  start({ size: 1 });
  const jobs = [run('wait'), run('echo')].map((job) => job.catch((error: unknown) => error));
  await pool.close();
  expect(await Promise.all(jobs)).toEqual([new Error('the pool is closed'), new Error('the pool is closed')]);
  await expect(run('echo')).rejects.toThrow('the pool is closed');
});

test('a script that does not start rejects with what it said, which is no refusal of a document', async () => {
  start({ script: new URL('../support/no-such-worker.ts', import.meta.url) });
  const error = await run('echo').catch((thrown: unknown) => thrown);
  expect(error).not.toBeInstanceOf(Refusal);
  expect(String(error)).toContain('Cannot find module');
});

test('workers end, and wipe their documents, when the parent is killed', async () => {
  start();
  const script = fileURLToPath(new URL('../support/pool-parent.ts', import.meta.url));
  await pool.close();
  const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(parent.stdout, 'data');
  await until(() => processesIn(temporary.path).some(({ command }) => command.includes('for (;;)')));
  // The parent and its workers, two of which never return to their event loop.
  expect(processesIn(temporary.path).length).toBeGreaterThanOrEqual(4);
  parent.kill('SIGKILL');
  await until(() => processesIn(temporary.path).length === 0 && temporary.left().length === 0);
});
