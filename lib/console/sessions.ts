// Folder mode's own people. Each has a token that is good for one sign-in; a sign-in lasts a working day at most, and
// ends after a while without a click. Everything is in memory: who starts the program anew signs in anew.

import { randomBytes } from 'node:crypto';
import type { Role } from '../core/records-cases.ts';
import { localPrincipal } from '../review/principals.ts';
import type { Identity } from './ports.ts';

const TOKEN_MS = 12 * 3_600_000;
const SESSION_MS = 9 * 3_600_000;
const IDLE_MS = 30 * 60_000;
/** Of one person at a time: the oldest ends. */
const MAX_SESSIONS = 5;

export type Person = { readonly name: string; readonly roles: readonly Role[] };

type Token = { readonly person: Person; readonly until: number };
type Session = { readonly person: Person; readonly since: number; seen: number };

export type Sessions = {
  /** A new token for that person, instead of the one before. */
  tokenFor(person: Person): string;
  /** Who the token is for; undefined where it is none, was used, or is too old. Using is another thing. */
  nameOf(token: string): string | undefined;
  /** Takes the token's worth; undefined as above. Answers the cookie's value. */
  use(token: string): string | undefined;
  identify(cookie: string): Identity | undefined;
  signOut(cookie: string): void;
};

/** `onUsed` hears of each sign-in, so that a new address can be made. */
export function localSessions(onUsed: (person: Person) => void, nowMs: () => number = Date.now): Sessions {
  const tokens = new Map<string, Token>();
  const sessions = new Map<string, Session>();

  function tokenOf(text: string): Token | undefined {
    const token = tokens.get(text);
    return token && token.until > nowMs() ? token : undefined;
  }

  return {
    tokenFor(person) {
      for (const [text, token] of tokens) if (token.person.name === person.name) tokens.delete(text);
      const text = randomBytes(24).toString('base64url');
      tokens.set(text, { person, until: nowMs() + TOKEN_MS });
      return text;
    },
    nameOf: (text) => tokenOf(text)?.person.name,
    use(text) {
      const token = tokenOf(text);
      if (!token) return undefined;
      tokens.delete(text);
      const { person } = token;
      const own = [...sessions].filter(([, session]) => session.person.name === person.name);
      for (const [id] of own.slice(0, Math.max(0, own.length - MAX_SESSIONS + 1))) sessions.delete(id);
      const id = randomBytes(24).toString('base64url');
      sessions.set(id, { person, since: nowMs(), seen: nowMs() });
      onUsed(person);
      return id;
    },
    identify(cookie): Identity | undefined {
      const session = sessions.get(cookie);
      if (!session) return undefined;
      const now = nowMs();
      if (now - session.since > SESSION_MS || now - session.seen > IDLE_MS) {
        sessions.delete(cookie);
        return undefined;
      }
      session.seen = now;
      const { name, roles } = session.person;
      return { actor: { principal: localPrincipal(name), roles }, session: cookie };
    },
    signOut: (cookie) => void sessions.delete(cookie),
  };
}
