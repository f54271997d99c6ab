import { afterEach, describe, expect, test } from 'vitest';
import { readHead, readRecord, toJson } from '../../lib/core/ledger.ts';
import { caseIdOf, caseKey, verifyKey } from '../../lib/core/records.ts';
import { ReviewWord, wordKey } from '../../lib/core/records-cases.ts';
import type { Scanner } from '../../lib/core/scanner.ts';
import { sha256 } from '../../lib/core/verify.ts';
import { clamd } from '../../lib/scanners/clamd.ts';
import { none } from '../../lib/scanners/none.ts';
import { type FakeClamd, fakeClamd } from '../support/clamd-fake.ts';
import { faultAtEachStep } from '../support/each-step.ts';
import { all, TERMS } from '../support/pipeline-rig.ts';
import { replayRig } from '../support/replay-rig.ts';

/** A clamd whose definitions grow: from `version` 2 on they know what documents with 'trojan' in them are. */
const clamdOf = { version: 1, isDown: false };
const servers: FakeClamd[] = [];
afterEach(async () => {
  Object.assign(clamdOf, { version: 1, isDown: false });
  for (const server of servers.splice(0)) await server.close();
});

async function growing(): Promise<{ readonly scanner: () => Scanner; readonly server: FakeClamd }> {
  const server = await fakeClamd(
    (content, socket) => {
      if (clamdOf.isDown) return void socket.destroy();
      const isKnown = clamdOf.version > 1 && /trojan/i.test(content.toString());
      return isKnown ? 'stream: Doc.Trojan FOUND\0' : 'stream: OK\0';
    },
    () => `ClamAV 1.4.3/${clamdOf.version}/Thu Nov 26 09:00:00 2026`,
  );
  servers.push(server);
  const address = async () => server.address;
  // What was asked of an address is believed for a minute: a new one for each state of the definitions.
  const scanner = () => clamd({ name: 'clamd', address, retries: 0, timeoutMs: 2000, maxBytes: 10_000 });
  return { scanner, server };
}

type Made = Awaited<ReturnType<typeof published>>;

/** One document that is clean, one that is not, one with macros, and one that was overwritten by what is held back. */
async function published(fault: (operation: string) => void = () => {}) {
  clamdOf.version = 1;
  clamdOf.isDown = false;
  const { scanner, server } = await growing();
  let current = scanner();
  const through: Scanner = {
    name: 'clamd',
    definitions: async () => current.definitions?.(),
    scan: (untrusted) => current.scan(untrusted),
    close: async () => undefined,
  };
  let isFaulty = false;
  const made = replayRig({ scanner: through, fault: (operation) => isFaulty && fault(operation) });
  await made.put('clean.txt', 'clean');
  await made.put('trojan.txt', 'a trojan');
  await made.put('macro.docm', 'macro');
  await made.put('over.txt', 'old trojan');
  await made.put('plain.txt', 'first');
  await made.drain();
  await made.put('over.txt', 'bad');
  await made.put('plain.txt', 'bad');
  await made.drain();
  made.later(60_000);
  return {
    ...made,
    server,
    /** Newer definitions are there. */
    update() {
      clamdOf.version += 1;
      current = scanner();
    },
    async run(request: Parameters<typeof made.start>[0] = {}) {
      const { id } = await made.start({ rescan: 'newer', force: true, ...request });
      isFaulty = true;
      await made.toTheEnd(id);
      made.later(60_000);
      return made.tally(id);
    },
  };
}

const ofPublic = { of: 'public', prefix: '', keys: { by: 'listing' } } as const;
const scans = ({ server }: Made) => server.streamed.length;

describe('records', () => {
  test('say with which definitions a document was scanned', async () => {
    const { stores } = await published();
    const head = await readHead(stores.ledger, 'clean.txt');
    expect(await readRecord(stores.ledger, head?.work ?? '')).toMatchObject({ scanner: 'clamd', definitions: 1 });
    const held = await readHead(stores.ledger, 'over.txt');
    expect(
      JSON.parse(Buffer.from((await stores.ledger.get(caseKey(held?.caseId ?? '')))?.body ?? []).toString()),
    ).toMatchObject({
      definitions: 1,
    });
  });

  test('newer definitions alone make no document be judged again', async () => {
    const made = await published();
    made.update();
    const before = scans(made);
    const { id } = await made.start({ mode: 'enforce', force: true });
    await made.toTheEnd(id);
    expect(await made.tally(id)).toMatchObject({ judged: 0, outcomes: { skipped: 5 } });
    expect(scans(made)).toBe(before);
  });
});

