#!/usr/bin/env node
// Makes a bare clone ready to run or to test, and says what stays off. Plain JavaScript, because the machine's own
// Node (18 or newer) runs it before there is a Node 24. Three stages, each skipped when there is nothing to do:
// a Node that npm can install with, the packages of the lock file, the programs from Debian.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MODULES = join(ROOT, 'node_modules');
const TOOLS = join(ROOT, '.tools');

/** Each needs what those before it need. */
const PURPOSES = ['run', 'test', 'browser'];

/** Debian's packages: what for, the program that shows it is there, what is off without it. */
const DEBIAN_PACKAGES = readJson(join(ROOT, 'lib', 'debian-packages.json'));

class SetupError extends Error {}

function main(args) {
  const purpose = args.length === 2 && args[0] === '--for' ? args[1] : args.length === 0 ? 'run' : undefined;
  if (!PURPOSES.includes(purpose)) {
    say('usage: node bin/setup.mjs [--for run|test|browser]');
    return 2;
  }
  try {
    if (!modulesMatchLock()) installModules();
    installDebianPackages(purpose);
    return 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    return 1;
  }
}

/** npm keeps what it installed beside the packages; it is written last, so an interrupted install has none. */
function modulesMatchLock() {
  const installedFile = join(MODULES, '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = readJson(join(ROOT, 'package-lock.json')).packages;
  const installed = readJson(installedFile).packages;
  const same = (path) =>
    wanted[path]?.version === installed[path].version && wanted[path]?.integrity === installed[path].integrity;
  const needed = Object.keys(wanted).filter((path) => path !== '' && !wanted[path].optional);
  return (
    Object.keys(installed).every(same) &&
    needed.every((path) => installed[path]) &&
    existsSync(join(MODULES, '.bin', 'node'))
  );
}

function installModules() {
  const wanted = readJson(join(ROOT, 'package.json')).devDependencies.node;
  let path = pathOfMachine();
  const own = run('node', ['--version'], { path, quiet: true }).stdout?.trim() || process.version;
  if (!run('npm', ['--version'], { path, quiet: true }).ok) {
    throw new SetupError('npm is not on the PATH\n  install it: apt-get install npm');
  }
  if (!installsEverything(own)) {
    say(`this machine has Node ${own}: bringing Node ${wanted} first`);
    npm(['install', '--prefix', TOOLS, '--no-save', '--no-package-lock', `node@${wanted}`], path);
    path = join(TOOLS, 'node_modules', '.bin') + delimiter + path;
  }
  say('installing the packages of package-lock.json (about a minute)');
  npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], path);
  const got = run(join(MODULES, '.bin', 'node'), ['--version'], { path, quiet: true }).stdout?.trim();
  if (got !== `v${wanted}`) {
    throw new SetupError(
      `node_modules/.bin/node is ${got ?? 'not there'}, not v${wanted}\n` +
        '  its install script brings it: npm config set ignore-scripts false, rm -r node_modules, and again',
    );
  }
}

// npm leaves out native parts whose `engines` its own Node does not meet, without a word, and what needs them fails later.
// The strictest in the lock file asks ^20.19 || ^22.13 || >=23.5; the window here is a part of that.
function installsEverything(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major >= 24 || (major === 20 && minor >= 19);
}

function npm(args, path) {
  const { ok, status } = run('npm', args, { path });
  if (ok) return;
  throw new SetupError(
    `npm ${args[0]} failed (${status}); what it said stands above\n  run it again when that is mended`,
  );
}

/** The PATH without this project's own programs: they are what is being installed. */
function pathOfMachine() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => !entry.startsWith(MODULES) && !entry.startsWith(TOOLS))
    .join(delimiter);
}

function installDebianPackages(purpose) {
  const missing = missingPackages(
    DEBIAN_PACKAGES.filter((entry) => PURPOSES.indexOf(entry.for) <= PURPOSES.indexOf(purpose)),
  );
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  const install = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...names];
  if (!run('apt-get', ['--version'], { quiet: true }).ok) {
    return goOnWithout(missing, `this is neither Debian nor Ubuntu; install what holds: ${names.join(' ')}`);
  }
  const root = run('id', ['-u'], { quiet: true }).stdout.trim() === '0';
  if (!root && !run('sudo', ['-n', 'true'], { quiet: true }).ok) {
    return goOnWithout(missing, `install them: sudo ${install.join(' ')}`);
  }
  say(`installing from Debian: ${names.join(' ')}`);
  const apt = (...args) => {
    // Questions would wait for an answer for ever, and another apt may hold the lock for a while.
    const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=300', ...args];
    return run(root ? command[0] : 'sudo', root ? command.slice(1) : ['-n', ...command]).ok;
  };
  const fetched = apt('update', '-q');
  const installed = apt(...install.slice(1));
  if (fetched && installed) return;
  const left = missingPackages(missing);
  if (left.length > 0)
    goOnWithout(left, `apt-get failed; when that is mended: ${root ? '' : 'sudo '}${install.join(' ')}`);
}

function missingPackages(wanted) {
  const dirs = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'].filter(Boolean);
  const absent = wanted.filter(({ command }) => !command || !dirs.some((dir) => existsSync(join(dir, command))));
  if (absent.length === 0) return [];
  const format = `\${Package} \${db:Status-Status}\\n`;
  const { stdout } = run('dpkg-query', ['-W', '-f', format, ...absent.map(({ name }) => name)], { quiet: true });
  const installed = new Set(
    stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  // Elsewhere than on Debian nothing is found by name: what can show itself in another way may do so.
  const shows = ({ check }) => check !== undefined && run(check[0], check.slice(1), { quiet: true }).ok;
  return absent.filter((entry) => !installed.has(entry.name) && !shows(entry));
}

function goOnWithout(missing, hint) {
  const off = [...new Set(missing.map(({ without }) => without))].map((without) => `  off: ${without}`);
  say([`missing: ${missing.map(({ name }) => name).join(' ')}`, ...off, `  ${hint}`].join('\n'));
}

function run(command, args, { path = process.env.PATH, quiet = false } = {}) {
  // What children print is talk, so it goes to stderr: `npm start` keeps stdout for results.
  const { status, stdout, error } = spawnSync(command, args, {
    cwd: ROOT,
    env: { ...process.env, PATH: path },
    encoding: 'utf8',
    stdio: ['ignore', quiet ? 'pipe' : 2, quiet ? 'ignore' : 2],
  });
  return { ok: status === 0, status: error?.code ?? `exit ${status}`, stdout: stdout ?? '' };
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function say(text) {
  process.stderr.write(`set-up: ${text}\n`);
}

process.exitCode = main(process.argv.slice(2));
