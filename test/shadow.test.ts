import { describe, expect, test } from 'vitest';
import { auditOn } from '../lib/core/audit.ts';
import { reconcileOn } from '../lib/core/carry-out.ts';
import { shadowKey } from '../lib/core/records.ts';
import { shadowOn } from '../lib/core/shadow-on.ts';
import { sha256 } from '../lib/core/verify.ts';
import { startShadowPipeline } from '../lib/shadow-pipeline.ts';
import { describeStatus } from '../lib/status/describe.ts';
import { statusOf } from '../lib/status/document-status.ts';
import { memoryQueue } from '../lib/stores/memory-queue.ts';
import { faultAtEachStep } from './support/each-step.ts';
import { all, TERMS } from './support/pipeline-rig.ts';
import { shadowRig } from './support/shadow-rig.ts';

const run = { id: '20260101T000000Z-00000000', shard: 0, n: 0, policy: TERMS.policy };

/** A life of documents: clean, held back, renamed, overwritten, deleted, large, too large, never judged. */
async function story(made = shadowRig()) {
  await made.stores.public.put('a.txt', Buffer.from('what the publisher puts there by himself'));
  await made.put('a.txt', 'one');
  await made.put('b.txt', 'bad');
  await made.put('c.docm', 'macro');
  await made.drain();
  await made.put('a.txt', 'bad two');
  await made.put('gone.txt', 'one');
  await made.drain();
  await made.remove('gone.txt');
  await made.put('heavy.txt', 'y'.repeat(600));
  await made.put('huge.txt', 'x'.repeat(1001));
  await made.drain();
  return made;
}

const HELD = { outcome: 'quarantined', reason: 'hidden-content', out: null } as const;
const KEYS = ['a.txt', 'b.txt', 'c.docm', 'heavy.txt', 'huge.txt'];

describe('a channel in shadow mode', () => {
  test('puts on record what would become of each document that staging holds', async () => {
    const { recorded } = await story();
    expect(await recorded('a.txt')).toMatchObject({ ...HELD, detail: 'test', findings: [{ action: 'quarantined' }] });
    expect(await recorded('b.txt')).toMatchObject({ ...HELD, input: sha256(Buffer.from('bad')) });
    expect(await recorded('c.docm')).toMatchObject({
      outcome: 'published',
      reason: null,
      out: { key: 'c.docx', sha256: sha256(Buffer.from('MACRO')), bytes: 5, mediaType: 'text/plain' },
      ...TERMS,
    });
    expect(await recorded('heavy.txt')).toMatchObject({ outcome: 'published', out: { bytes: 600 } });
    expect(await recorded('huge.txt')).toMatchObject({ outcome: 'quarantined', reason: 'limit', input: null });
  });

  test('writes nothing but that, tells nobody, and leaves what is public alone', async () => {
    const { written, stores, events, published } = await story();
    const records = [...KEYS, 'gone.txt'].map((key) => `ledger ${shadowKey(key)}`);
    expect(new Set(written)).toEqual(new Set(records));
    expect(events).toEqual([]);
    expect(await published()).toEqual({ 'a.txt': 'what the publisher puts there by himself' });
    for (const store of [stores.work, stores.quarantine]) expect(await all(store)).toEqual([]);
  });

  test('a control: enforcing, the same documents are written everywhere', async () => {
    const { sanitize, stores } = await story();
    for (const key of KEYS) await reconcileOn(sanitize, key);
    for (const store of [stores.work, stores.quarantine]) expect(await all(store)).not.toEqual([]);
  });

  test('comes to the same with a fault at any step', async () => {
    const ended = await faultAtEachStep(async (fault) => {
      const made = shadowRig({ fault });
      await made.put('a.txt', 'one');
      await made.put('a.txt', 'two');
      await made.put('heavy.txt', 'y'.repeat(600));
      await made.drain();
      const sums = ['a.txt', 'heavy.txt'].map(async (key) => (await made.recorded(key))?.out?.bytes);
      return { sums: await Promise.all(sums), others: (await all(made.stores.ledger)).length };
    }, 20);
    expect(ended).toEqual({ sums: [3, 600], others: 2 });
  });

  test('holds back of two documents that want one name the one that changes its own', async () => {
    const made = shadowRig();
    await made.put('c.docx', 'plain');
    await made.put('c.docm', 'macro');
    await made.drain();
    expect(await made.recorded('c.docx')).toMatchObject({ outcome: 'published' });
    expect(await made.recorded('c.docm')).toMatchObject({ outcome: 'quarantined', reason: 'unsupported' });
  });

  test('puts on record that a document could not be judged, and judges it when it comes again', async () => {
    const made = shadowRig();
    let isBroken = true;
    const judge = made.shadow.judge;
    const failing = async (...given: Parameters<typeof judge>) => {
      if (isBroken) throw new Error('the engine is gone');
      return judge(...given);
    };
    Object.assign(made.shadow, { judge: failing });
    await made.put('a.txt', 'one');
    await made.drain();
    expect(await made.recorded('a.txt')).toMatchObject({ outcome: 'quarantined', reason: 'crashed' });
    isBroken = false;
    const places = { ...made.shadow, terms: { ...TERMS, version: `${TERMS.version}+qpdf-11` } };
    expect(await shadowOn(places, 'a.txt')).toBe('recorded');
    expect(await made.recorded('a.txt')).toMatchObject({ outcome: 'published' });
  });

  test('judges once under the same terms, and again under others', async () => {
    const { shadow } = await story();
    expect(await shadowOn(shadow, 'b.txt')).toBe('settled');
    expect(await shadowOn({ ...shadow, terms: { ...TERMS, version: '0.0.2' } }, 'b.txt')).toBe('recorded');
    expect(await shadowOn({ ...shadow, terms: { ...TERMS, policy: `sha256:${'b'.repeat(64)}` } }, 'b.txt')).toBe(
      'recorded',
    );
  });

  test('refuses a record that is of another key', async () => {
    const { stores, shadow } = await story();
    const other = await stores.ledger.get(shadowKey('b.txt'));
    await stores.ledger.put(shadowKey('a.txt'), other?.body ?? Buffer.of());
    await expect(shadowOn(shadow, 'a.txt')).rejects.toThrow('another key');
  });
});

