// Who a program is: whoever the issuer signed its bearer token for. API Gateway has checked the token already, and a
// request that it has not seen is none. What it passes on of the claims decides nothing, though: it writes a list as one
// text with blanks in between, in which a group `x lead` is two groups; and whoever may call the function itself could say
// anything there. So the token is checked again, and has to be the one that API Gateway speaks of.

import { z } from 'zod';
import { Principal, type Role } from '../core/records-cases.ts';
import { oidcPrincipal } from '../review/principals.ts';
import type { Actor } from '../review/transitions.ts';
import type { Issuer } from './oidc-issuer.ts';

/** No `lead` and no `break-glass`: what these give is for people. */
export const PROGRAM_ROLES = ['viewer', 'reviewer', 'approver'] as const satisfies readonly Role[];

export type ProgramSettings = {
  /** One of these has to be the token's `aud`, or its `client_id` where it has none. */
  readonly audience: readonly string[];
  /** The claim that lists groups; `scope` and `scp` are one text by their specifications, with blanks in between. */
  readonly claim: string;
  readonly groups: Readonly<Partial<Record<(typeof PROGRAM_ROLES)[number], readonly string[]>>>;
  readonly mayRequest: boolean;
};

export type Programs = {
  /** Whether they may ask for a release. */
  readonly mayRequest: boolean;
  /**
   * `claimed` is what API Gateway passes on of the token that it checked. `token`: there is none, or it does not hold.
   * `role`: it gives none. Rejects with IssuerOutage.
   */
  identify(authorization: string | undefined, claimed: unknown): Promise<Actor | 'token' | 'role'>;
};

const MAX_TOKEN = 16 * 1024;
const MAX_GROUPS = 2000;

const Claimed = z.object({ jwt: z.object({ claims: z.object({ iss: z.string(), sub: z.string() }) }) });
const Groups = z.array(z.string()).max(MAX_GROUPS);

export function tokenPrograms(
  issuer: Pick<Issuer, 'claimsOf'>,
  { audience, claim, groups, mayRequest }: ProgramSettings,
  now: () => Date,
): Programs {
  const groupsIn = (value: unknown): readonly string[] =>
    Groups.safeParse(typeof value === 'string' && /^scope$|^scp$/.test(claim) ? value.split(' ') : value).data ?? [];
  return {
    mayRequest,
    async identify(authorization, claimed) {
      const passed = Claimed.safeParse(claimed).data?.jwt.claims;
      const [, token] = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '') ?? [];
      if (!passed || token === undefined || token.length > MAX_TOKEN) return 'token';
      const claims = await issuer.claimsOf(token, audience, now());
      const { iss, sub } = claims ?? {};
      if (!claims || iss === undefined || sub === undefined || iss !== passed.iss || sub !== passed.sub) return 'token';
      const principal = oidcPrincipal(iss, sub);
      if (!Principal.safeParse(principal).success) return 'token';
      const own = groupsIn(claims[claim]);
      const roles = PROGRAM_ROLES.filter((role) => groups[role]?.some((group) => own.includes(group)));
      return roles.length > 0 ? { principal, roles } : 'role';
    },
  };
}
