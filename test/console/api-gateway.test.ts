import { describe, expect, test } from 'vitest';
import { type Asked, requestOf, resultOf, SOURCE } from '../../lib/console/api-gateway.ts';

const EVENT: Asked = {
  ...{ rawPath: '/cases/ab', rawQueryString: 'page=2&x=%2F', isBase64Encoded: false },
  headers: { accept: 'text/html', host: 'elsewhere.example', [SOURCE]: '10.0.0.1' },
  cookies: ['a=1', 'b=2'],
  requestContext: {
    ...{ domainName: 'review.example.org', requestId: 'r' },
    http: { method: 'GET', sourceIp: '192.0.2.1' },
  },
};
const posted = (more: Partial<Asked>): Asked => ({
  ...{ ...EVENT, ...more },
  requestContext: { ...EVENT.requestContext, http: { method: 'POST', sourceIp: '192.0.2.1' } },
});

describe('a request of API Gateway', () => {
  test('is the same request, of the host and the source that API Gateway saw', () => {
    const request = requestOf(EVENT);
    expect(request?.url).toBe('https://review.example.org/cases/ab?page=2&x=%2F');
    const { headers } = request ?? new Request('https://none.example');
    expect(['cookie', 'host', SOURCE, 'accept'].map((name) => headers.get(name))).toEqual([
      'a=1; b=2',
      'review.example.org',
      '192.0.2.1',
      'text/html',
    ]);
  });

  test.each([
    { shows: 'as text', body: 'a=é', isBase64Encoded: false },
    { shows: 'as Base64', body: Buffer.from('a=é').toString('base64'), isBase64Encoded: true },
  ])('has its body $shows', async (more) => {
    expect(await requestOf(posted(more))?.text()).toBe('a=é');
  });

  test.each([
    { shows: 'two slashes', rawPath: '//evil.example/x' },
    { shows: 'a backslash', rawPath: '/\\evil.example' },
    { shows: 'an at sign', rawPath: '@evil.example' },
  ])('whose path begins with $shows is of no other host', ({ rawPath }) => {
    expect(new URL(requestOf({ ...EVENT, rawPath })?.url ?? '').host).toBe('review.example.org');
  });

  test('with a header that is none is no request', () => {
    expect(requestOf({ ...EVENT, headers: { 'x y': '1' } })).toBeUndefined();
    expect(requestOf({ ...EVENT, headers: { x: '1' } }), 'a control').toBeDefined();
  });
});

test('a response keeps its status, each of its cookies and its bytes', async () => {
  const bytes = new Uint8Array([0x89, 0x50, 0, 255]);
  const response = new Response(bytes, { status: 201, headers: { 'content-type': 'image/png' } });
  for (const cookie of ['a=1; Path=/', 'b=2; Path=/']) response.headers.append('set-cookie', cookie);
  const result = await resultOf(response);
  expect(result).toMatchObject({ statusCode: 201, headers: { 'content-type': 'image/png' }, isBase64Encoded: true });
  expect(result.cookies).toEqual(['a=1; Path=/', 'b=2; Path=/']);
  expect(new Uint8Array(Buffer.from(result.body ?? '', 'base64'))).toEqual(bytes);
});

test.each([
  { shows: 'what Lambda can answer', bytes: 4_400_000, status: 200 },
  { shows: 'what it cannot', bytes: 4_400_001, status: 413 },
])('of $shows the status is $status', async ({ bytes, status }) => {
  const result = await resultOf(new Response(new Uint8Array(bytes)));
  expect(result.statusCode).toBe(status);
  expect(JSON.stringify(result).length).toBeLessThan(6 * 1024 * 1024);
});