describe('a run', () => {
  test('that enforces is told that it may not, and nothing is done', async () => {
    const made = shadowRig();
    await made.stores.staging.put('a.txt', Buffer.from('one'));
    await made.send(JSON.stringify({ kind: 'reconcile', key: 'a.txt', run }));
    await made.drain();
    const results = made.results.bodies().map((body) => JSON.parse(body));
    expect(results).toMatchObject([{ outcome: 'failed', reason: 'shadow' }]);
    expect(made.written).toEqual([]);
  });

  test('that audits takes the word of the record, as long as it is of the same version and terms', async () => {
    const made = await story();
    for (const key of ['a.txt', 'c.docm'])
      await made.send(JSON.stringify({ kind: 'audit', of: 'staging', key, run: { ...run, n: key.length } }));
    await made.drain();
    expect(made.results.bodies().map((body) => JSON.parse(body))).toMatchObject([
      { outcome: 'quarantined', reason: 'hidden-content', by: 'record', carriers: [{ carrier: 'test.hidden' }] },
      { outcome: 'published', reason: null, by: 'record' },
    ]);
    const { judge, now } = made.sanitize;
    const places = { ...made.stores, judge, now, terms: TERMS, maxInputBytes: 1000 };
    const by = async (terms: typeof TERMS) => (await auditOn({ ...places, terms }, { of: 'staging', key: 'a.txt' })).by;
    expect(await by(TERMS)).toBe('record');
    expect(await by({ ...TERMS, version: '0.0.2' })).toBe('judge');
    await made.stores.staging.put('a.txt', Buffer.from('three'));
    expect(await by(TERMS)).toBe('judge');
  });
});

describe('status', () => {
  const said = async (key: string) => {
    const { stores } = await story();
    return describeStatus(await statusOf(stores.ledger, stores.staging, key)).join('\n');
  };

  test('says what would become of a document, and that nothing is done', async () => {
    expect(await said('c.docm')).toMatch(
      /judged in shadow mode, since .*\n[\s\S]*would be {2}published as c\.docx, rebuilt, 5 bytes/,
    );
    const held = await said('b.txt');
    expect(held).toContain('held back because hidden-content: it holds something that readers do not see');
    expect(held).toContain('quarantined  1 × test.hidden');
    expect(held).toContain('nothing: this system only looks on');
  });

  test('speaks of the version that staging holds, and of what was done once it was', async () => {
    const made = await story();
    const where = async (key: string) => (await statusOf(made.stores.ledger, made.stores.staging, key)).where;
    expect(await where('b.txt')).toBe('shadow');
    expect(await where('gone.txt')).toBe('unknown');
    await made.stores.staging.put('b.txt', Buffer.from('newer'));
    expect(await where('b.txt')).toBe('waiting');
    await reconcileOn(made.sanitize, 'a.txt');
    expect(await where('a.txt')).toBe('quarantined');
  });
});

test('the lanes of a process end in records alone', async () => {
  const made = shadowRig();
  const open = () => memoryQueue({ visibilityMs: 60_000, maxReceives: 5 });
  const [live, heavy, bulk, deadLetters, results] = [open(), open(), open(), open(), open()];
  const keys = ['live.txt', 'heavy.txt', 'bulk.txt', 'dead.txt'];
  await made.stores.staging.put('heavy.txt', Buffer.from('y'.repeat(600)));
  for (const key of ['live.txt', 'bulk.txt', 'dead.txt']) await made.stores.staging.put(key, Buffer.from('one'));
  const hint = (key: string) => JSON.stringify({ kind: 'reconcile', key });
  for (const key of ['live.txt', 'heavy.txt']) await live.send(hint(key));
  await bulk.send(hint('bulk.txt'));
  await deadLetters.send(hint('dead.txt'));
  const failed: string[] = [];
  const seen = new Set<string>();
  const { judge, terms, maxInputBytes } = made.sanitize;
  const done = Promise.withResolvers<void>();
  const pipeline = startShadowPipeline({
    shadow: {
      ...made.shadow,
      liveQueue: live,
      heavy: { queue: heavy, aboveBytes: 500 },
      onRecorded({ key }) {
        seen.add(key);
        if (seen.size === keys.length) done.resolve();
      },
    },
    ...{ deadLetters, jobs: 1, log: () => {}, onFailed: (key) => void failed.push(key) },
    bulk: { queue: bulk, jobs: 1 },
    runs: {
      audit: { ...made.stores, judge, terms, now: made.sanitize.now, maxInputBytes },
      results,
      ledger: made.stores.ledger,
    },
  });
  await done.promise;
  await pipeline.stop();
  const reasons = await Promise.all(keys.map(async (key) => (await made.recorded(key))?.reason));
  expect(reasons).toEqual([null, null, null, 'crashed']);
  expect(failed).toEqual(['dead.txt']);
});
