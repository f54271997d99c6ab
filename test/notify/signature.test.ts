import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { readSecrets, signatureOf } from '../../lib/notify/signature.ts';

const whsec = (bytes: number, fill = 7) => `whsec_${Buffer.alloc(bytes, fill).toString('base64')}`;

const Example = z.object({
  isOurs: z.function({ input: [z.string(), z.record(z.string(), z.string()), z.string()], output: z.boolean() }),
});

/** What docs/webhooks.md tells receivers to do, as it stands there. */
const [, example = ''] = /```js\n([\s\S]+?)```/.exec(readFileSync('docs/webhooks.md', 'utf8')) ?? [];
const { isOurs } = Example.parse(await import(`data:text/javascript,${encodeURIComponent(example)}`));

function known(secret: string, headers: Readonly<Record<string, string>>, body: string, now: Date): boolean {
  vi.setSystemTime(now);
  try {
    return isOurs(secret, { ...headers }, body);
  } finally {
    vi.useRealTimers();
  }
}

describe('a message', () => {
  const at = new Date('2026-11-26T14:02:00.999Z');
  const [old, next, other] = [whsec(32, 1), whsec(32, 2), whsec(32, 3)];
  const signed = signatureOf(readSecrets(`${next} ${old}`), 'evt_1', at, '{"a":1}');

  test("is signed as in the specification's own libraries", () => {
    const keys = readSecrets('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const made = signatureOf(keys, 'msg_p5jXN8AQM9LWM0D4loKWxJek', new Date(1_614_265_330_000), '{"test": 2432232314}');
    expect(made['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
    expect(made['webhook-timestamp']).toBe('1614265330');
  });

  test.each([
    { shows: 'the new secret', secret: next, ours: true },
    { shows: 'the old one meanwhile', secret: old, ours: true },
    { shows: 'no other', secret: other, ours: false },
  ])('is known by $shows', ({ secret, ours }) => expect(known(secret, signed, '{"a":1}', at)).toBe(ours));

  const later = new Date(at.getTime() + 301_000);
  test.each([
    { shows: 'another body', headers: signed, body: '{"a":2}', now: at },
    { shows: 'another id', headers: { ...signed, 'webhook-id': 'evt_2' }, body: '{"a":1}', now: at },
    { shows: 'another time', headers: { ...signed, 'webhook-timestamp': '1764165721' }, body: '{"a":1}', now: at },
    { shows: 'an old message', headers: signed, body: '{"a":1}', now: later },
    { shows: 'no signature', headers: { ...signed, 'webhook-signature': '' }, body: '{"a":1}', now: at },
  ])('is not known with $shows', ({ headers, body, now }) => expect(known(next, headers, body, now)).toBe(false));
});

describe('a secret', () => {
  test.each([
    { shows: '24 bytes', secret: whsec(24) },
    { shows: '64 bytes', secret: whsec(64) },
    { shows: 'two of them', secret: `${whsec(32)}  ${whsec(33)}\n` },
  ])('can be $shows', ({ secret }) => expect(readSecrets(secret).length).toBe(secret.trim().split(/\s+/).length));

  test.each([
    { shows: 'nothing', secret: '' },
    { shows: 'only its mark', secret: 'whsec_' },
    { shows: 'short', secret: whsec(23) },
    { shows: 'long', secret: whsec(65) },
    { shows: 'without its mark', secret: whsec(32).slice('whsec_'.length) },
    { shows: 'no base64', secret: `${whsec(32)}!` },
    { shows: 'one of three', secret: [whsec(32, 1), whsec(32, 2), whsec(32, 3)].join(' ') },
  ])('cannot be $shows, and is not told', ({ secret }) => {
    expect(() => readSecrets(secret)).toThrow(/^(a secret of a webhook is whsec_ and|a webhook is signed with two)/);
  });
});
