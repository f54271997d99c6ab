// Policy `remove` for what nobody is shown: it is gone, what is seen stays, and a result that keeps it is not published.

import { afterAll, describe, expect, test } from 'vitest';
import type { Format } from '../../../lib/core/format.ts';
import { LIMITS } from '../../../lib/core/limits.ts';
import { readPolicy } from '../../../lib/core/policy.ts';
import { type Examined, examine } from '../../../lib/core/sanitize.ts';
import { readFiles } from '../../../lib/formats/shared/ooxml/reader-files.ts';
import { xlsx } from '../../../lib/formats/xlsx/xlsx.ts';
import { openWorkshop } from '../../../lib/tools.ts';
import { hiddenCells } from '../../fixtures/xlsx/hidden-cells.ts';
import { hiddenSheets } from '../../fixtures/xlsx/hidden-sheets.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());
const CARRIERS = ['sheet.hidden', 'row.hidden', 'row.filtered', 'column.hidden', 'cell.invisible'];
const policy = readPolicy({
  version: 1,
  rules: Object.fromEntries(CARRIERS.map((carrier) => [`xlsx.${carrier}`, 'remove' as const])),
});
const judge = (bytes: Uint8Array, formats = workshop.formats) =>
  examine(bytes, 'werkmap.xlsx', { ...workshop, formats, policy });

function bodyOf(verdict: Examined): Uint8Array {
  if (verdict.outcome !== 'published') throw new Error(`${verdict.reason}: ${verdict.detail}`);
  return verdict.body;
}

/** Everything in the members, as it is written. */
async function written(bytes: Uint8Array): Promise<string> {
  const files = await readFiles(bytes, LIMITS.maxExpandedBytes);
  return [...files].map(([name, content]) => `${name}\n${content.toString()}`).join('\n');
}

const IDLE: Format = {
  ...xlsx,
  async sanitize(untrusted, context) {
    await xlsx.sanitize(untrusted, context);
    return { body: untrusted };
  },
};

const rows = [...hiddenSheets, ...hiddenCells];
const published = rows.filter(({ outcome }) => outcome === 'published');

describe('a workbook with hidden content that policy removes', () => {
  test.each(published)('$shows', async ({ bytes, finds = [], gone = [], kept = [] }) => {
    const original = await bytes();
    const verdict = await judge(original);
    const body = bodyOf(verdict);
    const found = verdict.findings.filter(({ action }) => action === 'removed').map(({ carrier }) => carrier);
    expect(finds.filter((carrier) => !found.includes(carrier))).toEqual([]);
    const [before, after] = [await written(original), await written(body)];
    expect(gone.filter((text) => !before.includes(String(text)))).toEqual([]);
    expect(gone.filter((text) => after.includes(String(text)))).toEqual([]);
    expect(gone.filter((text) => JSON.stringify(verdict.findings).includes(String(text)))).toEqual([]);
    expect(kept.filter((text) => !after.includes(text))).toEqual([]);
  });

  test.each(published)('$shows: and does nothing more to the result', async ({ bytes }) => {
    const body = bodyOf(await judge(await bytes()));
    const again = await judge(body);
    expect(Buffer.compare(bodyOf(again), body)).toBe(0);
    expect(again.findings.filter(({ action }) => action === 'removed')).toEqual([]);
  });

  test.each(published)('$shows: and is not published where it is only said', async ({ bytes }) => {
    const others = workshop.formats.filter((format) => format !== xlsx);
    expect(await judge(await bytes(), [IDLE, ...others])).toMatchObject({
      outcome: 'quarantined',
      reason: 'unverified',
    });
  });

  test.each(rows.filter(({ outcome }) => outcome === 'quarantined'))('$shows', async ({ bytes, reason }) => {
    const verdict = await judge(await bytes());
    expect(verdict).toMatchObject({ outcome: 'quarantined', reason });
  });
});
