import { describe, expect, test } from 'vitest';
import { readCase } from '../../lib/core/ledger.ts';
import { failClosedHandler, sanitizeHandler } from '../../lib/handlers.ts';
import { listCases } from '../../lib/review/list.ts';
import { memoryQueue } from '../../lib/stores/memory-queue.ts';
import { consoleRig, PEOPLE } from '../support/console-rig.ts';
import { lin, type ReviewRig, reviewRig } from '../support/review-rig.ts';

const BY = 'AWS:AROAEXAMPLE:uploader';

/** What S3 says of what was just put; of another version where that is given. */
async function eventOf(made: ReviewRig, key: string, text: string, versionId?: string): Promise<string> {
  await made.stores.staging.put(key, Buffer.from(text));
  const staged = await made.stores.staging.head(key);
  const object = { key, versionId: versionId ?? staged?.versionId };
  const record = { eventVersion: '2.1', eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'staging' }, object } };
  return JSON.stringify({ Records: [{ ...record, userIdentity: { principalId: BY } }] });
}

async function uploadersOf(made: ReviewRig): Promise<readonly (string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for await (const { key } of made.stores.ledger.list('cases/'))
    found.push((await readCase(made.stores.ledger, key.split('/')[1] ?? ''))?.uploader);
  return found;
}

describe('a case says who uploaded its document', () => {
  test('as the event that told of this very version says it', async () => {
    const made = reviewRig();
    await sanitizeHandler(made.sanitize)(await eventOf(made, 'a.txt', 'bad one'));
    expect(await uploadersOf(made)).toEqual([BY]);
    // It stands in the case, and travels nowhere.
    expect(JSON.stringify([made.events, made.left()])).not.toContain(BY);
  });

  test('and not as one that told of another', async () => {
    const made = reviewRig();
    await sanitizeHandler(made.sanitize)(await eventOf(made, 'a.txt', 'bad one', 'an-earlier-one'));
    expect(await uploadersOf(made)).toEqual([undefined]);
  });

  test('when another lane judges it', async () => {
    const made = reviewRig();
    const queue = memoryQueue({ visibilityMs: 60_000, maxReceives: 5 });
    const body = await eventOf(made, 'a.txt', 'bad one');
    await sanitizeHandler({ ...made.sanitize, heavy: { queue, aboveBytes: 1 } })(body);
    const [message] = await queue.receive({ max: 1, waitMs: 0 });
    await sanitizeHandler(made.sanitize)(message?.body ?? '');
    expect(await uploadersOf(made)).toEqual([BY]);
  });

  test('when nobody could judge it', async () => {
    const made = reviewRig();
    await failClosedHandler(made.sanitize)(await eventOf(made, 'a.txt', 'bad one'));
    expect(await uploadersOf(made)).toEqual([BY]);
  });

  test('in the case that follows it, too', async () => {
    const made = reviewRig();
    await sanitizeHandler(made.sanitize)(await eventOf(made, 'a.txt', 'bad one'));
    const [{ evidence } = { evidence: { caseId: '' } }] = (await listCases(made.stores.ledger, {})).rows;
    const { judge } = made.sanitize;
    Object.assign(made.sanitize, { judge: () => judge(Buffer.from('bad worse'), { name: 'a.txt' }) });
    await made.act(lin, evidence.caseId, { what: 'rerun', reason: 'other rules' });
    await made.drain();
    expect(await uploadersOf(made)).toEqual([BY, BY]);
  });

  test('to who reviews, and whatever it holds runs in no browser', async () => {
    const rig = consoleRig();
    const hostile = '"><img src=x onerror=alert(1)>\u202eadmin';
    const body = (await eventOf(rig, 'a.txt', 'bad one')).replace(BY, JSON.stringify(hostile).slice(1, -1));
    await sanitizeHandler(rig.sanitize)(body);
    const [found] = (await listCases(rig.stores.ledger, {})).rows;
    expect(found?.evidence.uploader).toBe(hostile);
    const { text } = await (await rig.signIn(PEOPLE.ada)).get(`/cases/${found?.evidence.caseId}`);
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;\uFFFDadmin');
    expect(text).not.toContain('<img src=x');
  });
});
