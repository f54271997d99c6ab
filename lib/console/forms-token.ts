// Forms are bound to the sign-in that they were shown to (OWASP: HMAC-based token pattern), beside what the browser says
// of where a request comes from.

import { createHmac, timingSafeEqual } from 'node:crypto';

export const FORM_TOKEN = 'form';

export type FormTokens = { of(session: string): string; isOf(session: string, untrusted: string): boolean };

export function formTokens(secret: Uint8Array): FormTokens {
  const of = (session: string) => createHmac('sha256', secret).update(session).digest('base64url');
  return {
    of,
    isOf(session, untrusted) {
      const [one, other] = [Buffer.from(of(session)), Buffer.from(untrusted)];
      return one.length === other.length && timingSafeEqual(one, other);
    },
  };
}
