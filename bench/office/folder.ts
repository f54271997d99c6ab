// A folder of real documents: what is published, and what one costs, warm, beside mat2 on the same file in the same run.

import { copyFile, readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { examine } from '../../lib/core/sanitize.ts';
import { openWorkshop } from '../../lib/tools.ts';
import { inFolder, median, medianCost, run } from '../machine.ts';
import { tableOf } from '../table.ts';

const EXTENSIONS = new Set(
  '.docx .docm .dotx .xlsx .xlsm .xltx .pptx .pptm .ppsx .odt .ods .odp .odg .ott .ots .otp .otg .fodt .fods .fodp .fodg .rtf'.split(
    ' ',
  ),
);
const RUNS = 3;

type Measured = {
  readonly extension: string;
  readonly outcome: string;
  readonly wallMs: number;
  /** Undefined where it is not installed. */
  readonly mat2: { readonly isWritten: boolean; readonly wallMs: number } | undefined;
};

/** Names of documents in a folder and below it, in order. */
export async function officeFilesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true })).filter((name) => EXTENSIONS.has(extname(name))).sort();
}

/** The table for people. */
export async function benchOfficeFolder(folder: string, progress: (done: number, of: number) => void): Promise<string> {
  const names = await officeFilesIn(folder);
  const hasMat2 = (await run('mat2', ['--version'])).code === 0;
  const workshop = openWorkshop();
  const measured: Measured[] = [];
  try {
    for (const name of names) {
      progress(measured.length, names.length);
      const file = join(folder, name);
      const bytes = await readFile(file);
      // Once, so that the engines are warm; what a document costs again and again is measured.
      const { outcome, ...rest } = await examine(bytes, name, workshop);
      const { wallMs } = await medianCost(RUNS, () => examine(bytes, name, workshop));
      const said = 'reason' in rest ? rest.reason : outcome;
      measured.push({
        extension: extname(name),
        outcome: said,
        wallMs,
        mat2: hasMat2 ? await mat2On(file) : undefined,
      });
    }
  } finally {
    await workshop.close();
  }
  return printed(measured);
}

/** As a command, on a copy, because it writes beside its input. */
function mat2On(file: string): Promise<NonNullable<Measured['mat2']>> {
  return inFolder(async (folder) => {
    const copy = join(folder, `in${extname(file)}`);
    await copyFile(file, copy);
    let isWritten = false;
    const { wallMs } = await medianCost(1, async () => {
      isWritten = (await run('mat2', [copy])).code === 0;
    });
    return { isWritten, wallMs };
  });
}

function printed(measured: readonly Measured[]): string {
  const groups = [...Map.groupBy(measured, ({ extension }) => extension), ['all', measured] as const];
  const rows = groups.map(([extension, group]) => {
    const reasons = Map.groupBy(
      group.filter(({ outcome }) => outcome !== 'published'),
      ({ outcome }) => outcome,
    );
    const both = group.flatMap(({ wallMs, mat2 }) => (mat2?.isWritten ? [mat2.wallMs / wallMs] : []));
    return [
      extension,
      String(group.length),
      String(group.filter(({ outcome }) => outcome === 'published').length),
      [...reasons].map(([reason, held]) => `${held.length} ${reason}`).join(', '),
      `${median(group.map(({ wallMs }) => wallMs)).toFixed(0)} ms`,
      `${group.filter(({ mat2 }) => mat2?.isWritten).length}`,
      both.length > 0 ? `${median(both).toFixed(1)}x` : '-',
    ];
  });
  const head = ['', 'files', 'published', 'held back', 'median wall, warm', 'mat2 writes', 'mat2 takes (median)'];
  return `${tableOf([head, ...rows])}mat2 is a command that starts anew for each file; ours is warm, with the whole proof, without a malware scan.\n`;
}
