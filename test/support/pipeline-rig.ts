// Both halves of the pipeline over memory stores and queues, with a judge that goes by the text of the object: a stand-in
// for the formats, since what is tested here is who writes what, when, and in which order.

import type { PromotePlaces, SanitizePlaces } from '../../lib/core/carry-out.ts';
import type { Finding } from '../../lib/core/finding.ts';
import type { DocumentEvent } from '../../lib/core/records.ts';
import { judgeWith } from '../../lib/core/sanitize.ts';
import type { Scanner } from '../../lib/core/scanner.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import type { Judge } from '../../lib/core/verdict.ts';
import { admit, sha256 } from '../../lib/core/verify.ts';
import { failClosedHandler, promoteHandler, sanitizeHandler } from '../../lib/handlers.ts';
import { memoryQueue } from '../../lib/stores/memory-queue.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';

export const TERMS = { policy: `sha256:${'a'.repeat(64)}`, version: '0.0.1' };

type Names = 'staging' | 'work' | 'public' | 'quarantine' | 'ledger';
export type Stores = Record<Names, ObjectStore>;

export type Rig = {
  readonly stores: Stores;
  readonly sanitize: SanitizePlaces;
  readonly promote: PromotePlaces;
  readonly events: DocumentEvent[];
  put(key: string, text: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** Delivers messages until none is left; a handler that throws gets its message again, five times at most. */
  drain(rounds?: number): Promise<void>;
  /** The bodies of the messages that are not acknowledged. */
  left(): Readonly<Record<'live' | 'promotions' | 'dead', readonly string[]>>;
  /** What the public bucket holds, by key. */
  published(): Promise<Record<string, string>>;
};

/** `fault` is called before each operation on a store or queue, with its name, and may throw. */
export function rig(
  options: {
    overwrite?: SanitizePlaces['overwrite'];
    fault?: (operation: string) => void;
    /** In memory when left out. */
    stores?: Stores;
    /** The ledger when left out. */
    audit?: ObjectStore;
    /** Scans beside the judge, and again where a run wants that. */
    scanner?: Scanner;
  } = {},
): Rig {
  const { overwrite = 'keep-previous', fault = () => {}, scanner } = options;
  const bare: Stores = options.stores ?? {
    staging: memoryStore(),
    work: memoryStore(),
    public: memoryStore(),
    quarantine: memoryStore(),
    ledger: memoryStore(),
  };
  const faulty = <T extends object>(name: string, port: T): T =>
    new Proxy(port, {
      get(target, property) {
        const method: unknown = Reflect.get(target, property);
        if (typeof method !== 'function' || property === 'list') return method;
        return async (...args: unknown[]) => {
          fault(`${name}.${String(property)}`);
          const result: unknown = await Reflect.apply(method, target, args);
          // After the operation too: it was done, and we died before we knew.
          fault(`${name}.${String(property)} done`);
          return result;
        };
      },
    });
  const dead = memoryQueue({ visibilityMs: 60_000, maxReceives: 5 });
  const retried = { visibilityMs: 60_000, maxReceives: 5, deadLetters: dead };
  const live = memoryQueue(retried);
  const promotions = memoryQueue(retried);
  const events: DocumentEvent[] = [];
  let clock = Date.UTC(2026, 0, 1);
  const common = {
    staging: faulty('staging', bare.staging),
    ledger: faulty('ledger', bare.ledger),
    audit: faulty('audit', options.audit ?? bare.ledger),
    liveQueue: faulty('live', live),
    notify: async (event: DocumentEvent) => {
      fault('notify');
      events.push(event);
    },
    now: () => {
      clock += 1000;
      return new Date(clock);
    },
  };
  const work = faulty('work', bare.work);
  const sanitize: SanitizePlaces = {
    ...common,
    work,
    quarantine: faulty('quarantine', {
      ...bare.quarantine,
      copyFrom: (_: ObjectStore, ...rest: CopyArgs) => bare.quarantine.copyFrom(bare.staging, ...rest),
    }),
    promoteQueue: faulty('promotions', promotions),
    judge: scanner
      ? judgeWith((untrusted, name) => byText(untrusted, { name }), scanner, { actionFor: () => 'remove' })
      : byText,
    ...(scanner && { engine: scanner }),
    terms: TERMS,
    maxInputBytes: 1000,
    overwrite,
  };
  const promote: PromotePlaces = { ...common, work, public: faulty('public', bare.public) };
  const handlers = [
    [live, sanitizeHandler(sanitize)],
    [promotions, promoteHandler(promote)],
    [dead, failClosedHandler(sanitize)],
  ] as const;

  const hint = (key: string) => live.send(JSON.stringify({ kind: 'reconcile', key }));
  return {
    stores: bare,
    sanitize,
    promote,
    events,
    async put(key, text) {
      await bare.staging.put(key, Buffer.from(text));
      await hint(key);
    },
    async remove(key) {
      await bare.staging.remove(key);
      await hint(key);
    },
    async drain(rounds = 200) {
      for (let round = 0; round < rounds; round += 1) {
        let isIdle = true;
        for (const [queue, handle] of handlers) {
          for (const message of await queue.receive({ max: 10, waitMs: 0 })) {
            isIdle = false;
            await handle(message.body).then(
              () => queue.delete(message),
              () => queue.retry(message, { afterMs: 0 }),
            );
          }
        }
        if (isIdle) return;
      }
      throw new Error('the queues do not run empty');
    },
    left: () => ({ live: live.bodies(), promotions: promotions.bodies(), dead: dead.bodies() }),
    async published() {
      return Object.fromEntries(
        await Promise.all((await all(bare.public)).map(async (key) => [key, await textOf(bare.public, key)])),
      );
    },
  };
}

type CopyArgs = Parameters<ObjectStore['copyFrom']> extends [ObjectStore, ...infer Rest] ? Rest : never;

export async function all(store: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list()) keys.push(key);
  return keys;
}

