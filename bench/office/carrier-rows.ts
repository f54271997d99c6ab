// One document for each way of hiding something that a format's fixtures know, each with the texts that have to be gone:
// what is left of them here, and in what mat2 makes of the same file in the same run.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findResidue } from '../../lib/core/absence.ts';
import { LIMITS } from '../../lib/core/limits.ts';
import { examine } from '../../lib/core/sanitize.ts';
import { docx } from '../../lib/formats/docx/docx.ts';
import { odf } from '../../lib/formats/odf/odf.ts';
import { pptx } from '../../lib/formats/pptx/pptx.ts';
import { rtf } from '../../lib/formats/rtf/rtf.ts';
import { xlsx } from '../../lib/formats/xlsx/xlsx.ts';
import { openWorkshop } from '../../lib/tools.ts';
import { cases as docxCases } from '../../test/fixtures/docx/cases.ts';
import { cases as odfCases } from '../../test/fixtures/odf/cases.ts';
import { cases as pptxCases } from '../../test/fixtures/pptx/cases.ts';
import { cases as rtfCases } from '../../test/fixtures/rtf/cases.ts';
import { cases as xlsxCases } from '../../test/fixtures/xlsx/cases.ts';
import type { Case } from '../../test/support/case.ts';
import { inFolder, run } from '../machine.ts';
import { tableOf } from '../table.ts';

const FORMATS = [
  { format: docx, cases: docxCases },
  { format: xlsx, cases: xlsxCases },
  { format: pptx, cases: pptxCases },
  { format: odf, cases: odfCases },
  { format: rtf, cases: rtfCases },
];

export type Fate = 'gone' | 'held back' | 'left';
type Row = { readonly format: string; readonly carriers: readonly string[]; readonly ours: Fate; readonly mat2: Fate };

/** The table for people, and whether anything is left in what we publish. */
export async function benchCarrierRows(
  progress: (done: number, of: number) => void,
): Promise<{ readonly table: string; readonly isClean: boolean }> {
  const all = FORMATS.flatMap(({ format, cases }) =>
    cases.filter(({ kind, gone = [] }) => kind === 'dirty' && gone.length > 0).map((one) => ({ format, one })),
  );
  const hasMat2 = (await run('mat2', ['--version'])).code === 0;
  const workshop = openWorkshop();
  const rows: Row[] = [];
  try {
    for (const { format, one } of all) {
      progress(rows.length, all.length);
      const bytes = await one.bytes();
      const [extension] = format.extensions;
      const name = one.name ?? `document.${extension}`;
      const examined = await examine(bytes, name, workshop);
      const body = examined.outcome === 'published' ? examined.body : undefined;
      const theirs = hasMat2 ? await mat2On(bytes, name) : undefined;
      rows.push({
        format: format.id,
        carriers: one.finds ?? [],
        ours: await fateOf(body, one),
        mat2: await fateOf(theirs, one),
      });
    }
  } finally {
    await workshop.close();
  }
  return { table: printed(rows, hasMat2), isClean: rows.every(({ ours }) => ours !== 'left') };
}

/** Nothing is exempt here: what a row plants is seen nowhere. */
async function fateOf(body: Uint8Array | undefined, { gone = [] }: Pick<Case, 'gone'>): Promise<Fate> {
  if (!body) return 'held back';
  return (await findResidue(body, gone, new Map(), LIMITS)).length > 0 ? 'left' : 'gone';
}

/** Undefined where it writes nothing. */
function mat2On(bytes: Uint8Array, name: string): Promise<Uint8Array | undefined> {
  return inFolder(async (folder) => {
    const file = join(folder, `in${/\.[^.]*$/.exec(name)?.[0] ?? ''}`);
    await writeFile(file, bytes);
    const { code } = await run('mat2', [file]);
    return code === 0 ? readFile(file.replace(/(\.[^.]*)$/, '.cleaned$1')).catch(() => undefined) : undefined;
  });
}

function printed(rows: readonly Row[], hasMat2: boolean): string {
  const groups = [...Map.groupBy(rows, ({ format }) => format), ['all', rows] as const];
  const count = (group: readonly Row[], who: 'ours' | 'mat2', fate: Fate) =>
    String(group.filter((row) => row[who] === fate).length);
  const lines = groups.map(([format, group]) => [
    format,
    String(group.length),
    String(new Set(group.flatMap(({ carriers }) => carriers)).size),
    ...(['gone', 'held back', 'left'] as const).map((fate) => count(group, 'ours', fate)),
    ...(hasMat2 ? (['gone', 'held back', 'left'] as const).map((fate) => count(group, 'mat2', fate)) : []),
  ]);
  const peer = hasMat2 ? ['mat2: gone', 'refused', 'left'] : [];
  return tableOf([['', 'documents', 'carriers', 'gone', 'held back', 'left', ...peer], ...lines]);
}
