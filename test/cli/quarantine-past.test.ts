import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MARK } from '../../lib/core/case-index.ts';
import { toJson } from '../../lib/core/ledger.ts';
import { pastKeys, publicMark, remember, removedMark } from '../../lib/core/past-index.ts';
import { Evidence, evidenceKey } from '../../lib/core/records-evidence.ts';
import { readCase } from '../../lib/review/cases.ts';
import { foldersOf, heldCase } from '../support/case-folder.ts';
import { jsonLines, runHereIn } from '../support/run-cli.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quarantine-past-'));
  await mkdir(join(folder, 'data/ledger'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const show = (id: string, ...more: readonly string[]) =>
  runHereIn(folder, 'quarantine', 'show', id, '--as', 'ada', ...more);
const [FROM, TO] = ['2026-10-01T08:00:00.000Z', '2026-10-02T08:00:00.000Z'];

async function marked(...ids: readonly string[]): Promise<void> {
  const { ledger } = foldersOf(folder);
  for (const id of ids) {
    const seen = await readCase(ledger, id);
    if (seen) for (const key of pastKeys(seen.evidence)) await ledger.put(key, MARK);
  }
}

describe('what show says beside the case', () => {
  test('is that nothing of it was ever public, where nothing was', async () => {
    const id = await heldCase(folder);
    expect((await show(id)).out).toContain('never, as far as there is a record');
    expect(jsonLines((await show(id, '--json')).out)[0]).toMatchObject({
      masked: [],
      past: { isPublic: false, stretches: [], others: [], twins: [], released: [] },
    });
  });

  test('is when something of it was public, and its other cases', async () => {
    const [id, other] = [await heldCase(folder, { key: 'a.xlsx' }), await heldCase(folder, { key: 'a.xlsx' })];
    const twin = await heldCase(folder, { key: 'b.xlsx' });
    await marked(id, other, twin);
    const { ledger } = foldersOf(folder);
    await ledger.put(publicMark('a.xlsx', 'v0', FROM), MARK);
    await ledger.put(removedMark('a.xlsx', TO), MARK);
    const { out } = await show(id);
    expect(out).toContain('not now, but it was');
    expect(out).toContain(`from ${FROM} to ${TO}`);
    expect(jsonLines((await show(id, '--json')).out)[0]).toMatchObject({
      past: {
        stretches: [{ from: FROM, to: TO, isThis: false }],
        others: [{ caseId: other, key: 'a.xlsx', state: 'open' }],
        twins: [{ caseId: twin, key: 'b.xlsx', state: 'open' }],
      },
    });
  });

  test('is what its release has published', async () => {
    const id = await heldCase(folder, { key: 'a.xlsx' });
    await heldCase(folder, { key: 'elsewhere.xlsx' });
    await remember(foldersOf(folder).ledger, {
      ...{ type: 'Document Released', key: 'elsewhere.xlsx', versionId: 'v', publicKey: 'elsewhere.xlsx' },
      ...{ sha256: 'a'.repeat(64), caseId: id, waiver: '7d1f3f0c-9b43-4c3a-b0de-7d7d9a3f6a55', rules: ['x'], at: FROM },
    });
    expect((await show(id)).out).toContain(`${FROM} by this release: elsewhere.xlsx`);
    const [shown] = jsonLines((await show(id, '--json')).out);
    expect(shown).toMatchObject({ past: { released: [{ key: 'elsewhere.xlsx', at: FROM, isPublic: false }] } });
  });

  test('are values of metadata, masked, and of nothing that was hidden from readers', async () => {
    const metadata = { code: 'metadata', carrier: 'xlsx.core.creator', at: 'x', action: 'removed' } as const;
    const hidden = {
      code: 'hidden-content',
      carrier: 'xlsx.row.hidden',
      at: 'sheet 1',
      action: 'quarantined',
    } as const;
    const findings = [metadata, hidden].map((one) => ({ ...one, tier: 'M' as const, count: 1 }));
    const id = await heldCase(folder, { findings });
    const row = { on: [], masked: ['J••• d••• V•••'] };
    const rows = [metadata, hidden].map(({ carrier, at, action }) => ({ carrier, at, action, ...row }));
    await foldersOf(folder).ledger.put(evidenceKey(id), toJson(Evidence.parse({ v: 1, caseId: id, rows })));
    const [shown] = jsonLines((await show(id, '--json')).out);
    expect(shown?.masked).toEqual([{ carrier: 'xlsx.core.creator', at: 'x', values: ['J••• d••• V•••'] }]);
    expect((await show(id)).out.match(/J•••/g)).toHaveLength(1);
  });
});
