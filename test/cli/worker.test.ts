import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readHead } from '../../lib/core/ledger.ts';
import { Case } from '../../lib/core/records.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { s3Store } from '../../lib/stores/s3-store.ts';
import { cases as jpegs } from '../fixtures/jpeg/cases.ts';
import { cases as pngs } from '../fixtures/png/cases.ts';
import { type MessageServer, startMessageServer } from '../support/fauxqs.ts';
import { gatewayMissing, type RadosGateway, startGateway } from '../support/radosgw.ts';
import { workerPlaces } from '../support/worker-places.ts';

const CLI = fileURLToPath(new URL('../../bin/cli.ts', import.meta.url));
const missing = gatewayMissing();

describe.skipIf(missing !== undefined)(
  `spoorloos worker, on RADOS Gateway${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    let gateway: RadosGateway;
    let messages: MessageServer;
    let env: Record<string, string>;
    let stores: Record<'staging' | 'public' | 'quarantine' | 'ledger' | 'audit', ObjectStore>;
    let live: string;
    const running = new Set<ChildProcess>();

    beforeAll(async () => {
      [gateway, messages] = await Promise.all([startGateway(), startMessageServer()]);
      // Short, so that what a killed worker had in hand comes back within the test.
      const places = await workerPlaces(gateway, messages, { visibilitySeconds: 5 });
      const audit = await gateway.bucket();
      stores = { ...places.stores, audit: s3Store(gateway.client, audit) };
      live = places.live;
      env = { ...places.env, SPOORLOOS_AUDIT: audit, SPOORLOOS_CACHE_CONTROL: 'public, max-age=60' };
    });
    afterEach(() => {
      for (const child of running) child.kill('SIGKILL');
      running.clear();
    });
    afterAll(async () => {
      await Promise.all([gateway?.stop(), messages?.stop()]);
    });

    function worker(more: Readonly<Record<string, string>> = {}): ChildProcess {
      const child = spawn(process.execPath, [CLI, 'worker'], {
        env: { ...env, ...more },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child.stderr?.resume();
      running.add(child);
      return child;
    }

    /** What S3 would send to the queue. */
    async function notify(key: string, eventName = 'ObjectCreated:Put'): Promise<void> {
      const s3 = {
        bucket: { name: env.SPOORLOOS_STAGING },
        object: { key: encodeURIComponent(key).replaceAll('%20', '+') },
      };
      const MessageBody = JSON.stringify({ Records: [{ eventVersion: '2.1', eventSource: 'aws:s3', eventName, s3 }] });
      await messages.sqs.send(new SendMessageCommand({ QueueUrl: live, MessageBody }));
    }

    async function put(key: string, body: Uint8Array): Promise<void> {
      await stores.staging.put(key, body);
      await notify(key);
    }

    async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
      for (let tries = 0; tries < 400; tries += 1) {
        if (await isSo()) return;
        await delay(100);
      }
      throw new Error(`never: ${what}`);
    }
    const stateOf = async (key: string) => (await readHead(stores.ledger, key))?.state;

    test('publishes, quarantines and removes, odd keys included', async () => {
      worker();
      const row = jpegs.find(({ kind, outcome }) => kind === 'dirty' && outcome === 'published');
      const dirty = (await row?.bytes()) ?? new Uint8Array();
      const keys = ['nota 2026+bijlage (définitief) 📄.jpg', '../up.jpg', 'a//b.jpg'];
      for (const key of keys) await put(key, dirty);
      await put('x.pdf', Buffer.from('nothing of the kind'));
      for (const key of keys) await until(`DONE ${key}`, async () => (await stateOf(key)) === 'DONE');
      await until('QUARANTINED', async () => (await stateOf('x.pdf')) === 'QUARANTINED');
      const published = await stores.public.get(keys[0] ?? '');
      expect(published?.contentType).toBe('image/jpeg');
      const shown = new HeadObjectCommand({ Bucket: env.SPOORLOOS_PUBLIC ?? '', Key: keys[0] ?? '' });
      expect((await gateway.client.send(shown)).CacheControl).toBe('public, max-age=60');
      const recorded = async (store: ObjectStore) => (await Array.fromAsync(store.list('audit/'))).length;
      expect([await recorded(stores.audit), await recorded(stores.ledger)]).toEqual([expect.any(Number), 0]);
      await until('each telling on record', async () => (await recorded(stores.audit)) >= keys.length + 1);
      for (const needle of row?.gone ?? [])
        expect(Buffer.from(published?.body ?? []).includes(Buffer.from(needle))).toBe(false);
      const quarantined: string[] = [];
      for await (const { key } of stores.quarantine.list()) quarantined.push(key);
      expect(quarantined).toHaveLength(2);
      const opened = await stores.quarantine.get(quarantined.find((key) => key.endsWith('case.json')) ?? '');
      expect(Case.parse(JSON.parse(Buffer.from(opened?.body ?? []).toString()))).toMatchObject({
        reason: 'unsupported',
      });

      await stores.staging.remove(keys[1] ?? '');
      await notify(keys[1] ?? '', 'ObjectRemoved:DeleteMarkerCreated');
      await until('removed', async () => (await stores.public.head(keys[1] ?? '')) === undefined);
      expect(await stores.public.head(keys[0] ?? '')).toBeDefined();
    });

    test('two workers, one killed in the middle, lose nothing', async () => {
      const keys: string[] = [];
      for (const row of pngs.slice(0, 12)) {
        const key = `batch/${keys.length}.png`;
        keys.push(key);
        await put(key, await row.bytes());
      }
      const [first] = [worker(), worker()];
      await until('some are done', async () =>
        (await Promise.all(keys.map(stateOf))).some((state) => state !== undefined),
      );
      first.kill('SIGKILL');
      const isSettled = (state: string | undefined) => state === 'DONE' || state === 'QUARANTINED';
      await until('all are settled', async () => (await Promise.all(keys.map(stateOf))).every(isSettled));
      for (const [i, key] of keys.entries())
        expect(await stateOf(key), pngs[i]?.shows).toBe(pngs[i]?.outcome === 'published' ? 'DONE' : 'QUARANTINED');
    });

    test('stops at a signal, and the next one goes on', async () => {
      const child = worker();
      // What it says first it says when signals are its own business.
      await once(child.stderr ?? child, 'data');
      child.kill('SIGTERM');
      const code = await new Promise((resolve) => child.once('exit', (...ended) => resolve(ended)));
      expect(code).toEqual([143, null]);
      await put('later.jpg', Buffer.from('x'));
      worker();
      await until('the next worker takes it', async () => (await stateOf('later.jpg')) === 'QUARANTINED');
    });

    test('is told by the gateway itself, shows health and metrics, and tells people', async () => {
      const token = 'a-token-that-nobody-can-guess-0123456789';
      const [port, hook] = await Promise.all([freePort(), startHook()]);
      worker({
        SPOORLOOS_METRICS_PORT: `${port}`,
        SPOORLOOS_NOTIFY_TOKEN: token,
        SPOORLOOS_STATUS_TOKEN: `${token}-status`,
        SPOORLOOS_EVENTS_QUEUE_URL: messages.queue(),
        SPOORLOOS_WEBHOOK_URL: hook.url,
        SPOORLOOS_DIGEST_SECONDS: '5',
      });
      const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
      await until('it is well', async () => (await ask('/healthz'))?.status === 200);
      await gateway.push(env.SPOORLOOS_STAGING ?? '', `http://127.0.0.1:${port}/notify/${token}`);
      const row = jpegs.find(({ kind, outcome }) => kind === 'dirty' && outcome === 'published');
      const key = 'pushed/één 100% + 1.jpg';
      await stores.staging.put(key, (await row?.bytes()) ?? new Uint8Array());
      await stores.staging.put('pushed/<b>.pdf', Buffer.from('nothing of the kind'));
      await until('DONE', async () => (await stateOf(key)) === 'DONE');
      await until('QUARANTINED', async () => (await stateOf('pushed/<b>.pdf')) === 'QUARANTINED');
      const authorization = `Bearer ${token}-status`;
      const asked = `http://127.0.0.1:${port}/status?key=${encodeURIComponent(key)}`;
      expect(await (await fetch(asked, { headers: { authorization } })).json()).toMatchObject({
        key,
        where: 'published',
      });
      expect((await fetch(asked)).status).toBe(401);
      await stores.staging.remove(key);
      await until('removed', async () => (await stores.public.head(key)) === undefined);
      // At least once each: the gateway may tell of one change twice.
      const counted = async (name: string) => {
        const lines = (await (await ask('/metrics'))?.text())?.split('\n') ?? [];
        return Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length));
      };
      for (const name of [
        'spoorloos_published_total',
        'spoorloos_removed_total',
        'spoorloos_quarantined_total{reason="unsupported"}',
        'spoorloos_live_age_seconds_count',
      ])
        await until(`${name} is counted`, async () => (await counted(name)) >= 1);
      expect(await counted('spoorloos_judged_seconds_count')).toBeGreaterThanOrEqual(2);
      expect(await counted('spoorloos_quarantined_total{reason="malware"}')).toBe(0);
      expect(await (await ask('/healthz'))?.json()).toMatchObject({ status: 'well', scanner: 'none' });
      await until('people are told', async () => hook.payloads.length > 0);
      const told = hook.payloads.join('');
      expect(told).toContain('pushed/\\\\u{3c}b\\\\u{3e}.pdf');
      expect(told).not.toContain('één');
      hook.stop();
    });

    test('finds by itself what nobody told it of', async () => {
      worker({ SPOORLOOS_POLL_SECONDS: '5' });
      await stores.staging.put('untold.pdf', Buffer.from('nothing of the kind'));
      await until('QUARANTINED', async () => (await stateOf('untold.pdf')) === 'QUARANTINED');
    });

    test.each([
      { shows: 'a status without a port', setting: 'SPOORLOOS_STATUS_TOKEN', value: 't'.repeat(32) },
      { shows: 'pushed events without a port', setting: 'SPOORLOOS_NOTIFY_TOKEN', value: 't'.repeat(32) },
      { shows: 'a webhook without events', setting: 'SPOORLOOS_WEBHOOK_URL', value: 'https://chat.example/hook' },
      { shows: 'a secret that is none', setting: 'SPOORLOOS_WEBHOOK_SECRETS', value: 'whsec_short' },
      { shows: 'findings of nobody', setting: 'SPOORLOOS_WEBHOOK_FORMAT', value: 'asff' },
    ])('does not start with $shows', async ({ setting, value }) => {
      const child = worker({ [setting]: value });
      expect(await new Promise((resolve) => child.once('close', resolve))).toBe(2);
    });

    test('does not start on a ledger without conditional puts', async () => {
      const unfit = { ...env, SPOORLOOS_LEDGER: env.SPOORLOOS_PUBLIC };
      const child = spawn(process.execPath, [CLI, 'worker'], { env: unfit, stdio: ['ignore', 'ignore', 'pipe'] });
      running.add(child);
      let text = '';
      child.stderr?.on('data', (chunk) => (text += chunk));
      expect(await new Promise((resolve) => child.once('close', resolve))).toBe(2);
      expect(text).toContain('conditional puts');
    });

    test('says which setting is missing', async () => {
      const child = spawn(process.execPath, [CLI, 'worker'], {
        env: { PATH: env.PATH },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let text = '';
      child.stderr?.on('data', (chunk) => (text += chunk));
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect(code).toBe(2);
      expect(text).toContain('SPOORLOOS_STAGING');
    });
  },
);

/** A chat that takes whatever it is given. */
async function startHook() {
  const payloads: string[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    payloads.push(text);
    response.end('ok');
  });
  return { payloads, url: `http://127.0.0.1:${await portOf(server)}/hook`, stop: () => void server.close() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await portOf(server);
  await new Promise((closed) => server.close(closed));
  return port;
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}
