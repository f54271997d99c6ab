// `npm run test:gateway -- --documents N`: the same documents through one worker, and through two of which one is killed
// in the middle, on RADOS Gateway and fauxqs. Public bytes and cases have to be the same.

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { readHead } from '../../lib/core/ledger.ts';
import { Case } from '../../lib/core/records.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { cases as jpegs } from '../fixtures/jpeg/cases.ts';
import { cases as pngs } from '../fixtures/png/cases.ts';
import { type MessageServer, startMessageServer } from '../support/fauxqs.ts';
import { gatewayMissing, type RadosGateway, startGateway } from '../support/radosgw.ts';
import { workerPlaces } from '../support/worker-places.ts';

const CLI = fileURLToPath(new URL('../../bin/cli.ts', import.meta.url));
const { values } = parseArgs({ options: { documents: { type: 'string', default: '40' } } });
const documents = Number(values.documents);
const POLL_MS = 200;
const PATIENCE_MS = 20 * 60_000;

type Ended = { readonly published: readonly string[]; readonly cases: readonly string[] };

async function run(gateway: RadosGateway, messages: MessageServer, workers: number, isKilled: boolean): Promise<Ended> {
  // Short, so that what the killed worker had in hand comes back soon.
  const { stores, env, live } = await workerPlaces(gateway, messages, { visibilitySeconds: 30 });
  const { staging, ledger } = stores;
  const keys: string[] = [];
  // In turns, so that any number has some of both.
  const rows = [...pngs, ...jpegs].toSorted((a, b) => a.outcome.localeCompare(b.outcome));
  for (let i = 0; i < documents; i += 1) {
    const at = Math.floor(i / 2) % rows.length;
    const row = rows.at(i % 2 === 0 ? at : -1 - at);
    if (!row) throw new Error('there are no fixtures');
    const key = `batch/${i}.png`;
    keys.push(key);
    await staging.put(key, await row.bytes());
    const MessageBody = JSON.stringify({ kind: 'reconcile', key });
    await messages.sqs.send(new SendMessageCommand({ QueueUrl: live, MessageBody }));
  }
  const settled = async () => {
    const states = await Promise.all(keys.map(async (key) => (await readHead(ledger, key))?.state));
    return states.filter((state) => state === 'DONE' || state === 'QUARANTINED').length;
  };
  const started = performance.now();
  const until = async (count: number) => {
    while ((await settled()) < count) {
      if (performance.now() - started > PATIENCE_MS) throw new Error(`${await settled()} of ${documents} are settled`);
      await delay(POLL_MS);
    }
  };
  const running: ChildProcess[] = [];
  for (let i = 0; i < workers; i += 1)
    running.push(spawn(process.execPath, [CLI, 'worker'], { env, stdio: ['ignore', 'ignore', 'ignore'] }));
  try {
    await until(Math.floor(documents / 3));
    if (isKilled) running[0]?.kill('SIGKILL');
    const atKill = await settled();
    await until(documents);
    const seconds = Math.round((performance.now() - started) / 1000);
    const killed = isKilled ? `, one killed -9 when ${atKill} were settled` : '';
    process.stdout.write(`${workers} workers${killed}: ${documents} documents settled in ${seconds} s\n`);
    return { published: await hashesIn(stores.public), cases: await casesIn(ledger) };
  } finally {
    for (const child of running) child.kill('SIGKILL');
  }
}

async function hashesIn(store: ObjectStore): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { key } of store.list()) {
    const body = (await store.get(key))?.body ?? new Uint8Array();
    lines.push(`${key} ${createHash('sha256').update(body).digest('hex')}`);
  }
  return lines.sort();
}

/** Without what differs from run to run: version ids, and the case ids made of them. */
async function casesIn(ledger: ObjectStore): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { key } of ledger.list('cases/')) {
    const found = await ledger.get(key);
    const one = Case.parse(JSON.parse(Buffer.from(found?.body ?? []).toString()));
    lines.push(`${one.key} ${one.source.sha256} ${one.reason} ${JSON.stringify(one.findings)}`);
  }
  return lines.sort();
}

const missing = gatewayMissing();
if (missing) {
  process.stderr.write(`${missing}\n`);
  process.exitCode = 3;
} else {
  const [gateway, messages] = await Promise.all([startGateway(), startMessageServer()]);
  try {
    const alone = await run(gateway, messages, 1, false);
    const killed = await run(gateway, messages, 2, true);
    const isSame = JSON.stringify(alone) === JSON.stringify(killed);
    process.stdout.write(`${alone.published.length} published, ${alone.cases.length} cases: `);
    process.stdout.write(isSame ? 'the same bytes and the same cases\n' : 'NOT THE SAME\n');
    process.exitCode = isSame ? 0 : 1;
  } finally {
    await Promise.all([gateway.stop(), messages.stop()]);
  }
}
