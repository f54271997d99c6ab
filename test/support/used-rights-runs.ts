// The rights that runs use, seen by running them, as in used-rights.ts: who plans them, who feeds and carries them out,
// and who collects what came of it.

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { AuditPlaces } from '../../lib/core/audit.ts';
import type { Queue } from '../../lib/core/store.ts';
import { failClosedHandler } from '../../lib/handlers.ts';
import { bulkHandler } from '../../lib/handlers-runs.ts';
import { collectResults } from '../../lib/replay/collect.ts';
import { pauseRun, resumeRun, stopRun, throttleRun } from '../../lib/replay/control.ts';
import { readManifest } from '../../lib/replay/inventory.ts';
import { keysOfCases } from '../../lib/replay/open-cases.ts';
import { openPlanner } from '../../lib/replay/planner.ts';
import { measure } from '../../lib/replay/progress.ts';
import { readState } from '../../lib/replay/records.ts';
import { sourceOf } from '../../lib/replay/sources.ts';
import { DEFAULT_LIMITS, hashOfKeys, type RunRequest, startRun } from '../../lib/replay/start.ts';
import { pressureOf } from '../../lib/replay-ports.ts';
import { memoryQueue } from '../../lib/stores/memory-queue.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { INVENTORY } from './access.ts';
import { rig, TERMS } from './pipeline-rig.ts';
import { recorded, recordedQueue } from './recorded.ts';
import { type Role, scanFrom, type Used, usage } from './used-rights.ts';

const MANIFEST = 'docs/manifest.json';
const NAMES = { staging: 'docs', public: 'files' };

