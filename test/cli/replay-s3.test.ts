import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readHead } from '../../lib/core/ledger.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { s3Store } from '../../lib/stores/s3-store.ts';
import { cases as pngs } from '../fixtures/png/cases.ts';
import { type MessageServer, startMessageServer } from '../support/fauxqs.ts';
import { all } from '../support/pipeline-rig.ts';
import { gatewayMissing, type RadosGateway, startGateway } from '../support/radosgw.ts';
import { jsonLines, startCli } from '../support/run-cli.ts';
import { workerPlaces } from '../support/worker-places.ts';

const CLI = fileURLToPath(new URL('../../bin/cli.ts', import.meta.url));
const missing = gatewayMissing();

describe.skipIf(missing !== undefined)(
  `spoorloos replay with workers, on RADOS Gateway${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    let gateway: RadosGateway;
    let messages: MessageServer;
    let env: Record<string, string>;
    let stores: Record<'staging' | 'public' | 'ledger' | 'lists', ObjectStore>;
    let folder: string;
    let listsBucket: string;
    const running = new Set<ChildProcess>();

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'replay-s3-'));
      [gateway, messages] = await Promise.all([startGateway(), startMessageServer()]);
      const places = await workerPlaces(gateway, messages, { visibilitySeconds: 20 });
      listsBucket = await gateway.bucket();
      stores = { ...places.stores, lists: s3Store(gateway.client, listsBucket) };
      env = {
        ...places.env,
        SPOORLOOS_BULK_QUEUE_URL: places.queue(),
        SPOORLOOS_AUDITS_QUEUE_URL: places.queue(),
        SPOORLOOS_RESULTS_QUEUE_URL: messages.queue(),
      };
    }, 120_000);
    afterEach(() => {
      for (const child of running) child.kill('SIGKILL');
      running.clear();
    });
    afterAll(async () => {
      await Promise.all([gateway?.stop(), messages?.stop(), rm(folder, { recursive: true, force: true })]);
    });

    function worker(): ChildProcess {
      const child = spawn(process.execPath, [CLI, 'worker'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
      child.stderr?.resume();
      running.add(child);
      return child;
    }

    const replay = (...args: readonly string[]) => replayWith(env, ...args);
    async function replayWith(settings: Record<string, string>, ...args: readonly string[]) {
      const { ended } = startCli(folder, ['replay', ...args, '--json'], settings);
      const { code, out, err } = await ended;
      return { code, err, status: jsonLines(out)[0] };
    }

    test('audits, enforces with a worker killed in the middle, and skips what is done', {
      timeout: 400_000,
    }, async () => {
      const rows = pngs.filter(({ kind }) => kind !== 'hostile').slice(0, 8);
      for (const [i, row] of [...rows, ...rows, ...rows].entries())
        await stores.staging.put(`old/${i} é+.png`, await row.bytes());
      await stores.staging.put('old/x.pdf', Buffer.from('nothing of the kind'));
      worker();

      const audit = await replay('--source', 'staging/old/', '--mode', 'audit');
      expect(audit.status, audit.err).toMatchObject({ state: 'done', sent: 25, reported: 25, judged: 25 });
      expect(await all(stores.public)).toEqual([]);
      expect((await all(stores.ledger)).filter((key) => !key.startsWith('runs/'))).toEqual([]);

      const second = worker();
      const enforcing = replay('--source', `s3://${env.SPOORLOOS_STAGING}/old/`, '--mode', 'enforce');
      for (let tries = 0; tries < 600 && (await all(stores.public)).length < 2; tries += 1) await delay(50);
      second.kill('SIGKILL');
      const enforced = await enforcing;
      expect(enforced.status, enforced.err).toMatchObject({
        state: 'done',
        sent: 25,
        reported: 25,
        audit: audit.status?.run,
      });
      expect(enforced.status?.outcomes).toEqual(audit.status?.outcomes);
      const outcomes = Object(enforced.status?.outcomes);
      for (let tries = 0; tries < 600 && (await all(stores.public)).length < outcomes.published; tries += 1)
        await delay(50);
      expect(await all(stores.public)).toHaveLength(outcomes.published);
      expect(await readHead(stores.ledger, 'old/x.pdf')).toMatchObject({ state: 'QUARANTINED' });

      const again = await replay('--source', 'staging/old/', '--mode', 'enforce');
      expect(again.status, again.err).toMatchObject({ state: 'done', judged: 0, outcomes: { skipped: 25 } });
      expect(again.code).toBe(0);
    });

    test('plans without feeding, and is controlled from elsewhere', { timeout: 120_000 }, async () => {
      await stores.lists.put('keys', Buffer.from('old/1 é+.png\nold/2 é+.png\n'));
      const keys = `s3://${listsBucket}/keys`;
      // Who orders knows no queue.
      const ordering = Object.fromEntries(Object.entries(env).filter(([name]) => !name.endsWith('_QUEUE_URL')));
      const order = (...args: readonly string[]) => replayWith(ordering, ...args);
      const asked = ['--source', 'staging', '--mode', 'audit', '--keys', keys, '--per-minute', '1'];
      expect(await order(...asked)).toMatchObject({ code: 2, err: expect.stringContaining('BULK_QUEUE_URL') });
      const planned = await order(...asked, '--detach');
      expect(planned.status, planned.err).toMatchObject({ state: 'running', sent: 0, entries: 2, perMinute: 1 });
      const run = String(planned.status?.run);
      expect((await order('pause', run)).status).toMatchObject({ state: 'paused', why: 'by-hand' });
      expect((await order('throttle', run, '--per-minute', '0')).status).toMatchObject({ perMinute: null });
      expect((await order('resume', run, '--detach')).status).toMatchObject({ state: 'running', sent: 0 });
      expect((await order('pause', run)).status).toMatchObject({ state: 'paused' });
      worker();
      expect((await replay('resume', run)).status).toMatchObject({ state: 'done', reported: 2 });
      expect((await replay('stop', run)).code).toBe(2);
    });
  },
);
