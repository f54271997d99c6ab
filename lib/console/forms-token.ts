// Forms are bound to the sign-in that they were shown to (OWASP: HMAC-based token pattern), beside what the browser says
// of where a request comes from. The key is the sign-in itself, which nobody guesses and a page does not hold: so tokens
// hold wherever the console runs, and there is no secret to hand around.

import { createHmac, timingSafeEqual } from 'node:crypto';

export const FORM_TOKEN = 'form';

export function formTokenOf(session: string): string {
  return createHmac('sha256', session).update('spoorloos console form').digest('base64url');
}

export function isFormTokenOf(session: string, untrusted: string): boolean {
  const [one, other] = [Buffer.from(formTokenOf(session)), Buffer.from(untrusted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
