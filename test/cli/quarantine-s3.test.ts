import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { payloadKey } from '../../lib/core/records-cases.ts';
import { CaseChanged } from '../../lib/core/records-events.ts';
import { sqsQueue } from '../../lib/stores/sqs-queue.ts';
import { openAesZip } from '../support/aes-zip.ts';
import { heldIn, PAYLOAD } from '../support/case-folder.ts';
import { type MessageServer, startMessageServer } from '../support/fauxqs.ts';
import { gatewayMissing, type RadosGateway, startGateway } from '../support/radosgw.ts';
import { type Ended, jsonLines, startCli } from '../support/run-cli.ts';
import { type WorkerPlaces, workerPlaces } from '../support/worker-places.ts';

const missing = gatewayMissing();

describe.skipIf(missing !== undefined)(
  `spoorloos quarantine with buckets, on RADOS Gateway${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    let gateway: RadosGateway;
    let messages: MessageServer;
    let places: WorkerPlaces;
    let folder: string;
    let events: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'quarantine-s3-'));
      [gateway, messages] = await Promise.all([startGateway(), startMessageServer()]);
      places = await workerPlaces(gateway, messages, { visibilitySeconds: 20 });
      events = messages.queue();
    }, 120_000);
    afterAll(async () => {
      await Promise.all([gateway?.stop(), messages?.stop(), rm(folder, { recursive: true, force: true })]);
    });

    const run = (...args: readonly string[]): Promise<Ended> =>
      startCli(folder, ['quarantine', ...args], { ...places.env, SPOORLOOS_EVENTS_QUEUE_URL: events }).ended;
    const why = ['--because', 'the minister agreed'];

    test('a case is listed, asked for, approved once by another, fetched, deleted, and its trail verified', async () => {
      const id = await heldIn(places.stores);
      const listed = await run('list', '--json');
      expect(jsonLines(listed.out), listed.err).toEqual([expect.objectContaining({ caseId: id, state: 'open' })]);
      const asked = await run('request-release', id, ...why, '--as', 'ada', '--json');
      const request = String(jsonLines(asked.out)[0]?.request);
      expect((await run('approve', id, '--request', request, '--as', 'Ada')).out).toContain('\tsame-person\n');
      const approve = (name: string) => run('approve', id, '--request', request, '--as', name);
      const both = await Promise.all([approve('grace'), approve('lin')]);
      expect(both.map(({ code }) => code).sort(), both.map(({ err }) => err).join()).toEqual([0, 1]);
      expect((await run('withdraw', id, ...why, '--as', 'grace')).code).toBe(0);
      const fetched = await run('download', id, ...why, '--out', 'a.zip');
      const password = /kept nowhere: (\S+)/.exec(fetched.err)?.[1] ?? '';
      expect(openAesZip(await readFile(join(folder, 'a.zip')), password)?.body).toEqual(PAYLOAD);
      expect((await run('delete', id, ...why)).code).toBe(0);
      expect((await places.stores.quarantine.head(payloadKey(id)))?.size).toBe(0);
      const shown = await run('show', id, '--json');
      expect(jsonLines(shown.out)[0]).toMatchObject({ review: { state: 'deleted' } });
      const whole = await run('verify', '--json');
      expect(whole, whole.err).toMatchObject({ code: 0, out: '' });
      // Of the two who approved at once both may have told it.
      const told = await sqsQueue(messages.sqs, events).receive({ max: 10, waitMs: 100 });
      expect(new Set(told.map(({ body }) => CaseChanged.parse(JSON.parse(body))).map(({ what }) => what))).toEqual(
        new Set(['request-release', 'approve', 'withdraw', 'delete']),
      );
    }, 120_000);

    test('nothing is done without the settings that it takes', async () => {
      const id = await heldIn(places.stores);
      const { SPOORLOOS_QUARANTINE: _, ...less } = places.env;
      const { code, err } = await startCli(folder, ['quarantine', 'reject', id, ...why], less).ended;
      expect([code, err.includes('SPOORLOOS_QUARANTINE')]).toEqual([2, true]);
    });
  },
);
