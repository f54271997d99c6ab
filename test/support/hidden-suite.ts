// Policy `remove` for what nobody is shown in a spreadsheet: it is gone, what is seen stays, and a result that keeps it
// is not published.

import { afterAll, describe, expect, test } from 'vitest';
import type { Format } from '../../lib/core/format.ts';
import { LIMITS } from '../../lib/core/limits.ts';
import { readPolicy } from '../../lib/core/policy.ts';
import { type Examined, examine } from '../../lib/core/sanitize.ts';
import { readFiles } from '../../lib/formats/shared/ooxml/reader-files.ts';
import { openWorkshop } from '../../lib/tools.ts';
import type { Case } from './case.ts';

/** Runs the rows under a policy that removes the format's carriers of those names. */
export function hiddenSuite(format: Format, name: string, carriers: readonly string[], rows: readonly Case[]): void {
  const workshop = openWorkshop();
  afterAll(() => workshop.close());
  const rules = Object.fromEntries(carriers.map((carrier) => [`${format.id}.${carrier}`, 'remove' as const]));
  const policy = readPolicy({ version: 1, rules });
  const judge = (bytes: Uint8Array, formats = workshop.formats) =>
    examine(bytes, name, { ...workshop, formats, policy });
  const others = workshop.formats.filter((one) => one !== format);
  const published = rows.filter(({ outcome }) => outcome === 'published');

  describe('a spreadsheet with hidden content that policy removes', () => {
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
      expect(await judge(await bytes(), [idle(format), ...others])).toMatchObject({
        outcome: 'quarantined',
        reason: 'unverified',
      });
    });

    test.each(rows.filter(({ outcome }) => outcome === 'quarantined'))('$shows', async ({ bytes, reason }) => {
      expect(await judge(await bytes())).toMatchObject({ outcome: 'quarantined', reason });
    });
  });
}

function bodyOf(verdict: Examined): Uint8Array {
  if (verdict.outcome !== 'published') throw new Error(`${verdict.reason}: ${verdict.detail}`);
  return verdict.body;
}

/** Everything in the members, as it is written. */
async function written(bytes: Uint8Array): Promise<string> {
  const files = await readFiles(bytes, LIMITS.maxExpandedBytes);
  return [...files].map(([name, content]) => `${name}\n${content.toString()}`).join('\n');
}

/** Finds everything and gives back what it was given. */
function idle(format: Format): Format {
  return {
    ...format,
    async sanitize(untrusted, context) {
      return { ...(await format.sanitize(untrusted, context)), body: untrusted };
    },
  };
}
