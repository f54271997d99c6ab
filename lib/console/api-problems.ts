// What a program is told that is not answered, by a code that stays.

import type { Context } from 'hono';
import { z } from 'zod';
import { REFUSALS, type RefusalCode } from '../review/transitions.ts';

const NAMES = [
  /** No bearer token, or one that does not hold. */
  'token',
  /** The token gives no role. */
  'role',
  /** A deed that is for people. */
  'program',
  'not-found',
  'method',
  /** A deed was not done; `refused` says why. */
  'refused',
  'too-large',
  'media-type',
  'input',
  'too-many',
  'failed',
  'outage',
] as const;
export type Problem = (typeof NAMES)[number];

const PROBLEMS = {
  token: { status: 401, says: 'a bearer token of the issuer is needed' },
  role: { status: 403, says: 'the token is of no group that has a role here' },
  program: { status: 403, says: 'this is for people, and done in the console' },
  'not-found': { status: 404, says: 'there is no such thing' },
  method: { status: 405, says: 'that method does nothing here' },
  refused: { status: 409, says: 'it is not done' },
  'too-large': { status: 413, says: 'a body has 64 KB at most' },
  'media-type': { status: 415, says: 'a body is application/json' },
  input: { status: 400, says: 'not what is asked for here' },
  'too-many': { status: 429, says: 'too many requests; wait a minute' },
  failed: { status: 500, says: 'it failed; whoever runs this system has to look' },
  outage: { status: 503, says: 'the issuer of the tokens does not answer; ask again' },
} as const satisfies Record<Problem, { readonly status: number; readonly says: string }>;

export const ApiProblem = z.strictObject({
  v: z.literal(1),
  problem: z.enum(NAMES),
  /** Of a deed that was refused. */
  refused: z.enum(REFUSALS).nullable(),
  /** For people; it may change. */
  says: z.string(),
});

const MORE: Partial<Record<Problem, Record<string, string>>> = {
  token: { 'www-authenticate': 'Bearer' },
  'too-many': { 'retry-after': '60' },
  outage: { 'retry-after': '30' },
};

/** `says` more than the code does: never what was sent. */
export function problem(context: Context, name: Problem, says: string = PROBLEMS[name].says): Response {
  return answer(context, name, PROBLEMS[name].status, null, says);
}

export function refusedDeed(context: Context, refused: RefusalCode): Response {
  if (refused === 'not-found') return problem(context, 'not-found');
  const isRight = refused === 'role' || refused === 'same-person';
  return answer(context, 'refused', isRight ? 403 : 409, refused, PROBLEMS.refused.says);
}

function answer(
  context: Context,
  name: Problem,
  status: (typeof PROBLEMS)[Problem]['status'],
  refused: RefusalCode | null,
  says: string,
): Response {
  if (status === 403) context.get('ports').onRefused?.('forbidden');
  if (status === 429) context.get('ports').onRefused?.('too-many');
  if (status === 401) context.get('ports').onRefused?.('sign-in');
  const body: z.infer<typeof ApiProblem> = { v: 1, problem: name, refused, says };
  return context.json(body, status, MORE[name]);
}
