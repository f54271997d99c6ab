const MAX_LEADING = 64;

/** Where the first group begins: behind a byte order mark and blanks at most; -1 where there is none of this format. */
export function startOf(bytes: Buffer): number {
  const found = /^(?:\xef\xbb\xbf)?[\s\0]*(?=\{\\rtf)/.exec(bytes.toString('latin1', 0, MAX_LEADING));
  return found ? found[0].length : -1;
}
