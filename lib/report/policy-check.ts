// What a policy file does, without a document: which rule decides over what, which has no effect and why, and what becomes
// of every carrier against the built-in defaults.

import { z } from 'zod';
import type { Carrier } from '../core/finding.ts';
import { type Policy, readPolicy, rulesInForce } from '../core/policy.ts';
import { PolicyHash } from '../core/records.ts';

const Action = z.enum(['remove', 'keep', 'flatten', 'quarantine']);
const Count = z.int().nonnegative();

/** What `policy check --json` prints of a file that is valid. */
export const PolicyCheck = z.strictObject({
  v: z.literal(1),
  policy: PolicyHash,
  /** Whether it comes to the same as no file at all. */
  isDefault: z.boolean(),
  settings: z.strictObject({
    overwrite: z.enum(['keep-previous', 'withhold']),
    legacyFormats: z.enum(['quarantine', 'convert']),
  }),
  /** The rules of the file. */
  rules: z.array(
    z.strictObject({
      rule: z.string(),
      action: Action,
      /** Carriers that it matches, that it decides over, and that go otherwise than by default because of it. */
      matches: Count,
      decides: Count,
      changes: Count,
      /** outranked: narrower rules decide over all that it matches · idle: it says what the defaults say. */
      state: z.enum(['in-force', 'outranked', 'idle']),
      /** The narrower rules that decide over what it matches. */
      outrankedBy: z.array(z.string()),
    }),
  ),
  carriers: z.array(
    z.strictObject({
      carrier: z.string(),
      tier: z.enum(['H', 'M', 'L']),
      action: Action,
      default: Action,
      /** The rule that decides, and whose it is. */
      rule: z.string(),
      of: z.enum(['file', 'defaults']),
    }),
  ),
});
export type PolicyCheck = z.infer<typeof PolicyCheck>;

/** Rejects as readPolicy does. */
export function checkPolicy(file: unknown, known: readonly Carrier[]): PolicyCheck {
  const ids = known.map(({ id }) => id);
  const policy = readPolicy(file, ids);
  const usual = readPolicy();
  const rules = rulesInForce(file, ids);
  const deciding = new Map(rules.flatMap(({ glob, of, decides }) => decides.map((id) => [id, { glob, of }] as const)));
  return {
    v: 1,
    policy: policy.hash,
    isDefault: policy.hash === usual.hash,
    settings: settingsOf(policy),
    rules: rules
      .filter(({ of }) => of === 'file')
      .map(({ glob, action, matches, decides }) => {
        const changes = decides.filter((id) => usual.actionFor(id) !== action).length;
        const above = matches.filter((id) => !decides.includes(id)).map((id) => deciding.get(id)?.glob ?? '');
        return {
          ...{ rule: glob, action, matches: matches.length, decides: decides.length, changes },
          state: decides.length === 0 ? 'outranked' : changes === 0 ? 'idle' : 'in-force',
          outrankedBy: [...new Set(above)].sort(),
        };
      }),
    carriers: known.map(({ id, tier }) => {
      const { glob = '*', of = 'defaults' } = deciding.get(id) ?? {};
      return { carrier: id, tier, action: policy.actionFor(id), default: usual.actionFor(id), rule: glob, of };
    }),
  };
}

export function settingsOf({ overwrite, legacyFormats }: Policy): PolicyCheck['settings'] {
  return { overwrite, legacyFormats };
}
