// Starts a clamd of our own, shows that it scans, and waits to be killed.

import { LIMITS } from '../../lib/core/limits.ts';
import { stream } from '../../lib/scanners/clamd-protocol.ts';
import { ownClamd } from '../../lib/scanners/own-clamd.ts';

const [program = '', folder = ''] = process.argv.slice(2);
const clamd = ownClamd({ program, database: { folder, copied: true }, limits: LIMITS });
console.log(await stream(await clamd.address(), Buffer.from('a document'), 60_000));
setInterval(() => undefined, 60_000);
