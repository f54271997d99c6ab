// The report for people. Every number is of this run.

import type { Cost } from '../machine.ts';
import { median } from '../machine.ts';
import { tableOf } from '../table.ts';
import { COMPARED } from './canary.ts';
import { type ClassResult, isDealtWith } from './classes-removed.ts';
import type { FileResult, Sameness } from './folder.ts';
import type { LargeCost } from './large-cost.ts';
import type { Report, ToolReport } from './run.ts';

const SIGN: Record<ClassResult['result'], string> = {
  removed: 'yes',
  held: 'held back',
  left: 'NO',
  refused: 'failed',
  absent: 'NOT PLANTED',
};

export function printReport(report: Report): string {
  const there = report.tools.filter(({ version }) => version !== undefined);
  return [
    `PDF bench on ${report.machine}`,
    `load before ${report.load[0]}, after ${report.load[1]} (1, 5, 15 minutes); above the number of cores wall times say little`,
    `${there.map(({ tool, version }) => `${tool} (${version})`).join(', ')}`,
    ...report.tools.filter(({ version }) => version === undefined).map(({ tool }) => `${tool}: not installed`),
    '',
    'Carrier classes removed; "held back" where the document was quarantined for what it hides',
    tableOf([['class', ...there.map(({ tool }) => tool)], ...classRows(there), ...totals(there)]),
    'The whole canary: what is kept, marks left, size; and the size of a document in which nothing is hidden',
    tableOf([['', ...there.map(({ tool }) => tool)], ...keptRows(there)]),
    `Cost of a document of two pages, median wall and mean CPU of ${report.runs} runs; ExifTool's own process apart`,
    tableOf(costRows(report)),
    ...misses(there),
  ].join('\n');
}

/** What became of each class with one tool. */
export function printClasses(results: readonly ClassResult[]): string {
  const rows = results.map(({ carrierClass: { id, says }, result }) => [id, SIGN[result], says]);
  return tableOf([['class', 'removed', 'what it is'], ...rows]);
}

function classRows(tools: readonly ToolReport[]): readonly string[][] {
  const [first] = tools;
  return (first?.classes ?? []).map(({ carrierClass }, index) => [
    `${carrierClass.id}`,
    ...tools.map(({ classes }) => SIGN[classes[index]?.result ?? 'absent']),
  ]);
}

function totals(tools: readonly ToolReport[]): readonly string[][] {
  const count = (results: readonly ClassResult[]) => `${results.filter(isDealtWith).length} of ${results.length}`;
  return [
    [`the ${COMPARED.length} compared`, ...tools.map(({ classes }) => count(classes.slice(0, COMPARED.length)))],
    ['all', ...tools.map(({ classes }) => count(classes))],
  ];
}

const KEPT = ['pixels', 'text', 'tags', 'language', 'title', 'bookmarks', 'links', 'claims'] as const;

function keptRows(tools: readonly ToolReport[]): readonly string[][] {
  const of = (say: (canary: NonNullable<ToolReport['canary']>) => string) =>
    tools.map(({ canary }) => (canary ? say(canary) : '-'));
  return [
    ...KEPT.map((what) => [what, ...of(({ kept }) => (kept[what] ? 'kept' : 'LOST'))]),
    ['marks left', ...of(({ marksLeft }) => String(marksLeft))],
    ['size ratio', ...of(({ sizeRatio }) => sizeRatio.toFixed(2))],
    ['size ratio, plain', ...tools.map(({ plainSizeRatio }) => plainSizeRatio?.toFixed(2) ?? '-')],
  ];
}

function costRows({ tools, rebuiltOnly, command }: Report): readonly string[][] {
  const own = tools[0]?.cost;
  const row = (name: string, cost: Cost) => [
    name,
    `${cost.wallMs.toFixed(0)} ms`,
    `${cost.cpuMs.toFixed(0)} ms CPU`,
    own ? `${(cost.wallMs / own.wallMs).toFixed(1)}x wall` : '',
    own ? `${(cost.cpuMs / own.cpuMs).toFixed(1)}x CPU` : '',
  ];
  return [
    ...tools.flatMap(({ tool, cost }, index) =>
      cost ? [row(index === 0 ? `${tool}, warm, with the whole proof` : tool, cost)] : [],
    ),
    row('spoorloos, warm, rebuilt only', rebuiltOnly),
    row('spoorloos clean, a process of its own', command),
  ];
}

