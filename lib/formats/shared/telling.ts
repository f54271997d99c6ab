// Which of the removed texts are worth searching for afterwards. A picture's output is tables and entropy-coded data:
// a text of four letters turns up in a few megabytes of it by accident, one of six does not. Shorter ones are covered
// by the structure check, which lets no place stand that could hold a text.

const MIN_LENGTH = 6;
const MAX_LENGTH = 4096;
const MAX_TEXTS = 2000;
const MIN_RUN = 8;
const MAX_SEARCHED = 4 * 1024 * 1024;

// Words that formats write themselves: finding one in the output says nothing.
const OF_THE_FORMAT =
  /^(?:adobe|icc_profile|exif\0*|jfif|photoshop|http|picture|unknown|default|profile|(?:image|application)\/[\w.+-]{2,60})$/i;
const NUMBER = /^[-+]?[\d.,/: ]{1,8}$/;

/** Texts that say something, trimmed, each once, at most a fixed number of them. */
export function telling(texts: Iterable<string>): readonly string[] {
  const kept = new Set<string>();
  for (const text of texts) {
    if (kept.size >= MAX_TEXTS) break;
    // Fields of fixed length are padded with zero bytes.
    const trimmed = text.slice(0, MAX_LENGTH).replace(/^[\s\0]+|[\s\0]+$/g, '');
    if (trimmed.length >= MIN_LENGTH && !NUMBER.test(trimmed) && !OF_THE_FORMAT.test(trimmed)) kept.add(trimmed);
  }
  return [...kept];
}

/** Runs of printable characters in bytes of unknown structure that look like words. Looks at a bounded prefix. */
export function printableRuns(untrusted: Uint8Array): readonly string[] {
  const text = Buffer.from(untrusted.buffer, untrusted.byteOffset, Math.min(untrusted.length, MAX_SEARCHED)).toString(
    'latin1',
  );
  const runs: string[] = [];
  for (const [run] of text.matchAll(/[\x20-\x7e]{8,400}/g)) {
    if (runs.length >= MAX_TEXTS) break;
    if (run.length >= MIN_RUN && isWordy(run)) runs.push(run);
  }
  return telling(runs);
}

// Huffman and quantisation tables are full of printable bytes, and the same ones stand in the picture that is kept.
const HUFFMAN_TABLE = /CDEFGHIJSTUVWXYZ|cdefghijstuvwxyz/;

function isWordy(run: string): boolean {
  return /[A-Za-z]{4}/.test(run) && /[AEIOUaeiou]/.test(run) && !HUFFMAN_TABLE.test(run);
}

/** UTF-8 where it is valid, else Latin-1: every byte string has a text. */
export function decodeText(untrusted: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(untrusted);
  } catch {
    return Buffer.from(untrusted).toString('latin1');
  }
}

/** Texts of bytes that follow a picture. Tables of further pictures are left out: the kept one may have the same. */
export function trailerTexts(untrusted: Uint8Array): readonly string[] {
  const copy = Buffer.from(untrusted.subarray(0, MAX_SEARCHED));
  for (let at = copy.indexOf(0xff); at >= 0 && at + 4 <= copy.length; at = copy.indexOf(0xff, at + 1)) {
    if (copy[at + 1] === 0xdb || copy[at + 1] === 0xc4)
      copy.fill(0, at, Math.min(copy.length, at + 2 + copy.readUInt16BE(at + 2)));
  }
  return printableRuns(copy);
}
