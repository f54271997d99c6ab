// Programs of others read and write files: each document gets a directory of its own, that nobody else may look into, and
// that is gone afterwards.

import { spawnSync } from 'node:child_process';
import { constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
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
    remove(directory);
  }
}

/** A program may leave folders that nobody may look into. */
function remove(directory: string): void {
  const options = { recursive: true, force: true } as const;
  try {
    rmSync(directory, options);
  } catch {
    spawnSync('chmod', ['-R', 'u+rwX', directory]);
    rmSync(directory, options);
  }
}

/** The beginning of what was printed into a file; empty where there is none, or the program made something else of it. */
export async function printedTo(file: string): Promise<string> {
  const opened = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (!opened) return '';
  try {
    if (!(await opened.stat()).isFile()) return '';
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(MAX_PRINTED_BYTES));
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await opened.close();
  }
}
