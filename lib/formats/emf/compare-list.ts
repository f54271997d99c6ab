export type Listed = { readonly type: number; readonly offset: number; readonly bytes: Buffer };

/** The records of a metafile, as far as they go. */
export function list(metafile: Uint8Array): readonly Listed[] {
  const file = Buffer.from(metafile.buffer, metafile.byteOffset, metafile.length);
  const listed: Listed[] = [];
  for (let at = 0; at + 8 <= file.length; ) {
    const bytes = file.subarray(at, at + Math.max(8, file.readUInt32LE(at + 4)));
    listed.push({ type: file.readUInt32LE(at), offset: at, bytes });
    at += bytes.length;
    if (listed.at(-1)?.type === 14) break;
  }
  return listed;
}
