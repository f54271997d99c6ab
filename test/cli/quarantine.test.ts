import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockFolders } from '../../lib/cli/folders.ts';
import { takeOrders } from '../../lib/cli/orders.ts';
import { carryOutReview, type ReviewOrder } from '../../lib/cli/review-orders.ts';
import { readHead, toJson } from '../../lib/core/ledger.ts';
import { type Case, caseKey, type Head, headKey } from '../../lib/core/records.ts';
import { payloadKey } from '../../lib/core/records-cases.ts';
import { actOn } from '../../lib/review/act.ts';
import { readCase, timelineOf } from '../../lib/review/cases.ts';
import { memoryQueue } from '../../lib/stores/memory-queue.ts';
import { openAesZip } from '../support/aes-zip.ts';
import { foldersOf, heldCase, PAYLOAD } from '../support/case-folder.ts';
import { type Ended, jsonLines, runHere, runHereIn } from '../support/run-cli.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quarantine-'));
  await mkdir(join(folder, 'data/ledger'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]) => runHereIn(folder, 'quarantine', ...args);
const stateOf = async (id: string) => (await readCase(foldersOf(folder).ledger, id))?.review.state;
const entriesOf = async (id: string) => (await timelineOf(foldersOf(folder).audit, id)).map(({ deed }) => deed.what);
async function headOf(key: string, state: Head['state']): Promise<Uint8Array> {
  const { etag: _, ...head } = (await readHead(foldersOf(folder).ledger, key)) ?? {};
  return toJson({ ...head, state });
}
const because = ['--because', 'the minister agreed'];

async function asked(id: string, ...more: readonly string[]): Promise<string> {
  const { out, err } = await run('request-release', id, ...because, '--as', 'ada', '--json', ...more);
  const request = jsonLines(out)[0]?.request;
  if (typeof request !== 'string') throw new Error(`no request: ${out}${err}`);
  return request;
}

