// The console over the rig of the review, with a browser that keeps its cookies and sends what forms send.

import { consoleApp } from '../../lib/console/app.ts';
import type { ConsolePorts } from '../../lib/console/ports.ts';
import { localSessions, type Person, type Sessions } from '../../lib/console/sessions.ts';
import { tokenSignIn } from '../../lib/console/sign-in-tokens.ts';
import { handOutFrom } from '../../lib/hand-out.ts';
import { readCase } from '../../lib/review/cases.ts';
import { type ReviewRig, reviewRig } from './review-rig.ts';

export const ORIGIN = 'http://127.0.0.1:7700';

export const PEOPLE = {
  ada: { name: 'Ada', roles: ['reviewer', 'approver', 'lead'] },
  grace: { name: 'Grace', roles: ['reviewer', 'approver'] },
  vera: { name: 'Vera', roles: ['viewer'] },
  nobody: { name: 'Nobody', roles: [] },
} satisfies Record<string, Person>;

export type Answer = { readonly status: number; readonly text: string; readonly headers: Headers };
export type Browser = {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** With the form's token of this sign-in, unless the fields hold another. */
  post(path: string, fields: Fields, headers?: Record<string, string>): Promise<Answer>;
  readonly form: string;
  readonly cookie: string;
};
type Fields = Readonly<Record<string, string | Blob | readonly string[] | undefined>>;

export type ConsoleRig = ReviewRig & {
  readonly app: ReturnType<typeof consoleApp>;
  readonly sessions: Sessions;
  readonly clock: { ms: number };
  readonly uploaded: { readonly name: string; readonly bytes: number; readonly by: string }[];
  readonly failures: unknown[];
  signIn(person: Person): Promise<Browser>;
  stranger(cookie?: string, form?: string): Browser;
};

export function consoleRig(more: Partial<ConsolePorts> = {}): ConsoleRig {
  const made = reviewRig();
  const { ledger } = made.stores;
  const clock = { ms: Date.now() };
  const sessions = localSessions(
    () => undefined,
    () => clock.ms,
  );
  const uploaded: { name: string; bytes: number; by: string }[] = [];
  const failures: unknown[] = [];
  const app = consoleApp({
    // Lists are not faulty: what is tried here is what people do.
    review: { ...made.places, ledger, audit: ledger },
    signIn: tokenSignIn(sessions),
    documents: made.stores,
    isOurHost: (host) => host === '127.0.0.1:7700',
    upload: async (name, body, by) => void uploaded.push({ name, bytes: body.length, by }),
    maxUploadBytes: 1000,
    onFailure: (error) => void failures.push(error),
    handOut: handOutFrom(made.places.quarantine),
    ...more,
  });

  function stranger(cookie = '', form = ''): Browser {
    const ask = async (path: string, init: RequestInit, headers: Record<string, string>) => {
      const sent = { host: '127.0.0.1:7700', ...(cookie && { cookie }), ...headers };
      const response = await app.request(ORIGIN + path, { ...init, headers: sent });
      return { status: response.status, text: await response.text(), headers: response.headers };
    };
    return {
      form,
      cookie,
      get: (path, headers = {}) => ask(path, {}, headers),
      post(path, fields, headers = {}) {
        const body = new FormData();
        for (const [name, value] of Object.entries({ form, ...fields }))
          for (const one of [value ?? []].flat()) body.append(name, one);
        return ask(path, { method: 'POST', body }, { origin: ORIGIN, ...headers });
      },
    };
  }

  return {
    ...made,
    ...{ app, sessions, clock, uploaded, failures, stranger },
    async signIn(person) {
      const token = sessions.tokenFor(person);
      const signed = await stranger().post('/sign-in', { token });
      const cookie = /spoorloos_session=[\w-]+/.exec(signed.headers.get('set-cookie') ?? '')?.[0] ?? '';
      const { text } = await stranger(cookie).get('/');
      return stranger(cookie, /name="form" value="([\w-]+)"/.exec(text)?.[1]);
    },
  };
}

export async function stateOf({ stores }: ConsoleRig, caseId: string) {
  return (await readCase(stores.ledger, caseId))?.review.state;
}