describe('an audit that scans again', () => {
  test('of staging finds what newer definitions know, writes nothing, and is repeated with the same end', async () => {
    const made = await published();
    made.update();
    const before = await Promise.all(Object.values(made.stores).map(all));
    for (let time = 0; time < 2; time += 1)
      expect(await made.run()).toMatchObject({
        outcomes: { published: 2, quarantined: 3 },
        reasons: { malware: 1, 'hidden-content': 2 },
        judged: 3,
      });
    const after = await Promise.all(Object.values(made.stores).map(all));
    expect(after.map((keys) => keys.filter((key) => !key.startsWith('runs/')))).toEqual(before);
    expect(Object.keys(await made.published())).toContain('trojan.txt');
  });

  test('of public scans what stands there, also of an earlier version', async () => {
    const made = await published();
    made.update();
    expect(await made.run({ scope: ofPublic })).toMatchObject({
      reasons: { malware: 2 },
      outcomes: { quarantined: 2, published: 3 },
    });
  });

  test('of public scans what is held where it stands, too', async () => {
    const made = await published();
    for (const key of ['held.txt', 'held-trojan.txt'])
      await made.stores.public.put(key, Buffer.from(key === 'held.txt' ? 'bad' : 'bad trojan'));
    const scope = { ...ofPublic, prefix: 'held' };
    const cleaned = await made.start({ mode: 'enforce', scope, force: true });
    await made.toTheEnd(cleaned.id);
    expect(await made.tally(cleaned.id)).toMatchObject({ reasons: { 'hidden-content': 2 } });
    made.update();
    const { id } = await made.start({ scope });
    await made.toTheEnd(id);
    expect(await made.tally(id)).toMatchObject({ reasons: { 'hidden-content': 2 }, judged: 0 });
    expect(await made.run({ scope })).toMatchObject({ reasons: { 'hidden-content': 1, malware: 1 }, judged: 2 });
  });

  test('leaves out what was scanned with definitions as new, unless it is told not to', async () => {
    const made = await published();
    const before = scans(made);
    expect(await made.run()).toMatchObject({ judged: 0 });
    expect(scans(made)).toBe(before);
    expect(await made.run({ rescan: 'all' })).toMatchObject({ judged: 3, outcomes: { published: 3 } });
    expect(scans(made)).toBe(before + 3);
  });
});

describe('an enforcing run that scans again', () => {
  test('takes away what is malware, also where the earlier version would be kept, and keeps the rest', async () => {
    const made = await published();
    expect(Object.keys(await made.published()).sort()).toEqual([
      'clean.txt',
      'macro.docx',
      'over.txt',
      'plain.txt',
      'trojan.txt',
    ]);
    made.update();
    expect(await made.run({ mode: 'enforce' })).toMatchObject({
      reasons: { malware: 1, done: 1, 'hidden-content': 1 },
      outcomes: { published: 2, quarantined: 2, skipped: 1 },
    });
    expect(Object.keys(await made.published()).sort()).toEqual(['clean.txt', 'macro.docx', 'plain.txt']);
    const head = await readHead(made.stores.ledger, 'trojan.txt');
    expect(head).toMatchObject({ state: 'QUARANTINED', previous: 'withheld' });
    expect(head?.caseId).toBe(caseIdOf('trojan.txt', head?.src ?? { versionId: '', etag: '', size: 0 }, TERMS.policy));
    expect(await readHead(made.stores.ledger, 'over.txt')).toMatchObject({ previous: 'withheld' });
    const told = made.events.filter(({ type, key }) => key === 'trojan.txt' && type !== 'Document Promoted');
    expect(told).toMatchObject([
      { type: 'Document Quarantined', reason: 'malware' },
      { type: 'Document Removed', publicKeys: ['trojan.txt'] },
    ]);
  });

  test('keeps that nothing was found, so that the next one scans nothing', async () => {
    const made = await published();
    made.update();
    await made.run({ mode: 'enforce' });
    const head = await readHead(made.stores.ledger, 'clean.txt');
    expect(await readRecord(made.stores.ledger, head?.work ?? '')).toMatchObject({
      definitions: 1,
      rescanned: { scanner: 'clamd', definitions: 2 },
    });
    const before = scans(made);
    expect(await made.run({ mode: 'enforce' })).toMatchObject({ judged: 0, outcomes: { skipped: 5 } });
    expect(scans(made)).toBe(before);
  });

  test('a control: without it, malware stays public', async () => {
    const made = await published();
    made.update();
    await made.run({ mode: 'enforce', rescan: undefined });
    expect(Object.keys(await made.published())).toContain('trojan.txt');
  });

  test('changes nothing where the engine does not answer, and says so', async () => {
    const made = await published();
    made.update();
    clamdOf.isDown = true;
    const { id } = await made.start({ mode: 'enforce', rescan: 'all', force: true });
    await made.toTheEnd(id);
    expect(await made.tally(id)).toMatchObject({ outcomes: { failed: 5 }, reasons: { 'not-scanned': 5 } });
    expect(Object.keys(await made.published())).toHaveLength(5);
  });

  test('comes to the same with a fault at any step', async () => {
    const ended = await faultAtEachStep(async (fault) => {
      const made = await published(fault);
      made.update();
      const tally = await made.run({ mode: 'enforce' }).finally(() => made.server.close());
      servers.length = 0;
      const names = Object.keys(await made.published()).sort();
      return { names, outcomes: Object.entries(tally.outcomes).sort() };
    }, 100);
    expect(ended.names).toEqual(['clean.txt', 'macro.docx', 'plain.txt']);
  }, 240_000);
});

