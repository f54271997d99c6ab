import type { RunPlan } from '../core/records-runs.ts';
import type { ObjectStore } from '../core/store.ts';
import { inventoryEntries, readManifest } from './inventory.ts';
import { listing } from './listing.ts';
import type { Listed, Source } from './planner.ts';
import { RunError } from './records.ts';

export type SourceBuckets = Readonly<Record<'staging' | 'public', Pick<ObjectStore, 'list'>>> & {
  /** Opens the bucket of an inventory, where there are buckets. */
  readonly open?: (bucket: string) => Pick<ObjectStore, 'get'>;
  /** What the buckets are called, to hold an inventory against. */
  readonly names?: Readonly<Record<'staging' | 'public', string>>;
};

/** Reads whatever a plan's scope says. */
export function sourceOf(buckets: SourceBuckets): Source {
  const listed = listing(buckets);
  return async function* (plan: RunPlan, position: string | null): AsyncGenerator<Listed> {
    const { keys, of } = plan.scope;
    switch (keys.by) {
      case 'listing':
        yield* listed(plan, position);
        return;
      case 'inventory': {
        const { open, names } = buckets;
        if (!open || !names) throw new RunError('an inventory needs buckets');
        const store = open(keys.bucket);
        const manifest = await readManifest(store, keys.manifest, { bucket: keys.bucket, of: names[of] });
        if (manifest.sha256 !== keys.sha256) throw new RunError('the manifest is not the one that was planned for');
        yield* inventoryEntries(store, manifest, plan, position);
        return;
      }
      case 'list':
      case 'cases':
        throw new RunError('the list was written down when the run was planned, and a part of it is missing');
    }
  };
}
