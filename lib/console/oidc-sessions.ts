// Who is signed in, where the console may run several times at once: records in the ledger, under hashes of cookies. A
// sign-in lasts a working day at most, ends after a while without a request, and asks the issuer every few minutes
// whether the person is still in the groups that give the roles.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { putIf, putOnce, recordIn, toJson } from '../core/ledger.ts';
import { Principal, ROLES, type Role } from '../core/records-cases.ts';
import { ConsoleSession, sessionKey, sessionsPrefix, signInKey } from '../core/records-console.ts';
import type { ObjectStore } from '../core/store.ts';
import { sha256 } from '../core/verify.ts';
import { normalised, oidcPrincipal } from '../review/principals.ts';
import { type Attempt, type Granted, type Issuer, IssuerOutage } from './oidc-issuer.ts';
import type { Identity } from './ports.ts';

/** In the ledger its record is kept for a day. */
export const SESSION_MS = 9 * 3_600_000;
const IDLE_MS = 30 * 60_000;
/** How old what the issuer said may be before it is asked again. */
const RENEW_MS = 5 * 60_000;
/** While it does not answer, or gave nothing to ask again with. */
const STALE_MS = 15 * 60_000;
/** Whoever asks takes no longer. */
const RENEWING_MS = 30_000;
const TOUCH_MS = 60_000;
/** Of one person at a time: the oldest ends. */
const MAX_SESSIONS = 5;
const MAX_LISTED = 100;
const MAX_ROUNDS = 5;

const COOKIE = /^([0-9a-f]{32})\.[\w-]{43}$/;

/** Which groups of the issuer give which role. */
export type GroupsOf = Readonly<Partial<Record<Role, readonly string[]>>>;

export type OidcSessions = {
  /** The cookie of a new sign-in, or why there is none. The one that the browser brought ends. */
  begin(granted: Granted, attempt: Attempt, before: string | undefined): Promise<Begun>;
  identify(cookie: string): Promise<Identity | undefined>;
  end(cookie: string): Promise<void>;
};
export type Begun =
  | { readonly cookie: string; readonly identity: Identity }
  | { readonly refused: 'used' | 'no-role' | 'principal' };

