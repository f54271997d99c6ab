import { describe, expect, test } from 'vitest';
import { PolicyError, readPolicy } from '../../lib/core/policy.ts';
import { checkPolicy, PolicyCheck } from '../../lib/report/policy-check.ts';
import { knownCarriers } from '../../lib/tools.ts';

const carriers = knownCarriers();
const check = (rules: Record<string, string>, settings?: object) =>
  checkPolicy({ version: 1, rules, ...(settings && { settings }) }, carriers);
const actionIn = ({ carriers: rows }: PolicyCheck, id: string) => rows.find(({ carrier }) => carrier === id);

describe('what a policy file does', () => {
  test.each<readonly [string, Record<string, string>, object]>([
    ['a rule that changes', { 'docx.comment': 'keep' }, { state: 'in-force', matches: 1, decides: 1, changes: 1 }],
    ['a rule that says what the defaults say', { 'docx.comment': 'remove' }, { state: 'idle', decides: 1, changes: 0 }],
    [
      'a wide rule under narrow defaults',
      { 'xlsx.row.*': 'remove' },
      { state: 'outranked', decides: 0, outrankedBy: ['xlsx.row.filtered', 'xlsx.row.hidden'] },
    ],
    ['the widest rule of all', { '*': 'keep' }, { state: 'outranked', matches: carriers.length, decides: 0 }],
    [
      'a wide rule under a narrow one of its own',
      { 'docx.core.*': 'keep', 'docx.core.creator': 'remove' },
      { state: 'in-force', outrankedBy: ['docx.core.creator'] },
    ],
  ])('shows %s', (_what, rules, expected) => {
    const { rules: shown } = check(rules);
    const [first] = Object.keys(rules);
    expect(shown.find(({ rule }) => rule === first)).toMatchObject(expected);
  });

  test('is, per carrier, what the pipeline goes by', () => {
    const rules = { 'docx.*': 'quarantine', '*.author': 'keep', 'pdf.annotation.*': 'flatten' };
    const policy = readPolicy(
      { version: 1, rules },
      carriers.map(({ id }) => id),
    );
    const checked = check(rules);
    expect(checked.carriers.map(({ carrier, action }) => [carrier, action])).toEqual(
      carriers.map(({ id }) => [id, policy.actionFor(id)]),
    );
    expect(checked.policy).toBe(policy.hash);
    expect(actionIn(checked, 'pdf.annotation.comment')).toMatchObject({
      ...{ action: 'flatten', default: 'remove', rule: 'pdf.annotation.*', of: 'file' },
    });
    expect(actionIn(checked, 'docx.alt-chunk')).toMatchObject({ rule: 'docx.alt-chunk', of: 'defaults' });
    const decided = checked.rules.reduce((sum, { decides }) => sum + decides, 0);
    expect(decided).toBe(checked.carriers.filter(({ of }) => of === 'file').length);
  });

  test('is said as its schema has it, of no file and of settings too', () => {
    expect(PolicyCheck.parse(checkPolicy(undefined, carriers))).toMatchObject({ isDefault: true, rules: [] });
    const settings = { overwrite: 'withhold', legacyFormats: 'convert' };
    expect(PolicyCheck.parse(check({}, settings))).toMatchObject({ isDefault: false, settings });
  });

  test('is nothing where it is not valid', () => {
    expect(() => check({ 'docx.coment': 'keep' })).toThrow(PolicyError);
    expect(() => checkPolicy({ version: 1, rules: {}, note: '' }, carriers)).toThrow(PolicyError);
    expect(() => checkPolicy(null, carriers)).toThrow(PolicyError);
  });
});
