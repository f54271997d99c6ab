// `npm run test:office -- [--sample N] [--seed N] FOLDER…`: folders of Office documents, drawn by LibreOffice before and
// after. Exits 1 where text is lost or added although nothing was hidden, 2 where LibreOffice is not installed.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { officeFilesIn } from '../../bench/office/folder.ts';
import { tableOf } from '../../bench/table.ts';
import { openWorkshop } from '../../lib/tools.ts';
import { randomFrom } from './fuzzed.ts';
import { hasLibreOffice, isWrong, judgeOffice, type OfficeFile } from './office.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string' }, seed: { type: 'string', default: '1' } },
});
if (positionals.length === 0) {
  process.stderr.write('no folder given\nhint: npm run test:office -- FOLDER…\n');
  process.exit(2);
}
if (!(await hasLibreOffice())) {
  process.stderr.write(
    'LibreOffice is not installed\nhint: apt-get install libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui libreoffice-draw-nogui fonts-liberation\n',
  );
  process.exit(2);
}

const all = (
  await Promise.all(positionals.map(async (folder) => (await officeFilesIn(folder)).map((name) => join(folder, name))))
).flat();
const random = randomFrom(Number(values.seed));
const chosen =
  values.sample === undefined
    ? all
    : Array.from({ length: Math.min(Number(values.sample), all.length) }, () =>
        all.splice(random(all.length), 1),
      ).flat();

const workshop = openWorkshop();
const judged: OfficeFile[] = [];
try {
  for (const file of chosen.sort()) {
    const one = await judgeOffice(file, await readFile(file), workshop);
    judged.push(one);
    process.stdout.write(`${[one.outcome, one.sameness ?? '', file, one.removed.join(' ')].join('\t')}\n`);
  }
} finally {
  await workshop.close();
}
const counted = Map.groupBy(judged, ({ outcome, sameness }) => sameness ?? outcome.replace(/:.*/s, ''));
const rows = [...counted].map(([what, files]) => [what, String(files.length)]).sort();
process.stdout.write(`\n${tableOf([['outcome', 'documents'], ...rows])}\n`);
process.exitCode = judged.some(isWrong) ? 1 : 0;
