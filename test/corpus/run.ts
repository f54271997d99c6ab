// `npm run test:corpus -- [--json] [--fuzzed N] [--sample N] [--seed N] FOLDER…`: folders of PDFs, or those that SPOORLOOS_CORPUS names,
// separated by colons. Exits 1 where something is published otherwise than it was, hangs or crashes.

import { parseArgs } from 'node:util';
import type { JudgedFile } from '../../bench/pdf/folder.ts';
import { LIMITS } from '../../lib/core/limits.ts';
import { pdfium } from '../../lib/engines/pdfium.ts';
import { qpdf } from '../../lib/engines/qpdf.ts';
import { openJudge } from '../../lib/judging.ts';
import { fuzzedSuite, randomFrom } from './fuzzed.ts';
import { folderSuite, isWrong, judgeSuite, printDoubts, printSummary, type SuiteResult, sampledSuites } from './pdf.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    /** Mutants of each generated document, besides the folders. */
    fuzzed: { type: 'string', default: '0' },
    /** That many files of all folders, rather than all. */
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

const folders = positionals.length > 0 ? positionals : (process.env.SPOORLOOS_CORPUS ?? '').split(':').filter(Boolean);
const mutants = Number(values.fuzzed);
if (folders.length === 0 && !(mutants > 0)) {
  process.stderr.write('no folder given\nhint: npm run test:corpus -- FOLDER…, or SPOORLOOS_CORPUS=FOLDER\n');
  process.exit(2);
}

const suites = [
  ...(values.sample === undefined
    ? folders.map((folder) => folderSuite(folder))
    : await sampledSuites(folders, Number(values.sample), randomFrom(Number(values.seed)))),
  ...(mutants > 0 ? [fuzzedSuite({ mutants, seed: Number(values.seed) })] : []),
];
const open = await openJudge({
  scanner: 'none',
  jobs: 1,
  env: process.env,
  onCrash: ({ thrown, frames }) => process.stderr.write(`crash: ${thrown}\n${frames.join('\n')}\n`),
});
const tools = { judge: open.judge, readers: { pdfium: pdfium(LIMITS), qpdf: qpdf(LIMITS) } };
const results: SuiteResult[] = [];
try {
  for (const suite of suites) {
    results.push(
      await judgeSuite(suite, tools, (file) =>
        process.stdout.write(values.json ? `${JSON.stringify({ suite: suite.name, ...file })}\n` : lineOf(file)),
      ),
    );
  }
} finally {
  await open.close();
}
const summary = `\n${printDoubts(results)}\n${printSummary(results)}`;
(values.json ? process.stderr : process.stdout).write(summary);
process.exitCode = results.some(({ files }) => files.some(isWrong)) ? 1 : 0;

function lineOf({ file, isDrawn, outcome, detail, sameness, wallMs }: JudgedFile): string {
  const poppler = isDrawn ? (sameness ?? 'drawn') : 'not drawn';
  return `${[outcome, poppler, `${wallMs.toFixed(0)} ms`, file, detail].join('\t')}\n`;
}
