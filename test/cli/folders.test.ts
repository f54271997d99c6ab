import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockFolders } from '../../lib/cli/folders.ts';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(data, { recursive: true, force: true }));

describe('the lock of the data folder', () => {
  const left: readonly (readonly [string, string | undefined])[] = [
    ['there is none', undefined],
    ['a process left one that is gone', '4194304999 1\n'],
    ['one was left half written', ''],
  ];
  test.each(left)('goes to one of many that ask at once where %s', async (_, before) => {
    for (let round = 0; round < 20; round += 1) {
      if (before !== undefined) await writeFile(join(data, '.lock'), before);
      const asked = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolders(data)));
      const won = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(won).toHaveLength(1);
      expect(await readdir(data)).toEqual(['.lock']);
      await won[0]?.();
      expect(await readdir(data)).toEqual([]);
    }
  });

  test('goes to the next where one died while it took it over', async () => {
    const gone = '4194304999 1\n';
    await writeFile(join(data, '.lock'), gone);
    const claim = createHash('sha256').update(gone).digest('hex').slice(0, 16);
    await writeFile(join(data, `.lock.${claim}`), '4194304998 1\n');
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolders(data)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readdir(data)).toEqual(['.lock']);
  });

  test('says who holds it', async () => {
    const release = await lockFolders(data);
    await expect(lockFolders(data)).rejects.toThrow(`another process (${process.pid}) works on`);
    await release();
    await (await lockFolders(data))();
  });
});
