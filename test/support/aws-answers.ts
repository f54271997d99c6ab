// A request handler for the SDK's clients that answers from a function: requests are built and signed as for the real
// service, and answers parsed as from it.

import { Readable } from 'node:stream';
export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
export type Answered = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
};

type Request = {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
};

export function answering(answer: (asked: Asked) => Answered) {
  return {
    async handle({ method, path, query, headers, body }: Request) {
      const asked: Asked = {
        ...{ method, path: decodeURIComponent(path) },
        query: Object.fromEntries(Object.entries(query ?? {}).map(([name, value]) => [name, String(value)])),
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
        body: Buffer.from(body ?? '').toString(),
      };
      const { status, headers: more = {}, body: text } = answer(asked);
      return { response: { statusCode: status, headers: { ...more }, body: Readable.from([Buffer.from(text)]) } };
    },
  };
}
