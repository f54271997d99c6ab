import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { headKey } from '../../lib/core/records.ts';
import { REASONS } from '../../lib/core/refusal.ts';
import { describeStatus } from '../../lib/status/describe.ts';
import { DocumentStatus, statusOf } from '../../lib/status/document-status.ts';
import { explain } from '../../lib/status/reasons.ts';
import { rig } from '../support/pipeline-rig.ts';
import { reasonsTable } from '../support/reasons-table.ts';

type Rig = ReturnType<typeof rig>;
type Row = {
  readonly shows: string;
  readonly before: (made: Rig) => Promise<void>;
  readonly key?: string;
  readonly expected: object;
};

const settled =
  (text: string, key = 'a.txt') =>
  async (made: Rig) => {
    await made.put(key, text);
    await made.drain();
  };
const nowhere = { keys: [], isEarlier: false };

const rows: readonly Row[] = [
  {
    shows: 'a key that nobody knows',
    before: async () => {},
    expected: { where: 'unknown', since: null, staged: null, public: nowhere, findings: [] },
  },
  {
    shows: 'what was just uploaded',
    before: (made) => made.put('a.txt', 'one'),
    expected: { where: 'waiting', staged: { bytes: 3 }, public: nowhere },
  },
  {
    shows: 'what is published, and what was kept in it',
    before: settled('kept one'),
    expected: {
      where: 'published',
      public: { keys: ['a.txt'], isEarlier: false },
      findings: [{ carrier: 'test.hidden', action: 'kept', count: 1, at: ['byte 0'] }],
    },
  },
  {
    shows: 'what is published under another name',
    before: settled('macro', 'a.docm'),
    key: 'a.docm',
    expected: { where: 'published', public: { keys: ['a.docx'], isEarlier: false } },
  },
  {
    shows: 'an upload over what is published',
    before: async (made) => {
      await settled('one')(made);
      await made.put('a.txt', 'two');
    },
    expected: { where: 'waiting', public: { keys: ['a.txt'], isEarlier: true } },
  },
  {
    shows: 'what is quarantined, why, and what to do',
    before: settled('bad'),
    expected: {
      where: 'quarantined',
      public: nowhere,
      quarantine: { reason: 'hidden-content', detail: 'test', mend: expect.stringContaining('upload it again') },
      findings: [{ carrier: 'test.hidden', action: 'quarantined', count: 1 }],
    },
  },
  {
    shows: 'a quarantined overwrite, with the earlier version still public',
    before: async (made) => {
      await settled('one')(made);
      await settled('bad')(made);
    },
    expected: { where: 'quarantined', public: { keys: ['a.txt'], isEarlier: true } },
  },
  {
    shows: 'what was quarantined and has been uploaded anew',
    before: async (made) => {
      await settled('bad')(made);
      await made.put('a.txt', 'one');
    },
    expected: { where: 'waiting', quarantine: null, findings: [] },
  },
  {
    shows: 'what was deleted a moment ago',
    before: async (made) => {
      await settled('one')(made);
      await made.remove('a.txt');
    },
    expected: { where: 'removing', staged: null },
  },
  {
    shows: 'what was deleted and is gone',
    before: async (made) => {
      await settled('one')(made);
      await made.remove('a.txt');
      await made.drain();
    },
    expected: { where: 'removed', public: nowhere },
  },
];

describe('the status of a document', () => {
  for (const { shows, before, key = 'a.txt', expected } of rows) {
    test(shows, async () => {
      const made = rig();
      await before(made);
      const status = await statusOf(made.stores.ledger, made.stores.staging, key);
      expect(status).toMatchObject({ v: 1, key, ...expected });
      expect(DocumentStatus.parse(JSON.parse(JSON.stringify(status)))).toEqual(status);
      expect(describeStatus(status)[0]).toMatch(key);
    });
  }

  test('needs no more rights than to look at heads, cases, verify records and staging', async () => {
    const asked = new Set<string>();
    for (const text of ['one', 'bad']) {
      const made = rig();
      await settled(text)(made);
      const { ledger, staging } = made.stores;
      const get = (key: string) => {
        asked.add(key.split('/')[0] ?? '');
        return ledger.get(key);
      };
      await statusOf({ get }, { head: (key) => staging.head(key) }, 'a.txt');
    }
    expect([...asked].sort()).toEqual(['cases', 'heads', 'verified']);
  });

  const edits = {
    'is no JSON': 'not JSON',
    'lacks what a head has': '{"v":1,"key":"a.txt"}',
  };
  for (const [what, text] of Object.entries(edits)) {
    test(`is not guessed from a record that ${what}`, async () => {
      const made = rig();
      await settled('one')(made);
      await made.stores.ledger.put(headKey('a.txt'), Buffer.from(text));
      await expect(statusOf(made.stores.ledger, made.stores.staging, 'a.txt')).rejects.toThrow();
    });
  }

  test('is not that of another key', async () => {
    const made = rig();
    await settled('one', 'b.txt')(made);
    const other = await made.stores.ledger.get(headKey('b.txt'));
    await made.stores.ledger.put(headKey('a.txt'), other?.body ?? Buffer.of());
    await expect(statusOf(made.stores.ledger, made.stores.staging, 'a.txt')).rejects.toThrow('another key');
  });
});

test('every reason is said in words of its own', () => {
  const said = REASONS.map((reason) => explain(reason));
  expect(new Set(said.map(({ means }) => means)).size).toBe(REASONS.length);
  expect(new Set(said.map(({ mend }) => mend)).size).toBe(REASONS.length);
});

test('docs/status.md says what each reason means (npm run docs prints it)', async () => {
  expect(await readFile(new URL('../../docs/status.md', import.meta.url), 'utf8')).toContain(reasonsTable());
});
