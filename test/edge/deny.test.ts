import * as crypto from 'node:crypto';
import { readFile } from 'node:fs/promises';
import vm from 'node:vm';
import { describe, expect, test } from 'vitest';
import { denyIdOf } from '../../lib/core/edge.ts';

const source = await readFile(new URL('../../lib/edge/deny.js', import.meta.url), 'utf8');

/** The function as CloudFront runs it, over a store that holds these ids. */
function edge(exists: (id: string) => Promise<boolean>) {
  const context = vm.createContext({
    cf: { kvs: () => ({ exists }) },
    require: (name: string) => {
      if (name !== 'crypto') throw new Error(`the edge has no ${name}`);
      return crypto;
    },
  });
  vm.runInContext(source.replace("import cf from 'cloudfront';", ''), context);
  return async (uri: string) => {
    const event = { request: { method: 'GET', uri } };
    const answer: unknown = await vm.runInContext('handler', context)(event);
    return answer === event.request ? 'passed' : Object(answer).statusCode;
  };
}

const denying = (...publicKeys: string[]) => {
  const ids = new Set(publicKeys.map(denyIdOf));
  return edge(async (id) => ids.has(id));
};

describe('what was taken down is gone at the edge', () => {
  const rows: readonly { readonly shows: string; readonly key: string; readonly uri: string }[] = [
    { shows: 'as it is', key: 'a/b.pdf', uri: '/a/b.pdf' },
    { shows: 'with escapes for plain letters', key: 'a/b.pdf', uri: '/%61/%62.pdf' },
    { shows: 'with an escaped slash', key: 'a/b.pdf', uri: '/a%2Fb.pdf' },
    { shows: 'with a space as an escape', key: 'a b.pdf', uri: '/a%20b.pdf' },
    { shows: 'with a space as a plus', key: 'a b.pdf', uri: '/a+b.pdf' },
    { shows: 'with a plus', key: 'a+b.pdf', uri: '/a%2Bb.pdf' },
    { shows: 'with a plus that is none', key: 'a+b.pdf', uri: '/a+b.pdf' },
    { shows: 'with other letters than English', key: 'nährwert/書.pdf', uri: '/n%C3%A4hrwert/%E6%9B%B8.pdf' },
    { shows: 'with two slashes in front', key: '/a.pdf', uri: '//a.pdf' },
  ];
  for (const { shows, key, uri } of rows) {
    test(shows, async () => {
      expect(await denying(key)(uri)).toBe(410);
      expect(await denying('other.pdf')(uri)).toBe('passed');
    });
  }
});

test('a path that is no text is refused', async () => {
  expect(await denying()('/%ff.pdf')).toBe(400);
  expect(await denying()('/a%.pdf')).toBe(400);
});

test('where the store does not answer, nothing is served', async () => {
  const broken = edge(() => Promise.reject(new Error('out of order')));
  await expect(broken('/a.pdf')).rejects.toThrow();
});

test('it keeps to what the runtime has, and to its size', () => {
  expect(Buffer.byteLength(source)).toBeLessThan(10_000);
  expect(source).not.toMatch(/\bclass\b|\.\.\.|\bfor \(const\b|\?\.|\?\?/);
});
