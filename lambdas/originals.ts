// Packs an original for the console, encrypted. It has no parser and no right on anything: it is given an address to read
// and one to write, and the password, which it keeps nowhere.

import { ArchiveOrder, packAt, type SaidArchive } from '../lib/hand-out.ts';
import { jsonLog } from '../lib/log.ts';

const log = jsonLog();

export async function handler(untrusted: unknown): Promise<SaidArchive> {
  const started = performance.now();
  try {
    const said = await packAt(ArchiveOrder.parse(untrusted));
    log('info', 'original', { is: said.is, ms: Math.round(performance.now() - started) });
    return said;
  } catch (error) {
    // Lambda's own line would have the message of whatever this throws.
    log('error', 'an original was not packed', {}, error);
    throw new Error('an original was not packed');
  }
}
