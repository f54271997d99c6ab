// No clamd is believed before it has shown that it detects, and that it says so when it could not look: by default it
// answers OK for what is encrypted or beyond its limits. Each sample is made here; none is harmful.

import { resultOf } from './clamd.ts';
import { type Address, ask, stream } from './clamd-protocol.ts';
import { EICAR, encryptedZip, nestedZip } from './samples.ts';

/** clamd.conf accepts no deeper MaxRecursion than 100. */
const BEYOND_ANY_DEPTH = 101;

/** Says what is wrong with the clamd at the address, null when it may be believed. Rejects when it does not answer. */
export async function faultOf(address: Address, timeoutMs: number): Promise<string | null> {
  if ((await ask(address, 'PING', timeoutMs)) !== 'PONG') return 'it does not speak as clamd does';
  const answers = async (sample: Uint8Array, result: string) =>
    resultOf(await stream(address, sample, timeoutMs))?.result === result;
  if (!(await answers(EICAR, 'malware'))) return 'it does not detect the EICAR test file';
  if (!(await answers(encryptedZip(), 'encrypted'))) return 'clamd.conf lacks `AlertEncrypted yes`';
  if (!(await answers(nestedZip(BEYOND_ANY_DEPTH), 'limit'))) return 'clamd.conf lacks `AlertExceedsMax yes`';
  return null;
}
