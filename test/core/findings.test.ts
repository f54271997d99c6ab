import { describe, expect, test } from 'vitest';
import type { Carrier } from '../../lib/core/finding.ts';
import { collectFindings } from '../../lib/core/findings.ts';
import { readPolicy } from '../../lib/core/policy.ts';

const CARRIERS = Array.from(
  { length: 60 },
  (_, at): Carrier => ({ id: `test.carrier-${at}`, code: 'hidden-content', tier: 'M', says: 'a place in a test' }),
);
const HELD = CARRIERS.slice(0, 30).map(({ id }) => id);
const POLICY = readPolicy({
  version: 1,
  rules: Object.fromEntries(CARRIERS.map(({ id }) => [id, HELD.includes(id) ? 'quarantine' : 'remove'])),
});

describe('findings', () => {
  const findings = collectFindings(CARRIERS, POLICY);
  // What is removed comes first, and is as much.
  for (const { id } of CARRIERS.toReversed()) for (let at = 0; at < 500; at += 1) findings.found(id, `place ${at}`);
  const rows = findings.list();

  test('of every kind are no more rows than a list can read of many cases', () => {
    expect(rows.length).toBeLessThan(2 * 1000 + CARRIERS.length + 1);
    expect(Buffer.byteLength(JSON.stringify(rows))).toBeLessThan(500_000);
  });

  test('are counted whole, of each carrier', () => {
    for (const { id } of CARRIERS) {
      const own = rows.filter(({ carrier }) => carrier === id);
      expect([id, own.reduce((sum, { count }) => sum + count, 0)]).toEqual([id, 500]);
    }
  });

  test('that hold the document back have places, whatever else is found', () => {
    const held = rows.filter(({ action }) => action === 'quarantined');
    expect(held.filter(({ at }) => at !== 'further places')).toHaveLength(1000);
  });
});
