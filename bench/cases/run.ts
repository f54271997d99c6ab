// `npm run bench -- cases`: how long the console's own handler takes over a ledger of many cases, and what it reads.

import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { consoleApp } from '../../lib/console/app.ts';
import { EN } from '../../lib/console/texts-en.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { memoryQueue } from '../../lib/stores/memory-queue.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { inFolder as aFolder, loadNow, machineName, median } from '../machine.ts';
import { tableOf } from '../table.ts';
import { counted, type Reads } from './counted.ts';
import { inFolder, inMemory } from './ledgers.ts';
import { idOf, ME, NEWEST, producerOf } from './made.ts';

const HOST = '127.0.0.1:7700';
const SMALL = 1000;

export type Page = { readonly shows: string; readonly path: string; readonly isNext?: boolean };

export const PAGES: readonly Page[] = [
  { shows: 'what waits, with counts', path: '/' },
  { shows: 'the page after it', path: '/', isNext: true },
  { shows: 'of one reason', path: '/?reason=hidden-content' },
  { shows: 'of a rare reason', path: '/?reason=malware' },
  { shows: 'of a tier', path: '/?tier=L' },
  { shows: 'of a tier and a rare reason', path: '/?tier=H&reason=malware' },
  { shows: 'release requested', path: '/?state=release-requested' },
  { shows: 'of one producer', path: `/?prefix=${producerOf(7)}/` },
  { shows: 'of a producer without any', path: '/?prefix=nobody/' },
  { shows: 'assigned to me', path: '/?assignee=me' },
  { shows: 'under legal hold (none)', path: '/?held=yes' },
  { shows: 'decided, the latest first', path: '/?show=ended' },
  { shows: 'one case', path: `/cases/${idOf(7)}` },
];

type Measured = { readonly ms: number; readonly cpuMs: number; readonly reads: Reads; readonly rows: number };

export async function benchCases(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string', default: '100000' },
      days: { type: 'string', default: '90' },
      runs: { type: 'string', default: '7' },
    },
  });
  const [cases, days, runs] = [Number(values.cases), Number(values.days), Number(values.runs)];
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(`${machineName()}; load ${loadNow()}`);
  say(
    `${cases} cases over ${days} days, one in ten decided; ${runs} requests each; processor time also as times that of ${SMALL} cases\n`,
  );
  say('in memory');
  say(await table(await inMemory({ cases, days }), await inMemory({ cases: SMALL, days }), runs));
  await aFolder(async (large) => {
    await aFolder(async (small) => {
      const [many, few] = [await inFolder(large, { cases, days }), await inFolder(small, { cases: SMALL, days })];
      say('on folders');
      say(await table(many, few, runs));
    });
  });
}

async function table(many: ObjectStore, few: ObjectStore, runs: number): Promise<string> {
  const lines: string[][] = [
    ['page', 'median', 'processor', 'times', 'cases shown', 'listings', 'keys listed', 'reads'],
  ];
  for (const page of PAGES) {
    const [large, small] = [await measured(many, page, runs), await measured(few, page, runs)];
    const { gets, lists, keys } = large.reads;
    lines.push([
      page.shows,
      `${large.ms.toFixed(0)} ms`,
      `${large.cpuMs.toFixed(0)} ms`,
      (large.cpuMs / small.cpuMs).toFixed(1),
      ...[large.rows, lists, keys, gets].map(String),
    ]);
  }
  return tableOf(lines);
}

/** So many requests of one page, when what waits has been counted; what is read is said of the last. */
export async function measured(ledger: ObjectStore, page: Page, runs: number): Promise<Measured> {
  const { store, reads } = counted(ledger);
  const failures: unknown[] = [];
  const app = consoleApp({
    review: {
      ...{ ledger: store, audit: memoryStore(), quarantine: memoryStore() },
      ...{ liveQueue: memoryQueue({ visibilityMs: 1000, maxReceives: 5 }), notify: async () => {} },
      now: () => new Date(NEWEST),
    },
    signIn: {
      routes: () => undefined,
      // Another sign-in each time, for which no rate is reached.
      identify: async () => ({ actor: { principal: ME, roles: ['reviewer', 'approver'] }, session: randomUUID() }),
      signOut: async () => '/',
    },
    handOut: async () => ({ is: 'gone' }),
    isOurHost: (host) => host === HOST,
    onFailure: (error) => void failures.push(error),
  });
  const ask = async (path: string) => {
    const response = await app.request(`http://${HOST}${path}`, { headers: { host: HOST } });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`the console answered ${response.status}`, { cause: failures[0] });
    return text;
  };
  const until = performance.now() + 600_000;
  let first = await ask('/');
  for (; first.includes(EN.counting); first = await ask('/'))
    if (performance.now() > until) throw new Error('what waits is counted for ever');
  const path = page.isNext ? nextIn(first) : page.path;
  const times: number[] = [];
  const cpu = process.cpuUsage();
  let text = '';
  for (let run = 0; run < runs; run += 1) {
    Object.assign(reads, { gets: 0, lists: 0, keys: 0 });
    const started = performance.now();
    text = await ask(path);
    times.push(performance.now() - started);
  }
  const rows = text.match(/<a href="\/cases\/[0-9a-f]{32}">/g)?.length ?? 0;
  const { user, system } = process.cpuUsage(cpu);
  return { ms: median(times), cpuMs: (user + system) / 1000 / runs, reads: { ...reads }, rows };
}

function nextIn(text: string): string {
  return (/rel="next" href="([^"]+)"/.exec(text)?.[1] ?? '/').replaceAll('&amp;', '&');
}
