// `npm run test:office -- [--sample N] [--seed N] FOLDER…`: folders of Office documents, judged, and printed by LibreOffice
// before and after. Exits 1 where words are lost or doubled, or something crashes; 2 where LibreOffice is not there.

import { parseArgs } from 'node:util';
import { inFolder } from '../../bench/machine.ts';
import { officeFilesIn } from '../../bench/office/folder.ts';
import { LIMITS } from '../../lib/core/limits.ts';
import { pdfium } from '../../lib/engines/pdfium.ts';
import { openJudge } from '../../lib/judging.ts';
import { randomFrom } from './fuzzed.ts';
import { hasLibreOffice, libreOffice, PACKAGES } from './libre-office.ts';
import { isWrongOffice, judgeOfficeSuite, type OfficeFile, printOffice, saidOf } from './office.ts';
import { folderSuite, sampledSuites } from './pdf.ts';

const { values, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    /** That many files of all folders, rather than all. */
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

if (folders.length === 0) {
  process.stderr.write('no folder given\nhint: npm run test:office -- FOLDER…\n');
  process.exit(2);
}
if (!(await hasLibreOffice())) {
  process.stderr.write(`soffice is not installed\nhint: apt-get install ${PACKAGES}\n`);
  process.exit(2);
}

const suites =
  values.sample === undefined
    ? await Promise.all(folders.map(async (folder) => folderSuite(folder, await officeFilesIn(folder))))
    : await sampledSuites(folders, Number(values.sample), randomFrom(Number(values.seed)), officeFilesIn);
const open = await openJudge({
  scanner: 'none',
  jobs: 1,
  env: process.env,
  onCrash: ({ thrown, frames }) => process.stderr.write(`crash: ${thrown}\n${frames.join('\n')}\n`),
});
const files: OfficeFile[] = [];
try {
  await inFolder(async (folder) => {
    const tools = { judge: open.judge, print: libreOffice(folder), pdfium: pdfium(LIMITS) };
    for (const suite of suites)
      files.push(
        ...(await judgeOfficeSuite(suite, tools, (file) => process.stdout.write(`${file.file}\t${saidOf(file)}\n`))),
      );
  });
} finally {
  await open.close();
}
process.stdout.write(`\n${printOffice(files)}`);
process.exitCode = files.some(isWrongOffice) ? 1 : 0;