/** What the first tool, ours, did not deal with or did not tell. */
function misses([own]: readonly ToolReport[]): readonly string[] {
  if (!own) return [];
  const bad = own.classes.filter((result) => !isDealtWith(result) || !result.told);
  const rows = bad.map(({ carrierClass, result, detail, told }) => [
    carrierClass.id,
    SIGN[result],
    told ? '' : 'not among the findings',
    detail,
  ]);
  const whole = own.canaryFailed === '' ? [] : [['the whole canary', 'failed', '', own.canaryFailed]];
  return rows.length + whole.length === 0 ? [] : ['Not dealt with, or not told', tableOf([...whole, ...rows])];
}

export function printFolder(results: readonly FileResult[]): string {
  const drawn = results.filter(({ isDrawn }) => isDrawn);
  const published = drawn.filter(({ outcome }) => outcome === 'published');
  const same = (wanted: Sameness) => published.filter(({ sameness }) => sameness === wanted).length;
  const held = Map.groupBy(
    results.filter(({ outcome }) => outcome !== 'published'),
    ({ outcome }) => outcome,
  );
  const ratios = published.flatMap(({ sizeRatio }) => sizeRatio ?? []);
  // Under ten pages, warm.
  const costs = published.flatMap(({ cpuMs, pages }) => (cpuMs ? [{ ...cpuMs, pages }] : []));
  const perPage = ({ unrendered, rendered, pages }: (typeof costs)[number]) => (rendered - unrendered) / pages;
  const slowest = Math.max(0, ...results.map(({ wallMs }) => wallMs));
  return [
    `\nFolder: ${results.length} files, ${drawn.length} that Poppler draws`,
    tableOf([
      ['published', String(published.length)],
      ...[...held].map(([reason, files]) => [`quarantined ${reason}`, String(files.length)]),
      ['published: same pixels and text', String(same('same'))],
      ['published: same but for annotations', String(same('annotations'))],
      ['published: pixels differ', String(same('pixels differ'))],
      ['published: damaged, repaired otherwise', String(same('repaired otherwise'))],
      ['published: text differs', String(same('text differs'))],
      ['published: not drawn any more', String(same('not drawn any more'))],
      ['median size ratio', median(ratios).toFixed(2)],
      ...[
        ['CPU, rebuilt only', costs.map(({ rebuilt }) => rebuilt)] as const,
        ['CPU, with all proof but rendering and ExifTool', costs.map(({ unrendered }) => unrendered)] as const,
        ['CPU, with all proof but ExifTool', costs.map(({ rendered }) => rendered)] as const,
        ['CPU more for each page rendered', costs.map(perPage)] as const,
      ].map(([name, times]) => [name, quantiles(times)]),
      ['slowest', `${(slowest / 1000).toFixed(1)} s`],
    ]),
    tableOf(
      results
        .filter(({ outcome, sameness }) => outcome !== 'published' || sameness !== 'same')
        .map(({ file, outcome, detail, sameness }) => [file, outcome, detail || (sameness ?? '')]),
    ),
  ].join('\n');
}

function quantiles(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const high = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? Number.NaN;
  return `median ${median(times).toFixed(1)} ms, 95 % under ${high.toFixed(1)} ms (${times.length} documents)`;
}

export function printLarge(costs: readonly LargeCost[]): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  return costs
    .map(({ what, inputBytes, staged, peakRssBytes }) => {
      const { outcome, bytes, stages } = staged;
      const sum = (of: 'cpuMs' | 'wallMs') => seconds(stages.reduce((total, stage) => total + stage[of], 0));
      return [
        `\nThe large document, ${(inputBytes / 1e6).toFixed(0)} MB, ${what}: ${outcome}, ${(bytes / inputBytes).toFixed(2)} times the size`,
        tableOf([
          ['stage', 'CPU', 'wall'],
          ...stages.map(({ name, cpuMs, wallMs }) => [name, seconds(cpuMs), seconds(wallMs)]),
          ['all', sum('cpuMs'), sum('wallMs')],
          ['peak memory, with the processes it starts', `${(peakRssBytes / 1e6).toFixed(0)} MB`, ''],
        ]),
      ].join('\n');
    })
    .join('\n');
}
