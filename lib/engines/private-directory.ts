// Programs of others read and write files: each document gets a directory of its own, that nobody else may look into, and
// that is gone afterwards.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Only its kind is looked at, never quoted: messages hold strings of the document.
const MAX_PRINTED_BYTES = 64 * 1024;

/**
 * Writes the document and calls `use` with the directory. Without threads between: a queue of small asynchronous calls
 * costs a short document more than reading it does, and whoever runs a program has nothing else to do meanwhile.
 */
export async function inPrivateDirectory<T>(
  program: string,
  untrusted: { readonly name: string; readonly bytes: Uint8Array },
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), `spoorloos-${program}-`));
  try {
    writeFileSync(join(directory, untrusted.name), untrusted.bytes, { mode: 0o600 });
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The beginning of what was printed into a file; empty where the program did not come to that. */
export async function printedTo(file: string): Promise<string> {
  const opened = await open(file).catch(() => undefined);
  if (!opened) return '';
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(MAX_PRINTED_BYTES));
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await opened.close();
  }
}
