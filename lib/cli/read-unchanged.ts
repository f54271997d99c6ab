import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** The file changed while it was read: what was read may be a mixture that nobody wrote. */
export class Changed extends Error {
  override readonly name = 'Changed';
  readonly code = 'changed';
}

export type Content =
  | { readonly bytes: number; readonly sha256: string; readonly body: Uint8Array }
  /** Larger than `maxBytes`: measured in passing, never held. */
  | { readonly bytes: number; readonly sha256: string; readonly body: undefined };

/** Reads one regular file. Rejects with Changed, or with the system's error. */
export async function readUnchanged(file: string, maxBytes: number, read = readWhole): Promise<Content> {
  // Without NONBLOCK, a pipe put in the file's place after it was listed would wait for a writer for ever.
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const before = await handle.stat({ bigint: true });
    if (!before.isFile()) throw new Changed('not a file any more');
    const held = before.size <= BigInt(maxBytes);
    const body = held ? await read(handle, Number(before.size)) : undefined;
    const { bytes, sha256 } = body ? { bytes: body.length, sha256: digest(body) } : await measure(handle);
    const after = await handle.stat({ bigint: true });
    if (after.size !== before.size || after.mtimeNs !== before.mtimeNs || BigInt(bytes) !== after.size) {
      throw new Changed('changed while it was read');
    }
    return { bytes, sha256, body };
  } finally {
    await handle.close();
  }
}

/** At most one byte more than expected, which shows that there is more. */
export async function readWhole(handle: FileHandle, expectedBytes: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(expectedBytes + 1);
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function digest(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

async function measure(handle: FileHandle): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of handle.createReadStream({ start: 0, autoClose: false })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
