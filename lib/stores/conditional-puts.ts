import { randomUUID } from 'node:crypto';
import { type ObjectStore, PreconditionFailed, type PutOptions } from '../core/store.ts';

/**
 * Whether the store keeps to If-None-Match and If-Match, found out with an object of its own that is removed again.
 * Some servers take both headers and look at neither (fauxqs, s3rver), RADOS Gateway up to 16 at least does not in
 * buckets with versions. On such a bucket two writers would both believe that they were first.
 */
export async function hasConditionalPuts(store: ObjectStore): Promise<boolean> {
  const key = `.spoorloos/conditional-puts/${randomUUID()}`;
  const body = Buffer.from('This object is removed at once.');
  const succeeds = async (options: PutOptions) => {
    try {
      return await store.put(key, Buffer.concat([body, Buffer.from(randomUUID())]), options);
    } catch (error) {
      if (error instanceof PreconditionFailed) return undefined;
      throw error;
    }
  };
  try {
    if (await succeeds({ ifMatch: '"d41d8cd98f00b204e9800998ecf8427e"' })) return false;
    const first = await succeeds({ ifNoneMatch: '*' });
    if (!first || (await succeeds({ ifNoneMatch: '*' }))) return false;
    return Boolean(await succeeds({ ifMatch: first.etag })) && !(await succeeds({ ifMatch: first.etag }));
  } finally {
    await store.remove(key);
    await store.purge(key);
  }
}
