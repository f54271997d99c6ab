// Runs the set-up script in a made-up checkout on a made-up machine: its programs are scripts that note how they were
// called and do the little that set-up looks at afterwards.

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import packages from '../lib/debian-packages.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WANTED = '24.99.0';
const LOCK = { packages: { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } } };

let machine: string;
let checkout: string;

beforeEach(() => {
  machine = mkdtempSync(join(tmpdir(), 'setup-'));
  checkout = join(machine, 'checkout');
  for (const folder of ['bin', 'checkout/bin', 'checkout/lib']) mkdirSync(join(machine, folder), { recursive: true });
  for (const file of ['bin/setup.mjs', 'lib/debian-packages.json']) cpSync(join(ROOT, file), join(checkout, file));
  json('package.json', { devDependencies: { node: WANTED } });
  json('package-lock.json', LOCK);
  symlinkSync('/usr/bin/env', join(machine, 'bin/env'));
  program('node', 'echo v24.1.0');
  program('id', 'echo 0');
  program('dpkg-query', `while read name; do echo "$name installed"; done < ${machine}/installed`);
  program('apt-get', `case "$*" in *install*) for word; do echo "$word" >> ${machine}/installed; done;; esac`);
  program(
    'npm',
    `case "$1" in
      ci) mkdir -p node_modules/.bin
        printf '#!/bin/sh\\necho v${WANTED}' > node_modules/.bin/node; chmod +x node_modules/.bin/node
        cp package-lock.json node_modules/.package-lock.json;;
    esac`,
  );
  writeFileSync(join(machine, 'installed'), packages.map(({ name }) => `${name}\n`).join(''));
});
afterEach(() => rmSync(machine, { recursive: true, force: true }));

describe('packages of the lock file', () => {
  test('are installed on a bare clone, and not again', () => {
    expect(setup()).toMatchObject({ status: 0 });
    expect(calls('npm ci')).toHaveLength(1);
    expect(setup()).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(calls('npm ci')).toHaveLength(1);
    expect(calls('apt-get')).toEqual([]);
  });

  test.each<[string, () => void]>([
    ['the lock file changed', () => json('package-lock.json', withVersion('2.0.0'))],
    ['a package was exchanged', () => json('node_modules/.package-lock.json', withVersion('0.9.0'))],
    ['an install was interrupted', () => rmSync(join(checkout, 'node_modules/.package-lock.json'))],
    ['Node is gone', () => rmSync(join(checkout, 'node_modules/.bin/node'))],
  ])('are installed again when %s', (_, change) => {
    setup();
    change();
    setup();
    expect(calls('npm ci')).toHaveLength(2);
  });

  test.each([
    ['v18.20.4', true],
    ['v20.18.3', true],
    ['v22.11.0', true],
    ['v20.19.0', false],
    ['v24.0.0', false],
  ])('on Node %s need another Node first: %s', (version, first) => {
    program('node', `echo ${version}`);
    const { stderr } = setup();
    expect(calls('npm install')).toHaveLength(first ? 1 : 0);
    expect(stderr.includes(`this machine has Node ${version}`)).toBe(first);
    const [ci] = calls('npm ci');
    expect(ci?.includes(`PATH=${checkout}/.tools/node_modules/.bin:`)).toBe(first);
    if (first) expect(calls('npm install')[0]).toContain(`--prefix ${checkout}/.tools`);
    if (first) expect(calls('npm install')[0]).toContain(`node@${WANTED}`);
  });

  test('are installed with the Node of the machine, not with that of an earlier install', () => {
    program('node', 'echo v18.20.4');
    setup();
    json('package-lock.json', withVersion('2.0.0'));
    setup({ PATH: `${checkout}/node_modules/.bin:${machine}/bin` });
    expect(calls('npm install')).toHaveLength(2);
  });

  test('end it with a clear word when npm fails', () => {
    program('npm', 'case "$1" in ci) exit 7;; esac');
    expect(setup()).toMatchObject({ status: 1, stderr: expect.stringContaining('npm ci failed (exit 7)') });
  });

  test('end it when npm is missing', () => {
    rmSync(join(machine, 'bin/npm'));
    expect(setup()).toMatchObject({ status: 1, stderr: expect.stringContaining('npm is not on the PATH') });
  });

  test('end it when install scripts are switched off, so that there is no Node 24', () => {
    program('npm', 'mkdir -p node_modules; cp package-lock.json node_modules/.package-lock.json');
    expect(setup()).toMatchObject({ status: 1, stderr: expect.stringContaining('ignore-scripts') });
  });
});

