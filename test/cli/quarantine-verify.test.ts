import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { entryKey, reviewKey } from '../../lib/core/records-cases.ts';
import { SEALS } from '../../lib/core/records-seals.ts';
import { foldersOf, heldCase } from '../support/case-folder.ts';
import { jsonLines, runHereIn } from '../support/run-cli.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quarantine-'));
  await mkdir(join(folder, 'data/ledger'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]) => runHereIn(folder, 'quarantine', ...args);
const because = ['--because', 'the minister agreed'];

describe('verify', () => {
  test('answers 0 where trails are whole, and says which case and entry where one is not', async () => {
    const [good, bad] = [await heldCase(folder), await heldCase(folder)];
    for (const id of [good, bad, bad]) await run('comment', id, '--because', 'hello');
    const whole = await run('verify');
    expect([whole.code, whole.out]).toEqual([0, '']);
    const { audit } = foldersOf(folder);
    const first = await audit.get(entryKey(bad, 1));
    await audit.put(
      entryKey(bad, 1),
      Buffer.from(
        Buffer.from(first?.body ?? [])
          .toString()
          .replace('hello', 'hallo'),
      ),
    );
    const edited = await run('verify', '--json');
    expect([edited.code, jsonLines(edited.out)]).toEqual([1, [{ caseId: bad, seq: 2, fault: 'broken' }]]);
    await audit.remove(entryKey(bad, 1));
    expect((await run('verify')).out).toMatch(new RegExp(`^gap\t${bad}\tentry 1\t`));
    expect((await run('verify', good)).code).toBe(0);
    expect((await run('verify', bad)).code).toBe(1);
  });

  test('says which trail was shortened, and its review with it, since it was sealed', async () => {
    const id = await heldCase(folder);
    const { audit, ledger } = foldersOf(folder);
    await run('comment', id, '--because', 'hello');
    const before = await ledger.get(reviewKey(id));
    await run('reject', id, ...because);
    expect((await run('verify')).err).toContain('no trail is sealed yet\n');
    const sealed = await runHereIn(folder, 'remind');
    const hash = /1 trail sealed, by ([0-9a-f]{64})\n/.exec(sealed.err)?.[1];
    expect(await run('verify')).toMatchObject({ code: 0, err: expect.stringContaining(`, by ${hash}\n`) });
    await audit.remove(entryKey(id, 2));
    await ledger.put(reviewKey(id), before?.body ?? Buffer.of());
    const cut = await run('verify', '--json');
    expect([cut.code, jsonLines(cut.out)]).toEqual([1, [{ caseId: id, seq: 2, fault: 'sealed' }]]);
    // Without its seal the trail seems to be whole.
    for await (const { key } of audit.list(SEALS)) await audit.remove(key);
    const alone = await run('verify', id);
    expect([alone.code, alone.out]).toEqual([1, expect.stringMatching(/^seal\t-\t/)]);
  });
});
