import type { ObjectStore } from '../core/store.ts';
import { checkKey } from './keys.ts';

/**
 * Looks at an object without a right to read it: S3 answers a HEAD only to who may have the bytes, and a listing to who
 * may list. The key itself comes before those that begin with it.
 */
export function headByListing(store: Pick<ObjectStore, 'list'>): Pick<ObjectStore, 'head'> {
  return {
    async head(key) {
      checkKey(key);
      for await (const version of store.list(key)) return version.key === key ? version : undefined;
      return undefined;
    },
  };
}
