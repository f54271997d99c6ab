// The three functions as they are deployed, on this machine: the image of the Dockerfile with Lambda's restrictions, the
// two bundles, the environment of the CDK app. Buckets, queues and the Runtime API are around them as AWS has them.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { VerifyRecord, verifyKey } from '../../lib/core/records.ts';
import packages from '../../lib/debian-packages.json' with { type: 'json' };
import { formats } from '../../lib/formats/registry.ts';
import type { Case } from '../support/case.ts';
import { chunk, pngOf } from '../support/png-file.ts';
import { until } from '../support/processes.ts';
import { gatewayMissing } from '../support/radosgw.ts';
import { buildImage, type Image, removeAbandoned, suiteOf } from './build.ts';
import { debianMissing } from './debian.ts';
import { type RunningFunction, runFunction } from './function.ts';
import { namespacesMissing, PATH, spawnInside } from './namespace.ts';
import { type Surroundings, startSurroundings } from './surroundings.ts';
import { type Synthesised, synthesise } from './synthesis.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const RUNTIME = join(ROOT, 'lambdas/runtime.ts');
// No name stands for either number in Debian's lists.
const LAMBDA_USER = '993:990';
// Of our own test signatures; in two pieces, so that this file is not itself taken for it.
const MALWARE = ['SPOORLOOS-TEST-MALWARE-', '7f1d0c52-9a4e-harmless'].join('');

type Row = { readonly id: string; readonly extension: string; readonly row: Case };
const rows: readonly Row[] = (
  await Promise.all(
    formats.map(async ({ id, extensions, isNeverPublished }) => {
      const { cases } = (await import(`../fixtures/${id}/cases.ts`)) as { readonly cases: readonly Case[] };
      const first = (isWanted: (row: Case) => boolean): Row => {
        const row = cases.find(isWanted);
        if (!row) throw new Error(`${id} lacks a fixture`);
        return { id, extension: extensions[0] ?? '', row };
      };
      const refused = first(({ outcome }) => outcome === 'quarantined');
      if (isNeverPublished) return [refused];
      return [first(({ kind, outcome }) => kind === 'dirty' && outcome === 'published'), refused];
    }),
  )
).flat();
const published = rows.filter(({ row }) => row.outcome === 'published');
const quarantined = rows.filter(({ row }) => row.outcome === 'quarantined');

const missing = namespacesMissing() ?? debianMissing(suiteOf(ROOT)) ?? gatewayMissing();
// The reporter does not name what it skips.
if (missing) console.warn(`the image is not tried: ${missing}`);

