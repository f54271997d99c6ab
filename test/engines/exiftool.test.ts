import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../lib/core/limits.ts';
import { exiftool, exiftoolVersion } from '../../lib/engines/exiftool.ts';
import { ownTemporaryFolder, processesIn, until } from '../support/processes.ts';

const temporary = ownTemporaryFolder();
const tool = exiftool(LIMITS);

afterAll(() => tool.close());
afterEach(() => expect(temporary.left()).toEqual([]));

function chunk(type: string, data: string | Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), Buffer.from(data)]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length - 4, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A picture of one grey pixel. */
function pngWith(...chunks: readonly Buffer[]): Buffer {
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const header = chunk('IHDR', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]));
  return Buffer.concat([signature, header, ...chunks, chunk('IDAT', deflateSync(Buffer.alloc(2))), chunk('IEND', '')]);
}

/** XMP of so many properties that reading them takes far longer than starting ExifTool. */
function xmpOf(properties: number): Buffer {
  const inner = Array.from({ length: properties }, (_, index) => `<n:t${index}>v</n:t${index}>`).join('');
  const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
  return Buffer.from(
    `<x:xmpmeta xmlns:x='adobe:ns:meta/'><r:RDF xmlns:r='${rdf}'><r:Description xmlns:n='urn:n'>${inner}</r:Description></r:RDF></x:xmpmeta>`,
  );
}

describe('tags', () => {
  test('are named by their place, as text, numbers too', async () => {
    const tags = await tool.read(pngWith(chunk('tEXt', 'Author\0Ada Voorbeeld')), 'png');
    expect(tags.get('PNG:Author')).toBe('Ada Voorbeeld');
    expect(tags.get('PNG:ImageWidth')).toBe('1');
    expect(tags.get('File:MIMEType')).toBe('image/png');
  });

  test('that occur more than once are all told', async () => {
    const comments = ['first', 'second', 'third'].map((text) => chunk('tEXt', `Comment\0${text}`));
    const told = (await tool.read(pngWith(...comments), 'png')).get('PNG:Comment');
    expect(told?.split('\n').sort()).toEqual(['first', 'second', 'third']);
  });

  test('that follow the picture are told', async () => {
    const png = pngWith();
    const end = png.length - chunk('IEND', '').length;
    const late = Buffer.concat([png.subarray(0, end), chunk('tEXt', 'Author\0Ada Voorbeeld'), png.subarray(end)]);
    expect((await tool.read(late, 'png')).get('PNG:Author')).toBe('Ada Voorbeeld');
  });

  test('nobody has heard of are told', async () => {
    expect((await tool.read(pngWith(chunk('tEXt', 'Shoe-size\x0042')), 'png')).get('PNG:Shoe-size')).toBe('42');
  });

  test('of our own temporary file are left out', async () => {
    const names = [...(await tool.read(pngWith(), 'png')).keys()];
    expect(names.filter((name) => /^System:|SourceFile|FileName|Directory|ExifToolVersion/.test(name))).toEqual([]);
  });

  test('that are very long are cut', async () => {
    const tags = await tool.read(pngWith(chunk('tEXt', `Comment\0${'x'.repeat(200_000)}`)), 'png');
    expect(tags.get('PNG:Comment')?.length).toBe(65_536);
  });

  test('that are not text are summarised', async () => {
    const profile = Buffer.concat([Buffer.from('name\0\0'), deflateSync(Buffer.alloc(500, 7))]);
    const tags = await tool.read(pngWith(chunk('iCCP', profile)), 'png');
    expect([...tags.values()].join('').length).toBeLessThan(5000);
  });
});

test('bytes that are no file of any kind are an error tag, not a failure', async () => {
  expect((await tool.read(Buffer.from([1, 2, 3]), 'png')).get('ExifTool:Error')).toBeDefined();
});

test('an extension that would be a path is not used as one', async () => {
  expect((await tool.read(pngWith(), '../../escaped')).get('PNG:ImageWidth')).toBe('1');
});

test('reads at the same time do not mix', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `Person ${index}`);
  const read = await Promise.all(names.map((name) => tool.read(pngWith(chunk('tEXt', `Author\0${name}`)), 'png')));
  expect(read.map((tags) => tags.get('PNG:Author'))).toEqual(names);
});

test('a user’s configuration, which is Perl code, is not run', async () => {
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  const evidence = join(home, 'was-run');
  writeFileSync(join(home, '.ExifTool_config'), `open(my $f, '>', '${evidence}'); close($f); 1;`);
  process.env.EXIFTOOL_HOME = home;
  const own = exiftool(LIMITS);
  try {
    await own.read(pngWith(), 'png');
    expect(existsSync(evidence)).toBe(false);
    // The same script without our options does run it.
    const script: unknown = createRequire(import.meta.resolve('exiftool-vendored'))('exiftool-vendored.pl');
    execFileSync('perl', [String(script), '-ver'], { env: { ...process.env, EXIFTOOL_HOME: home } });
    expect(existsSync(evidence)).toBe(true);
  } finally {
    await own.close();
    delete process.env.EXIFTOOL_HOME;
    rmSync(home, { recursive: true });
  }
});

describe('a document that ExifTool does not survive', () => {
  const HUGE = xmpOf(150_000);

  test('is refused when time is up, and the next is read', async () => {
    const hasty = exiftool({ ...LIMITS, cpuMs: 4000 });
    await expect(hasty.read(HUGE, 'xmp')).rejects.toMatchObject({ reason: 'timeout' });
    expect((await hasty.read(pngWith(), 'png')).get('PNG:ImageWidth')).toBe('1');
    await hasty.close();
  });

  test('is refused when the process dies, and the next is read', async () => {
    const own = exiftool(LIMITS);
    await own.read(pngWith(), 'png');
    let ended: unknown;
    own.read(HUGE, 'xmp').then(
      () => (ended = 'read'),
      (error: unknown) => (ended = error),
    );
    await until(() => temporary.left().length > 0);
    // A process that dies before it was given the document is replaced in silence: it may take more than one.
    await until(() => {
      for (const { pid } of processesIn(temporary.path)) process.kill(pid, 'SIGKILL');
      return ended !== undefined;
    });
    expect(ended).toMatchObject({ reason: 'crashed' });
    expect((await own.read(pngWith(), 'png')).get('PNG:ImageWidth')).toBe('1');
    await own.close();
  });
});

test('closing leaves no process, also when nothing was read', async () => {
  const own = exiftool(LIMITS);
  await own.close();
  await own.read(pngWith(), 'png');
  await Promise.all([own.close(), tool.close()]);
  await until(() => processesIn(temporary.path).length === 0);
});

test('the version is told', async () => {
  expect(await exiftoolVersion()).toMatch(/^\d+\.\d+$/);
});
