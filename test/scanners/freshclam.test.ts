import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { DefinitionsError, freshclam } from '../../lib/scanners/freshclam.ts';
import { ownTemporaryFolder } from '../support/processes.ts';

const temporary = ownTemporaryFolder();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(temporary.path, 'database-'));
});

/** A program in freshclam's place. `$1` is `--config-file=…`. */
function program(script: string): string {
  const path = join(mkdtempSync(join(temporary.path, 'program-')), 'freshclam');
  writeFileSync(path, `#!/bin/sh\nconf=\${1#--config-file=}\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('freshclam', () => {
  test.each([
    { from: 'ClamAV', mirror: undefined, line: 'DatabaseMirror database.clamav.net' },
    { from: 'a mirror', mirror: 'https://mirror.example', line: 'PrivateMirror https://mirror.example' },
  ])('is asked to fetch into the folder from $from', async ({ mirror, line }) => {
    const fake = program(`cp "$conf" "${folder}/daily.cvd"; touch "${folder}/freshclam.dat"; mkdir "${folder}/tmp.1"`);
    await freshclam({ program: fake, mirror, timeoutMs: 10_000 })(folder);
    const lines = readFileSync(join(folder, 'daily.cvd'), 'utf8').split('\n');
    expect(lines).toContain(line);
    expect(lines).toContain(`DatabaseDirectory ${folder}`);
    expect(readdirSync(folder)).toEqual(['daily.cvd']);
  });

  test.each([
    { that: 'fails', script: 'echo "ERROR: Can not download"; exit 8', says: 'exit 8, Can not download' },
    { that: 'fails without a word', script: 'exit 11', says: 'exit 11' },
    { that: 'hangs', script: 'exec sleep 60', says: 'it took too long' },
  ])('that $that is a failure', async ({ script, says }) => {
    const run = freshclam({ program: program(script), timeoutMs: 1_000 })(folder);
    await expect(run).rejects.toThrow(DefinitionsError);
    await expect(run).rejects.toThrow(says);
    expect(temporary.left().some((name) => name.startsWith('freshclam-'))).toBe(false);
  });

  test('that is not there is a failure', async () => {
    await expect(freshclam({ program: '/nowhere', timeoutMs: 1_000 })(folder)).rejects.toThrow('ENOENT');
  });

  test('itself reads our configuration, and fails where nobody serves definitions', async () => {
    const mirror = 'http://127.0.0.1:9';
    const run = freshclam({ program: '/usr/bin/freshclam', mirror, timeoutMs: 60_000 })(folder);
    await expect(run).rejects.toThrow(/exit \d+/);
    await expect(run).rejects.not.toThrow(/[Uu]nknown option|parse/);
  });
});