export function oidcSessions(
  places: { readonly ledger: ObjectStore; readonly now: () => Date },
  issuer: Pick<Issuer, 'renewed'>,
  groups: GroupsOf,
): OidcSessions {
  const { ledger } = places;
  const rolesOf = (granted: Granted) =>
    ROLES.filter((role) => groups[role]?.some((group) => granted.groups.includes(group)));
  const write = (key: string, session: Omit<ConsoleSession, 'v' | 'nonce'>, ifMatch: string) =>
    putIf(ledger, key, recordOf(session), { ifMatch });

  async function removeOldest(person: string): Promise<void> {
    const own: { key: string; since: string }[] = [];
    for await (const { key } of ledger.list(sessionsPrefix(person))) {
      const found = await ledger.get(key);
      if (found) own.push({ key, since: recordIn(found.body, ConsoleSession).since });
      if (own.length === MAX_LISTED) break;
    }
    own.sort((a, b) => (a.since < b.since ? 1 : -1));
    for (const { key } of own.slice(MAX_SESSIONS - 1)) await ledger.remove(key);
  }

  async function askAgain(refresh: string): Promise<Granted | 'outage' | undefined> {
    try {
      return await issuer.renewed(refresh);
    } catch (error) {
      if (error instanceof IssuerOutage) return 'outage';
      throw error;
    }
  }

  async function renewed(cookie: string, key: string, session: ConsoleSession, etag: string): Promise<Renewed> {
    const { v: _, nonce: __, ...kept } = session;
    const now = places.now().toISOString();
    // One of several requests asks: an issuer may take a token that comes twice for a stolen one.
    const mine = await write(key, { ...kept, renewing: now }, etag);
    if (mine === undefined) return 'again';
    const asked = session.refresh === null ? undefined : await askAgain(unsealed(session.refresh, cookie));
    if (asked === 'outage') {
      const age = places.now().getTime() - Date.parse(session.renewed);
      // What was true a moment ago is gone on with for a while; `renewing` keeps the next ones from asking at once.
      if (age <= STALE_MS) return { session };
      throw new IssuerOutage('the issuer has not answered for too long');
    }
    const roles = asked && isSame(asked, session.principal) ? rolesOf(asked) : [];
    if (!asked || roles.length === 0) {
      await ledger.remove(key);
      return undefined;
    }
    const refresh = asked.refresh === null ? session.refresh : sealed(asked.refresh, cookie);
    const next = { ...kept, name: asked.name, roles, seen: now, renewed: now, renewing: null, refresh };
    // Not there any more: signed out in the meantime.
    return (await write(key, next, mine)) === undefined ? undefined : { session: next };
  }

  async function current(cookie: string): Promise<Omit<ConsoleSession, 'v' | 'nonce'> | undefined> {
    const key = keyOf(cookie);
    for (let round = 0; key !== undefined && round < MAX_ROUNDS; round += 1) {
      const found = await ledger.get(key);
      if (!found) return undefined;
      const session = recordIn(found.body, ConsoleSession);
      const now = places.now().getTime();
      const ago = (at: string) => now - Date.parse(at);
      const age = ago(session.renewed);
      const isOver = ago(session.since) > SESSION_MS || ago(session.seen) > IDLE_MS;
      if (isOver || (session.refresh === null && age > STALE_MS)) {
        await ledger.remove(key);
        return undefined;
      }
      if (age > RENEW_MS && session.refresh !== null) {
        if (session.renewing !== null && ago(session.renewing) < RENEWING_MS)
          return age > STALE_MS ? undefined : session;
        const after = await renewed(cookie, key, session, found.version.etag);
        if (after === 'again') continue;
        return after?.session;
      }
      if (ago(session.seen) > TOUCH_MS) {
        const { v: _, nonce: __, ...kept } = session;
        const seen = { ...kept, seen: places.now().toISOString() };
        // Whoever else was first has said so too, or has signed out: then the next request finds nothing.
        await write(key, seen, found.version.etag);
      }
      return session;
    }
    return undefined;
  }

  async function end(cookie: string): Promise<void> {
    const key = keyOf(cookie);
    if (key !== undefined) await ledger.remove(key);
  }

  return {
    end,
    async begin(granted, attempt, before) {
      const at = places.now().toISOString();
      if (!(await putOnce(ledger, signInKey(sha256(Buffer.from(attempt))), toJson({ v: 1, at }))))
        return { refused: 'used' };
      if (before !== undefined) await end(before);
      const principal = oidcPrincipal(granted.issuer, granted.subject);
      if (!Principal.safeParse(principal).success) return { refused: 'principal' };
      const roles = rolesOf(granted);
      if (roles.length === 0) return { refused: 'no-role' };
      const person = sha256(Buffer.from(normalised(principal))).slice(0, 32);
      await removeOldest(person);
      const cookie = `${person}.${randomBytes(32).toString('base64url')}`;
      const refresh = granted.refresh === null ? null : sealed(granted.refresh, cookie);
      const times = { since: at, seen: at, renewed: at, renewing: null };
      const record = recordOf({ principal, name: granted.name, roles, ...times, refresh });
      await ledger.put(keyOf(cookie) ?? '', record, { ifNoneMatch: '*' });
      return { cookie, identity: identityOf({ principal, name: granted.name, roles }, cookie) };
    },
    async identify(cookie) {
      const session = await current(cookie);
      return session && identityOf(session, cookie);
    },
  };
}

type Renewed = { readonly session: Omit<ConsoleSession, 'v' | 'nonce'> } | 'again' | undefined;

function keyOf(cookie: string): string | undefined {
  const person = COOKIE.exec(cookie)?.[1];
  return person === undefined ? undefined : sessionKey(person, sha256(Buffer.from(cookie)));
}

function identityOf(
  { principal, roles, name }: Pick<ConsoleSession, 'principal' | 'roles' | 'name'>,
  session: string,
): Identity {
  return { actor: { principal, roles }, session, ...(name !== null && { name }) };
}

function isSame({ issuer, subject }: Granted, principal: string): boolean {
  return oidcPrincipal(issuer, subject) === principal;
}

function recordOf(session: Omit<ConsoleSession, 'v' | 'nonce'>): Uint8Array {
  return toJson(ConsoleSession.parse({ v: 1, nonce: randomUUID(), ...session }));
}

// With a key that only the browser has: what stands in the ledger asks nobody anything.
const sealingKey = (cookie: string) =>
  Buffer.from(hkdfSync('sha256', cookie, '', 'spoorloos console refresh token', 32));

function sealed(text: string, cookie: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(cookie), iv);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
}

/** Throws where it was not sealed with that cookie: somebody edited the record. */
function unsealed(text: string, cookie: string): string {
  const bytes = Buffer.from(text, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(cookie), bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString();
}
