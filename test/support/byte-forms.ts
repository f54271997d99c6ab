import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

/** One zip member: name, data, and whether it is deflated. */
export type ZipMember = readonly [name: string, data: Uint8Array, how: 'stored' | 'deflated'];

/** A zip file by hand, so that nothing of ours writes what our reader reads. */
export function zipOf(members: readonly ZipMember[], { directory = true } = {}): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let at = 0;
  for (const [name, data, how] of members) {
    const body = how === 'deflated' ? deflateRawSync(data) : Buffer.from(data);
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt16LE(how === 'deflated' ? 8 : 0, 4);
    header.writeUInt32LE(crc32(data), 10);
    header.writeUInt32LE(body.length, 14);
    header.writeUInt32LE(data.length, 18);
    header.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), header, Buffer.from(name), body]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), header, rest, Buffer.from(name)]));
    locals.push(local);
    at += local.length;
  }
  if (!directory) return Buffer.concat(locals);
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, central, end]);
}

/** A PDF with one stream: its dictionary's entries and its data. The rest is `objects` as they stand. */
export function pdfOf({
  objects = '',
  dict = '',
  data,
}: {
  objects?: string;
  dict?: string;
  data?: Uint8Array;
}): Buffer {
  const parts: Uint8Array[] = [Buffer.from(`%PDF-1.7\n${objects}\n`, 'latin1')];
  if (data)
    parts.push(
      Buffer.from(`1 0 obj\n<</Length ${data.length} ${dict}>>\nstream\n`),
      data,
      Buffer.from('\nendstream\nendobj\n'),
    );
  return Buffer.concat([...parts, Buffer.from('trailer <<>>\n%%EOF\n')]);
}

/** A PNG with a one-pixel picture and the chunks given. */
export function pngWith(...chunks: readonly (readonly [type: string, data: Uint8Array])[]): Buffer {
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  const all = [
    ['IHDR', header],
    ...chunks,
    ['IDAT', deflateSync(Buffer.from([0, 7]))],
    ['IEND', Buffer.alloc(0)],
  ] as const;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...all.map(([type, data]) => pngChunk(type, data)),
  ]);
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

export const utf16le = (text: string): Buffer => Buffer.from(text, 'utf16le');
export const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
export { deflateRawSync, deflateSync, gzipSync };
