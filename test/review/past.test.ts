// What is on record beside a case: when its document was public, its other cases, and the same bytes elsewhere.

import { describe, expect, test } from 'vitest';
import { MARK } from '../../lib/core/case-index.ts';
import {
  caseMarkOf,
  casesOfBytes,
  type HistoryMark,
  historyMarkOf,
  historyOf,
  pastKeys,
  remember,
  versionMark,
} from '../../lib/core/past-index.ts';
import { readCase } from '../../lib/review/cases.ts';
import { pastOf, stretchesOf } from '../../lib/review/past.ts';
import { type ReviewRig, reviewRig } from '../support/review-rig.ts';

async function past({ stores }: ReviewRig, caseId: string) {
  const seen = await readCase(stores.ledger, caseId);
  if (!seen) throw new Error('there is no such case');
  return pastOf(stores.ledger, seen.evidence);
}

async function settled(made: ReviewRig, key: string, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    await made.put(key, text);
    await made.drain();
  }
}

describe('whether it was public', () => {
  test('never, where only what is held back was uploaded', async () => {
    const made = reviewRig();
    expect(await past(made, await made.quarantined())).toMatchObject({ isPublic: false, stretches: [], isCut: false });
  });

  test('since its first version, where that stays when a later one is held back', async () => {
    const made = reviewRig();
    await settled(made, 'a.txt', 'one', 'two');
    const before = Date.now();
    const { isPublic, stretches } = await past(made, await made.quarantined());
    expect([isPublic, stretches.length, stretches[0]?.toMs, stretches[0]?.isThis]).toEqual([true, 1, undefined, false]);
    expect(stretches[0]?.fromMs).toBeLessThan(before);
  });

  test('no more, where it was withheld, and from when until when it was', async () => {
    const made = reviewRig({ overwrite: 'withhold' });
    await settled(made, 'a.txt', 'one');
    const { isPublic, stretches } = await past(made, await made.quarantined());
    expect([isPublic, stretches.length]).toEqual([false, 1]);
    expect(stretches[0]?.toMs).toBeGreaterThan(stretches[0]?.fromMs ?? 0);
  });

  test('twice, where it was deleted in between', async () => {
    const made = reviewRig();
    await settled(made, 'a.txt', 'one');
    await made.remove('a.txt');
    await made.drain();
    await settled(made, 'a.txt', 'two');
    const { stretches } = await past(made, await made.quarantined());
    expect(stretches.map(({ toMs }) => toMs === undefined)).toEqual([true, false]);
  });

  test('is of this key alone', async () => {
    const made = reviewRig();
    await settled(made, 'a.txt.pdf', 'one');
    await settled(made, 'a', 'two');
    expect(await past(made, await made.quarantined())).toMatchObject({ isPublic: false, stretches: [] });
  });

  test('says so where there is more on record than was looked at', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    for (let i = 0; i < 1001; i += 1) {
      const at = new Date(Date.UTC(2026, 0, 1) + i).toISOString();
      await remember(made.stores.ledger, { type: 'Document Removed', key: 'a.txt', publicKeys: ['a.txt'], at });
    }
    expect((await past(made, caseId)).isCut).toBe(true);
  });
});

describe('stretches', () => {
  const [one, other] = [versionMark('1'), versionMark('2')];
  const open = (atMs: number, version = one): HistoryMark => ({ what: 'public', atMs, version });
  const shut = (atMs: number): HistoryMark => ({ what: 'removed', atMs });
  const ROWS: readonly { shows: string; marks: readonly HistoryMark[]; are: readonly unknown[] }[] = [
    { shows: 'of nothing are none', marks: [], are: [] },
    { shows: 'do not begin with a removal', marks: [shut(5)], are: [] },
    { shows: 'are not cut by what was told twice', marks: [open(3), open(2)], are: [[2, undefined, true]] },
    { shows: 'end once', marks: [shut(9), shut(8), open(2)], are: [[2, 8, true]] },
    {
      shows: 'say which held this version',
      marks: [open(9, other), shut(5), open(2)],
      are: [
        [9, undefined, false],
        [2, 5, true],
      ],
    },
  ];
  test.each(ROWS)('$shows', ({ marks, are }) => {
    expect(stretchesOf(marks, one).map(({ fromMs, toMs, isThis }) => [fromMs, toMs, isThis])).toEqual(are);
  });
});

describe('other cases', () => {
  test('of the same key and of the same bytes are found, and no others', async () => {
    const made = reviewRig();
    const ids = {
      first: await made.quarantined('bad one', 'a.txt'),
      twin: await made.quarantined('bad one', 'b.txt'),
      stranger: await made.quarantined('bad two', 'c.txt'),
    };
    await settled(made, 'a.txt', 'bad again');
    const { others, twins, hasMore } = await past(made, ids.first);
    expect([others.map(({ evidence }) => evidence.key), hasMore]).toEqual([['a.txt'], false]);
    expect(others[0]?.evidence.caseId).not.toBe(ids.first);
    expect(twins.map(({ evidence }) => evidence.caseId)).toEqual([ids.twin]);
    expect((await past(made, ids.stranger)).twins).toEqual([]);
  });

  test('are read within bounds, however many there are', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const seen = await readCase(made.stores.ledger, caseId);
    const sha256 = seen?.evidence.source.sha256 ?? '';
    for (let i = 0; i < 500; i += 1)
      await made.stores.ledger.put(
        `${casesOfBytes(sha256)}${String(i).padStart(13, '0')}.${i.toString(16).padStart(32, '0')}`,
        MARK,
      );
    let reads = 0;
    const { ledger } = made.stores;
    const counted = {
      list: ledger.list,
      get(key: string) {
        reads += 1;
        return ledger.get(key);
      },
    };
    if (!seen) throw new Error('there is no such case');
    // Marks of cases that are not there show nothing.
    expect(await pastOf(counted, seen.evidence)).toMatchObject({ twins: [], hasMore: true });
    expect(reads).toBeLessThan(50);
  });
});

test('marks are read back from their keys, and from no others', async () => {
  const made = reviewRig();
  const seen = await readCase(made.stores.ledger, await made.quarantined());
  if (!seen) throw new Error('there is no such case');
  const { caseId, at } = seen.evidence;
  const keys = pastKeys(seen.evidence);
  expect(keys.map(caseMarkOf)).toEqual([
    { caseId, atMs: Date.parse(at) },
    { caseId, atMs: Date.parse(at) },
  ]);
  expect(pastKeys({ ...seen.evidence, source: { ...seen.evidence.source, sha256: null } })).toHaveLength(1);
  for (const key of ['x', `${historyOf('a')}1.public.-`, `${historyOf('a')}${'1'.repeat(13)}.gone.-`])
    expect([caseMarkOf(key), historyMarkOf(key)]).toEqual([undefined, undefined]);
});
