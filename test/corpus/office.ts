// Real Office documents: each is judged by the worker pool with its limits, and what is published is printed by
// LibreOffice like the original. Nothing of a document's text is told.

import { extname } from 'node:path';
import { tableOf } from '../../bench/table.ts';
import type { Pdfium } from '../../lib/core/engines.ts';
import type { Reason } from '../../lib/core/refusal.ts';
import type { Judge } from '../../lib/core/verdict.ts';
import type { Printer } from './libre-office.ts';
import type { Suite } from './pdf.ts';
import { type Alike, alike, pagesOf } from './printed-alike.ts';

export type OfficeFile = {
  readonly file: string;
  readonly extension: string;
  readonly outcome: 'published' | Reason;
  /** Of what is quarantined, in words and numbers. */
  readonly detail: string;
  /** What was removed, or what holds the document back; each carrier once. */
  readonly carriers: readonly string[];
  /** 'unprinted': LibreOffice cannot open the original. 'not printed any more': it can, but not what is published. */
  readonly printed: Alike | 'unprinted' | 'not printed any more' | undefined;
};

export type OfficeTools = { readonly judge: Judge; readonly print: Printer; readonly pdfium: Pdfium };

export async function judgeOffice(file: string, bytes: Uint8Array, tools: OfficeTools): Promise<OfficeFile> {
  const verdict = await tools.judge(bytes, { name: file });
  const action = verdict.outcome === 'published' ? 'removed' : 'quarantined';
  const carriers = [
    ...new Set(verdict.findings.filter((one) => one.action === action).map(({ carrier }) => carrier)),
  ].sort();
  const about = { file, extension: extname(file).slice(1).toLowerCase(), carriers };
  if (verdict.outcome === 'quarantined')
    return { ...about, outcome: verdict.reason, detail: verdict.detail, printed: undefined };
  const printed = await printedAlike(bytes, about.extension, verdict.body, verdict.extension, tools);
  return { ...about, outcome: 'published', detail: '', printed };
}

async function printedAlike(
  bytes: Uint8Array,
  extension: string,
  body: Uint8Array,
  becomes: string,
  { print, pdfium }: OfficeTools,
): Promise<OfficeFile['printed']> {
  const before = await print(bytes, extension);
  if (!before) return 'unprinted';
  const after = await print(body, becomes);
  if (!after) return 'not printed any more';
  return alike(await pdfium(before, pagesOf), await pdfium(after, pagesOf));
}

export async function judgeOfficeSuite(
  { name, files }: Suite,
  tools: OfficeTools,
  told: (file: OfficeFile) => void,
): Promise<readonly OfficeFile[]> {
  const results: OfficeFile[] = [];
  for await (const [file, bytes] of files) {
    const result = await judgeOffice(`${name}/${file}`, bytes, tools);
    results.push(result);
    told(result);
  }
  return results;
}

// LibreOffice draws these, or computes anew what they show: deleted text with tracked changes, fields, controls, objects.
const SEEN =
  /^(?:[a-z]+\.(?:revision|field|source|dde|form|embedded|media|picture|active-x|video|ink|object)\b|odf\.(?:formula\.external|sheet\.pivot)|docx\.(?:alt-chunk|sub-document|custom-xml)|xlsx\.(?:comment|header|legacy-drawing|slicer|phonetic|external-link|formula)|rtf\.(?:index-entry|file))/;

export function isSeen(carrier: string): boolean {
  return SEEN.test(carrier);
}

/** Words lost or doubled although nothing was removed that LibreOffice draws; not printed any more; crashed. */
export function isWrongOffice({ outcome, printed, carriers }: OfficeFile): boolean {
  if (outcome === 'crashed' || printed === 'not printed any more') return true;
  return typeof printed === 'object' && printed.text === 'differs' && !carriers.some(isSeen);
}

const MAX_PAGES_TOLD = 8;

/** One line: how it compares, or why it is held back. */
export function saidOf({ outcome, detail, printed, carriers }: OfficeFile): string {
  if (outcome !== 'published') return `held back: ${outcome} (${[detail, ...carriers].filter(Boolean).join('; ')})`;
  if (typeof printed !== 'object') return printed ?? '';
  const { text, lostWords, newWords, pages, differingPages } = printed;
  const said = [
    ...(pages[0] === pages[1] ? [] : [`${pages[0]} pages became ${pages[1]}`]),
    ...(text === 'same'
      ? []
      : [text === 'moved' ? 'text moved' : `text differs: ${lostWords} words lost, ${newWords} new`]),
    ...(differingPages.length === 0 ? [] : [`pixels differ on pages ${toldPages(differingPages)}`]),
  ];
  return said.length === 0 ? 'same' : said.join(', ');
}

function toldPages(pages: readonly number[]): string {
  const rest = pages.length - MAX_PAGES_TOLD;
  return `${pages.slice(0, MAX_PAGES_TOLD).join(' ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

type Column = readonly [title: string, counts: (file: OfficeFile) => boolean];

const compared = (test: (printed: Alike) => boolean) => (file: OfficeFile) =>
  typeof file.printed === 'object' && test(file.printed);
const isSame = ({ text, differingPages }: Alike) => text === 'same' && differingPages.length === 0;

const COLUMNS: readonly Column[] = [
  ['files', () => true],
  ['published', ({ outcome }) => outcome === 'published'],
  ['held back', ({ outcome }) => outcome !== 'published'],
  ['same', compared(isSame)],
  ['pixels differ', compared((printed) => printed.text === 'same' && !isSame(printed))],
  ['text moved', compared(({ text }) => text === 'moved')],
  ['text differs', compared(({ text }) => text === 'differs')],
  ['unprinted', ({ printed }) => printed === 'unprinted'],
  ['wrong', isWrongOffice],
];

/** A row per kind, and of those that differ what was removed that LibreOffice draws. */
export function printOffice(files: readonly OfficeFile[]): string {
  const groups = [...Map.groupBy(files, ({ extension }) => extension), ['all', files] as const];
  const rows = groups.map(([name, group]) => [name, ...COLUMNS.map(([, counts]) => `${group.filter(counts).length}`)]);
  const differing = files
    .filter((file) => file.outcome === 'published' && saidOf(file) !== 'same' && file.printed !== 'unprinted')
    .map((file) => [file.file, saidOf(file), file.carriers.filter(isSeen).join(' ') || 'nothing that is drawn']);
  return [
    tableOf([['', ...COLUMNS.map(([title]) => title)], ...rows]),
    ...(differing.length > 0
      ? [tableOf([['file', 'differs', 'removed, of what LibreOffice draws'], ...differing])]
      : []),
  ].join('\n');
}
