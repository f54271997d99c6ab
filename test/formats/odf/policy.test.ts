// What policy asks for and cannot be done is refused, and never recorded as done.

import { describe, expect, test } from 'vitest';
import { collectFindings } from '../../../lib/core/findings.ts';
import { readPolicy } from '../../../lib/core/policy.ts';
import { odf } from '../../../lib/formats/odf/odf.ts';
import { dirtySheets } from '../../fixtures/odf/sheets.ts';
import { pictureBench } from '../../support/picture-context.ts';

const SCENARIO = dirtySheets.find(({ finds }) => finds?.includes('odf.sheet.scenario'));

describe('scenarios', () => {
  test.each([
    ['remove', 'hidden-content: member 2: all sheets are hidden'],
    ['keep', undefined],
  ])('with policy %s', async (action, message) => {
    const bench = pictureBench();
    try {
      const policy = readPolicy({ version: 1, rules: { 'odf.sheet.scenario': action } });
      const { found } = collectFindings(odf.carriers, policy);
      const sanitizing = odf.sanitize((await SCENARIO?.bytes()) ?? Buffer.alloc(0), {
        ...bench.context().context,
        policy,
        found,
      });
      if (message === undefined) expect((await sanitizing).body.length).toBeGreaterThan(0);
      else await expect(sanitizing).rejects.toThrow(message);
    } finally {
      await bench.close();
    }
  });
});
