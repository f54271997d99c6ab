// The part of IAM's evaluation that our templates use, and nothing beyond: an element or operator that is not known here
// is an error, never passed over. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html

import { z } from 'zod';

/** A statement with its intrinsic functions resolved. */
export const PlainStatement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z
    .union([
      z.literal('*'),
      z.strictObject({
        AWS: z.union([z.string(), z.array(z.string())]).optional(),
        Service: z.union([z.string(), z.array(z.string())]).optional(),
      }),
    ])
    .optional(),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.union([z.string(), z.array(z.string())]),
  Condition: z
    .record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])))
    .optional(),
});
export type PlainStatement = z.infer<typeof PlainStatement>;

export type Caller =
  /** A role or user, with the policies that hang on it. */
  | { readonly kind: 'identity'; readonly arn: string; readonly statements: readonly PlainStatement[] }
  | { readonly kind: 'service'; readonly name: string; readonly context?: Context }
  | { readonly kind: 'anonymous' };

export type Context = Readonly<Record<string, string>>;

export type Question = {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  /** The policy of the resource, and the account that it is in. */
  readonly policy: readonly PlainStatement[];
  readonly account: string;
  /** KMS asks IAM only where the key's policy says so, by naming the account. */
  readonly isKey?: boolean;
  readonly context: Context;
};

type PlainValue = string | number;
type Match = 'caller' | 'account' | 'no';

/** Whether the call is let through. Throws on what it does not know. */
export function isAllowed(question: Question): boolean {
  const { caller, policy } = question;
  const context = contextOf(question);
  const applies = (statement: PlainStatement) =>
    matchesAction(statement, question.action) &&
    list(statement.Resource).some((pattern) => glob(pattern, question.resource)) &&
    holds(statement, context);
  const own = caller.kind === 'identity' ? caller.statements.filter(applies) : [];
  const theirs = policy.filter(applies).map((statement) => ({ statement, match: matchPrincipal(statement, caller) }));
  const matching = theirs.filter(({ match }) => match !== 'no');
  const isDeny = ({ Effect }: PlainStatement) => Effect === 'Deny';
  if (own.some(isDeny) || matching.some(({ statement }) => isDeny(statement))) return false;
  const byResource = matching.some(({ match }) => match === 'caller');
  const byAccount = matching.some(({ match }) => match === 'account');
  if (caller.kind !== 'identity') return byResource;
  const byIdentity = own.length > 0;
  const isOwnAccount = accountOf(caller.arn) === question.account;
  if (!isOwnAccount) return byIdentity && (byResource || byAccount);
  return byResource || (byIdentity && (byAccount || !question.isKey));
}

function contextOf({ caller, context }: Question): Context {
  switch (caller.kind) {
    case 'identity':
      return { ...context, 'aws:PrincipalArn': caller.arn, 'aws:PrincipalAccount': accountOf(caller.arn) };
    case 'service':
      return { ...context, ...caller.context };
    case 'anonymous':
      return context;
  }
}

function matchPrincipal({ Principal }: PlainStatement, caller: Caller): Match {
  if (Principal === undefined) throw new Error('a resource policy without a principal');
  if (Principal === '*') return 'caller';
  const aws = list(Principal.AWS ?? []);
  if (aws.includes('*')) return 'caller';
  if (caller.kind === 'service') return list(Principal.Service ?? []).includes(caller.name) ? 'caller' : 'no';
  if (caller.kind === 'anonymous') return 'no';
  if (aws.includes(caller.arn)) return 'caller';
  return aws.includes(`arn:aws:iam::${accountOf(caller.arn)}:root`) ? 'account' : 'no';
}

function matchesAction({ Action }: PlainStatement, action: string): boolean {
  return list(Action).some((pattern) => glob(pattern.toLowerCase(), action.toLowerCase()));
}

function holds({ Condition = {} }: PlainStatement, context: Context): boolean {
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => compare(operator, context[key], list(wanted))),
  );
}

/** A key that the call does not have matches nothing, so what is negated holds. */
function compare(operator: string, value: string | undefined, wanted: readonly string[]): boolean {
  const isOneOf = (matches: (pattern: string, value: string) => boolean) =>
    value !== undefined && wanted.some((pattern) => matches(pattern, value));
  switch (operator) {
    case 'StringEquals':
      return isOneOf((pattern, actual) => pattern === actual);
    case 'StringNotEquals':
      return !isOneOf((pattern, actual) => pattern === actual);
    case 'StringLike':
    case 'ArnEquals':
    case 'ArnLike':
      return isOneOf(glob);
    case 'ArnNotEquals':
    case 'ArnNotLike':
      return !isOneOf(glob);
    case 'Bool':
      return isOneOf((pattern, actual) => pattern.toLowerCase() === actual.toLowerCase());
    case 'NumericLessThan':
      return isOneOf((pattern, actual) => Number(actual) < Number(pattern));
    default:
      throw new Error(`an operator that is not known: ${operator}`);
  }
}

const patterns = new Map<string, RegExp>();

function glob(pattern: string, value: string): boolean {
  const known = patterns.get(pattern) ?? compiled(pattern);
  patterns.set(pattern, known);
  return known.test(value);
}

function compiled(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}

export function matches(pattern: string, value: string): boolean {
  return glob(pattern, value);
}

export function list(value: PlainValue | readonly PlainValue[]): readonly string[] {
  return [value].flat().map(String);
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
