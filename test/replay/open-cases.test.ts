import { describe, expect, test } from 'vitest';
import { readHead } from '../../lib/core/ledger.ts';
import { headKey } from '../../lib/core/records.ts';
import { type Scope, scopeHash } from '../../lib/core/records-runs.ts';
import type { Reason } from '../../lib/core/refusal.ts';
import type { Judge } from '../../lib/core/verdict.ts';
import { keysOfCases } from '../../lib/replay/open-cases.ts';
import { all, TERMS } from '../support/pipeline-rig.ts';
import { type ReplayRig, replayRig } from '../support/replay-rig.ts';

const ALL = { reason: null, prefix: '' } as const;
const scopeOf = (reason: Reason | null): Scope => ({ of: 'staging', prefix: '', keys: { by: 'cases', reason } });

async function settled(texts: Readonly<Record<string, string>>): Promise<ReplayRig> {
  const made = replayRig();
  for (const [key, text] of Object.entries(texts)) await made.put(key, text);
  await made.drain();
  return made;
}

/** From now on what begins with 'bad but' passes, under a new version. */
function upgrade(made: ReplayRig): void {
  const before: Judge = made.sanitize.judge;
  const judge: Judge = (untrusted, options) => {
    const text = Buffer.from(untrusted).toString();
    return before(Buffer.from(text.replace(/^bad but /, '')), options);
  };
  Object.assign(made.sanitize, { judge, terms: { ...TERMS, version: '0.0.2' } });
}

const record = async ({ stores }: ReplayRig, key: string) => (await readHead(stores.ledger, key))?.caseId ?? '';

describe('a run over the open cases of a reason', () => {
  test('judges those again after an upgrade, and nothing else', async () => {
    const texts = { 'a.txt': 'bad but good', 'b.txt': 'bad', 'c.txt': 'x'.repeat(1001), 'd.txt': 'one' };
    const made = await settled(texts);
    upgrade(made);
    const { keys } = await keysOfCases(made.stores.ledger, { ...ALL, reason: 'hidden-content' });
    expect([...keys].sort()).toEqual(['a.txt', 'b.txt']);
    const { id } = await made.start({
      ...{ mode: 'enforce', force: true, scope: scopeOf('hidden-content'), keys, version: '0.0.2' },
    });
    await made.toTheEnd(id);
    expect(await made.tally(id)).toMatchObject({ reported: 2, judged: 2, outcomes: { published: 1, quarantined: 1 } });
    expect(await made.published()).toEqual({ 'a.txt': 'GOOD', 'd.txt': 'ONE' });
    const versions = Object.keys(texts).map(async (key) => (await readHead(made.stores.ledger, key))?.version);
    expect(await Promise.all(versions)).toEqual(['0.0.2', '0.0.2', '0.0.1', '0.0.1']);
    // What has passed is no case any more.
    expect((await keysOfCases(made.stores.ledger, ALL)).keys.toSorted()).toEqual(['b.txt', 'c.txt']);
  });

  test('without any judges nothing, and ends', async () => {
    const made = await settled({ 'a.txt': 'one' });
    const { keys } = await keysOfCases(made.stores.ledger, ALL);
    const { id } = await made.start({ scope: scopeOf(null), keys });
    await made.toTheEnd(id);
    expect(await made.state(id)).toMatchObject({ state: 'done', sent: 0 });
  });

  test('wants an audit of the same reason before it enforces', async () => {
    const made = await settled({ 'a.txt': 'bad' });
    const { keys } = await keysOfCases(made.stores.ledger, ALL);
    const { id } = await made.start({ scope: scopeOf('hidden-content'), keys });
    await made.toTheEnd(id);
    await expect(made.start({ mode: 'enforce', scope: scopeOf(null), keys })).rejects.toThrow('no audit');
    expect(await made.start({ mode: 'enforce', scope: scopeOf('hidden-content'), keys })).toMatchObject({ audit: id });
    const hashes = [null, 'limit', 'crashed'] as const;
    expect(new Set(hashes.map((reason) => scopeHash(scopeOf(reason), TERMS.policy))).size).toBe(hashes.length);
  });
});

describe('the open cases', () => {
  test('are those that a head names: not what was mended, deleted, or overwritten by a worse one', async () => {
    const made = await settled({ 'mended.txt': 'bad', 'deleted.txt': 'bad', 'worse.txt': 'bad', 'x/left.txt': 'bad' });
    await made.put('mended.txt', 'good');
    await made.put('worse.txt', 'x'.repeat(1001));
    await made.remove('deleted.txt');
    await made.drain();
    const cases = (await all(made.stores.ledger)).filter((key) => key.startsWith('cases/'));
    expect(cases).toHaveLength(5);
    const found = async (reason: Reason | null, prefix = '') =>
      (await keysOfCases(made.stores.ledger, { reason, prefix })).keys.toSorted();
    expect(await found(null)).toEqual(['worse.txt', 'x/left.txt']);
    expect(await found('hidden-content')).toEqual(['x/left.txt']);
    expect(await found('limit')).toEqual(['worse.txt']);
    expect(await found('malware')).toEqual([]);
    expect(await found(null, 'x/')).toEqual(['x/left.txt']);
  });

  test('that were edited by hand, or whose head was, are named, and the others are found all the same', async () => {
    const made = await settled({ 'a.txt': 'bad', 'b.txt': 'bad', 'c.txt': 'bad' });
    const [a, b] = [await record(made, 'a.txt'), await record(made, 'b.txt')];
    await made.stores.ledger.put(`cases/${a}/case.json`, Buffer.from('{"v":1}'));
    await made.stores.ledger.put(headKey('b.txt'), Buffer.from('no JSON'));
    await made.stores.ledger.put(`cases/${b}/pictures/1.json`, Buffer.from('beside a case'));
    expect(await keysOfCases(made.stores.ledger, ALL)).toEqual({
      keys: ['c.txt'],
      unreadable: [a, b].map((id) => `cases/${id}/case.json`).sort(),
    });
  });

  test('are found over pages, each once', async () => {
    const made = replayRig();
    for (let i = 0; i < 1100; i += 1) await made.put(`${i}`, 'bad');
    await made.drain(2000);
    const { keys } = await keysOfCases(made.stores.ledger, ALL);
    expect([keys.length, new Set(keys).size]).toEqual([1100, 1100]);
  });
});
