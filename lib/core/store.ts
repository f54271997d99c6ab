// The ports to buckets and queues, in S3's and SQS's words. lib/stores implements them; one suite tests them all.

export type ObjectVersion = {
  readonly key: string;
  /** Pins these bytes: a read of (key, versionId) answers them or nothing. */
  readonly versionId: string;
  /** What If-Match compares. Changes with the bytes; in a bucket, equal bytes have equal etags. */
  readonly etag: string;
  readonly size: number;
  /** ISO 8601, UTC. */
  readonly modifiedAt: string;
};

export type StoredObject = {
  readonly version: ObjectVersion;
  readonly body: Uint8Array;
  readonly contentType?: string;
};

export type PutOptions = {
  readonly contentType?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
  /** Succeeds only where no object is current; a delete marker counts as none. */
  readonly ifNoneMatch?: '*';
  /** Succeeds only over this etag. */
  readonly ifMatch?: string;
  /**
   * Succeeds only over this version. Where the server keeps to no condition this is a look before and no more: ask
   * `undoUnlessOver` afterwards.
   */
  readonly over?: Pin;
};

/** One version of a key. */
export type Pin = Pick<ObjectVersion, 'versionId' | 'etag'>;

/** A conditional put lost: another writer was first (412, and 404 or 409 for If-Match). */
export class PreconditionFailed extends Error {
  override readonly name = 'PreconditionFailed';
}

/** One bucket. Every method rejects with other errors only for outages, which the queue retries. */
export type ObjectStore = {
  /** The current version, or undefined when there is none or it is a delete marker. */
  head(key: string): Promise<ObjectVersion | undefined>;
  /** The current or the pinned version. Undefined when it is not there (any more); never other bytes. */
  get(key: string, versionId?: string): Promise<StoredObject | undefined>;
  /** Atomic: readers see the old object or the whole new one. Rejects with PreconditionFailed. */
  put(key: string, body: Uint8Array, options?: PutOptions): Promise<ObjectVersion>;
  /**
   * Copies one pinned version of another store's object (of the same kind of store) without holding it in memory. What
   * stands under the new key already stays; where a server keeps to no condition on copies, it is replaced. Rejects where
   * the version is gone.
   */
  copyFrom(source: ObjectStore, key: string, versionId: string, toKey: string): Promise<void>;
  /** Makes the key absent (a delete marker in a versioned bucket). No error when it already is. */
  remove(key: string): Promise<void>;
  /**
   * Deletes for good every version that is not current, with `below` those older than that one; resolves with how many.
   */
  purge(key: string, options?: { readonly below?: string }): Promise<number>;
  /**
   * Does what is current, `mine` or where that is left out a removal, lie right over that version, or over nothing any
   * more? Where something else lies between, ours is taken back, so that the other is current again. False also where
   * something else is current. True where no history is kept and `mine` is current.
   */
  undoUnlessOver(key: string, over: Pin, mine?: Pin): Promise<boolean>;
  /**
   * Whether the key has been absent at some time since that version was written, or the version has been deleted for
   * good. False where the store keeps no history.
   */
  wasRemovedSince(key: string, versionId: string): Promise<boolean>;
  /** Current objects whose key starts with the prefix, in UTF-8 order of keys; with `after`, those behind that key. */
  list(prefix?: string, options?: { readonly after?: string }): AsyncIterable<ObjectVersion>;
};

export type Message = {
  readonly id: string;
  readonly body: string;
  /** 1 at the first delivery. */
  readonly receiveCount: number;
  readonly receipt: string;
  /** When it was sent first, in milliseconds since 1970, where the queue tells. */
  readonly sentAtMs?: number;
};

/** How many messages there are, as far as the queue knows at the moment. */
export type Depth = {
  /** Could be received now. */
  readonly waiting: number;
  /** Received and not yet deleted. */
  readonly inFlight: number;
  /** Kept back for a delay. */
  readonly delayed: number;
  /** Age of the oldest message that waits, where the queue tells. */
  readonly oldestMs?: number;
};

/** At-least-once, unordered. Bodies are JSON text. A message not deleted comes back after its visibility timeout. */
export type Queue = {
  send(body: string, options?: { readonly delayMs?: number }): Promise<void>;
  /** Sends all, in as few requests as it can. After a rejection some may have been sent. */
  sendBatch(bodies: readonly string[]): Promise<void>;
  receive(options: {
    readonly max: number;
    readonly waitMs: number;
    readonly signal?: AbortSignal;
  }): Promise<readonly Message[]>;
  /** Acknowledges: the message is gone. */
  delete(message: Message): Promise<void>;
  /** Makes the message visible again after the delay. */
  retry(message: Message, options: { readonly afterMs: number }): Promise<void>;
  depth(): Promise<Depth>;
};
