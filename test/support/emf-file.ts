// Makes enhanced metafiles record by record, so that each can be wrong in one way.

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, i * 4);
  return bytes;
}

export function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [i, value] of values.entries()) bytes.writeUInt16LE(value, i * 2);
  return bytes;
}

export const wide = (text: string) => Buffer.from(text, 'utf16le');

/** A record of the given type; padded to four bytes. */
export function record(type: number, ...fields: readonly Buffer[]): Buffer {
  const data = Buffer.concat(fields);
  const padded = Buffer.alloc((data.length + 3) & ~3);
  data.copy(padded);
  return Buffer.concat([u32(type, 8 + padded.length), padded]);
}

export const comment = (data: Buffer) => record(70, u32(data.length), data);
export const END = record(14, u32(0, 16, 20));

export type HeaderParts = { readonly description?: string; readonly handles?: number };

/** A metafile with a header that counts its records. */
export function emfOf(records: readonly Buffer[], { description, handles = 2 }: HeaderParts = {}, end = END): Buffer {
  const text = description === undefined ? Buffer.alloc(0) : Buffer.from(wide(`${description}\0\0`));
  const padded = Buffer.concat([text, Buffer.alloc((4 - (text.length % 4)) % 4)]);
  const bytes = [...records, end].reduce((sum, { length }) => sum + length, 108 + padded.length);
  const header = Buffer.concat([
    u32(0, 0, 99, 99, 0, 0, 2000, 2000),
    Buffer.from(' EMF'),
    u32(0x10000, bytes, records.length + 2),
    u16(handles, 0),
    text.length > 0 ? u32(text.length / 2, 108, 0) : u32(0, 0, 0),
    u32(1920, 1080, 508, 286, 0, 0, 0, 508_000, 286_000),
    padded,
  ]);
  return Buffer.concat([record(1, header), ...records, end]);
}

export const BOX = record(43, u32(10, 10, 80, 80));

/** EMR_EXTTEXTOUTW: text behind the fixed part, the advances behind the text. */
export function text(letters: string, { slack = Buffer.alloc(0) }: { readonly slack?: Buffer } = {}): Buffer {
  const string = wide(letters);
  const padded = Buffer.concat([string, Buffer.alloc(string.length % 4)]);
  const advances = 76 + padded.length + slack.length;
  return record(
    84,
    u32(0, 0, 99, 20, 1, 0x3f800000, 0x3f800000),
    u32(5, 5, letters.length, 76, 0, 0, 0, 0, 0, advances),
    padded,
    slack,
    u32(...Array.from(letters, () => 8)),
  );
}

/** EMR_EXTCREATEFONTINDIRECTW with what stands behind the face's name and in the long names. */
export function font(face: string, { behind = '', full = '' } = {}): Buffer {
  const name = Buffer.alloc(64);
  wide(`${face}\0${behind}`).copy(name);
  const rest = Buffer.alloc(228);
  wide(full).copy(rest);
  return record(82, u32(1), u32(0xfffffff0, 0, 0, 0, 400), u32(0, 0), name, rest);
}

/** A bitmap of 24 bits, three pixels wide: each row has three bytes of padding. */
export function dib(padding = Buffer.alloc(3)): { readonly info: Buffer; readonly bits: Buffer } {
  const row = (from: number) =>
    Buffer.concat([Buffer.from(Array.from({ length: 9 }, (_, i) => from + i * 20)), padding]);
  return {
    info: Buffer.concat([u32(40, 3, 2), u16(1, 24), u32(0, 24, 0, 0, 0, 0)]),
    bits: Buffer.concat([row(1), row(2)]),
  };
}

/** EMR_STRETCHDIBITS, with bytes between the header and the pixels. */
export function picture(info: Buffer, bits: Buffer, between = Buffer.alloc(0)): Buffer {
  const bitsAt = 80 + info.length + between.length;
  return record(
    81,
    u32(0, 0, 99, 99, 0, 0, 0, 0, 3, 2, 80, info.length, bitsAt, bits.length, 0, 0xcc0020, 99, 99),
    info,
    between,
    bits,
  );
}

/** One EMF+ record. */
export function plus(type: number, flags: number, data: Buffer = Buffer.alloc(0), slack = Buffer.alloc(0)): Buffer {
  const size = (12 + data.length + slack.length + 3) & ~3;
  const whole = Buffer.alloc(size);
  Buffer.concat([u16(type, flags), u32(size, data.length), data, slack]).copy(whole);
  return whole;
}

export const plusComment = (...records: readonly Buffer[]) => comment(Buffer.concat([Buffer.from('EMF+'), ...records]));
export const PLUS_HEADER = plus(0x4001, 1, u32(0xdbc01002, 1, 96, 96));
export const PLUS_END = plus(0x4002, 0);
