// How many requests one document makes: the real handlers over stores in memory, with every operation counted.

import { sweep } from '../../lib/sweep/sweep.ts';
import { type Rig, rig, TERMS } from '../../test/support/pipeline-rig.ts';

export type Requests = {
  readonly s3Puts: number;
  readonly s3Gets: number;
  readonly sqsRequests: number;
  readonly events: number;
  /** Invocations of sanitize and of promote. */
  readonly sanitize: number;
  readonly promote: number;
};

/** What an operation of the ports is to S3's price list. Deletes are free; purge lists versions and deletes them. */
const S3: Readonly<Record<string, 'put' | 'get' | 'free'>> = {
  head: 'get',
  get: 'get',
  put: 'put',
  copyFrom: 'put',
  purge: 'put',
  list: 'put',
  remove: 'free',
};
// Sent, received, deleted.
const REQUESTS_PER_MESSAGE = 3;

/** Requests of one document that is published, quarantined, or asked about again when nothing has changed. */
export async function requestsOf(what: 'published' | 'quarantined' | 'unchanged'): Promise<Requests> {
  const counts = new Map<string, number>();
  const one = rig({
    fault: (operation) => {
      if (!operation.endsWith(' done')) counts.set(operation, (counts.get(operation) ?? 0) + 1);
    },
  });
  await one.put('a.txt', what === 'quarantined' ? 'bad text' : 'text');
  if (what === 'unchanged') {
    await one.drain();
    one.events.length = 0;
    await hint(one);
    // The hint itself is S3's message, and not one of ours.
    counts.clear();
  }
  await one.drain();
  return summed(counts, one);
}

const hint = ({ sanitize }: Rig) => sanitize.liveQueue.send(JSON.stringify({ kind: 'reconcile', key: 'a.txt' }));

function summed(counts: ReadonlyMap<string, number>, { events }: Rig): Requests {
  let [s3Puts, s3Gets] = [0, 0];
  for (const [operation, count] of counts) {
    const [store = '', method = ''] = operation.split('.');
    if (store === 'live' || store === 'promotions' || store === 'notify') continue;
    const kind = S3[method];
    if (kind === undefined) throw new Error(`what does ${operation} cost?`);
    if (kind === 'put') s3Puts += count;
    if (kind === 'get') s3Gets += count;
  }
  // The first message is S3's own, or the planner's.
  const sanitize = 1 + (counts.get('live.send') ?? 0);
  const promote = counts.get('promotions.send') ?? 0;
  const sqsRequests = (sanitize + promote) * REQUESTS_PER_MESSAGE;
  return { s3Puts, s3Gets, sqsRequests, events: events.length, sanitize, promote };
}

/** Requests of the daily sweep, for each object that is staged and published. */
export async function requestsOfSweep(objects: number): Promise<Pick<Requests, 's3Puts' | 's3Gets'>> {
  const one = rig();
  for (let i = 0; i < objects; i++) await one.put(`${i}.txt`, `text ${i}`);
  await one.drain();
  let gets = 0;
  const counted =
    <A extends unknown[], R>(method: (...args: A) => R) =>
    (...args: A) => {
      gets += 1;
      return method(...args);
    };
  const { staging, public: published, ledger } = one.stores;
  await sweep(
    {
      staging: { list: staging.list, head: counted(staging.head) },
      public: { list: published.list },
      ledger: { list: ledger.list, get: counted(ledger.get) },
      terms: TERMS,
      now: () => new Date(Date.now() + 3_600_000),
    },
    { maxMends: 0, graceMs: 0, onAmiss: () => undefined },
  );
  // Four listings of a thousand keys a request.
  return { s3Gets: gets / objects, s3Puts: 4 / 1000 };
}