describe('malware that people let through', () => {
  const HOURS = 3_600_000;
  async function released() {
    const made = await published();
    made.update();
    const [key, caseId] = ['waived.txt', 'c'.repeat(32)];
    const approvedAt = made.sanitize.now();
    const waiver = {
      ...{ id: '11111111-1111-4111-8111-111111111111', sha256: sha256(Buffer.from('a waived trojan')), caseId },
      ...{
        rules: ['malware'],
        requestedBy: 'local:ada',
        approvedBy: 'local:bob',
        approvedAt: approvedAt.toISOString(),
      },
      expiresAt: new Date(approvedAt.getTime() + HOURS).toISOString(),
    };
    const word = { v: 1, key, nonce: 'n', id: waiver.id, waiver, at: waiver.approvedAt };
    await made.stores.ledger.put(wordKey(key), toJson(ReviewWord.parse(word)));
    await made.put(key, 'a waived trojan');
    await made.drain();
    expect(Object.keys(await made.published())).toContain(key);
    made.update();
    const keys = ['waived.txt'];
    const scope = { of: 'staging', prefix: 'waived', keys: { by: 'listing' } } as const;
    return { ...made, keys, scope };
  }

  test('is left as it is, is scanned once for each definitions, and is not judged again and again', async () => {
    const made = await released();
    const { scope } = made;
    const { head } = { head: await readHead(made.stores.ledger, 'waived.txt') };
    expect(await made.run({ scope })).toMatchObject({ outcomes: { published: 1 }, judged: 1 });
    const before = scans(made);
    expect(await made.run({ mode: 'enforce', scope })).toMatchObject({ outcomes: { published: 1 }, judged: 1 });
    expect(scans(made)).toBe(before + 1);
    expect(await made.run({ mode: 'enforce', scope })).toMatchObject({ outcomes: { skipped: 1 }, judged: 0 });
    expect(await readHead(made.stores.ledger, 'waived.txt')).toEqual(head);
  });

  test('is taken away where the waiver has expired', async () => {
    const made = await released();
    made.later(2 * HOURS);
    expect(await made.run({ scope: made.scope })).toMatchObject({ reasons: { malware: 1 } });
    expect(await made.run({ mode: 'enforce', scope: made.scope })).toMatchObject({ reasons: { malware: 1 } });
    expect(Object.keys(await made.published())).not.toContain('waived.txt');
  });
});

test('a run whose ledger has lost what was published says so, and leaves it', async () => {
  const made = await published();
  made.update();
  const head = await readHead(made.stores.ledger, 'trojan.txt');
  await made.stores.ledger.remove(verifyKey(head?.work ?? ''));
  const scope = { of: 'staging', prefix: 'trojan', keys: { by: 'listing' } } as const;
  expect(await made.run({ mode: 'enforce', scope })).toMatchObject({
    reasons: { 'not-scanned': 1 },
    outcomes: { failed: 1 },
  });
});

test('a run that cleans in place is refused: it would skip what is done', async () => {
  const made = replayRig();
  await expect(made.start({ mode: 'enforce', scope: ofPublic, rescan: 'all', force: true })).rejects.toThrow(
    'by an audit',
  );
});

test('without a scanner nothing is scanned again, and the run says so', async () => {
  const made = replayRig({ scanner: none });
  await made.put('a.txt', 'one');
  await made.drain();
  for (const mode of ['audit', 'enforce'] as const) {
    const { id } = await made.start({ mode, rescan: 'all', force: true });
    await made.toTheEnd(id);
    expect(await made.tally(id)).toMatchObject({ outcomes: { failed: 1 }, reasons: { 'not-scanned': 1 } });
  }
});
