import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { killGroup, parsePs, usageOf } from '../../lib/engines/process-group.ts';

test.each([
  { row: '  123   2048 00:00:01', cpuMs: 1000 },
  { row: '123 2048 01:02:03', cpuMs: 3_723_000 },
  { row: '123 2048 2-01:00:00', cpuMs: 176_400_000 },
  { row: '123 2048 3:04.05', cpuMs: 184_050 },
])('ps tells of a group, its memory and its time: $row', ({ row, cpuMs }) => {
  const [told] = parsePs(`${row}\n`);
  expect(told).toMatchObject({ group: 123, cpuMs });
  expect(told?.rssBytes()).toBe(2048 * 1024);
});

test('a group’s use counts its leader and what it started, until it is killed', async () => {
  const script = 'const b = Buffer.alloc(150e6, 1); setInterval(() => b, 1000); console.log(1)';
  const parent = spawn('/bin/sh', ['-c', `"${process.execPath}" -e '${script}' & wait`], {
    detached: true,
    stdio: 'pipe',
  });
  const leader = parent.pid ?? 0;
  await once(parent.stdout, 'data');
  const other = process.ppid;
  const usage = (await usageOf(new Set([leader]))).get(leader);
  expect(usage?.rssBytes).toBeGreaterThan(150e6);
  expect(usage?.cpuMs).toBeGreaterThan(0);
  expect((await usageOf(new Set([leader]))).has(other)).toBe(false);
  killGroup(leader, '/nowhere');
  await once(parent, 'close');
  // What has ended may wait to be collected by its parent, but holds no memory any more.
  expect((await usageOf(new Set([leader]))).get(leader)?.rssBytes ?? 0).toBe(0);
  killGroup(leader, '/nowhere');
});

test.runIf(process.platform === 'linux')('a group’s use counts what leads a group of its own below it', async () => {
  const script = 'const b = Buffer.alloc(100e6, 1); setInterval(() => b, 1000); console.log(process.pid)';
  const parent = spawn('/bin/sh', ['-c', `setsid "${process.execPath}" -e '${script}' & wait`], {
    detached: true,
    stdio: 'pipe',
  });
  const leader = parent.pid ?? 0;
  const [said] = await once(parent.stdout, 'data');
  const below = Number(String(said));
  try {
    expect((await usageOf(new Set([leader]))).get(leader)?.rssBytes).toBeGreaterThan(100e6);
  } finally {
    killGroup(leader, '/nowhere');
    killGroup(below, '/nowhere');
  }
});
