import { mkdir, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Event } from '../../lib/core/records-events.ts';
import { eventIdOf } from '../../lib/notify/event-id.ts';
import { directoryStore } from '../../lib/stores/directory-store.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { toldEvents } from '../../lib/told-events.ts';
import { cases as pngs } from '../fixtures/png/cases.ts';
import { promoted, quarantined, removed } from '../support/events.ts';
import { ada, grace, reviewRig } from '../support/review-rig.ts';
import { jsonLines, runCli, runHereIn } from '../support/run-cli.ts';

let folder: string;
let server: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'events-'));
  for (const name of ['staging', 'ledger', 'audit']) await mkdir(join(folder, 'data', name), { recursive: true });
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

type Got = { readonly id: unknown; readonly signature: unknown; readonly body: unknown };

/** A webhook that refuses what it is told to by number, from one on. */
async function webhook(refuses: (nth: number) => boolean = () => false) {
  const got: Got[] = [];
  let nth = 0;
  server = createServer(async (request, response) => {
    nth += 1;
    const { 'webhook-id': id, 'webhook-signature': signature } = request.headers;
    const body: unknown = JSON.parse(await text(request));
    if (refuses(nth)) return void response.writeHead(503).end();
    got.push({ id, signature, body });
    response.end();
  });
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return { got, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/hook` };
}

async function record(...entries: readonly { readonly at: string }[]): Promise<void> {
  const audit = directoryStore(join(folder, 'data/audit'));
  for (const [index, entry] of entries.entries()) {
    const hour = entry.at.slice(0, 13).replaceAll(/[-T]/g, '/');
    await audit.put(`audit/${hour}/${entry.at}-${index}.json`, Buffer.from(JSON.stringify(entry)));
  }
}
const replay = (...args: readonly string[]) => runHereIn(folder, 'events', 'replay', ...args);
const AT = (minute: string, day = '26') => `2026-11-${day}T14:${minute}:00.000Z`;

test('what folder mode told is told again, with the ids that it had', async () => {
  const clean = await pngs.find(({ kind, outcome }) => kind === 'dirty' && outcome === 'published')?.bytes();
  await writeFile(join(folder, 'data/staging/good.png'), clean ?? '');
  await writeFile(join(folder, 'data/staging/bad.png'), 'nothing of the kind');
  const first = await runCli(folder, 'local', '--once', '--json', '--scanner', 'none');
  await unlink(join(folder, 'data/staging/good.png'));
  const second = await runCli(folder, 'local', '--once', '--json', '--scanner', 'none');
  const told = [...jsonLines(first.out), ...jsonLines(second.out)].map((line) => Event.parse(line));
  expect(told.map(({ type }) => type).sort()).toEqual([
    'Document Promoted',
    'Document Quarantined',
    'Document Removed',
  ]);

  const { got, url } = await webhook();
  const since = ['--since', '2026-01-01'];
  expect(await replay(...since, '--to', url)).toMatchObject({ code: 0, out: '', err: '3 told again\n' });
  expect(got.map(({ id }) => id).sort()).toEqual(told.map(eventIdOf).sort());
  const printed = await replay(...since);
  expect(jsonLines(printed.out)).toEqual(got.map(({ body }) => body));
  const [finding, ...more] = jsonLines((await replay(...since, '--format', 'ocsf')).out);
  expect([finding?.class_uid, more]).toEqual([2004, []]);
}, 180_000);

test('what became of cases is told in between, with the ids that it had', async () => {
  const [ledger, audit] = [directoryStore(join(folder, 'data/ledger')), directoryStore(join(folder, 'data/audit'))];
  const others = { staging: memoryStore(), work: memoryStore(), public: memoryStore(), quarantine: memoryStore() };
  const made = reviewRig({ stores: { ...others, ledger }, audit });
  const caseId = await made.quarantined('bad one', 'a.txt');
  await made.act(ada, caseId, { what: 'reject', reason: 'no' });
  await made.put('b.txt', 'good');
  await made.drain();
  await made.act(grace, caseId, { what: 'reopen', reason: 'yes' });

  const { got, url } = await webhook();
  expect(await replay('--since', '2026-01-01', '--to', url)).toMatchObject({ code: 0, err: '4 told again\n' });
  const [quarantine, promotion] = made.events;
  const told = [quarantine, made.told[0], promotion, made.told[1]].map((event) => event && eventIdOf(event));
  expect(got.map(({ id }) => id)).toEqual(told);
  const findings = jsonLines((await replay('--since', '2026-01-01', '--format', 'ocsf')).out);
  expect(findings.map(({ type_uid }) => type_uid)).toEqual([200401, 200403, 200402]);

  await audit.put(`trail/${caseId}/00000001.json`, Buffer.from('{}'));
  const { code, err } = await replay('--since', '2026-01-01');
  expect([code, err]).toEqual([3, expect.stringContaining(`cannot be read: trail/${caseId}/00000001.json`)]);
});

describe('what is on record', () => {
  test('is told from one moment to another, in its order, and take-downs are not', async () => {
    await record(
      { ...promoted('0'), at: AT('00', '25') },
      { ...promoted('1'), at: AT('01') },
      { ...removed('2'), at: AT('02') },
      { ...quarantined('3'), at: AT('03') },
      { ...promoted('4'), at: AT('04') },
      { ...promoted('5'), at: AT('05', '27') },
    );
    await record({ ...{ type: 'Take-Down Ordered', key: 'k' }, at: AT('02') });
    const rows: readonly (readonly [readonly string[], readonly string[]])[] = [
      [
        ['--since', AT('01'), '--until', AT('03')],
        ['1', '2', '3'],
      ],
      [
        ['--since', '2026-11-26T14:01:00Z', '--until', '2026-11-26T14:03:00Z'],
        ['1', '2', '3'],
      ],
      [
        ['--since', '2026-11-26', '--until', '2026-11-27'],
        ['1', '2', '3', '4'],
      ],
      [
        ['--since', '2026-11-25', '--until', '2026-11-28'],
        ['0', '1', '2', '3', '4', '5'],
      ],
      [['--since', AT('04'), '--until', AT('04')], ['4']],
    ];
    for (const [args, keys] of rows) {
      const { code, out } = await replay(...args);
      const told = jsonLines(out).map(({ data }) => Event.parse(data));
      expect([code, told.map((event) => ('key' in event ? event.key : ''))]).toEqual([0, keys]);
    }
  });

  test('and was edited, is said, and the rest is told', async () => {
    await record(
      promoted(),
      { ...{ type: 'Document Removed', publicKeys: 7 }, at: AT('03') },
      { ...removed(), at: AT('04') },
    );
    const { code, out, err } = await replay('--since', '2026-11-26', '--until', '2026-11-27');
    expect([code, jsonLines(out).length]).toEqual([3, 2]);
    expect(err).toMatch(/^an entry of the trail cannot be read: audit\/2026\/11\/26\/14\//);
  });

  test('of a thousand entries is read page by page', async () => {
    const audit = directoryStore(join(folder, 'data/audit'));
    await record(...Array.from({ length: 1001 }, (_, i) => ({ ...removed(`${i}`), at: AT('00') })));
    const keys: string[] = [];
    const period = { since: new Date(AT('00')), until: new Date(AT('00')) };
    const ledger = directoryStore(join(folder, 'data/ledger'));
    for await (const event of toldEvents({ ledger, audit }, period, () => undefined))
      if (event.type === 'Document Removed') keys.push(event.key);
    expect(new Set(keys).size).toBe(1001);
  });
});

describe('a webhook', () => {
  test('that is in trouble for a moment is asked again, and given the same id', async () => {
    await record(promoted('a'), { ...removed('b'), at: AT('05') });
    const { got, url } = await webhook((nth) => nth === 1);
    const { code, err } = await replay('--since', '2026-11-26', '--until', '2026-11-27', '--to', url);
    expect([code, err]).toEqual([0, 'the webhook answers 503\n2 told again\n']);
    expect(got.map(({ id }) => id)).toEqual([promoted('a'), { ...removed('b'), at: AT('05') }].map(eventIdOf));
    expect(got.map(({ signature }) => signature)).toEqual([undefined, undefined]);
  });

  test('that stays in trouble is where one goes on from', { timeout: 30_000 }, async () => {
    await record(promoted('a'), { ...removed('b'), at: AT('05') }, { ...removed('c'), at: AT('06') });
    const { got, url } = await webhook((nth) => nth > 1);
    const { code, err } = await replay('--since', '2026-11-26', '--until', '2026-11-27', '--to', url);
    expect([code, got.length]).toEqual([3, 1]);
    expect(err.trim().split('\n').at(-1)).toBe(`stopped after 1; go on with --since ${AT('05')}`);
    expect(err).not.toContain(url);
  });

  test('is signed for where there is a secret', async () => {
    await record(promoted());
    const { got, url } = await webhook();
    process.env.SPOORLOOS_WEBHOOK_SECRETS = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    await replay('--since', '2026-11-26', '--until', '2026-11-27', '--to', url);
    delete process.env.SPOORLOOS_WEBHOOK_SECRETS;
    expect(got[0]?.signature).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
  });
});

test.each([
  { shows: 'no moment', args: [] },
  { shows: 'no such moment', args: ['--since', 'yesterday'] },
  { shows: 'no such day', args: ['--since', '2026-13-45'] },
  { shows: 'an end before the beginning', args: ['--since', '2026-11-26', '--until', '2026-11-25'] },
  { shows: 'no address', args: ['--since', '2026-11-26', '--to', 'file:///etc/passwd'] },
  { shows: 'no such format', args: ['--since', '2026-11-26', '--format', 'slack'] },
  { shows: 'findings of nobody', args: ['--since', '2026-11-26', '--format', 'asff'] },
])('$shows is a usage error', async ({ args }) => {
  expect(await replay(...args)).toMatchObject({ code: 2, out: '' });
  expect((await runHereIn(folder, 'events', ...args)).code).toBe(2);
});
