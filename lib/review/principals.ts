// Four eyes are two people, so a principal has to be what a person cannot choose anew for the second click.

const ASSUMED = /^arn:aws[a-z-]*:sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/i;

/**
 * Who is behind an identity of AWS. The session name of an assumed role is chosen by whoever assumes it, so two
 * sessions of one role are one person; IAM Identity Center sets it to the person's own name, who is the same under
 * every permission set and in every account.
 */
export function awsPrincipal(arn: string): string {
  const assumed = ASSUMED.exec(arn.trim());
  if (!assumed) return normalised(`aws:${arn}`);
  const [, account = '', role = '', session = ''] = assumed;
  return normalised(/^AWSReservedSSO_/i.test(role) ? `aws:sso/${session}` : `aws:${account}:role/${role}`);
}

export function localPrincipal(name: string): string {
  return normalised(`local:${name.trim()}`);
}

/** `sub` is unique with its issuer only. */
export function oidcPrincipal(issuer: string, subject: string): string {
  return `oidc:${issuer.trim().replace(/\/+$/, '')}#${subject}`;
}

export function samePerson(one: string, other: string): boolean {
  return normalised(one) === normalised(other);
}

/** Other forms of the same letters (NFKC), capitals and spaces do not make another person. */
export function normalised(principal: string): string {
  return principal.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLowerCase();
}
