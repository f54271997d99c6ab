import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  appendFile,
  chmod,
  cp,
  lstat,
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
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Refusal } from '../../lib/core/refusal.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { directoryStore } from '../../lib/stores/directory-store.ts';
import type { Skipped } from '../../lib/stores/directory-walk.ts';
import type { StoreKind } from '../support/store-check.ts';
import { CHECKS } from '../support/store-suite.ts';

const folders: string[] = [];
async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spoorloos-store-'));
  folders.push(folder);
  return folder;
}
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const directory: StoreKind = {
  open: async () => directoryStore(await freshFolder()),
  keepsVersions: false,
  manyKeys: 300,
};

describe('a folder as a store', () => {
  test.each(CHECKS)('$shows', async ({ run }) => run(directory));
});

describe('a folder that people use too', () => {
  let root: string;
  let store: ObjectStore;
  let skipped: Skipped[];
  beforeEach(async () => {
    root = await freshFolder();
    skipped = [];
    store = directoryStore(root, { onSkipped: (one) => skipped.push(one) });
  });
  const keysOf = async () => (await Array.fromAsync(store.list())).map(({ key }) => key);
  const textOf = async (key: string, versionId?: string) => {
    const object = await store.get(key, versionId);
    return object && Buffer.from(object.body).toString();
  };

  test('shows an object with a plain key at its own path', async () => {
    await store.put('x/y – z.pdf', Buffer.from('one'));
    expect(await readFile(join(root, 'x/y – z.pdf'), 'utf8')).toBe('one');
    expect((await lstat(join(root, 'x/y – z.pdf'))).mode & 0o400).toBe(0o400);
  });

  test('shows nothing outside of itself, whatever the key', async () => {
    const inner = directoryStore(join(root, 'inner/store'));
    for (const key of ['../x', '../../x', '/abs', 'a/../../../x', '.spoorloos/../../x'])
      await inner.put(key, Buffer.from('x'));
    expect(await readdir(root)).toEqual(['inner']);
    expect(await readdir(join(root, 'inner'))).toEqual(['store']);
    expect(await readdir(join(root, 'inner/store'))).toEqual(['.spoorloos']);
  });

  test('takes a file that was copied in for an object', async () => {
    await mkdir(join(root, 'in'));
    await writeFile(join(root, 'in/report.pdf'), 'one');
    const head = await store.head('in/report.pdf');
    expect(await keysOf()).toEqual(['in/report.pdf']);
    expect(await textOf('in/report.pdf', head?.versionId)).toBe('one');
  });

  test('sees a change that keeps the inode, the size and the modification time', async () => {
    const path = join(root, 'a');
    await writeFile(path, 'one');
    await utimes(path, 1_000_000, 1_000_000);
    const before = await store.head('a');
    // Longer than a tick of the file system's clock.
    await new Promise((resolve) => setTimeout(resolve, 30));
    await writeFile(path, 'two');
    await utimes(path, 1_000_000, 1_000_000);
    const after = await store.head('a');
    expect(after).toMatchObject({ size: before?.size, modifiedAt: before?.modifiedAt });
    expect(await store.get('a', before?.versionId)).toBeUndefined();
    expect(await textOf('a', after?.versionId)).toBe('two');
  });

  test('reads a record that is replaced twenty times while it is read', async () => {
    const path = join(root, 'a');
    await writeFile(path, '0');
    const replacing = (async () => {
      for (let turn = 1; turn <= 20; turn += 1) {
        await writeFile(join(root, '.next'), String(turn));
        await rename(join(root, '.next'), path);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    expect(await textOf('a')).toMatch(/^[0-9]+$/);
    await replacing;
    expect(await textOf('a')).toBe('20');
  });

  test('never answers a mixture while a file is being rewritten', async () => {
    const path = join(root, 'a');
    const size = 4_000_000;
    let isWriting = true;
    const writing = (async () => {
      for (let turn = 0; isWriting; turn = (turn + 1) % 26) await writeFile(path, Buffer.alloc(size, 97 + turn));
    })();
    const answers = { whole: 0, none: 0 };
    while (answers.whole + answers.none < 60) {
      const head = await store.head('a');
      const body = head && (await store.get('a', head.versionId))?.body;
      if (!body) answers.none += 1;
      else {
        answers.whole += 1;
        const first = body[0] ?? 0;
        expect(Buffer.compare(body, Buffer.alloc(body.length, first))).toBe(0);
      }
    }
    isWriting = false;
    await writing;
    expect((await store.get('a'))?.body.length).toBe(size);
  });

  test('gives each of many fast puts an etag of its own', async () => {
    const etags = new Set<string>();
    for (let turn = 0; turn < 100; turn += 1) etags.add((await store.put('a', Buffer.from('same'))).etag);
    expect(etags.size).toBe(100);
  });

  test('does not follow links, neither to files nor through folders', async () => {
    const outside = await freshFolder();
    await writeFile(join(outside, 'secret'), 'secret');
    await symlink(join(outside, 'secret'), join(root, 'file'));
    await symlink(outside, join(root, 'folder'));
    expect(await keysOf()).toEqual([]);
    expect(skipped.map(({ name, why }) => [name, why]).sort()).toEqual([
      ['file', 'link'],
      ['folder', 'link'],
    ]);
    for (const key of ['file', 'folder/secret', 'folder']) {
      expect(await store.head(key)).toBeUndefined();
      expect(await store.get(key)).toBeUndefined();
    }
    await store.put('file', Buffer.from('ours'));
    await store.put('folder/secret', Buffer.from('ours'));
    await store.put('folder/new', Buffer.from('ours'));
    await store.remove('folder/secret');
    expect(await textOf('file')).toBe('ours');
    expect(await readdir(outside)).toEqual(['secret']);
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
    expect(await keysOf()).toEqual(['file', 'folder/new']);
  });

  test('does not open pipes and sockets', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const socket = createServer();
    await new Promise<void>((resolve) => socket.listen(join(root, 'socket'), resolve));
    try {
      expect(await keysOf()).toEqual([]);
      expect(skipped.map(({ why }) => why)).toEqual(['special', 'special']);
      expect(await store.get('pipe')).toBeUndefined();
      expect(await store.get('socket')).toBeUndefined();
      await store.put('pipe', Buffer.from('ours'));
      expect(await textOf('pipe')).toBe('ours');
    } finally {
      await new Promise((resolve) => socket.close(resolve));
    }
  });

  test('reports a name that is not UTF-8 instead of losing it', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9]), Buffer.from('.pdf')]), 'x');
    expect(await keysOf()).toEqual([]);
    expect(skipped).toEqual([{ folder: '', name: 'caf\ufffd.pdf', why: 'not-utf8' }]);
  });

  test('reports a path that is longer than a key can be', async () => {
    const folder = join(root, ...Array.from({ length: 5 }, () => 'f'.repeat(250)));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'a'), 'x');
    await writeFile(join(root, 'b'), 'x');
    expect(await keysOf()).toEqual(['b']);
    expect(skipped.map(({ why }) => why)).toEqual(['too-long']);
  });

  test.each([
    '~$a.docx',
    '.~lock.a.odt#',
    'a.pdf.part',
    'a.pdf.crdownload',
    'a.pdf.filepart',
    '.a.pdf.Xy12Zq',
    'a.tmp',
    '.DS_Store',
  ])('passes over %s, which somebody is still writing', async (name) => {
    await writeFile(join(root, name), 'x');
    await writeFile(join(root, 'a.pdf'), 'x');
    expect(await keysOf()).toEqual(['a.pdf']);
    expect(skipped).toEqual([{ folder: '', name, why: 'transient' }]);
  });

  test('lists a file that it may not read, and says so when it is asked for it', async () => {
    await writeFile(join(root, 'a'), 'secret');
    await chmod(root, 0o755);
    await chmod(join(root, 'a'), 0o000);
    await asNobody(async () => {
      expect(await keysOf()).toEqual(['a']);
      await expect(store.get('a')).rejects.toThrow('a file of 6 bytes in the folder cannot be read: EACCES');
    });
  });

  test('reports a folder that it may not read, and rejects when nobody is told', async () => {
    await mkdir(join(root, 'closed'));
    await writeFile(join(root, 'closed/a'), 'x');
    await writeFile(join(root, 'b'), 'x');
    await chmod(root, 0o755);
    await chmod(join(root, 'closed'), 0o000);
    await asNobody(async () => {
      expect(await keysOf()).toEqual(['b']);
      expect(skipped).toEqual([{ folder: 'closed/', name: '', why: 'unreadable' }]);
      await expect(Array.fromAsync(directoryStore(root).list())).rejects.toThrow('EACCES');
      await expect(store.head('closed/a')).rejects.toThrow('EACCES');
    });
  });

  test('knows nothing of an object once its folder was replaced or unmounted', async () => {
    await store.put('a', Buffer.from('one'));
    await rename(root, `${root}-elsewhere`);
    folders.push(`${root}-elsewhere`);
    await expect(store.head('a')).rejects.toThrow();
    await mkdir(root);
    await expect(store.head('a')).rejects.toThrow('replaced or unmounted');
    await expect(store.get('a')).rejects.toThrow('replaced or unmounted');
    await expect(keysOf()).rejects.toThrow('replaced or unmounted');
  });

  test('keeps a key whose path is taken by a folder, and the other way round', async () => {
    await mkdir(join(root, 'a/b'), { recursive: true });
    await writeFile(join(root, 'a/b/c'), 'theirs');
    await store.put('a', Buffer.from('ours'));
    await store.put('a/b/c/d', Buffer.from('ours too'));
    expect(await keysOf()).toEqual(['a', 'a/b/c', 'a/b/c/d']);
    expect(await textOf('a')).toBe('ours');
    expect(await textOf('a/b/c')).toBe('theirs');
    expect(await textOf('a/b/c/d')).toBe('ours too');
    await rm(join(root, 'a'), { recursive: true });
    await store.put('a', Buffer.from('at its own path now'));
    expect(await readFile(join(root, 'a'), 'utf8')).toBe('at its own path now');
    expect(await keysOf()).toEqual(['a', 'a/b/c/d']);
    await store.remove('a');
    expect(await store.head('a')).toBeUndefined();
  });

  test('removes the folders that it leaves empty, but not itself', async () => {
    await store.put('a/b/c', Buffer.from('x'));
    await store.put('a/d', Buffer.from('x'));
    await store.remove('a/b/c');
    expect(existsSync(join(root, 'a/b'))).toBe(false);
    await store.remove('a/d');
    expect(existsSync(join(root, 'a'))).toBe(false);
    expect(existsSync(root)).toBe(true);
    await writeFile(join(root, 'a'), 'x');
    await directoryStore(root, { prune: false }).put('e/f', Buffer.from('x'));
    await directoryStore(root, { prune: false }).remove('e/f');
    expect(existsSync(join(root, 'e'))).toBe(true);
  });

  test('survives puts into a folder that removals prune at the same time', async () => {
    const turns = Array.from({ length: 30 }, (_, turn) => turn);
    await Promise.all(
      turns.map(async (turn) => {
        await store.put(`a/b/${turn}`, Buffer.from(String(turn)));
        await store.remove(`a/b/${turn}`);
      }),
    );
    await store.put('a/b/last', Buffer.from('x'));
    expect(await keysOf()).toEqual(['a/b/last']);
  });

  test('leaves no temporary file behind', async () => {
    await store.put('a', Buffer.from('x'));
    await expect(store.put('a', Buffer.from('x'), { ifNoneMatch: '*' })).rejects.toThrow();
    expect(await readdir(join(root, '.spoorloos/tmp'))).toEqual([]);
  });

  test('removes what a crash left behind, but not what another process is writing now', async () => {
    await mkdir(join(root, '.spoorloos/tmp'), { recursive: true });
    await writeFile(join(root, '.spoorloos/tmp/old'), 'x');
    await utimes(join(root, '.spoorloos/tmp/old'), 1_000_000, 1_000_000);
    await writeFile(join(root, '.spoorloos/tmp/new'), 'x');
    await store.put('a', Buffer.from('x'));
    expect(await readdir(join(root, '.spoorloos/tmp'))).toEqual(['new']);
    expect(await keysOf()).toEqual(['a']);
  });

  test('lets nobody else read what is private', async () => {
    const secret = directoryStore(join(root, 'secret'), { private: true });
    await secret.put('a/b', Buffer.from('x'));
    await secret.put('a//b', Buffer.from('x'));
    const open: string[] = [];
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      if (((await lstat(join(entry.parentPath, entry.name))).mode & 0o077) !== 0) open.push(entry.name);
    }
    expect(open).toEqual([]);
  });

  test('reads no more than it is told to', async () => {
    const small = directoryStore(root, { maxBytes: 1000 });
    await store.put('a', Buffer.alloc(1001));
    await expect(small.get('a')).rejects.toMatchObject({ reason: 'limit' } satisfies Partial<Refusal>);
    await store.put('a', Buffer.alloc(1000));
    expect((await small.get('a'))?.body.length).toBe(1000);
  });

  test('answers the same after a restart', async () => {
    const plain = await store.put('a', Buffer.from('x'));
    const odd = await store.put('a//b', Buffer.from('y'));
    await cp(join(root, 'a'), join(root, 'copied'));
    await appendFile(join(root, 'copied'), 'z');
    const again = directoryStore(root);
    expect(await again.head('a')).toEqual(plain);
    expect(await again.head('a//b')).toEqual(odd);
    expect(await Array.fromAsync(again.list())).toEqual(await Array.fromAsync(store.list()));
  });
});

/** File permissions do not hold root back, so that root steps down for a while. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