describe.skipIf(missing !== undefined)(`the deployed functions${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let folder: string;
  let app: Synthesised;
  let around: Surroundings;
  let image: Image;
  let sanitize: RunningFunction;

  const inside = (command: readonly string[], env: Readonly<Record<string, string>>, user = image.user) =>
    spawnInside({ ...image, user, cwd: image.workdir, readOnly: true, env: { ...image.env, ...env } }, command);
  const startSanitize = (settings: Readonly<Record<string, string>>, user?: string) =>
    runFunction((env) => {
      const own = { ...around.endpoints, ...app.environment('Sanitize', around.places), ...settings };
      return inside(image.entrypoint, { ...env, ...own }, user);
    });
  const outputOf = async (...command: readonly string[]) => {
    const child = inside(command, {});
    const [out, error] = await Promise.all([child.stdout, child.stderr].map((pipe) => (pipe ? text(pipe) : '')));
    return `${out}${error}`.trim();
  };
  const startBundle = (name: 'Promote' | 'FailClosed') =>
    runFunction((env) => {
      const own = { PATH, ...around.endpoints, ...app.environment(name, around.places) };
      return spawn(process.execPath, [RUNTIME, app.bundle(name)], { cwd: folder, env: { ...env, ...own } });
    });

  beforeAll(async () => {
    removeAbandoned();
    folder = mkdtempSync(join(tmpdir(), `spoorloos-image-test.${process.pid}-`));
    app = synthesise(join(folder, 'cdk.out'));
    image = await buildImage(app.context, join(folder, 'image'));
    around = await startSurroundings();
    // The official signatures cannot be had in every place where tests run.
    sanitize = await startSanitize({ SPOORLOOS_SCANNER: 'auto' });
  });
  afterAll(async () => {
    await sanitize?.stop();
    await around?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  // What a failed test has left is not taken for the next one's.
  beforeEach(async () => void (await around.promotions()));

  const keyOf = ({ id, extension, row }: Row) => row.name ?? `Jansen, ${id} (${row.outcome}).${extension}`;
  const publicKeys = async () => (await Array.fromAsync(around.stores.public.list())).map(({ key }) => key);

  describe('sanitize, in its image', () => {
    test('has what doctor looks for', async () => {
      const code = `const { selfCheck } = await import('/app/lib/self-check.ts');
        for (const { check, ok, says } of await selfCheck(process.env)) console.log(ok, check, says);`;
      const lines = (await outputOf('node', '--input-type=module', '-e', code)).split('\n');
      expect(lines.length).toBeGreaterThan(5);
      expect(lines.filter((line) => !line.startsWith('true '))).toEqual([]);
    });

    test('is nobody, and can write to /tmp alone', async () => {
      expect(await outputOf('id', '-u')).toBe('65534');
      expect(await outputOf('sh', '-c', 'find / -xdev -writable -not -type l 2>/dev/null')).toBe('/tmp');
      expect(await outputOf('sh', '-c', 'echo written >/tmp/file && cat /tmp/file')).toBe('written');
    });

    test('has every package that running on Debian needs', () => {
      const list = readFileSync(join(app.context, 'image/packages.txt'), 'utf8').trim().split('\n');
      const needed = packages.filter((entry) => entry.for === 'run').map(({ name }) => name);
      expect(needed.filter((name) => !list.includes(name))).toEqual([]);
    });

    test.each(published)('hands a dirty $id to promote: $row.shows', async (row) => {
      const key = keyOf(row);
      expect(await sanitize.invoke(await around.upload(key, await row.row.bytes()))).toEqual([]);
      const [message, ...others] = await around.promotions();
      expect(others).toEqual([]);
      if (message?.kind !== 'promote') throw new Error(`no promotion\n${sanitize.log()}`);
      const record = await around.stores.ledger.get(verifyKey(message.work));
      const { sha256, scanner } = VerifyRecord.parse(JSON.parse(Buffer.from(record?.body ?? []).toString()));
      expect({ key: message.key, sha256, scanner }).toEqual({
        key,
        sha256: message.out.sha256,
        scanner: 'clamd-test-signatures',
      });
      const work = Buffer.from((await around.stores.work.get(message.work))?.body ?? []);
      expect(work.length).toBeGreaterThan(0);
      for (const needle of row.row.gone ?? []) expect(work.includes(Buffer.from(needle))).toBe(false);
    });

    test.each(quarantined)('quarantines a bad $id: $row.shows', async (row) => {
      const key = keyOf(row);
      expect(await sanitize.invoke(await around.upload(key, await row.row.bytes()))).toEqual([]);
      expect((await around.headOf(key))?.state).toBe('QUARANTINED');
      const { caseId, reason, scanner } = (await around.caseOf(key)) ?? {};
      expect({ reason, scanner }).toEqual({ reason: row.row.reason ?? reason, scanner: 'clamd-test-signatures' });
      expect(Buffer.from((await around.stores.quarantine.get(`${caseId}/payload`))?.body ?? [])).toEqual(
        Buffer.from(await row.row.bytes()),
      );
    });

    test('quarantines malware in a picture that would be published without it', async () => {
      for (const [key, comment, state] of [
        ['with.png', MALWARE, 'QUARANTINED'],
        ['without.png', MALWARE.slice(1), undefined],
      ] as const) {
        const picture = pngOf([chunk('tEXt', `Comment\0${comment}`)]);
        expect(await sanitize.invoke(await around.upload(key, picture))).toEqual([]);
        expect((await around.headOf(key))?.state).toBe(state);
      }
      expect((await around.caseOf('with.png'))?.reason).toBe('malware');
      expect((await around.promotions()).map(({ key }) => key)).toEqual(['without.png']);
    });

    test('quarantines the document whose worker is killed, and goes on', async () => {
      const row = published[0];
      const bytes = (await row?.row.bytes()) ?? new Uint8Array();
      const event = await around.upload('killed.pdf', bytes);
      let isOver = false;
      const answered = sanitize.invoke(event).finally(() => {
        isOver = true;
      });
      const kill = () => {
        const victim = workersOf(sanitize).find(hasJob);
        if (victim !== undefined) process.kill(-victim, 'SIGKILL');
        return victim !== undefined;
      };
      const [failures] = await Promise.all([answered, until(() => isOver || kill())]);
      expect(failures).toEqual([]);
      expect((await around.caseOf('killed.pdf'))?.reason).toBe('crashed');
      expect(await sanitize.invoke(await around.upload('next.pdf', bytes))).toEqual([]);
      expect((await around.promotions()).map(({ key }) => key)).toEqual(['next.pdf']);
    });

    test('reports the record that it does not understand, and that one alone', async () => {
      const [one, two] = [await around.upload('one.png', pngOf()), await around.upload('two.png', pngOf())];
      expect(await sanitize.invoke(one, '{"Records":', two)).toEqual(['m1']);
      expect((await around.promotions()).map(({ key }) => key)).toEqual(['one.png', 'two.png']);
    });

    test('publishes nothing as long as the image has no official signatures', async () => {
      const deployed = await startSanitize({});
      try {
        expect(await deployed.invoke(await around.upload('unscanned.png', pngOf()))).toEqual([]);
        expect((await around.caseOf('unscanned.png'))?.reason).toBe('not-scanned');
        expect(await around.promotions()).toEqual([]);
      } finally {
        await deployed.stop();
      }
    });

    test('knows no public bucket, and has written none', async () => {
      expect(Object.keys(app.environment('Sanitize', around.places))).not.toContain('SPOORLOOS_PUBLIC');
      expect(await publicKeys()).toEqual([]);
    });

    test('writes no key into its log', () => {
      expect(sanitize.log()).toContain('"message":"judged"');
      expect(sanitize.log()).not.toMatch(/Jansen|killed\.pdf|with\.png/);
    });

    test('runs as a user whom the image does not know, as in Lambda, and leaves nothing behind', async () => {
      const other = await startSanitize({ SPOORLOOS_SCANNER: 'auto' }, LAMBDA_USER);
      expect(await other.invoke(await around.upload('last.png', pngOf()))).toEqual([]);
      expect((await around.promotions()).map(({ key }) => key)).toEqual(['last.png']);
      const pids = descendantsOf(other.process.pid);
      expect(pids.length).toBeGreaterThan(3);
      await other.stop();
      await until(() => !pids.some((pid) => existsSync(`/proc/${pid}`)));
      expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(image.root);
    });
  });

  describe('the bundles', () => {
    test('promote publishes what sanitize has handed over', async () => {
      const keys = published.map(({ extension }) => `public.${extension}`);
      for (const [index, { row }] of published.entries())
        await sanitize.invoke(await around.upload(keys[index] ?? '', await row.bytes()));
      const messages = await around.promotions();
      expect(messages.map(({ key }) => key)).toEqual(keys);
      const promote = await startBundle('Promote');
      try {
        for (const message of messages) expect(await promote.invoke(JSON.stringify(message))).toEqual([]);
      } finally {
        await promote.stop();
      }
      expect(await publicKeys()).toEqual([...keys].sort());
      for (const message of messages) {
        if (message.kind !== 'promote') throw new Error(message.kind);
        expect((await around.headOf(message.key))?.state).toBe('DONE');
        const [made, work] = [await around.stores.public.get(message.key), await around.stores.work.get(message.work)];
        expect(made?.contentType).toBe(message.out.mediaType);
        expect(made?.body).toEqual(work?.body);
      }
      expect(around.events.filter(({ type }) => type === 'Document Promoted').map(({ key }) => key)).toEqual(keys);
    });

    test('fail-closed quarantines a dead letter unopened', async () => {
      const failClosed = await startBundle('FailClosed');
      try {
        expect(await failClosed.invoke(await around.upload('dead.png', pngOf()), 'not understood')).toEqual(['m1']);
      } finally {
        await failClosed.stop();
      }
      expect(await around.caseOf('dead.png')).toMatchObject({ reason: 'crashed', scanner: 'not-run', format: null });
      expect(await publicKeys()).not.toContain('dead.png');
      expect(around.events.filter(({ key }) => key === 'dead.png').map(({ type }) => type)).toEqual([
        'Processing Failed',
        'Document Quarantined',
      ]);
    });

    test.each(['Promote', 'FailClosed'] as const)('%s has no parser of documents in it', (name) => {
      const inBundle = packagesIn(readFileSync(app.bundle(name), 'utf8'));
      expect(inBundle).toContain('@aws-sdk/client-s3');
      expect(PARSERS.filter((parser) => inBundle.has(parser))).toEqual([]);
    });

    test('parsers would be seen in a bundle', async () => {
      const { outputFiles } = await build({
        entryPoints: [join(ROOT, 'lib/tools.ts')],
        bundle: true,
        platform: 'node',
        format: 'esm',
        write: false,
        loader: { '.node': 'empty' },
      });
      const packages = packagesIn(outputFiles[0]?.text ?? '');
      expect(PARSERS.filter((parser) => !packages.has(parser))).toEqual([]);
    });
  });
});

const PARSERS = ['pdf-lib', 'saxes', 'sharp', 'yauzl', '@embedpdf/pdfium', 'exiftool-vendored'];

/** esbuild writes the file before what came from it; what it left out is still imported by name. */
function packagesIn(bundle: string): ReadonlySet<string> {
  const bundled = bundle.matchAll(/^\s*\/\/ \S*node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm);
  const imported = bundle.matchAll(/\b(?:from|import|require)\s*\(?\s*["']((?:@[\w.-]+\/)?[a-z][\w.-]*)/g);
  return new Set([...bundled, ...imported].map(([, name = '']) => name));
}

function workersOf({ process: { pid } }: RunningFunction): readonly number[] {
  return descendantsOf(pid).filter((worker) => fileOf(worker, 'cmdline').includes('judge-worker'));
}

/** Its private folder holds the document as long as it works on it. */
function hasJob(worker: number): boolean {
  const folder = `/proc/${worker}/cwd`;
  try {
    return readdirSync(folder).some((job) => existsSync(join(folder, job, 'input')));
  } catch {
    return false;
  }
}

function descendantsOf(ancestor: number | undefined): readonly number[] {
  const parents = new Map(
    readdirSync('/proc')
      .map(Number)
      .filter(Number.isInteger)
      .map((pid) => [pid, Number(/\) \S (\d+)/.exec(fileOf(pid, 'stat'))?.[1])]),
  );
  const isBelow = (pid: number | undefined): boolean =>
    pid !== undefined && (parents.get(pid) === ancestor || isBelow(parents.get(pid)));
  return [...parents.keys()].filter(isBelow);
}

function fileOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
