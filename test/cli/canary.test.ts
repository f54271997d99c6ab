import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonLines, runCli, runHere } from '../support/run-cli.ts';

test('without a scanner the picture is well, and the virus is not recognised', async () => {
  const data = await mkdtemp(join(tmpdir(), 'canary-'));
  try {
    await mkdir(join(data, 'ledger'));
    const args = ['canary', '--data', data, '--json'];
    const first = await runHere(...args);
    expect([first.code, jsonLines(first.out).map(({ sighting }) => sighting)]).toEqual([0, ['first', 'first']]);
    await runCli(data, 'local', '--data', data, '--once', '--scanner', 'none');
    const file = join(data, 'canary.prom');
    const second = await runHere(...args, '--metrics', file);
    expect([second.code, jsonLines(second.out).map(({ name, sighting }) => `${name} ${sighting}`)]).toEqual([
      1,
      ['malware not-recognised', 'place well'],
    ]);
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => !line.startsWith('#'));
    expect(lines).toEqual([
      'spoorloos_canaries_not_well 1',
      expect.stringMatching(/^spoorloos_canary_age_seconds\{canary="place"\} \d+$/),
      '',
    ]);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
});
