// `npm run bench -- cost`: dollars for a million documents, from processor seconds measured here, requests counted over
// the real handlers, and list prices that are data. SPOORLOOS_BENCH_COST names a folder of documents like yours.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { examine } from '../../lib/core/sanitize.ts';
import { openWorkshop } from '../../lib/tools.ts';
import { cases as docxCases } from '../../test/fixtures/docx/cases.ts';
import { cases as jpegCases } from '../../test/fixtures/jpeg/cases.ts';
import { cases as pdfCases } from '../../test/fixtures/pdf/cases.ts';
import { costOf, machineName, median } from '../machine.ts';
import { tableOf } from '../table.ts';
import { type Cost, costOfMillion, Prices, type Usage } from './model.ts';
import { type Requests, requestsOf, requestsOfSweep } from './requests.ts';

const Assumed = z.strictObject({
  says: z.string(),
  sanitizeGb: z.number().positive(),
  promoteGb: z.number().positive(),
  promoteSeconds: z.number().nonnegative(),
  /** Of an invocation that looks at heads and finds that there is nothing to do. */
  lookSeconds: z.number().nonnegative(),
  clamdSeconds: z.number().nonnegative(),
  logBytesPerInvocation: z.number().nonnegative(),
});
type Assumed = z.infer<typeof Assumed>;

const MAX_DOCUMENTS = 200;

type Sample = {
  readonly documents: number;
  readonly seconds: number;
  readonly megabytes: number;
  readonly what: string;
};

export async function benchCost(): Promise<void> {
  const folder = process.env.SPOORLOOS_BENCH_COST;
  const prices = Prices.parse(await data('prices.json'));
  const assumed = Assumed.parse(await data('assumed.json'));
  const sample = await measured(folder === undefined ? await fixtures() : await filesIn(folder));
  const [published, quarantined, unchanged] = [
    await requestsOf('published'),
    await requestsOf('quarantined'),
    await requestsOf('unchanged'),
  ];
  const swept = await requestsOfSweep(200);
  const rows: readonly (readonly [string, Usage])[] = [
    ['published', usageOf(published, sample.seconds, assumed)],
    ['published, scanned by clamd', usageOf(published, sample.seconds + assumed.clamdSeconds, assumed)],
    [
      'published, scanned by GuardDuty',
      { ...usageOf(published, sample.seconds, assumed), guardDutyMegabytes: sample.megabytes },
    ],
    ['quarantined', usageOf(quarantined, sample.seconds, assumed)],
    ['replayed, unchanged', usageOf(unchanged, assumed.lookSeconds, assumed)],
    ['swept once', { functions: [], ...swept, sqsRequests: 0, events: 0, logBytes: 0 }],
  ];
  const services = ['Lambda', 'S3', 'SQS', 'events', 'logs', 'GuardDuty', 'all'] as const;
  const line = (name: string, cost: Cost) => [name, ...services.map((service) => cost[service].toFixed(1))];
  process.stdout.write(`${machineName()}\n`);
  process.stdout.write(
    `${sample.documents} documents (${sample.what}), ${sample.megabytes.toFixed(2)} MB and ${sample.seconds.toFixed(2)} s of processor time each; requests: ${said(published)}\n\n`,
  );
  process.stdout.write(
    tableOf([
      ['dollars a million', ...services],
      ...rows.map(([name, usage]) => line(name, costOfMillion(usage, prices))),
    ]),
  );
  process.stdout.write(
    `\n${prices.says}\n${assumed.says} (bench/cost/assumed.json)\nStorage, keys, transfer and the CDN are not in it.\n`,
  );
}

function usageOf(requests: Requests, seconds: number, assumed: Assumed): Usage {
  const { s3Puts, s3Gets, sqsRequests, events, sanitize, promote } = requests;
  const { sanitizeGb, promoteGb, promoteSeconds, lookSeconds, logBytesPerInvocation } = assumed;
  const functions = [
    ...Array.from({ length: sanitize }, (_, i) => ({
      seconds: i === 0 ? seconds : lookSeconds,
      gigabytes: sanitizeGb,
    })),
    ...Array.from({ length: promote }, () => ({ seconds: promoteSeconds, gigabytes: promoteGb })),
  ];
  return { functions, s3Puts, s3Gets, sqsRequests, events, logBytes: functions.length * logBytesPerInvocation };
}

async function data(name: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8'));
}

const said = ({ s3Puts, s3Gets, sqsRequests }: Requests) =>
  `${s3Puts} PUT, ${s3Gets} GET, ${sqsRequests} SQS for one that is published`;

async function measured({ files, what }: Files): Promise<Sample> {
  const workshop = openWorkshop();
  const costs: number[] = [];
  let bytes = 0;
  try {
    for (const { name, content } of files) {
      // Once before, so that what is measured is a sandbox that is warm.
      if (costs.length === 0) await examine(content, name, workshop);
      costs.push((await costOf(() => examine(content, name, workshop))).cpuMs);
      bytes += content.length;
    }
  } finally {
    await workshop.close();
  }
  const mean = costs.reduce((sum, ms) => sum + ms, 0) / costs.length / 1000;
  process.stderr.write(`median ${median(costs).toFixed(0)} ms, mean ${(mean * 1000).toFixed(0)} ms\n`);
  return { documents: files.length, seconds: mean, megabytes: bytes / files.length / 1e6, what };
}

type Files = {
  readonly files: readonly { readonly name: string; readonly content: Uint8Array }[];
  readonly what: string;
};

async function fixtures(): Promise<Files> {
  const files = [];
  for (const [extension, cases] of Object.entries({ pdf: pdfCases, docx: docxCases, jpg: jpegCases }))
    for (const [i, { bytes, outcome }] of cases.entries())
      if (outcome === 'published' && i % 3 === 0) files.push({ name: `${i}.${extension}`, content: await bytes() });
  return { files: files.slice(0, MAX_DOCUMENTS), what: 'small fixtures of PDF, DOCX and JPEG' };
}

async function filesIn(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const step = Math.max(1, Math.floor(paths.length / MAX_DOCUMENTS));
  const chosen = paths
    .sort()
    .filter((_, i) => i % step === 0)
    .slice(0, MAX_DOCUMENTS);
  const files = await Promise.all(chosen.map(async (path) => ({ name: path, content: await readFile(path) })));
  return { files, what: 'of the folder given' };
}
