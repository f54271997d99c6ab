import { mkdir, mkdtemp, rm } from 'node:fs/promises';
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
    const second = await runHere(...args);
    expect([second.code, jsonLines(second.out).map(({ name, sighting }) => `${name} ${sighting}`)]).toEqual([
      1,
      ['malware not-recognised', 'place well'],
    ]);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
});