export async function textOf(store: ObjectStore, key: string): Promise<string | undefined> {
  const found = await store.get(key);
  return found && Buffer.from(found.body).toString();
}

const finding = (action: Finding['action'], carrier = 'test.hidden'): Finding => ({
  code: 'hidden-content',
  carrier,
  at: 'byte 0',
  action,
  tier: 'M',
  count: 1,
});

/**
 * 'bad …' is quarantined where that is not waived, and so is 'virus …' as malware, 'macro …' becomes a docx, 'kept …' is
 * published with the finding that 'bad' has.
 */
const byText: Judge = async (untrusted, { waived = [] }) => {
  const text = Buffer.from(untrusted).toString();
  const common = { format: 'test', scanner: 'none', mediaType: 'text/plain' } as const;
  // 'bad worse' has something else beside it.
  const carriers = text.startsWith('bad worse') ? ['test.hidden', 'test.worse'] : ['test.hidden'];
  const isBad = text.startsWith('bad') && !carriers.every((carrier) => waived.includes(carrier));
  if (isBad || text.startsWith('virus'))
    return {
      ...common,
      outcome: 'quarantined',
      reason: text.startsWith('virus') ? 'malware' : 'hidden-content',
      detail: 'test',
      findings: carriers.map((carrier) => finding(waived.includes(carrier) ? 'kept' : 'quarantined', carrier)),
      evidence: carriers.map((carrier) => ({
        ...{ carrier, at: 'byte 0', action: 'quarantined', masked: ['j•••@•••.nl'] },
        on: [{ page: 1, box: [100, 100, 500, 150] }],
      })),
    };
  const bytes = Buffer.from(text.toUpperCase());
  const proof = { sha256: sha256(bytes), bytes: bytes.length, checks: ['test'] };
  const renamed = text.startsWith('macro');
  const findings = text.startsWith('kept') || waived.length > 0 ? [finding('kept')] : [];
  return {
    ...common,
    outcome: 'published',
    extension: renamed ? 'docx' : 'txt',
    renamed,
    body: admit(bytes, proof),
    proof,
    findings,
  };
};