describe("Debian's packages", () => {
  beforeEach(() => writeFileSync(join(machine, 'installed'), ''));

  test('are installed by root, in one go', () => {
    expect(setup()).toMatchObject({ status: 0 });
    expect(calls('apt-get -o DPkg::Lock::Timeout=300 update')).toHaveLength(1);
    const [install, ...more] = calls('apt-get -o DPkg::Lock::Timeout=300 install');
    expect(more).toEqual([]);
    expect(install).toMatch(/ -y .*\bqpdf\b.* DEBIAN_FRONTEND=noninteractive/);
    expect(install).not.toContain('ceph-mon');
    expect(setup().stderr).toBe('');
  });

  test('are more for the tests, and for the browser', () => {
    setup({}, '--for', 'browser');
    const [install] = calls('apt-get -o DPkg::Lock::Timeout=300 install');
    // Those whose programs are in sbin are found on this machine, where they are installed.
    for (const { name } of packages.filter(({ name }) => !['clamav-daemon', 'debootstrap'].includes(name)))
      expect(install).toContain(` ${name} `);
  });

  test('are installed through sudo where that asks for no password', () => {
    program('id', 'echo 1000');
    program('sudo', '[ "$2" = true ] || exec "$2" "$3" "$4" "$5" "$6" "$7" "$8" "$9"');
    expect(setup()).toMatchObject({ status: 0 });
    expect(calls('sudo -n env DEBIAN_FRONTEND=noninteractive apt-get').length).toBe(2);
  });

  test.each<[string, () => void, string]>([
    ['it may not', () => program('id', 'echo 1000'), 'install them: sudo apt-get install -y'],
    ['this is not Debian', () => rmSync(join(machine, 'bin/apt-get')), 'this is neither Debian nor Ubuntu'],
    [
      'apt-get fails',
      () => program('apt-get', '[ "$1" = --version ]'),
      'apt-get failed; when that is mended: apt-get install -y',
    ],
  ])('are said to be missing, with what is off, and it goes on, when %s', (_, change, says) => {
    change();
    const { status, stderr } = setup();
    expect(status).toBe(0);
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/missing: qpdf\b/);
    expect(stderr).toContain('off: every PDF is quarantined');
    // What does not hold for want of Debian packages does not hold up the others.
    expect(calls('npm ci')).toHaveLength(1);
  });

  test('need no apt-get where the programs came another way', () => {
    for (const { command } of packages) if (command) program(command, 'exit 0');
    expect(setup()).toMatchObject({ status: 0 });
    expect(calls('apt-get')).toEqual([]);
  });
});

test('refuses what it does not understand', () => {
  expect(setup({}, '--for', 'fun')).toMatchObject({ status: 2, stderr: expect.stringContaining('usage:') });
});

test('every package says once what it is for and what is off without it', () => {
  expect(new Set(packages.map(({ name }) => name)).size).toBe(packages.length);
  for (const entry of packages) {
    expect(['run', 'test', 'browser']).toContain(entry.for);
    expect(entry.without).toMatch(/\w/);
  }
});

test('needs nothing that an old Node has not', () => {
  // Node 18 is what Debian 12 has; its parser is not here, but the features that came later are known by name.
  const source = readFileSync(join(ROOT, 'bin/setup.mjs'), 'utf8');
  expect(source).not.toMatch(/with \{ type|import\.meta\.(dirname|filename)|groupBy|withResolvers|toSorted|\busing\b/);
  execFileSync(process.execPath, ['--check', join(ROOT, 'bin/setup.mjs')]);
});

/** A program of the machine. It notes its arguments and what else set-up may have arranged, then does as told. */
function program(name: string, script: string): void {
  const file = join(machine, 'bin', name);
  const note = `echo "${name} $* DEBIAN_FRONTEND=$DEBIAN_FRONTEND PATH=$PATH" >> ${machine}/calls`;
  writeFileSync(file, `#!/bin/sh\n${note}\nPATH=$PATH:/usr/bin:/bin\n${script}\n`);
  chmodSync(file, 0o755);
}

function calls(beginning: string): readonly string[] {
  try {
    return readFileSync(join(machine, 'calls'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(beginning) && !line.includes('--version'));
  } catch {
    return [];
  }
}

function setup(env: Readonly<Record<string, string>> = {}, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/setup.mjs', ...args], {
    cwd: checkout,
    env: { PATH: join(machine, 'bin'), ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function json(file: string, value: unknown): void {
  writeFileSync(join(checkout, file), JSON.stringify(value));
}

function withVersion(version: string) {
  return { packages: { ...LOCK.packages, 'node_modules/a': { version, integrity: 'sha512-a' } } };
}
