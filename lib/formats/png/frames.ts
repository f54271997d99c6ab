// The compressed rows of a picture or of an animation's frame: one zlib stream over consecutive chunks. Editors that
// overwrote a longer file left old rows behind its end (CVE-2023-21036, CVE-2023-28303), so the stream is inflated to
// see where it ends and how many rows are in it.

import { createInflate, deflateSync } from 'node:zlib';
import { Refusal } from '../../core/refusal.ts';

export type Rows = {
  /** Bytes of the chunks' data that belong to the stream. */
  readonly used: number;
  /** Bytes that it inflates to, counted up to a little more than expected. */
  readonly inflated: number;
};

/** Inflates and counts, keeping nothing. Rejects with Refusal 'malformed' when the stream is broken or too short. */
export async function countRows(stream: Uint8Array, expected: number): Promise<Rows> {
  let inflated = 0;
  const used = await inflateInto(stream, (piece) => {
    inflated += piece.length;
    return inflated <= expected;
  });
  if (inflated < expected) throw new Refusal('malformed', `${inflated} bytes of rows, ${expected} expected`);
  return { used, inflated };
}

/** The stream compressed anew with no more than the expected rows. */
export async function cutRows(stream: Uint8Array, expected: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let inflated = 0;
  await inflateInto(stream, (piece) => {
    pieces.push(piece);
    inflated += piece.length;
    return inflated < expected;
  });
  return deflateSync(Buffer.concat(pieces).subarray(0, expected), { level: 9 });
}

/** Feeds inflated pieces until `wanted` says no. Resolves with how many bytes of the stream were used. */
function inflateInto(stream: Uint8Array, wanted: (piece: Uint8Array) => boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    const inflate = createInflate({ chunkSize: 256 * 1024 });
    inflate.on('data', (piece: Uint8Array) => {
      if (wanted(piece)) return;
      inflate.destroy();
      resolve(stream.length);
    });
    inflate.on('end', () => resolve(inflate.bytesWritten));
    inflate.on('error', (cause) => reject(new Refusal('malformed', 'rows that do not inflate', { cause })));
    inflate.end(stream);
  });
}
