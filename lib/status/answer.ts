// The status of a document over HTTP, the same on AWS, on a worker and in folder mode: who may ask is decided before.
// `GET …?key=KEY` answers a DocumentStatus, of a key that nobody knows too; everything else a StatusProblem.

import { z } from 'zod';
import { UnreadableRecord } from '../core/ledger.ts';
import { isKey } from '../stores/keys.ts';
import { type DocumentStatus, type StatusPlaces, statusOf } from './document-status.ts';

export const StatusProblem = z.strictObject({
  v: z.literal(1),
  problem: z.enum(['method', 'key', 'record', 'outage']),
  says: z.string(),
});
type Problem = z.infer<typeof StatusProblem>['problem'];

export type StatusAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, as schemas/document-status.json or schemas/status-problem.json. */
  readonly body: string;
  /** For the log, which is not told the key. */
  readonly said: DocumentStatus['where'] | Problem;
};

export type StatusQuestion = {
  readonly method: string;
  /** What stands behind the question mark, as it was sent. */
  readonly query: string;
};

/** Rejects never: outages are an answer, too, and the error goes to `onFailure`. */
export async function answerStatus(
  { ledger, staging }: StatusPlaces,
  { method, query }: StatusQuestion,
  onFailure: (error: unknown) => void = () => undefined,
): Promise<StatusAnswer> {
  if (method !== 'GET') return problem('method');
  const key = keyIn(query);
  if (key === undefined) return problem('key');
  try {
    const found = await statusOf(ledger, staging, key);
    return answer(200, found, found.where);
  } catch (error) {
    onFailure(error);
    return problem(error instanceof UnreadableRecord ? 'record' : 'outage');
  }
}

/**
 * The one key that is asked for. Decoded strictly: bytes that are no UTF-8 would become another key. A plus is a space, as
 * forms send it; a plus in a key is sent as %2B.
 */
function keyIn(query: string): string | undefined {
  const [pair = '', ...more] = query.split('&');
  if (more.length > 0 || !pair.startsWith('key=')) return undefined;
  try {
    const key = decodeURIComponent(pair.slice('key='.length).replaceAll('+', ' '));
    return isKey(key) ? key : undefined;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

const PROBLEMS: Record<Problem, { readonly status: number; readonly says: string; readonly more?: object }> = {
  method: { status: 405, says: 'only GET is answered', more: { allow: 'GET' } },
  key: { status: 400, says: 'exactly one key is asked for: ?key=KEY, percent-encoded UTF-8 of 1 to 1,024 bytes' },
  record: { status: 500, says: 'a record of this document cannot be read; whoever runs this system has to look' },
  outage: { status: 503, says: 'not known at the moment; ask again', more: { 'retry-after': '30' } },
};

function problem(name: Problem): StatusAnswer {
  const { status, says, more } = PROBLEMS[name];
  const made = answer(status, { v: 1, problem: name, says } satisfies z.infer<typeof StatusProblem>, name);
  return { ...made, headers: { ...made.headers, ...more } };
}

function answer(status: number, body: object, said: StatusAnswer['said']): StatusAnswer {
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  return { status, headers, body: `${JSON.stringify(body)}\n`, said };
}
