import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readShadow } from '../../lib/core/shadow-on.ts';
import { cases as jpegs } from '../fixtures/jpeg/cases.ts';
import { type MessageServer, startMessageServer } from '../support/fauxqs.ts';
import { all } from '../support/pipeline-rig.ts';
import { gatewayMissing, type RadosGateway, startGateway } from '../support/radosgw.ts';
import { type WorkerPlaces, workerPlaces } from '../support/worker-places.ts';

const CLI = fileURLToPath(new URL('../../bin/cli.ts', import.meta.url));
const missing = gatewayMissing();

describe.skipIf(missing !== undefined)(
  `spoorloos worker in shadow mode, on RADOS Gateway${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    let gateway: RadosGateway;
    let messages: MessageServer;
    let places: WorkerPlaces;
    let child: ChildProcess | undefined;

    beforeAll(async () => {
      [gateway, messages] = await Promise.all([startGateway(), startMessageServer()]);
      places = await workerPlaces(gateway, messages, { visibilitySeconds: 5 });
    });
    afterEach(() => void child?.kill('SIGKILL'));
    afterAll(async () => {
      await Promise.all([gateway?.stop(), messages?.stop()]);
    });

    function start(more: Readonly<Record<string, string>>): { readonly said: () => string } {
      const { SPOORLOOS_WORK, SPOORLOOS_QUARANTINE, SPOORLOOS_PROMOTE_QUEUE_URL, ...env } = places.env;
      // What is not named cannot be written.
      expect([SPOORLOOS_WORK, SPOORLOOS_QUARANTINE, SPOORLOOS_PROMOTE_QUEUE_URL]).not.toContain(undefined);
      child = spawn(process.execPath, [CLI, 'worker'], {
        env: { ...env, SPOORLOOS_MODE: 'shadow', ...more },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let text = '';
      child.stderr?.on('data', (chunk) => (text += chunk));
      return { said: () => text };
    }

    async function recorded(key: string) {
      for (let tries = 0; tries < 400; tries += 1) {
        const record = await readShadow(places.stores.ledger, key);
        if (record) return record;
        await delay(100);
      }
      throw new Error(`never on record: ${key}`);
    }

    test('puts on record what it is told of and what it finds, and writes nothing else', async () => {
      const { staging, public: published, quarantine, work, ledger } = places.stores;
      const row = jpegs.find(({ kind, outcome }) => kind === 'dirty' && outcome === 'published');
      await published.put('a.jpg', Buffer.from('put there by others'));
      await staging.put('a.jpg', (await row?.bytes()) ?? new Uint8Array());
      const MessageBody = JSON.stringify({ kind: 'reconcile', key: 'a.jpg' });
      await messages.sqs.send(new SendMessageCommand({ QueueUrl: places.live, MessageBody }));
      const { said } = start({ SPOORLOOS_POLL_SECONDS: '5' });
      expect(await recorded('a.jpg')).toMatchObject({ outcome: 'published', out: { key: 'a.jpg' } });
      await staging.put('untold.pdf', Buffer.from('nothing of the kind'));
      expect(await recorded('untold.pdf')).toMatchObject({ outcome: 'quarantined', reason: 'unsupported' });
      child?.kill('SIGTERM');
      await new Promise((resolve) => child?.once('close', resolve));
      expect(said()).toContain('looking on, and doing nothing');
      expect(said()).toContain('"message":"judged aside"');
      expect(said()).not.toContain('"level":"error"');
      for (const store of [quarantine, work]) expect(await all(store)).toEqual([]);
      expect(await all(published)).toEqual(['a.jpg']);
      expect((await all(ledger)).filter((key) => !key.startsWith('shadow/'))).toEqual([]);
    });

    test('a word that is no mode is refused', async () => {
      const { said } = start({ SPOORLOOS_MODE: 'watch' });
      expect(await new Promise((resolve) => child?.once('close', resolve))).toBe(2);
      expect(said()).toContain('SPOORLOOS_MODE');
    });
  },
);
