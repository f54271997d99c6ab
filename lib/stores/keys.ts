// What a key may be is S3's rule: 1 to 1,024 bytes of UTF-8. Every store keeps to it, so that what works in a folder
// works in a bucket.

const MAX_KEY_BYTES = 1024;

export function isKey(key: string): boolean {
  return key.length > 0 && key.isWellFormed() && Buffer.byteLength(key) <= MAX_KEY_BYTES;
}

/** Rejects what no store can hold. The message does not repeat the key, which can name a person. */
export function checkKey(key: string): void {
  if (!isKey(key))
    throw new RangeError(`a key is 1 to ${MAX_KEY_BYTES} bytes of UTF-8, this one has ${Buffer.byteLength(key)}`);
}

/** UTF-8 order, in which buckets list. JavaScript's own order is UTF-16's, where emoji come before U+E000. */
export function compareKeys(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let at = 0; at < end; at += 1) {
    const difference = rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Halves of what lies beyond U+FFFF behind all that does not. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
