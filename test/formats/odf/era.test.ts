// The name of the program stays only where readers lay out by it, and no more of it than they ask for.

import { expect, test } from 'vitest';
import { eraOf } from '../../../lib/formats/odf/era.ts';

test.each([
  [
    'OpenOffice.org/2.2$Win32 OpenOffice.org_project/680m18$Build-9161',
    'OpenOffice.org/2 OpenOffice.org_project/680m1$Build-9161',
  ],
  [
    'OpenOffice.org/3.2$Unix OpenOffice.org_project/320m12$Build-9483',
    'OpenOffice.org/3 OpenOffice.org_project/320m1$Build-9483',
  ],
])('%s becomes its era, which is its own', (generator, era) => {
  expect(eraOf(generator)).toBe(era);
  expect(eraOf(era)).toBe(era);
});

test.each([
  ['LibreOffice/7.6.4.1$Linux_X86_64 LibreOffice_project/e19e193f88cd6c0525a17fb7a176ed8e6a3e2aa1'],
  ['OpenOffice/4.1.6$Win32 OpenOffice.org_project/416m1$Build-9790'],
  ['OpenOffice.org/9.9$Win32 OpenOffice.org_project/999m1$Build-9790'],
  ['OpenOffice.org/2.2$Win32 OpenOffice.org_project/680m18$Build-9161 Sytske'],
  ['OpenOffice.org/2.2$Win32 OpenOffice.org_project/680m18'],
  [''],
])('nothing stays of %j', (generator) => expect(eraOf(generator)).toBeUndefined());
