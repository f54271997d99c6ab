// Stores, queues and the edge's list that write down each operation as the IAM actions that it is to AWS.

import type { EdgeDenyList } from '../../lib/core/edge.ts';
import type { ObjectStore, Queue } from '../../lib/core/store.ts';

export type Note = (action: string, place: string, key?: string) => void;

/** What each operation of the port is to S3; lib/stores/s3-store.ts is where it becomes so. */
export function recorded(name: string, store: ObjectStore, note: Note): ObjectStore {
  const read = async <T>(key: string, action: string, answer: Promise<T | undefined>) => {
    note(action, name, key);
    const found = await answer;
    // A missing key has to be told from a missing bucket, and from a key that may not be seen.
    if (found === undefined) note('s3:ListBucket', name);
    return found;
  };
  return {
    head: (key) => read(key, 's3:GetObject', store.head(key)),
    get: (key, versionId) =>
      versionId === undefined
        ? read(key, 's3:GetObject', store.get(key))
        : read(key, 's3:GetObjectVersion', store.get(key, versionId)),
    put(key, ...rest) {
      note('s3:PutObject', name, key);
      return store.put(key, ...rest);
    },
    copyFrom(source, key, versionId, toKey) {
      // What was not opened comes from staging, what was there before from public.
      note('s3:GetObjectVersion', key.startsWith('before/') ? 'public' : 'staging', key);
      note('s3:PutObject', name, toKey);
      return store.copyFrom(source, key, versionId, toKey);
    },
    remove(key) {
      note('s3:DeleteObject', name, key);
      return store.remove(key);
    },
    async purge(key, options) {
      note('s3:ListBucketVersions', name);
      const purged = await store.purge(key, options);
      if (purged > 0) note('s3:DeleteObjectVersion', name, key);
      return purged;
    },
    async undoUnlessOver(key, ...pins) {
      note('s3:ListBucketVersions', name);
      const isOver = await store.undoUnlessOver(key, ...pins);
      if (!isOver) note('s3:DeleteObjectVersion', name, key);
      return isOver;
    },
    wasRemovedSince(key, versionId) {
      note('s3:ListBucketVersions', name);
      return store.wasRemovedSince(key, versionId);
    },
    list(...given) {
      // Listings name versions, which a plain one does not.
      note('s3:ListBucketVersions', name);
      return store.list(...given);
    },
  };
}

export function recordedQueue(name: string, queue: Queue, note: Note, before = async (_body: string) => {}): Queue {
  return {
    ...queue,
    async send(body, options) {
      note('sqs:SendMessage', name);
      await before(body);
      await queue.send(body, options);
    },
    sendBatch(bodies) {
      // A batch is as many of the same action to IAM.
      if (bodies.length > 0) note('sqs:SendMessage', name);
      return queue.sendBatch(bodies);
    },
    depth() {
      note('sqs:GetQueueAttributes', name);
      return queue.depth();
    },
  };
}

/** What an operation of the list is to CloudFront's store; lib/edge/key-value-deny-list.ts is where it becomes so. */
export function recordedEdge(edge: EdgeDenyList, note: Note): EdgeDenyList {
  const change = () => {
    for (const action of ['DescribeKeyValueStore', 'GetKey', 'UpdateKeys'])
      note(`cloudfront-keyvaluestore:${action}`, 'deny-list');
  };
  return {
    deny(publicKeys) {
      change();
      return edge.deny(publicKeys);
    },
    allow(publicKeys) {
      change();
      return edge.allow(publicKeys);
    },
    list() {
      note('cloudfront-keyvaluestore:ListKeys', 'deny-list');
      return edge.list();
    },
  };
}
