// Programs that ask the console's API, behind an API Gateway that lets every token through: what is tried is whether the
// app looks for itself.

import { ApiProblem } from '../../lib/console/api-problems.ts';
import type { ProgramSettings } from '../../lib/console/programs.ts';
import { HOST, type OidcRig, ORIGIN, oidcRig } from './oidc-rig.ts';

export const AUDIENCE = 'tickets';
export const PROGRAMS: ProgramSettings = {
  ...{ audience: [AUDIENCE], claim: 'groups', mayRequest: false },
  groups: { viewer: ['readers'], reviewer: ['desk'], approver: ['desk-heads'] },
};
export const DESK = { aud: AUDIENCE, sub: 'p-1', groups: ['desk'] };
export const HEAD = { aud: AUDIENCE, sub: 'p-2', groups: ['everybody', 'desk-heads'] };
export const READER = { aud: AUDIENCE, sub: 'p-3', groups: ['readers'] };

export type Replied = {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
};
export type Asking = {
  /** What API Gateway says of the token; undefined for a route that asks for none. */
  readonly claimed?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
};

export function programsRig(settings: Partial<ProgramSettings> = {}, options: Parameters<typeof oidcRig>[0] = {}) {
  const rig: OidcRig = oidcRig({ ...options, programs: { ...PROGRAMS, ...settings } });

  async function ask(path: string, init: RequestInit, headers: Record<string, string>, claimed: unknown) {
    const response = await rig.app.request(
      ORIGIN + path,
      { ...init, headers: { host: HOST, ...headers } },
      { authorizer: claimed },
    );
    const text = await response.text();
    const isJson = /^application\/json/.test(response.headers.get('content-type') ?? '');
    return {
      ...{ status: response.status, text, headers: response.headers },
      body: isJson ? Object(JSON.parse(text)) : {},
    };
  }

  return {
    ...rig,
    /** A program that brings that token. */
    program(token: string) {
      const bearer = { authorization: `Bearer ${token}` };
      return {
        get(path: string, asking: Asking = {}): Promise<Replied> {
          const { headers, method = 'GET' } = asking;
          return ask(
            path,
            { method },
            { ...bearer, ...headers },
            'claimed' in asking ? asking.claimed : passedOn(token),
          );
        },
        post(path: string, body: unknown, asking: Asking = {}): Promise<Replied> {
          const { headers, method = 'POST' } = asking;
          const text = typeof body === 'string' ? body : JSON.stringify(body);
          const sent = { 'content-type': 'application/json', ...bearer, ...headers };
          return ask(path, { method, body: text }, sent, 'claimed' in asking ? asking.claimed : passedOn(token));
        },
      };
    },
  };
}
export type ProgramsRig = ReturnType<typeof programsRig>;

/** As API Gateway writes claims: each as one text, a list with blanks between brackets. */
export function passedOn(token: string): unknown {
  const [, payload = ''] = token.split('.');
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString() || '{}');
  const text = (value: unknown) => (Array.isArray(value) ? `[${value.join(' ')}]` : String(value));
  const texts = Object.entries(Object(claims)).map(([name, value]) => [name, text(value)]);
  return { jwt: { claims: Object.fromEntries(texts), scopes: null } };
}

/** The status, and why: what the review refused, or the API itself. */
export function problemOf({ status, body }: { readonly status: number; readonly body: unknown }) {
  const { problem, refused } = ApiProblem.parse(body);
  return [status, refused ?? problem];
}
