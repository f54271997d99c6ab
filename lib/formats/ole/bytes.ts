// Reading for inspection. What lies beyond the end reads as zero: nothing of a compound file is ever published, so a
// record that is cut off needs no verdict of its own, it only must not throw.

export function u8(bytes: Buffer, at: number): number {
  return bytes[at] ?? 0;
}

export function u16(bytes: Buffer, at: number): number {
  return at >= 0 && at + 2 <= bytes.length ? bytes.readUInt16LE(at) : 0;
}

export function u32(bytes: Buffer, at: number): number {
  return at >= 0 && at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0;
}

export function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

// Letters of a language, in one byte or two each. Eight of the former stand in random bytes about once in 30 KB.
const SINGLE = /[A-Za-z][A-Za-z0-9 .,;:@'"()/\\_\xc0-\xff-]{8,}/;
const WIDE = /(?:[\x20-\x7e\xa0-\xff]\0){4,}/;

/** Whether somebody could read something in bytes that nothing uses. */
export function holdsText(bytes: Buffer): boolean {
  const text = bytes.toString('latin1');
  return SINGLE.test(text) || WIDE.test(text);
}

/** Whether something other than blanks stands in a string of either width. */
export function saysSomething(bytes: Buffer): boolean {
  return bytes.some((byte) => byte !== 0 && byte !== 0x20);
}
