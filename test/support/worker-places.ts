// The buckets and queues of one deployment with workers: on RADOS Gateway and fauxqs, with the environment that names them.

import type { ObjectStore } from '../../lib/core/store.ts';
import { s3Store } from '../../lib/stores/s3-store.ts';
import type { MessageServer, QueueSettings } from './fauxqs.ts';
import type { RadosGateway } from './radosgw.ts';

type Name = 'staging' | 'work' | 'public' | 'quarantine' | 'ledger';

export type WorkerPlaces = {
  readonly stores: Readonly<Record<Name, ObjectStore>>;
  /** The URL of the live queue. */
  readonly live: string;
  /** A further queue like live: redriven to the same dead letters. */
  queue(): string;
  /** Of a process that runs a worker without a malware scanner. */
  readonly env: Readonly<Record<string, string>>;
};

/** `visibilitySeconds`: how long what a killed worker had in hand stays away. */
export async function workerPlaces(
  gateway: RadosGateway,
  messages: MessageServer,
  { visibilitySeconds }: Required<Pick<QueueSettings, 'visibilitySeconds'>>,
): Promise<WorkerPlaces> {
  const buckets = {
    staging: await gateway.bucket(),
    work: await gateway.bucket({ versioned: false }),
    public: await gateway.bucket(),
    // Without versions: Debian 12's gateway has no conditional puts in a bucket with versions.
    quarantine: await gateway.bucket({ versioned: false }),
    ledger: await gateway.bucket({ versioned: false }),
  };
  const open = (name: Name) => s3Store(gateway.client, buckets[name]);
  const dead = messages.queue();
  const queue = () => messages.queue({ visibilitySeconds, deadLetters: { url: dead, maxReceives: 5 } });
  const live = queue();
  return {
    stores: {
      staging: open('staging'),
      work: open('work'),
      public: open('public'),
      quarantine: open('quarantine'),
      ledger: open('ledger'),
    },
    live,
    queue,
    env: {
      PATH: process.env.PATH ?? '',
      ...messages.env,
      ...gateway.env,
      SPOORLOOS_STAGING: buckets.staging,
      SPOORLOOS_WORK: buckets.work,
      SPOORLOOS_PUBLIC: buckets.public,
      SPOORLOOS_QUARANTINE: buckets.quarantine,
      SPOORLOOS_LEDGER: buckets.ledger,
      SPOORLOOS_LIVE_QUEUE_URL: live,
      SPOORLOOS_PROMOTE_QUEUE_URL: queue(),
      SPOORLOOS_DEAD_LETTERS_QUEUE_URL: dead,
      SPOORLOOS_SCANNER: 'none',
    },
  };
}
