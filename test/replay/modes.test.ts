import { describe, expect, test } from 'vitest';
import { auditOn } from '../../lib/core/audit.ts';
import { OPEN_RUNS_KEY } from '../../lib/core/records-runs.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { all, TERMS } from '../support/pipeline-rig.ts';
import { replayRig } from '../support/replay-rig.ts';

const scope = (prefix: string) => ({ of: 'staging', prefix, keys: { by: 'listing' } }) as const;

describe('an audit', () => {
  test('writes nothing but the run itself', async () => {
    for (const of of ['staging', 'public'] as const) {
      const made = replayRig();
      for (const text of ['one', 'bad', 'macro', 'kept', 'x'.repeat(1001)])
        for (const store of ['staging', 'public'] as const)
          await made.stores[store].put(`${text[0]}.txt`, Buffer.from(text));
      const before = await Promise.all(Object.values(made.stores).map(all));
      const { id } = await made.start({ scope: { of, prefix: '', keys: { by: 'listing' } } });
      await made.toTheEnd(id);
      expect(await made.tally(id)).toMatchObject({ reported: 5, outcomes: { published: 3, quarantined: 2 } });
      expect(made.written.filter((write) => !write.startsWith(`run ledger runs/${id}/`))).toEqual([
        `run ledger ${OPEN_RUNS_KEY}`,
      ]);
      expect(made.written.length).toBeGreaterThan(0);
      expect(made.events).toEqual([]);
      const after = await Promise.all(Object.values(made.stores).map(all));
      expect(after.map((keys) => keys.filter((key) => !key.startsWith('runs/')))).toEqual(before);
    }
  });

  test('takes the word of the ledger for what was settled under the same terms, and judges the rest', async () => {
    const made = replayRig();
    await made.put('done.txt', 'kept');
    await made.put('bad.txt', 'bad');
    await made.put('changed.txt', 'one');
    await made.drain();
    await made.stores.staging.put('changed.txt', Buffer.from('two'));
    const { id } = await made.start();
    await made.toTheEnd(id);
    expect(await made.tally(id)).toMatchObject({
      reported: 3,
      judged: 1,
      outcomes: { published: 2, quarantined: 1 },
      carriers: { 'test.hidden kept': 1, 'test.hidden quarantined': 1 },
    });
  });

  test('of public skips what promote wrote under the same terms, and nothing else', async () => {
    const made = replayRig();
    await made.put('a.txt', 'one');
    await made.put('b.docm', 'macro');
    await made.put('c.txt', 'three');
    await made.drain();
    await made.stores.public.put('c.txt', Buffer.from('put there by somebody else'));
    await made.stores.public.put('old.txt', Buffer.from('from before'));
    const { id } = await made.start({ scope: { ...scope(''), of: 'public' } });
    await made.toTheEnd(id);
    expect(await made.tally(id)).toMatchObject({ judged: 2, outcomes: { skipped: 2, published: 2 } });
  });

  test('under other engines judges everything again; who has none speaks of the release', async () => {
    const rows = [
      { made: '1.0.0+qpdf-11', now: '1.0.0+qpdf-11', by: 'record' },
      { made: '1.0.0+qpdf-11', now: '1.0.0+qpdf-12', by: 'judge' },
      { made: '1.0.0+qpdf-11', now: '1.0.0', by: 'record' },
      { made: '1.0.0', now: '1.0.0+qpdf-11', by: 'judge' },
      { made: '1.0.0+qpdf-11', now: '1.0.1', by: 'judge' },
    ] as const;
    for (const row of rows) {
      const made = replayRig();
      Object.assign(made.sanitize, { terms: { ...TERMS, version: row.made } });
      await made.put('a.txt', 'one');
      await made.drain();
      const places = { ...made.stores, judge: made.sanitize.judge, now: made.sanitize.now, maxInputBytes: 1000 };
      const terms = { ...TERMS, version: row.now };
      const { by } = await auditOn({ ...places, terms }, { of: 'staging', key: 'a.txt' });
      expect(by, JSON.stringify(row)).toBe(row.by);
    }
  });

  test('says what it is of an object that changes all the time', async () => {
    const bare = memoryStore();
    await bare.put('a', Buffer.from('one'));
    const judge = () => Promise.reject(new Error('nothing was read'));
    const changing = { head: bare.head, get: async () => undefined };
    const read = { staging: changing, public: bare, ledger: bare };
    const places = { ...read, judge, terms: TERMS, now: () => new Date(), maxInputBytes: 1000 };
    expect(await auditOn(places, { of: 'staging', key: 'a' })).toMatchObject({
      outcome: 'skipped',
      reason: 'changing',
    });
  });
});

describe('an enforcing run', () => {
  test('is refused without a finished audit of the same scope under the same policy', async () => {
    const made = replayRig();
    await made.stores.staging.put('a/1', Buffer.from('one'));
    const enforce = (more: object = {}) => made.start({ mode: 'enforce', scope: scope('a/'), ...more });
    await expect(enforce()).rejects.toThrow('no audit');
    const { id } = await made.start({ scope: scope('a/') });
    await expect(enforce()).rejects.toThrow('no audit');
    await made.toTheEnd(id);
    await expect(enforce({ scope: scope('') })).rejects.toThrow('no audit');
    await expect(enforce({ policy: `sha256:${'b'.repeat(64)}` })).rejects.toThrow('no audit');
    expect(await enforce()).toMatchObject({ audit: id, force: false });
    expect(await enforce({ scope: scope(''), force: true })).toMatchObject({ audit: null, force: true });
    await expect(enforce({ scope: { ...scope('a/'), of: 'public' } })).rejects.toThrow('no audit');
  });

  test('publishes and quarantines what the audit said, and skips what is done', async () => {
    const made = replayRig();
    await made.put('settled.txt', 'settled');
    await made.drain();
    for (const [key, text] of [
      ['a.txt', 'one'],
      ['b.txt', 'bad'],
      ['c.docm', 'macro'],
    ] as const)
      await made.stores.staging.put(key, Buffer.from(text));
    const audit = await made.start();
    await made.toTheEnd(audit.id);
    made.later(60_000);
    const { id } = await made.start({ mode: 'enforce' });
    await made.toTheEnd(id);
    expect((await made.tally(audit.id)).outcomes).toEqual({ published: 3, quarantined: 1 });
    expect((await made.tally(id)).outcomes).toEqual({ published: 2, quarantined: 1, skipped: 1 });
    expect(Object.keys(await made.published()).sort()).toEqual(['a.txt', 'c.docx', 'settled.txt']);
    // Once more: everything is done, and nothing is judged.
    const again = await made.start({ mode: 'enforce' });
    made.later(60_000);
    const later = await made.start({ mode: 'enforce' });
    await made.toTheEnd(later.id);
    expect(await made.tally(later.id)).toMatchObject({ judged: 0, outcomes: { skipped: 4 } });
    expect(again.id < later.id).toBe(true);
  });

  test('judges again what was settled under an older release', async () => {
    const made = replayRig();
    Object.assign(made.sanitize, { terms: { ...TERMS, version: '0.0.0' } });
    await made.put('a.txt', 'one');
    await made.drain();
    Object.assign(made.sanitize, { terms: TERMS });
    const { id } = await made.start({ mode: 'enforce', force: true });
    await made.toTheEnd(id);
    expect(await made.tally(id)).toMatchObject({ judged: 1, outcomes: { published: 1 } });
  });
});
