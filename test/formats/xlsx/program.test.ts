// The one property of a workbook that stays beside its title and language: that Excel made it, which LibreOffice asks
// before it believes stored heights and values.

import { afterAll, expect, test } from 'vitest';
import { collectFindings } from '../../../lib/core/findings.ts';
import { readPolicy } from '../../../lib/core/policy.ts';
import { readFiles } from '../../../lib/formats/shared/ooxml/reader-files.ts';
import { xlsx } from '../../../lib/formats/xlsx/xlsx.ts';
import { HEAD, office } from '../../support/docx-file.ts';
import { pictureBench } from '../../support/picture-context.ts';
import { type Book, xlsxFile } from '../../support/xlsx-file.ts';

const bench = pictureBench();
afterAll(() => bench.close());
const { context: bare } = bench.context();
const context = { ...bare, found: collectFindings(xlsx.carriers, readPolicy()).found };

const NAMESPACE = 'http://schemas.openxmlformats.org/officeDocument/2006/extended-properties';
const saying = (inner: string): Book => ({
  rootRels: [{ id: 'rId7', type: office('extended-properties'), target: 'docProps/app.xml' }],
  parts: [
    {
      name: 'docProps/app.xml',
      type: 'application/vnd.openxmlformats-officedocument.extended-properties+xml',
      content: `${HEAD}<Properties xmlns="${NAMESPACE}">${inner}</Properties>`,
    },
  ],
});
const EXCEL = '<Application>Microsoft Excel</Application>';

async function propertiesOf(book: Book): Promise<string | undefined> {
  const { body } = await xlsx.sanitize(xlsxFile(book), context);
  return (await readFiles(body, context.limits.maxExpandedBytes)).get('docProps/app.xml')?.toString();
}

test.each([
  ['Microsoft Excel', `${EXCEL}<Company>Adviesbureau Tolsma</Company>`],
  ['Excel for Mac', '<AppVersion>16.0300</AppVersion><Application>Microsoft Macintosh Excel</Application>'],
])('stays where %s says so, and nothing beside it', async (_, inner) => {
  expect(await propertiesOf(saying(inner))).toBe(`${HEAD}<Properties xmlns="${NAMESPACE}">${EXCEL}</Properties>`);
});

test.each([
  ['no program', '<Company>Adviesbureau Tolsma</Company>'],
  ['another program', '<Application>Rekenblad van Tjeerd</Application>'],
  ['more than the name', '<Application>Microsoft Excel van Tjeerd</Application>'],
  ['two programs', `${EXCEL}<Application>Rekenblad</Application>`],
  ['what is no XML', '<Application>Microsoft Excel'],
])('goes where there is %s', async (_, inner) => {
  expect(await propertiesOf(saying(inner))).toBeUndefined();
});

test('is noticed by the second reader where it says more', async () => {
  const same = (inner: string) => xlsx.compare(xlsxFile({}), xlsxFile(saying(inner)), context);
  await expect(same(`${EXCEL}<Company>Tolsma</Company>`)).rejects.toThrow(/unverified: the properties say more/);
  expect(await same(EXCEL)).toContain('cells');
});