describe('a release', () => {
  test('is asked for by one person, and approved by another who names the request', async () => {
    const id = await heldCase(folder);
    const request = await asked(id);
    expect((await run('show', id)).out).toContain(`quarantine approve ${id} --request ${request}`);
    const { code, out } = await run('approve', id, '--request', request, '--as', 'grace');
    expect([code, out]).toEqual([0, `done\t${id}\tapprove\tapproved\n`]);
    const { review } = (await readCase(foldersOf(folder).ledger, id)) ?? {};
    expect([review?.request?.by, review?.approval?.by]).toEqual(['local:ada', 'local:grace']);
  });

  test('for these bytes under any name is listed with who answers for it, and revoked', async () => {
    const id = await heldCase(folder);
    const request = await asked(id, '--allow-list', '--days', '30', '--owner', 'Olga');
    expect((await run('allowed')).out).toBe('');
    await run('approve', id, '--request', request, '--as', 'grace');
    const { code, out } = await run('allowed', '--json');
    const [entry, ...more] = jsonLines(out);
    expect([code, more]).toEqual([0, []]);
    expect(entry).toMatchObject({ caseId: id, owner: 'local:olga', requestedBy: 'local:ada', expired: false });
    const days = (Date.parse(String(entry?.expiresAt)) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThan(30.1);
    expect((await run('allowed')).out).toContain(`\t${id}\t`);
    expect((await run('verify')).code).toBe(0);
    expect((await run('revoke', id, ...because, '--as', 'ada')).code).toBe(0);
    expect((await run('allowed', '--json')).out).toBe('');
    expect((await run('revoke', id, ...because)).out).toBe(`refused\t${id}\trevoke\tstate\n`);
  });

  test.each(['ada', 'ADA', ' Ada ', 'ａｄａ'])(
    'is not approved by who asked for it, who calls themselves %j',
    async (name) => {
      const id = await heldCase(folder);
      const request = await asked(id);
      const { code, out } = await run('approve', id, '--request', request, '--as', name);
      expect([code, out]).toEqual([1, `refused\t${id}\tapprove\tsame-person\n`]);
      expect(await stateOf(id)).toBe('release-requested');
    },
  );

  test('that two approve at once is approved once, by the process that holds the folders', async () => {
    const id = await heldCase(folder);
    const request = await asked(id);
    const data = join(folder, 'data');
    const unlock = await lockFolders(data);
    const liveQueue = memoryQueue({ visibilityMs: 1000, maxReceives: 1 });
    const places = { ...foldersOf(folder), liveQueue, notify: async () => {}, now: () => new Date() };
    const failures: unknown[] = [];
    const failed = (error: unknown) => void failures.push(error);
    const review = (order: ReviewOrder) => carryOutReview(places, order, failed);
    const stop = new AbortController();
    const running = (async () => {
      while (!stop.signal.aborted) {
        await takeOrders(data, async () => undefined, failed, review);
        await delay(20);
      }
    })();
    try {
      const approve = (name: string) =>
        runHere('quarantine', 'approve', id, '--request', request, '--as', name, '--data', data);
      const ended = await Promise.all([approve('grace'), approve('lin')]);
      expect(ended.map(({ code }) => code).sort()).toEqual([0, 1]);
      expect(ended.map(({ out }) => out).join('')).toContain(`refused\t${id}\tapprove\tstate\n`);
      expect((await runHere('quarantine', 'show', id, '--as', 'ada', '--data', data)).out).toContain('approved');
    } finally {
      stop.abort();
      await running;
      await unlock();
    }
    expect([await entriesOf(id), failures]).toEqual([['request-release', 'approve'], []]);
    // Asked for again at each look until it was judged.
    expect([...new Set(liveQueue.bodies())]).toEqual([JSON.stringify({ kind: 'reconcile', key: `${id}.xlsx` })]);
    expect(await readdir(join(data, '.orders'))).toEqual([]);
  });

  const refusals: readonly { shows: string; of?: Partial<Case>; args: readonly string[]; refused: string }[] = [
    { shows: 'a rule that does not hold it back', args: ['--rules', 'pdf.info.author'], refused: 'other-rules' },
    { shows: 'what nobody could look into', of: { reason: 'encrypted' }, args: [], refused: 'not-waivable' },
    { shows: 'malware without breaking the glass', of: { reason: 'malware' }, args: [], refused: 'role' },
  ];
  test.each(refusals)('is not asked for: $shows', async ({ of, args, refused }) => {
    const id = await heldCase(folder, of);
    const { code, out } = await run('request-release', id, ...because, ...args);
    expect([code, out]).toEqual([1, `refused\t${id}\trequest-release\t${refused}\n`]);
    expect(await entriesOf(id)).toEqual([]);
  });

  test('of malware is asked for with the glass broken, which stands in the trail', async () => {
    const id = await heldCase(folder, { reason: 'malware' });
    await asked(id, '--break-glass');
    const [entry] = await timelineOf(foldersOf(folder).audit, id);
    expect(entry?.roles).toContain('break-glass');
  });

  test('is not approved when the time that was asked for is over', async () => {
    const id = await heldCase(folder);
    const request = { what: 'request-release', reason: 'fine', rules: ['xlsx.row.hidden'] } as const;
    const liveQueue = memoryQueue({ visibilityMs: 1000, maxReceives: 1 });
    const now = () => new Date('2026-01-01T00:00:00.000Z');
    const places = { ...foldersOf(folder), liveQueue, notify: async () => {}, now };
    const ada = { principal: 'local:ada', roles: ['reviewer' as const] };
    const acted = await actOn(places, ada, id, { ...request, expiresAt: '2026-01-02T00:00:00.000Z' });
    const named = acted.done ? (acted.review.request?.id ?? '') : '';
    expect((await run('approve', id, '--request', named, '--as', 'grace')).out).toContain('\tapprove\texpired\n');
  });

  test('that was withdrawn and asked for anew is not approved by the name of the old request', async () => {
    const id = await heldCase(folder);
    const old = await asked(id);
    await run('withdraw', id, ...because, '--as', 'ada');
    await asked(id);
    expect((await run('approve', id, '--request', old, '--as', 'grace')).out).toContain('\tother-request\n');
    expect(await stateOf(id)).toBe('release-requested');
  });
});

test.each([
  ['a request', ['approve', '--request', '11111111-1111-1111-1111-111111111111', '--as', 'grace'], 'show CASE prints'],
  ['rules', ['request-release', '--rules', Array(201).fill('a.b').join(','), ...because], 'at most 200 carriers'],
] as const)(
  '%s that cannot be one is refused at once, also while another process works on the folders',
  async (...row) => {
    const [, [verb, ...more], says] = row;
    const id = await heldCase(folder);
    const unlock = await lockFolders(join(folder, 'data'));
    const { code, err } = await run(verb, id, ...more);
    await unlock();
    expect([code, err.includes(says)]).toEqual([2, true]);
  },
);

test.each([['\t'], ['ad\u202ea'], ['a'.repeat(301)]])(
  'nobody is called %j: neither assigned to, nor an owner',
  async (name) => {
    const id = await heldCase(folder);
    expect((await run('assign', id, '--to', name)).code).toBe(2);
    expect((await run('request-release', id, '--allow-list', '--owner', name, ...because)).code).toBe(2);
    expect(await entriesOf(id)).toEqual([]);
  },
);

test('a deed about a case that is not there answers 2, as the beginning of its id does', async () => {
  const none = '0'.repeat(32);
  const codes = [none, none.slice(0, 12)].map(async (id) => (await run('comment', id, ...because)).code);
  expect(await Promise.all(codes)).toEqual([2, 2]);
  const { code, out } = await run('download', none, ...because);
  expect([code, out]).toEqual([2, `refused\t${none}\tdownload\tnot-found\n`]);
});

test('show says who looked last, this time included', async () => {
  const id = await heldCase(folder);
  await run('show', id, '--as', 'grace');
  const { out } = await run('show', id, '--as', 'ada');
  expect(out.match(/^viewed +\S+ (\w+: case)$/gm)?.map((line) => line.split('Z ')[1])).toEqual([
    'ada: case',
    'grace: case',
  ]);
  const [json] = jsonLines((await run('show', id, '--as', 'ada', '--json')).out);
  expect(Object(json).views).toMatchObject([{ by: 'local:ada' }, { by: 'local:ada' }, { by: 'local:grace' }]);
});

describe('a list', () => {
  test('is of what waits, as text and as JSON, and shows hostile names harmlessly', async () => {
    const key = '=cmd|"<script>\u202etxt\u001b[2J\u0007.xlsx';
    const id = await heldCase(folder, { key });
    const { code, out } = await run('list');
    expect(code).toBe(0);
    expect(out).toContain(`${id}  open`);
    expect(out).toContain('=cmd|"<script>\\u202etxt\\u001b[2J\\u0007.xlsx');
    const json = await run('list', '--json');
    const shown = await run('show', id);
    for (const text of [out, json.out, shown.out]) expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(jsonLines(json.out)).toEqual([expect.objectContaining({ caseId: id, key, state: 'open', tier: 'M' })]);
  });

  test('names a case whose record was edited, shows the others, and answers 1', async () => {
    const [edited, whole] = [await heldCase(folder), await heldCase(folder, { key: 'b.xlsx' })];
    await foldersOf(folder).ledger.put(caseKey(edited), Buffer.from('{"v":1}'));
    const { code, out, err } = await run('list');
    expect(code).toBe(1);
    expect(out).toContain(whole);
    expect(err).toContain(`case ${edited}: its record was edited`);
    expect(jsonLines((await run('list', '--json')).out)).toContainEqual({ caseId: edited, unreadable: true });
    for (const deed of [['show'], ['comment', ...because], ['request-release', ...because]]) {
      const ended = await run(...deed, edited);
      expect([ended.code, ended.err.includes('quarantine verify')]).toEqual([3, true]);
    }
    const tried = await run('comment', edited, whole, ...because, '--dry-run');
    expect(tried.out).toBe(`refused\t${edited}\tcomment\tfailed\nwould be done\t${whole}\tcomment\n`);
    const both = await run('comment', edited, whole, ...because);
    expect(both.out).toBe(`refused\t${edited}\tcomment\tfailed\ndone\t${whole}\tcomment\topen\n`);
  });

  test('leaves out what ended by itself, and writes that down unless another process works on the folders', async () => {
    const id = await heldCase(folder);
    const { ledger } = foldersOf(folder);
    await ledger.put(headKey(`${id}.xlsx`), await headOf(`${id}.xlsx`, 'REMOVED'));
    const unlock = await lockFolders(join(folder, 'data'));
    const held = await run('list', '--json');
    expect([held.code, held.out, held.err, await entriesOf(id)]).toEqual([0, '', '', []]);
    await unlock();
    const { code, out } = await run('list', '--json');
    expect([code, out, await entriesOf(id), await stateOf(id)]).toEqual([0, '', ['superseded'], 'superseded']);
    expect(jsonLines((await run('list', '--ended', '--json')).out)).toMatchObject([{ caseId: id }]);
    // The folders are free again.
    await (await lockFolders(join(folder, 'data')))();
  });

  const old = { at: '2026-01-01T00:00:00.000Z' };
  const filters: readonly { shows: string; args: readonly string[]; of?: Partial<Case>; found: boolean }[] = [
    { shows: 'its reason', args: ['--reason', 'encrypted,hidden-content'], found: true },
    { shows: 'another reason', args: ['--reason', 'encrypted'], found: false },
    { shows: 'its tier', args: ['--tier', 'M'], found: true },
    { shows: 'another tier', args: ['--tier', 'H,L'], found: false },
    { shows: 'another format', args: ['--format', 'pdf'], found: false },
    { shows: 'formats in capitals', args: ['--format', 'PDF,XLSX'], found: true },
    { shows: 'what has waited long', args: ['--older-than', '7d'], of: old, found: true },
    { shows: 'what has waited longer than it has', args: ['--older-than', '1h'], found: false },
    { shows: 'what is new', args: ['--newer-than', '1h'], found: true },
    { shows: 'what is newer than it', args: ['--newer-than', '1h'], of: old, found: false },
    { shows: 'its producer', args: ['--prefix', 'tax/'], of: { key: 'tax/a.xlsx' }, found: true },
    { shows: 'another producer', args: ['--prefix', 'tax/'], found: false },
    { shows: 'what is nobody’s', args: ['--assignee', 'nobody'], found: true },
    { shows: 'what is somebody’s', args: ['--assignee', 'ada'], found: false },
    { shows: 'what is under hold', args: ['--held'], found: false },
    { shows: 'what has ended', args: ['--ended'], found: false },
    { shows: 'its state', args: ['--state', 'open'], found: true },
  ];
  test.each(filters)('is filtered by $shows', async ({ args, of, found }) => {
    await heldCase(folder, of);
    const { code, out } = await run('list', '--json', ...args);
    expect([code, jsonLines(out).length]).toEqual([0, found ? 1 : 0]);
  });
});

describe('many cases', () => {
  test('are tried first, and then done; what is refused is said of each and answers 1', async () => {
    const [one, two] = [await heldCase(folder), await heldCase(folder)];
    await heldCase(folder, { reason: 'encrypted' });
    const chosen = ['rerun', '--reason', 'hidden-content', ...because];
    const tried = await run(...chosen, '--dry-run', '--json');
    expect(jsonLines(tried.out)).toHaveLength(2);
    for (const line of jsonLines(tried.out)) expect(line).toMatchObject({ done: false, would: true });
    expect([await entriesOf(one), await entriesOf(two)]).toEqual([[], []]);
    expect((await run(...chosen)).code).toBe(0);
    expect([await entriesOf(one), await entriesOf(two)]).toEqual([['rerun'], ['rerun']]);
    await run('hold', one, ...because);
    const deleted = await run('delete', one, two, ...because);
    expect(deleted.code).toBe(1);
    expect(deleted.out).toBe(`refused\t${one}\tdelete\theld\ndone\t${two}\tdelete\tdeleted\n`);
    const { quarantine } = foldersOf(folder);
    const left = await Promise.all([one, two].map(async (id) => (await quarantine.head(payloadKey(id)))?.size));
    expect(left).toEqual([PAYLOAD.length, 0]);
  });

  test('are named by the beginning of their ids, where that is one', async () => {
    const id = await heldCase(folder);
    expect((await run('comment', id.slice(0, 8), '--because', 'hello')).code).toBe(0);
    expect((await run('assign', id, '--to', 'me', '--as', 'ada')).code).toBe(0);
    expect((await readCase(foldersOf(folder).ledger, id))?.review).toMatchObject({
      comments: 1,
      assignee: 'local:ada',
    });
  });
});

describe('an original', () => {
  const password = ({ err }: Ended) => /kept nowhere: (\S+)/.exec(err)?.[1] ?? '';

  test('is written as an encrypted archive, the password beside, and on the trail before', async () => {
    const id = await heldCase(folder);
    const ended = await run('download', id, ...because);
    expect(ended.code).toBe(0);
    const path = join(folder, `${id}.zip`);
    expect(openAesZip(await readFile(path), password(ended))?.body).toEqual(PAYLOAD);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(ended.out).not.toContain(password(ended));
    expect(await entriesOf(id)).toEqual(['download']);
  });

  test('is written over nothing, and leaves nothing behind where it is refused', async () => {
    const id = await heldCase(folder);
    await writeFile(join(folder, 'mine.zip'), 'mine');
    expect((await run('download', id, ...because, '--out', 'mine.zip')).code).toBe(2);
    expect(await readFile(join(folder, 'mine.zip'), 'utf8')).toBe('mine');
    await run('delete', id, ...because);
    expect((await run('download', id, ...because)).code).toBe(1);
    expect(await readdir(folder)).toEqual(['data', 'mine.zip']);
    expect(await entriesOf(id)).toEqual(['delete']);
  });

  test('that is another by now is not handed out', async () => {
    const id = await heldCase(folder);
    await foldersOf(folder).quarantine.put(payloadKey(id), Buffer.from('another'));
    const { code, err } = await run('download', id, ...because);
    expect([code, err.includes('not the one')]).toEqual([3, true]);
    expect(await readdir(folder)).toEqual(['data']);
  });
});

const wrong: readonly { readonly shows: string; readonly args: readonly string[]; readonly says: string }[] = [
  { shows: 'nothing', args: [], says: 'what is to be done?' },
  { shows: 'another verb', args: ['release\u001b[2J'], says: 'unknown: quarantine release\\u001b[2J' },
  { shows: 'no case', args: ['reject', ...because], says: 'no case is named' },
  { shows: 'no reason', args: ['reject', 'ID'], says: 'it has to be said why' },
  { shows: 'a reason of blanks', args: ['reject', 'ID', '--because', '  '], says: 'it has to be said why' },
  { shows: 'what is no id', args: ['reject', '../../x', ...because], says: 'not the id of a case' },
  { shows: 'an id that nobody has', args: ['show', 'f'.repeat(32)], says: 'there is no such case' },
  {
    shows: 'deleting by a filter',
    args: ['delete', '--reason', 'malware', ...because],
    says: 'for cases that are named',
  },
  { shows: 'cases and filters', args: ['reject', 'ID', '--held', ...because], says: 'not both' },
  { shows: 'an approval of whatever stands there', args: ['approve', 'ID'], says: 'an approval is of one request' },
  { shows: 'a reason that is none', args: ['list', '--reason', 'bad'], says: '--reason is some of' },
  {
    shows: 'what waits and what has ended',
    args: ['list', '--state', 'open,deleted'],
    says: 'what waits or of what has ended',
  },
  { shows: 'an age that is none', args: ['list', '--older-than', '7'], says: '7d, 12h' },
  {
    shows: 'a name that a terminal would obey',
    args: ['comment', 'ID', '--as', 'a\u001b', ...because],
    says: 'who you are',
  },
  { shows: 'days without the list', args: ['request-release', 'ID', '--days', '3', ...because], says: '--allow-list' },
  {
    shows: 'an entry by the hour',
    args: ['request-release', 'ID', '--allow-list', '--hours', '3', ...because],
    says: '--days, not --hours',
  },
  {
    shows: 'an entry of two years',
    args: ['request-release', 'ID', '--allow-list', '--days', '730', ...because],
    says: '1 to 365',
  },
  {
    shows: 'an entry that nobody answers for',
    args: ['request-release', 'ID', '--allow-list', '--owner', 'nobody', ...because],
    says: 'answer for it',
  },
  { shows: 'too many hours', args: ['request-release', 'ID', '--hours', '721', ...because], says: '1 to 720' },
];
test.each(wrong)('says what is wrong with $shows, and does nothing', async ({ args, says }) => {
  const id = await heldCase(folder);
  const { code, out, err } = await run(...args.map((arg) => (arg === 'ID' ? id : arg)));
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(says);
  expect(await entriesOf(id)).toEqual([]);
});
