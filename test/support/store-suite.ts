// What every store has to do, as checks that a broken store fails: the controls run the same checks on stores with one
// fault each. A check asks for the stores it needs and finds them empty.

import type { StoreCheck } from './store-check.ts';
import { KEYS } from './store-checks-keys.ts';
import { VERSIONS } from './store-checks-versions.ts';
import { WRITES } from './store-checks-writes.ts';

export const CHECKS: readonly StoreCheck[] = [...WRITES, ...VERSIONS, ...KEYS];
