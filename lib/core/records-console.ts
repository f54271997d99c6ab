// What stands in the ledger about who is signed in to the console, where sign-in is by OpenID Connect. Their names are
// hashes: whoever reads a record has neither the cookie that it belongs to nor the issuer's token in it.

import { z } from 'zod';
import { Instant } from './records.ts';
import { Principal, Role } from './records-cases.ts';

/** `sessions/<hash of the person>/<hash of the cookie>.json`. */
export const ConsoleSession = z.strictObject({
  v: z.literal(1),
  nonce: z.string(),
  principal: Principal,
  /** For the person's own eyes: what the issuer calls them. */
  name: z.string().max(200).nullable(),
  roles: z.array(Role).min(1),
  since: Instant,
  /** Of the last request, to the minute. */
  seen: Instant,
  /** When the issuer last said who this is and in which groups. */
  renewed: Instant,
  /** Since when somebody asks the issuer again. */
  renewing: Instant.nullable(),
  /** The issuer's refresh token, encrypted with the cookie; null where the issuer gave none. */
  refresh: z.string().nullable(),
});
export type ConsoleSession = z.infer<typeof ConsoleSession>;

/** `sign-ins/<hash of the attempt>.json`: that attempt to sign in has come to its end, and is good for no other. */
export const SignInUsed = z.strictObject({ v: z.literal(1), at: Instant });

export const sessionsPrefix = (person: string) => `sessions/${person}/`;
export const sessionKey = (person: string, cookie: string) => `${sessionsPrefix(person)}${cookie}.json`;
export const signInKey = (attempt: string) => `sign-ins/${attempt}.json`;
