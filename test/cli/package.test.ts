// The packed package: installed where none of the checkout is in reach, with no more than its declared dependencies.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formats } from '../../lib/formats/registry.ts';
import manifest from '../../package.json' with { type: 'json' };
import { chunk, pngOf } from '../support/png-file.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const AUTHOR = 'Odilia Brandsma';

let folder: string;
let members: readonly string[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const tarball = join(folder, `spoorloos-${manifest.version}.tgz`);
  members = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'spoorloos'), { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', join(modules, 'spoorloos'), '--strip-components=1']);
  for (const name of Object.keys(manifest.dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('lists the same formats as the checkout', () => {
  const lines = spoorloos('formats', '--json').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).format)).toEqual(formats.map(({ id }) => id));
});

test('cleans a document in its own compiled worker', () => {
  const dirty = pngOf([chunk('tEXt', `Author\0${AUTHOR}`)]);
  writeFileSync(join(folder, 'dirty.png'), dirty);
  const line = JSON.parse(spoorloos('clean', '--json', '--scanner', 'none', 'dirty.png'));
  expect(line).toMatchObject({ outcome: 'published', format: 'png', output: { path: 'out/dirty.png' } });
  expect(dirty.includes(AUTHOR)).toBe(true);
  expect(readFileSync(join(folder, 'out/dirty.png')).includes(AUTHOR)).toBe(false);
});

test('carries the signatures for scanning, and neither sources nor tests', () => {
  expect(members).toContain('package/dist/lib/scanners/signatures/test.ndb');
  expect(members.filter((name) => name.endsWith('.ts') || name.includes('/test/') || name.includes('/infra/'))).toEqual(
    [],
  );
});

function spoorloos(...args: readonly string[]): string {
  const command = join(folder, 'node_modules/spoorloos', manifest.bin.spoorloos);
  return execFileSync(process.execPath, [command, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
