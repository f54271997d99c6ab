import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Event } from '../../lib/core/records-events.ts';
import { directoryStore } from '../../lib/stores/directory-store.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { reviewRig } from '../support/review-rig.ts';
import { jsonLines, runHereIn } from '../support/run-cli.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'remind-'));
  await mkdir(join(folder, 'data/ledger'), { recursive: true });
});
afterEach(async () => {
  delete process.env.SPOORLOOS_REMINDERS;
  await rm(folder, { recursive: true, force: true });
});

test('what waits in folders is told once, without its key', async () => {
  const made = reviewRig({
    stores: {
      ...{ staging: memoryStore(), work: memoryStore(), public: memoryStore(), quarantine: memoryStore() },
      ledger: directoryStore(join(folder, 'data/ledger')),
    },
  });
  // Since the first of January, as the rig's clock has it.
  const caseId = await made.quarantined('bad one', 'jan-voorbeeld.txt');
  process.env.SPOORLOOS_REMINDERS = '{"limits":[{"hours":1,"to":"leads","reasons":["malware"]}],"digestHour":null}';
  expect(await runHereIn(folder, 'remind')).toMatchObject({ code: 0, out: '', err: '0 waiting for too long\n' });
  process.env.SPOORLOOS_REMINDERS = '{"limits":[{"hours":24,"to":"reviewers"}],"digestHour":null}';
  const { code, out } = await runHereIn(folder, 'remind', '--json');
  expect([code, jsonLines(out).map((line) => Event.parse(line))]).toMatchObject([
    0,
    [{ type: 'Case Waiting', caseId, reason: 'hidden-content', limitHours: 24, to: 'reviewers' }],
  ]);
  expect(out).not.toContain('voorbeeld');
  expect((await runHereIn(folder, 'remind')).out).toBe('');
  process.env.SPOORLOOS_REMINDERS = '{"limits":[{"hours":48,"to":"leads"}],"digestHour":0}';
  const [late, day, ...more] = (await runHereIn(folder, 'remind')).out.trim().split('\n');
  expect(late).toMatch(/^waiting {4}for leads: case [0-9a-f]{32} \(hidden-content/);
  expect(day).toMatch(/^digest {5}review of the last day: 0 opened, none ended; 1 wait \(1 hidden-content\)/);
  expect([more, (await runHereIn(folder, 'remind')).out]).toEqual([[], '']);
});

test('limits that are none, and nobody to tell, are usage errors', async () => {
  for (const wrong of ['{', '{"limits":[{"hours":-1,"to":"leads"}]}', '{"limit":[]}']) {
    process.env.SPOORLOOS_REMINDERS = wrong;
    expect(await runHereIn(folder, 'remind')).toMatchObject({ code: 2, out: '' });
  }
  delete process.env.SPOORLOOS_REMINDERS;
  process.env.SPOORLOOS_LEDGER = 'ledger';
  const { code, err } = await runHereIn(folder, 'remind');
  delete process.env.SPOORLOOS_LEDGER;
  expect([code, err.split('\n')[0]]).toEqual([2, 'spoorloos remind: there is nobody to tell']);
});
