// PNG, https://www.w3.org/TR/png-3/ section 5: a signature, then chunks of length, type, data and CRC, from IHDR to IEND.

import { crc32, deflateSync } from 'node:zlib';
import type { Limits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';

export const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

export type Chunk = { readonly type: string; readonly offset: number; readonly data: Buffer };

/** All chunks up to IEND, and where that ends. Rejects with Refusal 'malformed' when one is cut off or its CRC is wrong. */
export function readChunks(
  untrusted: Uint8Array,
  limits: Limits,
): { readonly chunks: readonly Chunk[]; readonly end: number } {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  const chunks: Chunk[] = [];
  let at = SIGNATURE.length;
  for (;;) {
    if (at + 12 > bytes.length) throw new Refusal('malformed', `chunk cut off at byte ${at}`);
    const length = bytes.readUInt32BE(at);
    const end = at + 12 + length;
    if (length > 0x7fffffff || end > bytes.length) throw new Refusal('malformed', `chunk cut off at byte ${at}`);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (!/^[A-Za-z]{4}$/.test(type)) throw new Refusal('malformed', `no chunk type at byte ${at + 4}`);
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4))
      throw new Refusal('malformed', `wrong CRC of the chunk at byte ${at}`);
    if (chunks.length >= limits.maxMembers) throw new Refusal('limit', `more than ${limits.maxMembers} chunks`);
    chunks.push({ type, offset: at, data: bytes.subarray(at + 8, end - 4) });
    at = end;
    if (type === 'IEND') return { chunks, end };
  }
}

export function chunkBytes(type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return chunk;
}

/** A chunk that is yet to be written. */
export type Said = { readonly type: string; readonly data: Uint8Array };

/** Colour profiles have a name of ours: theirs say who made them. */
export const PROFILE_NAME = 'icc';

export function profileChunk(profile: Uint8Array): Said {
  return {
    type: 'iCCP',
    data: Buffer.concat([Buffer.from(`${PROFILE_NAME}\0\0`), deflateSync(profile, { level: 9 })]),
  };
}
