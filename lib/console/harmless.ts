// What people called a file may hold anything. It is shown in its own direction (`bdi`), and without letters that are
// seen as nothing, or turn others around.

import { html } from 'hono/html';

export function harmless(untrusted: string): string {
  return untrusted.replace(/[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\u2028\u2029]/gu, '\uFFFD');
}

/** What people wrote here, with its lines. */
export function written(untrusted: string): string {
  return untrusted
    .split(/\r\n|[\r\n]/)
    .map((line) => harmless(line.replaceAll('\t', ' ')))
    .join('\n');
}

export function named(untrusted: string) {
  return html`<bdi>${harmless(untrusted)}</bdi>`;
}

/** 'local:ada' is Ada; whoever comes from elsewhere keeps all of what tells them apart. */
export function personOf(principal: string): string {
  return harmless(principal.replace(/^local:/, ''));
}
