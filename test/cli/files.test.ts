import { createHash } from 'node:crypto';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listInputs } from '../../lib/cli/list-inputs.ts';
import { planOutputs } from '../../lib/cli/plan-outputs.ts';
import { jsonLine, printable } from '../../lib/cli/printable.ts';
import { readUnchanged, readWhole } from '../../lib/cli/read-unchanged.ts';
import { writeOutput } from '../../lib/cli/write-output.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'files-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('reading', () => {
  const MAX = 100;
  let file: string;
  beforeEach(async () => {
    file = join(root, 'read');
    await writeFile(file, 'what was there');
  });

  test('gives bytes, their number and their hash', async () => {
    const { body, ...measured } = await readUnchanged(file, MAX);
    expect(Buffer.from(body ?? '').toString()).toBe('what was there');
    expect(measured).toEqual({ bytes: 14, sha256: createHash('sha256').update('what was there').digest('hex') });
  });

  test('measures what is larger than allowed with the same hash, and keeps nothing', async () => {
    const whole = await readUnchanged(file, 14);
    const measured = await readUnchanged(file, 13);
    expect(measured).toEqual({ ...whole, body: undefined });
    expect(whole.body).toHaveLength(14);
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ['grew', (path) => appendFile(path, '!')],
    ['was written over in place', (path) => writeFile(path, 'something else')],
    ['was touched', (path) => utimes(path, 1, 1)],
  ])('rejects a file that %s meanwhile', async (_, change) => {
    const reading = readUnchanged(file, MAX, async (handle, bytes) => {
      const body = await readWhole(handle, bytes);
      await change(file);
      return body;
    });
    await expect(reading).rejects.toMatchObject({ code: 'changed' });
  });

  test('reads the file it opened, when another takes its place', async () => {
    const { body } = await readUnchanged(file, MAX, async (handle, bytes) => {
      await writeFile(`${file}.new`, 'newer');
      await rename(`${file}.new`, file);
      return readWhole(handle, bytes);
    });
    expect(Buffer.from(body ?? '').toString()).toBe('what was there');
  });

  test('opens no link', async () => {
    await symlink('read', join(root, 'link'));
    await expect(readUnchanged(join(root, 'link'), MAX)).rejects.toMatchObject({ code: 'ELOOP' });
  });
});

describe('listing', () => {
  test('goes through folders in the order of their names, deep before next', async () => {
    for (const name of ['b/z', 'b/a/y', 'a', 'c']) {
      await mkdir(join(root, 'tree', name, '..'), { recursive: true });
      await writeFile(join(root, 'tree', name), name);
    }
    const { inputs } = await listInputs([`${join(root, 'tree')}//`]);
    expect(inputs.map(({ relative }) => relative)).toEqual(['tree/a', 'tree/b/a/y', 'tree/b/z', 'tree/c']);
  });

  test('finds a file given twice to collide, and a file that another needs as a folder', async () => {
    const twice = await listInputs([join(root, 'tree/a'), join(root, 'tree/a')]);
    await expect(planOutputs(twice, join(root, 'o'))).rejects.toThrow('would both be written to');
    await mkdir(join(root, 'other'));
    await writeFile(join(root, 'other/b'), '');
    const nested = await listInputs([join(root, 'tree/b'), join(root, 'other/b')]);
    await expect(planOutputs(nested, join(root, 'o'))).rejects.toThrow('would both be written to');
  });

  test('sees through a link that the output folder lies inside the input', async () => {
    await symlink(join(root, 'tree'), join(root, 'way'));
    const listing = await listInputs([join(root, 'tree')]);
    await expect(planOutputs(listing, join(root, 'way', 'new'))).rejects.toThrow('lies inside the input');
    expect((await planOutputs(listing, join(root, 'tree-too'))).size).toBe(4);
  });

  test('sees through a second name that an output is an input', async () => {
    await mkdir(join(root, 'o2'));
    await symlink(join(root, 'tree/a'), join(root, 'o2/a'));
    const listing = await listInputs([join(root, 'tree/a')]);
    await expect(planOutputs(listing, join(root, 'o2'))).rejects.toThrow('is an input and would be overwritten');
  });
});

describe('writing', () => {
  test('makes the folders it needs, and replaces what is there', async () => {
    await writeOutput(join(root, 'w/x/y'), Buffer.from('one'));
    await writeOutput(join(root, 'w/x/y'), Buffer.from('two'));
    expect(await readFile(join(root, 'w/x/y'), 'utf8')).toBe('two');
    expect(await readdir(join(root, 'w/x'))).toEqual(['y']);
  });

  test('leaves nothing half-written behind when it fails', async () => {
    await mkdir(join(root, 'v/taken/full'), { recursive: true });
    await expect(writeOutput(join(root, 'v/taken'), Buffer.from('one'))).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(join(root, 'v'))).toEqual(['taken']);
  });
});

describe('printing', () => {
  test.each([
    ['a colour change', 'a\u001b[31mb', 'a\\u001b[31mb'],
    ['a line break', 'a\nb', 'a\\u000ab'],
    ['a change of direction', 'exe.\u202efdp', 'exe.\\u202efdp'],
    ['half a character', 'a\ud800b', 'a\\ud800b'],
    ['nothing to escape', 'Jaarverslag é 😀', 'Jaarverslag é 😀'],
  ])('escapes %s', (_, text, shown) => expect(printable(text)).toBe(shown));

  test('escapes JSON too, without changing its value', () => {
    const value = { file: 'a\u202e\u009b\u2028\ud800😀\n"\\' };
    expect(jsonLine(value)).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
    expect(JSON.parse(jsonLine(value))).toEqual(value);
  });
});
