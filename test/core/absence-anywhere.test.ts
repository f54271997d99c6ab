// Random values in random encodings at random places are found, and nothing else is.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gzipSync, utf16be, utf16le, zipOf } from '../support/byte-forms.ts';
import { bytes, flate, member, search } from '../support/planting.ts';

const OTHER = 'Quirijn Opdenakker';

const every = (text: string, write: (letter: string) => string): string => [...text].map(write).join('');

describe('whatever the value and the place', () => {
  const letters = fc
    .string({ minLength: 6, maxLength: 40, unit: 'grapheme' })
    .filter(
      (value) => (value.match(/\p{L}/gu)?.length ?? 0) > 5 && value === value.trim() && !/[\u2028\u2029]/.test(value),
    );
  const noise = fc.uint8Array({ maxLength: 300 }).map((data) => Buffer.from(data));
  const encodings: readonly ((text: string) => Buffer)[] = [
    bytes,
    utf16le,
    utf16be,
    (text) => bytes(` ${bytes(text).toString('base64')} `),
    (text) => bytes(every(text, (c) => `&#${c.codePointAt(0)};`)),
    (text) => bytes(encodeURIComponent(text)),
    (text) => bytes(JSON.stringify(text)),
  ];
  const places: readonly ((data: Buffer) => Buffer)[] = [
    (data) => data,
    flate,
    (data) => zipOf([member(data)]),
    (data) => zipOf([member(zipOf([member(data, 'stored')]), 'deflated')]),
    (data) => Buffer.concat([bytes('.'), gzipSync(data)]),
  ];

  test('a planted value is found', async () => {
    await fc.assert(
      fc.asyncProperty(
        letters,
        noise,
        noise,
        fc.constantFrom(...encodings),
        fc.constantFrom(...places),
        async (value, before, after, encode, place) => {
          const planted = place(Buffer.concat([before, bytes('\n'), encode(value), bytes('\n'), after]));
          expect((await search(planted, [value])).length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 150, seed: 7 },
    );
  });

  test('a value that was never planted is not reported', async () => {
    await fc.assert(
      fc.asyncProperty(
        letters,
        noise,
        fc.constantFrom(...encodings),
        fc.constantFrom(...places),
        async (value, data, encode, place) => {
          fc.pre(!value.includes('Opdenakker'));
          const planted = place(Buffer.concat([data, encode(value)]));
          expect(await search(planted, [OTHER, 'q.opdenakker@example.org'])).toEqual([]);
        },
      ),
      { numRuns: 150, seed: 7 },
    );
  });
});
