// What a flat document says over and over costs no more than it says.

import { expect, test } from 'vitest';
import { eraOf } from '../../../lib/formats/odf/era.ts';
import { flatFiles } from '../../../lib/formats/odf/reader-flat.ts';
import { flatFile, p } from '../../support/odf-file.ts';

const ENOUGH_MS = 2000;

test.each([
  [
    'tags in a comment that are never closed',
    () => {
      const comment = `<!-- ${'<office:settings '.repeat(60_000)} -->`;
      const source = flatFile({ body: p('Raad') }).toString();
      return flatFiles(Buffer.from(source.replace('<office:body>', `${comment}<office:body>`))).get('content.xml');
    },
  ],
  ['a program whose name has no end', () => eraOf(`OpenOffice.org${' _project'.repeat(20_000)}`) ?? 'none'],
])('%s are read in time', (_, work) => {
  const start = performance.now();
  expect(work()).toBeDefined();
  expect(performance.now() - start).toBeLessThan(ENOUGH_MS);
});

test.each([
  [
    'an element in one tag',
    '<office:settings office:x="1" /><office:styles/><office:settings></office:settings>',
    '<office:styles/>',
  ],
  ['an element in two tags', '<office:settings office:x="1"></office:settings><office:styles/>', '<office:styles/>'],
])('the second reader leaves out %s, and nothing behind it', (_, parts, left) => {
  const source = flatFile({ body: p('Raad') }).toString();
  const files = flatFiles(Buffer.from(source.replace('<office:body>', `${parts}<office:body>`)));
  expect(files.get('styles.xml')?.toString()).toContain(left);
  expect(files.get('styles.xml')?.toString()).not.toContain('office:x=');
});
