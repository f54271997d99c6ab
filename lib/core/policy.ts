// The policy says, per carrier, whether it is removed, kept, flattened or quarantines the document. A policy file is
// JSON with rules from carrier ids or globs to actions; the most specific rule wins; what is not known is an error.
// The built-in defaults are such a file. The hash of what is in force stands in every record.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import defaults from './default-policy.json' with { type: 'json' };
import type { CarrierId } from './finding.ts';

const RULE_ACTIONS = ['remove', 'keep', 'flatten', 'quarantine'] as const;
export type RuleAction = (typeof RULE_ACTIONS)[number];

const SETTINGS = z.strictObject({
  /** What an overwrite that is quarantined does with the previous public version. */
  overwrite: z.enum(['keep-previous', 'withhold']).optional(),
  /** Whether documents from before 2007 are converted, where there is a converter, or quarantined. */
  legacyFormats: z.enum(['quarantine', 'convert']).optional(),
});

/** The shape of a policy file. */
export const PolicyFile = z.strictObject({
  version: z.literal(1),
  rules: z.record(z.string().regex(/^[a-z0-9*-]+(\.[a-z0-9*-]+)*$/, 'not a carrier id or glob'), z.enum(RULE_ACTIONS)),
  settings: SETTINGS.optional(),
});
export type PolicyFile = z.infer<typeof PolicyFile>;

export type Policy = {
  /** 'sha256:' and the hash of the rules and settings in force. */
  readonly hash: string;
  readonly overwrite: 'keep-previous' | 'withhold';
  readonly legacyFormats: 'quarantine' | 'convert';
  actionFor(carrier: CarrierId): RuleAction;
};

/** The policy file is at fault: usage, not outage. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/**
 * The defaults with the file's rules over them. Rejects a file with unknown keys, actions, or, where the carriers are
 * given, rules that match none of them, with a PolicyError that names them.
 */
export function readPolicy(file?: unknown, known?: Iterable<CarrierId>): Policy {
  const base = PolicyFile.parse(defaults);
  if (file === undefined) return policyOf(base, { version: 1, rules: {} });
  const parsed = PolicyFile.safeParse(file);
  if (!parsed.success) throw new PolicyError(z.prettifyError(parsed.error));
  const carriers = known && [...known];
  const idle = Object.keys(parsed.data.rules).filter(
    (glob) => carriers && !carriers.some((id) => matcher(glob).test(id)),
  );
  if (idle.length > 0) throw new PolicyError(`no such carrier: ${idle.join(', ')}`);
  return policyOf(base, parsed.data);
}

/** A rule of a file or of the defaults, and which of the given carriers it matches, and decides over. */
export type RuleInForce = {
  readonly glob: string;
  readonly action: RuleAction;
  readonly of: 'file' | 'defaults';
  readonly matches: readonly CarrierId[];
  /** Those for which no narrower rule goes before it. */
  readonly decides: readonly CarrierId[];
};

/** All rules in force, the narrowest first. Rejects as readPolicy does. */
export function rulesInForce(file: unknown, known: Iterable<CarrierId>): readonly RuleInForce[] {
  const carriers = [...known];
  readPolicy(file, carriers);
  const own = file === undefined ? { rules: {} } : PolicyFile.parse(file);
  const ordered = orderedRules(PolicyFile.parse(defaults), own);
  const decisive = Map.groupBy(carriers, (id) => ordered.find(({ pattern }) => pattern.test(id)));
  return ordered.map((rule) => ({
    glob: rule.glob,
    action: rule.action,
    of: rule.layer === 0 ? 'defaults' : 'file',
    matches: carriers.filter((id) => rule.pattern.test(id)),
    decides: decisive.get(rule) ?? [],
  }));
}

function orderedRules(base: Pick<PolicyFile, 'rules'>, own: Pick<PolicyFile, 'rules'>): readonly Rule[] {
  const rules = new Map([...rulesOf(base.rules, 0), ...rulesOf(own.rules, 1)].map((rule) => [rule.glob, rule]));
  return [...rules.values()].sort(bySpecificity);
}

function policyOf(base: PolicyFile, own: PolicyFile): Policy {
  const ordered = orderedRules(base, own);
  const settings = { ...base.settings, ...own.settings };
  const chosen = new Map<CarrierId, RuleAction>();
  return {
    hash: `sha256:${createHash('sha256').update(canonical(ordered, settings)).digest('hex')}`,
    overwrite: settings.overwrite ?? 'keep-previous',
    legacyFormats: settings.legacyFormats ?? 'quarantine',
    actionFor(carrier) {
      const known = chosen.get(carrier);
      if (known) return known;
      // A carrier without a rule cannot occur: the conformance test covers every table. Should it, nothing passes.
      const action = ordered.find((rule) => rule.pattern.test(carrier))?.action ?? 'quarantine';
      chosen.set(carrier, action);
      return action;
    },
  };
}

/** The same policy, except that what is waived and would quarantine is kept. Nothing else is kept by it. */
export function waiving(policy: Policy, waived: readonly CarrierId[]): Policy {
  if (waived.length === 0) return policy;
  return {
    ...policy,
    actionFor(carrier) {
      const action = policy.actionFor(carrier);
      return action === 'quarantine' && waived.includes(carrier) ? 'keep' : action;
    },
  };
}

type Rule = {
  readonly glob: string;
  readonly pattern: RegExp;
  readonly action: RuleAction;
  readonly layer: number;
};

function rulesOf(rules: PolicyFile['rules'], layer: number): Rule[] {
  return Object.entries(rules).map(([glob, action]) => ({ glob, pattern: matcher(glob), action, layer }));
}

/** Letters outside wildcards decide; between equals the user's file goes before the defaults, then the alphabet. */
function bySpecificity(a: Rule, b: Rule): number {
  const letters = (rule: Rule) => rule.glob.replaceAll('*', '').length + (rule.glob.includes('*') ? 0 : 0.5);
  return letters(b) - letters(a) || b.layer - a.layer || (a.glob < b.glob ? -1 : 1);
}

/** `*` matches any run of characters, dots included. */
function matcher(glob: string): RegExp {
  return new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
}

function canonical(ordered: readonly Rule[], settings: object): string {
  return JSON.stringify([ordered.map(({ glob, action }) => [glob, action]), Object.entries(settings).sort()]);
}
