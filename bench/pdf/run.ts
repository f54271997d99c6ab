// The PDF bench: what is removed, what is kept, what it costs, against the tools that people use today, in one run.

import { parseArgs } from 'node:util';
import { examine } from '../../lib/core/sanitize.ts';
import { type OpenWorkshop, openWorkshop } from '../../lib/tools.ts';
import { type Cost, loadNow, machineName, medianCost } from '../machine.ts';
import { COMPARED, plain, whole } from './canary.ts';
import { type ClassResult, classesRemoved } from './classes-removed.ts';
import { benchFolder, type FileResult } from './folder.ts';
import { type Kept, keptOf } from './kept.ts';
import { benchLarge, type LargeCost } from './large-cost.ts';
import { marksLeft } from './marks.ts';
import { printFolder, printLarge, printReport } from './print.ts';
import { command, peers, rebuildOnly, spoorloos, type Tool } from './tools.ts';

export type ToolReport = {
  readonly tool: string;
  /** Undefined where it is not installed; then nothing else is known. */
  readonly version: string | undefined;
  readonly classes: readonly ClassResult[];
  /** Of the whole canary: what the tool kept of it, how many marks it left, how much it grew. Undefined where it failed. */
  readonly canary: { readonly kept: Kept; readonly marksLeft: number; readonly sizeRatio: number } | undefined;
  readonly canaryFailed: string;
  /** Of the document in which nothing is hidden. */
  readonly plainSizeRatio: number | undefined;
  /** Of the document in which nothing is hidden, because every tool can clean that. */
  readonly cost: Cost | undefined;
};

export type Report = {
  readonly machine: string;
  /** Processes that wanted a processor, before and after. */
  readonly load: readonly [before: string, after: string];
  readonly compared: number;
  readonly runs: number;
  readonly tools: readonly ToolReport[];
  readonly rebuiltOnly: Cost;
  readonly command: Cost;
  readonly folder: readonly FileResult[];
  readonly large: readonly LargeCost[];
};

/** `--json` prints one object; `--without-peers` leaves the others out; `--runs N` for the medians; `--large`. */
export async function benchPdf(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      runs: { type: 'string', default: '7' },
      'without-peers': { type: 'boolean', default: false },
      large: { type: 'boolean', default: false },
    },
  });
  const runs = Math.max(1, Number.parseInt(values.runs, 10) || 1);
  const before = loadNow();
  const workshop = openWorkshop();
  const says = (text: string) => process.stderr.write(`${text}\n`);
  try {
    const tools: ToolReport[] = [];
    // So that the first document that is measured does not pay for starting the engines.
    await examine(plain(), 'plain.pdf', workshop);
    for (const tool of [spoorloos(workshop), ...(values['without-peers'] ? [] : peers)]) {
      says(`${tool.name} …`);
      tools.push(await reportOn(tool, workshop, runs));
    }
    const document = plain();
    const folder = process.env.SPOORLOOS_BENCH_PDFS;
    const measured = {
      compared: COMPARED.length,
      runs,
      tools,
      rebuiltOnly: await medianCost(runs, () => rebuildOnly(document, workshop)),
      command: await medianCost(Math.min(runs, 3), () => command.clean(document)),
      folder: folder ? await benchFolder(folder, workshop, (done, of) => says(`${done} of ${of} …`)) : [],
      large: values.large ? await benchLarge(says) : [],
    };
    const report: Report = { machine: machineName(), load: [before, loadNow()], ...measured };
    if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else {
      process.stdout.write(printReport(report));
      if (folder) process.stdout.write(printFolder(report.folder));
      if (values.large) process.stdout.write(printLarge(report.large));
    }
  } finally {
    await workshop.close();
  }
}

async function reportOn(tool: Tool, workshop: OpenWorkshop, runs: number): Promise<ToolReport> {
  const version = await tool.version();
  const about = { tool: tool.name, version };
  if (version === undefined)
    return {
      ...about,
      classes: [],
      canary: undefined,
      canaryFailed: 'not installed',
      plainSizeRatio: undefined,
      cost: undefined,
    };
  const classes = await classesRemoved(tool, 2);
  const { bytes, marks } = whole();
  const cleaned = await tool.clean(bytes);
  const canary =
    cleaned.outcome === 'refused'
      ? undefined
      : {
          kept: await keptOf(bytes, plain(), cleaned.bytes, workshop.engines),
          marksLeft: (await marksLeft(cleaned.bytes, [...marks.values()].flat())).length,
          sizeRatio: cleaned.bytes.length / bytes.length,
        };
  const document = plain();
  const small = await tool.clean(document);
  return {
    ...about,
    classes,
    canary,
    canaryFailed: cleaned.outcome === 'refused' ? cleaned.reason : '',
    plainSizeRatio: small.outcome === 'written' ? small.bytes.length / document.length : undefined,
    cost: await medianCost(runs, () => tool.clean(document)),
  };
}