/** An audit of each kind of scope and one run that enforces, over documents that are known, new, bad and gone. */
export async function usedRightsOfRuns(): Promise<readonly Used[]> {
  const { noteOf, used } = usage();
  const made = rig();
  const { stores, sanitize, put, drain } = made;
  const queue = () => memoryQueue({ visibilityMs: 60_000, maxReceives: 50 });
  const queues = { live: queue(), bulk: queue(), audits: queue(), results: queue(), 'live dead letters': queue() };
  const now = () => new Date();

  await put('known.txt', 'one');
  await put('held.txt', 'bad');
  await put('renamed.docm', 'macro');
  await drain();
  await stores.staging.put('new.txt', Buffer.from('new'));
  for (const key of ['bad.txt', 'too.txt']) await stores.staging.put(key, Buffer.from('bad'));
  await stores.public.put('unknown.txt', Buffer.from('from before'));
  const inventory = await inventoryOf(['known.txt', 'never.txt']);

  const ordering = noteOf('operator');
  const orders = recorded('ledger', stores.ledger, ordering);
  const start = (request: Partial<RunRequest>) =>
    startRun(orders, now, {
      ...{ mode: 'audit', scope: { of: 'staging', prefix: '', keys: { by: 'listing' } }, ...TERMS, by: 'Ada' },
      ...{ limits: DEFAULT_LIMITS, force: false, perMinute: null, ...request },
    });
  const { keys } = await keysOfCases(orders, { reason: null, prefix: '' });
  const { sha256 } = await readManifest(inventory, MANIFEST, { bucket: INVENTORY, of: NAMES.staging });
  const byInventory = { by: 'inventory', bucket: INVENTORY, manifest: MANIFEST, sha256 } as const;
  const plans = [
    await start({}),
    await start({ scope: { of: 'public', prefix: '', keys: { by: 'listing' } } }),
    await start({ scope: { of: 'staging', prefix: '', keys: byInventory } }),
    await start({ scope: { of: 'staging', prefix: '', keys: { by: 'list', sha256: hashOfKeys(keys) } }, keys }),
    await start({ mode: 'enforce', force: true }),
  ];

  const planning = noteOf('planner');
  const counted = (name: keyof typeof queues) => recordedQueue(name, queues[name], planning);
  const source = sourceOf({
    staging: recorded('staging', stores.staging, planning),
    public: recorded('public', stores.public, planning),
    open: () => recorded('inventory', inventory, planning),
    names: NAMES,
  });
  const tick = async () => {
    for (const { id, mode } of plans) {
      const lane = counted(mode === 'audit' ? 'audits' : 'bulk');
      const others = { live: counted('live'), results: counted('results'), deadLetters: counted('live dead letters') };
      const health = async () => {
        planning('cloudwatch:GetMetricData', 'metrics');
        return { done: 0, deadLetters: 0 };
      };
      const pressure = () => pressureOf({ lane, ...others, health });
      const ledger = recorded('ledger', stores.ledger, planning);
      const tell = async () => {
        planning('sns:Publish', 'topic');
        planning('events:PutEvents', 'bus');
      };
      const planner = openPlanner({ ledger, lane, source, now, pressure, tell }, id);
      await planner.tick();
      await planner.close();
    }
  };

  const auditing = noteOf('audits');
  const read = (name: 'staging' | 'public' | 'ledger'): AuditPlaces['ledger'] => {
    const { head, get } = recorded(name, stores[name], auditing);
    return { head, get };
  };
  const audit: AuditPlaces = {
    ...{ staging: read('staging'), public: read('public'), ledger: read('ledger') },
    ...{ judge: sanitize.judge, now: sanitize.now, terms: TERMS, maxInputBytes: 1000 },
  };
  await scanFrom(recorded('definitions', memoryStore(), auditing));
  const resultsOf = (role: Role) => recordedQueue('results', queues.results, noteOf(role));
  const handle = {
    audits: bulkHandler({ audit, results: resultsOf('audits') }),
    bulk: bulkHandler({ sanitize, results: resultsOf('sanitize') }),
    gaveUp: failClosedHandler({ ...sanitize, results: resultsOf('fail-closed') }),
  };
  const collecting = recorded('ledger', stores.ledger, noteOf('collect'));

  await tick();
  await stores.public.remove('unknown.txt');
  for (const lane of ['audits', 'bulk'] as const) {
    const messages = await everythingIn(queues[lane]);
    for (const [i, { body }] of messages.entries()) await (i === 0 ? handle.gaveUp : handle[lane])(body);
  }
  await drain();
  await collectResults(collecting, await everythingIn(queues.results));
  for (const { id } of plans) await measure(orders, await readState(orders, id));
  await tick();
  await inventory.remove(MANIFEST);
  plans.splice(0, plans.length, await start({ scope: { of: 'staging', prefix: '', keys: byInventory } }));
  await tick().then(
    () => Promise.reject(new Error('an inventory that is not there was read')),
    () => undefined,
  );

  const { id } = await start({ perMinute: 1 });
  await pauseRun(orders, id, now);
  await resumeRun(orders, id, now);
  await throttleRun(orders, id, { perMinute: 5, bytes: 1_000_000 }, now);
  await stopRun(orders, id, now);
  return used();
}

async function everythingIn(queue: Queue) {
  const messages = [];
  for (;;) {
    const some = await queue.receive({ max: 10, waitMs: 0 });
    if (some.length === 0) return messages;
    messages.push(...some);
  }
}

/** An S3 Inventory of these keys. */
async function inventoryOf(keys: readonly string[]) {
  const store = memoryStore();
  const body = gzipSync(keys.map((key) => `"${NAMES.staging}","${key}"\n`).join(''));
  await store.put('docs/data/1.csv.gz', body);
  const MD5checksum = createHash('md5').update(body).digest('hex');
  const manifest = {
    ...{ sourceBucket: NAMES.staging, destinationBucket: `arn:aws:s3:::${INVENTORY}`, fileFormat: 'CSV' },
    ...{ fileSchema: 'Bucket, Key', files: [{ key: 'docs/data/1.csv.gz', size: body.length, MD5checksum }] },
  };
  await store.put(MANIFEST, Buffer.from(JSON.stringify(manifest)));
  return store;
}
