import { appendFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { directoryStore } from '../../lib/stores/directory-store.ts';
import { isSettled } from '../../lib/stores/directory-version.ts';
import { watchDirectory } from '../../lib/stores/directory-watch.ts';

const QUIET_MS = 150;

describe('a watched folder', () => {
  let root: string;
  let stopping: AbortController;
  let watching: Promise<void>;
  let changes: string[];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'spoorloos-watch-'));
    stopping = new AbortController();
    watching = Promise.resolve();
    changes = [];
  });
  afterEach(async () => {
    stopping.abort();
    await watching.catch(() => undefined);
    await rm(root, { recursive: true, force: true });
  });
  const start = (onChange: (key: string) => void = (key) => void changes.push(key), quietMs = QUIET_MS) => {
    watching = watchDirectory(root, { onChange, signal: stopping.signal, quietMs, scanMs: 100 });
    // A test may fail before it looks at this.
    watching.catch(() => undefined);
  };
  const until = (expected: readonly string[]) =>
    vi.waitFor(() => expect([...changes].sort()).toEqual([...expected].sort()), { timeout: 20_000, interval: 20 });

  test('reports what is there, what comes, changes and goes, each once', async () => {
    await mkdir(join(root, 'x/y'), { recursive: true });
    await writeFile(join(root, 'x/y/z'), '1');
    start();
    await until(['x/y/z']);
    await mkdir(join(root, 'new/folder'), { recursive: true });
    await writeFile(join(root, 'new/folder/a'), '1');
    await until(['x/y/z', 'new/folder/a']);
    await appendFile(join(root, 'x/y/z'), '2');
    await until(['x/y/z', 'new/folder/a', 'x/y/z']);
    await rename(join(root, 'new'), join(root, 'renamed'));
    await until(['x/y/z', 'new/folder/a', 'x/y/z', 'new/folder/a', 'renamed/folder/a']);
    await rm(join(root, 'x'), { recursive: true });
    await until(['x/y/z', 'new/folder/a', 'x/y/z', 'new/folder/a', 'renamed/folder/a', 'x/y/z']);
    await sleep(QUIET_MS * 3);
    expect(changes.length).toBe(6);
  });

  test('reports a file that grows once it is whole', async () => {
    const written: number[] = [];
    let appends = 0;
    start(() => void written.push(appends));
    for (appends = 0; appends < 20; appends += 1) {
      await appendFile(join(root, 'slow'), 'more');
      await sleep(QUIET_MS / 10);
    }
    await vi.waitFor(() => expect(written.at(-1)).toBe(20), { timeout: 20_000 });
  });

  test('does not report a file before it was quiet for long enough', async () => {
    start(undefined, 600_000);
    await writeFile(join(root, 'a'), '1');
    await sleep(QUIET_MS * 4);
    expect(changes).toEqual([]);
  });

  test('passes over links and files that programs are still writing', async () => {
    await writeFile(join(root, 'a.pdf.part'), '1');
    await symlink('/etc/passwd', join(root, 'link'));
    await symlink('/etc', join(root, 'folder'));
    start();
    await writeFile(join(root, 'a.pdf'), '1');
    await until(['a.pdf']);
    await rename(join(root, 'a.pdf.part'), join(root, 'b.pdf'));
    await until(['a.pdf', 'b.pdf']);
  });

  test('reports again what could not be taken', async () => {
    await writeFile(join(root, 'a'), '1');
    let attempts = 0;
    start((key) => {
      attempts += 1;
      if (attempts < 3) throw new Error('not now');
      changes.push(key);
    });
    await until(['a']);
    expect(attempts).toBe(3);
  });

  test('rejects when the folder goes away, and reports nothing as gone', async () => {
    await writeFile(join(root, 'a'), '1');
    start();
    await until(['a']);
    await rename(root, `${root}-elsewhere`);
    await mkdir(root);
    await expect(watching).rejects.toThrow();
    expect(changes).toEqual(['a']);
    await rm(`${root}-elsewhere`, { recursive: true });
  });

  test('resolves when it is aborted', async () => {
    start();
    stopping.abort();
    await expect(watching).resolves.toBeUndefined();
  });

  test('takes a file for settled by the time of its last change, whatever its modification time says', async () => {
    const version = await directoryStore(root).put('a', Buffer.from('1'));
    const putMs = Date.parse(version.modifiedAt);
    expect(isSettled(version, putMs, 5000)).toBe(false);
    expect(isSettled(version, putMs + 10_000, 5000)).toBe(true);
    expect(isSettled(version, putMs - 10_000, 5000)).toBe(true);
  });
});
