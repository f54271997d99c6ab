// Starts a pool, keeps a worker busy for ever, says so, and waits to be killed.

import { startPool } from '../../lib/engines/pool.ts';

const limits = { cpuMs: 3_600_000, wallMs: 3_600_000, maxRssBytes: 2 ** 40 };
const script = new URL('./pool-worker.ts', import.meta.url);
const pool = startPool({ script, size: 2, limits, maxOutputBytes: 1000 });
const input = Buffer.from('a document');
await pool.run({ input, message: { do: 'echo' } });
pool.run({ input, message: { do: 'child loops' } }).catch(() => undefined);
pool.run({ input, message: { do: 'loop' } }).catch(() => undefined);
console.log('busy');
