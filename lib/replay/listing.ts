import type { RunPlan } from '../core/records-runs.ts';
import type { ObjectStore } from '../core/store.ts';
import type { Listed } from './planner.ts';

/** The objects of a bucket under the scope's prefix, in the order of their keys. A position is the key before it. */
export function listing(stores: Readonly<Record<'staging' | 'public', Pick<ObjectStore, 'list'>>>) {
  return async function* ({ scope }: RunPlan, position: string | null): AsyncGenerator<Listed> {
    const after = position === null ? {} : { after: position };
    for await (const { key, size } of stores[scope.of].list(scope.prefix, after))
      yield { key, bytes: size, position: key };
  };
}
