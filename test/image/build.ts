// Builds what `docker build` would, without Docker: the instructions of the Dockerfile itself, in a Debian of
// debootstrap's. Two things differ. The stage on Node's image runs on this machine, with the Node that runs the tests,
// which has to be of the same version. And official signatures are not fetched: freshclam only shows that it runs.

import { type ChildProcess, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { makeDebian, proxy, sourcesOf } from './debian.ts';
import { type Instruction, parseDockerfile, type Stage } from './dockerfile.ts';
import { spawnInside } from './namespace.ts';

export type Image = {
  readonly root: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly entrypoint: readonly string[];
};

type Building = {
  readonly root: string;
  readonly env: Record<string, string>;
  workdir: string;
  user: string;
  entrypoint: readonly string[];
};

/** Builds the Dockerfile in `context` below `folder`. Rejects, with what was printed, where a step fails. */
export async function buildImage(context: string, folder: string): Promise<Image> {
  const stages = parseDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'));
  const built = new Map<string, Building>();
  let image: Building | undefined;
  for (const [index, stage] of stages.entries()) {
    image = { root: join(folder, `stage-${index}`), env: {}, workdir: '/', user: 'root', entrypoint: [] };
    await buildStage(stage, image, { context, built });
    built.set(stage.name ?? `${index}`, image);
  }
  if (!image || image.entrypoint.length === 0) throw new Error('the Dockerfile makes nothing that runs');
  return image;
}

/** The suite of the Debian that the image is made of. */
export function suiteOf(context: string): string {
  const base = parseDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8')).at(-1)?.base ?? '';
  const suite = /^debian:(\w+)-slim$/.exec(base)?.[1];
  if (!suite) throw new Error(`an image on ${base} cannot be built here`);
  return suite;
}

type From = { readonly context: string; readonly built: ReadonlyMap<string, Building> };

async function buildStage({ base, instructions }: Stage, stage: Building, from: From): Promise<void> {
  const node = /^node:([\d.]+)-/.exec(base)?.[1];
  if (node === undefined) return buildOnDebian(base, instructions, stage, from);
  if (process.version !== `v${node}`) throw new Error(`the image has Node ${node}, this is ${process.version}`);
  copy(process.execPath, join(stage.root, 'usr/local/bin/node'));
  for (const instruction of instructions) await follow(instruction, stage, from, runHere);
}

async function buildOnDebian(
  base: string,
  instructions: readonly Instruction[],
  stage: Building,
  from: From,
): Promise<void> {
  const suite = /^debian:(\w+)-slim$/.exec(base)?.[1];
  if (!suite) throw new Error(`an image on ${base} cannot be built here`);
  // Layers, as Docker has them: what was installed is kept as long as nothing changes up to there.
  const installs = instructions.findLastIndex(({ name }) => name === 'RUN') + 1;
  const layer = layerOf(suite, instructions.slice(0, installs), from.context);
  if (!existsSync(layer)) {
    const making = mkdtempSync(`${layer}.${process.pid}-`);
    try {
      const inLayer = { ...stage, root: join(making, 'root') };
      makeDebian(suite, inLayer.root);
      for (const instruction of instructions.slice(0, installs)) await follow(instruction, inLayer, from, runInside);
      keepLayer(inLayer.root, layer);
    } finally {
      rmSync(making, { recursive: true, force: true });
    }
  }
  // It has programs of root's in it, and stands where anybody can make a folder.
  if (statSync(layer).uid !== process.getuid?.()) throw new Error(`${layer} is somebody else's`);
  mkdirSync(dirname(stage.root), { recursive: true });
  execFileSync('cp', ['--archive', '--reflink=auto', layer, stage.root]);
  const nothing = async () => undefined;
  for (const [index, instruction] of instructions.entries())
    if (index >= installs || !['COPY', 'RUN'].includes(instruction.name))
      await follow(instruction, stage, from, nothing);
}

/** Another run may have been quicker: its layer is as good. */
export function keepLayer(made: string, layer: string): void {
  try {
    renameSync(made, layer);
  } catch (error) {
    if (!existsSync(layer)) throw error;
  }
}

/** Removes what runs left that were killed: half a gigabyte each. Nothing is mounted in there, mounts died with them. */
export function removeAbandoned(folder = tmpdir()): void {
  for (const name of readdirSync(folder)) {
    const pid = /^spoorloos-image-(?:test|[0-9a-f]{16})\.(\d+)-\w{6}$/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function layerOf(suite: string, instructions: readonly Instruction[], context: string): string {
  const hash = createHash('sha256').update(JSON.stringify([sourcesOf(suite), instructions]));
  for (const instruction of instructions) {
    if (instruction.name !== 'COPY') continue;
    // Only then do they not change with every change of our code, and a hash of them is quick.
    if (instruction.from !== undefined) throw new Error('packages are installed after something was built');
    for (const source of instruction.sources) hash.update(readFileSync(join(context, source)));
  }
  return join(tmpdir(), `spoorloos-image-${hash.digest('hex').slice(0, 16)}`);
}

type Run = (command: string, stage: Building) => Promise<void>;

async function follow(instruction: Instruction, stage: Building, { context, built }: From, run: Run): Promise<void> {
  switch (instruction.name) {
    case 'WORKDIR':
      stage.workdir = resolve(stage.workdir, instruction.path);
      mkdirSync(join(stage.root, stage.workdir), { recursive: true });
      return;
    case 'COPY': {
      const source = instruction.from === undefined ? context : built.get(instruction.from)?.root;
      if (!source) throw new Error(`no stage ${instruction.from}`);
      // Path by path: a trailing slash says that the target is a folder.
      const target = join(stage.root, resolve(stage.workdir, instruction.to));
      const isFolder = instruction.to.endsWith('/') || instruction.sources.length > 1;
      for (const path of instruction.sources) {
        const copied = join(source, path);
        copy(copied, isFolder && statSync(copied).isFile() ? join(target, basename(path)) : target);
      }
      return;
    }
    case 'RUN':
      return run(instruction.command, stage);
    case 'ENV':
      stage.env[instruction.variable] = instruction.value;
      return;
    case 'USER':
      stage.user = instruction.user;
      return;
    case 'ENTRYPOINT':
      stage.entrypoint = instruction.command;
      return;
  }
}

function copy(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  cpSync(source, target, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
}

async function runHere(command: string, { root, workdir }: Building): Promise<void> {
  // What `npm run` tells its scripts is about this checkout, not about the folder where npm now works.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|config_local)/.test(name)),
  );
  // As in the image, npm is run by the Node that is copied.
  const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;
  execFileSync('/bin/sh', ['-c', command], {
    cwd: join(root, workdir),
    env: { ...env, PATH },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function runInside(command: string, { root, workdir, env }: Building): Promise<void> {
  const [fetching, showing] = ['freshclam --stdout', 'freshclam --version'];
  if (!command.includes(fetching)) throw new Error('the image fetches no signatures');
  const inside = { root, cwd: workdir, user: 'root', readOnly: false, env: { HOME: '/root', ...env, ...proxy() } };
  await succeeds(
    spawnInside(inside, ['/bin/sh', '-c', command.replace(fetching, showing)], { stdio: ['ignore', 'pipe', 'pipe'] }),
  );
}

async function succeeds(child: ChildProcess): Promise<void> {
  const said = Promise.all([child.stdout, child.stderr].map((pipe) => (pipe ? text(pipe) : '')));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`a step of the Dockerfile ended with ${code}\n${(await said).join('\n')}`);
}
