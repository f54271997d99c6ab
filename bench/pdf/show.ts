// `npm run show:pdf -- FILE…`: the accessibility tree before and after cleaning, and what else a document tells its
// readers, fact by fact. `--brief` leaves the trees out.

import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { examine } from '../../lib/core/sanitize.ts';
import { type OpenWorkshop, openWorkshop } from '../../lib/tools.ts';
import { inFolder, run } from '../machine.ts';
import { comparedTold, toldBy, treeLines } from './kept-and-equal.ts';

// Of each kind of difference so many lines are shown.
const MOST = 12;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { brief: { type: 'boolean', default: false } },
});
if (positionals.length === 0) {
  process.stderr.write('usage: npm run show:pdf -- [--brief] FILE...\n');
  process.exitCode = 2;
}
const workshop = openWorkshop();
try {
  for (const file of positionals) {
    const lines = await shown(file, workshop).catch((error: unknown) => [`not read: ${error}`]);
    process.stdout.write([`== ${basename(file)}`, ...lines, ''].join('\n'));
  }
} finally {
  await workshop.close();
}

async function shown(file: string, workshop: OpenWorkshop): Promise<readonly string[]> {
  const before = await readFile(file);
  const examined = await examine(before, 'shown.pdf', workshop);
  if (examined.outcome !== 'published') return [`quarantined, ${examined.reason}: ${examined.detail}`];
  const after = examined.body;
  const [was, is] = [await toldBy(before), await toldBy(after)];
  const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
  const trees = (bytes: Uint8Array, told: typeof was) =>
    treesOf(bytes, workshop).then((seen) => [
      `as the file has it: ${told.tags.length} elements`,
      ...indented(treeLines(told.tags)),
      ...seen,
    ]);
  const said = comparedTold(was, is).flatMap(({ what, gone, come }) =>
    gone.length + come.length === 0
      ? [`equal    ${what} (${what === 'tags' ? was.tags.length : (was.facts[what]?.length ?? 0)})`]
      : [
          `DIFFERS  ${what}`,
          ...gone.slice(0, MOST).map((line) => `    before: ${line}`),
          ...come.slice(0, MOST).map((line) => `    after:  ${line}`),
        ],
  );
  const popplers = await Promise.all([before, after].map(popplerTree));
  const poppler =
    popplers[0] === undefined
      ? []
      : [
          `${popplers[0] === popplers[1] ? 'equal  ' : 'DIFFERS'}  tags and text as Poppler reads them (pdfinfo -struct-text)`,
        ];
  if (values.brief) return [...said, ...poppler];
  return [
    '-- before',
    ...(await trees(before, was)),
    '-- after',
    ...(await trees(after, is)),
    '-- compared',
    ...said,
    ...poppler,
  ];
}

/** Page by page as PDFium has the tree. */
async function treesOf(bytes: Uint8Array, { engines }: OpenWorkshop): Promise<readonly string[]> {
  const readable = await engines.qpdf(bytes, ['--decrypt']).catch(() => bytes);
  return engines.pdfium(readable, (document) =>
    Array.from({ length: document.pageCount }, (_, page) => [
      `as PDFium has it, page ${document.pageLabel(page) || page + 1}`,
      ...document
        .structure(page)
        .map(({ depth, type, alt, actualText, language, contentIds }) =>
          [
            `  ${'  '.repeat(depth)}${type}`,
            ...[alt, actualText, language].filter((text) => text !== '').map((text) => JSON.stringify(text)),
            ...contentIds.filter((id) => id >= 0).map((id) => `#${id}`),
          ].join(' '),
        ),
    ]).flat(),
  );
}

/**
 * The tree with its text; undefined where Poppler is not installed or reads none. Object numbers, what identifiers are
 * called and the order of an element's attributes are not compared.
 */
function popplerTree(bytes: Uint8Array): Promise<string | undefined> {
  return inFolder(async (folder) => {
    const file = join(folder, 'in.pdf');
    await writeFile(file, bytes);
    const { code, stdout } = await run('pdfinfo', ['-struct-text', file]);
    const text = stdout
      .toString('utf8')
      .replace(/\b\d+ \d+ R\b|\bObject \d+ \d+\b/g, 'object')
      .replace(/^( *\w+) <[^<>\n]*>/gm, '$1')
      .replace(/(?:^ +\/\w.*\n)+/gm, (attributes) => attributes.split('\n').toSorted().join('\n'));
    return code === 0 && text.trim() !== '' ? text : undefined;
  });
}
