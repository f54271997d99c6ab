// Makes Windows metafiles record by record, so that each can be wrong in one way.

import { u16, u32 } from './emf-file.ts';

/** A record of the given function; padded to a word. */
export function record(type: number, ...parameters: readonly Buffer[]): Buffer {
  const data = Buffer.concat(parameters);
  const whole = Buffer.alloc(6 + data.length + (data.length & 1));
  whole.writeUInt32LE(whole.length / 2, 0);
  whole.writeUInt16LE(type, 4);
  data.copy(whole, 6);
  return whole;
}

export const END = record(0);

export function wmfOf(records: readonly Buffer[], { members = 0, end = END } = {}): Buffer {
  const all = [...records, end];
  const words = all.reduce((sum, { length }) => sum + length, 18) / 2;
  const longest = Math.max(...all.map(({ length }) => length)) / 2;
  return Buffer.concat([u16(1, 9, 0x300), u32(words), u16(2), u32(longest), u16(members), ...all]);
}

/** The same file behind a placeable header. */
export function placeable(file: Buffer, handle = 0): Buffer {
  const header = Buffer.concat([u32(0x9ac6cdd7), u16(handle, 0, 0, 1000, 800, 1440), u32(0)]);
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum ^= header.readUInt16LE(at);
  return Buffer.concat([header, u16(sum), file]);
}

/** META_CREATEFONTINDIRECT with what stands behind the face's name. */
export function font(face: string, behind = ''): Buffer {
  const name = Buffer.alloc(32);
  name.write(`${face}\0${behind}`, 'latin1');
  return record(0x02fb, u16(0xfff0, 0, 0, 0, 400), Buffer.alloc(8), name);
}

/** META_TEXTOUT; the padding of an odd length is given. */
export function text(letters: string, padding = 0): Buffer {
  const string = Buffer.from(letters, 'latin1');
  const rest = string.length & 1 ? [Buffer.from([padding])] : [];
  return record(0x0521, u16(letters.length), string, ...rest, u16(20, 10));
}

export const BOX = record(0x041b, u16(90, 90, 10, 10));

/** META_STRETCHDIB with a packed bitmap. */
export const picture = (info: Buffer, bits: Buffer) =>
  record(0x0f43, u32(0xcc0020), u16(0, 2, 3, 0, 0, 90, 90, 0, 0), info, bits);

export const escapeRecord = (number: number, data: Buffer) => record(0x0626, u16(number, data.length), data);
