// Type 1 programs (ISO 32000-2 9.9, Adobe Type 1 Font Format): the clear text before 'eexec' is PostScript, in whose
// comments programs leave the command and the paths that they were called with. Glyphs are not touched.

import { readContent } from './content.ts';

export type CleanFont = {
  readonly bytes: Uint8Array;
  readonly comments: readonly string[];
  readonly count: number;
};

/** The program without comments but its first line, which readers ask for; undefined when there is none to drop. */
export function cleanType1(untrusted: Uint8Array): CleanFont | undefined {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  const end = bytes.indexOf('eexec');
  const text = bytes.toString('latin1', 0, Math.max(0, end));
  const line = /^\s*%![^\r\n]*/.exec(text)?.[0].length;
  if (line === undefined) return undefined;
  const read = readContent(bytes.subarray(line, end), 'postscript');
  if (!read.edited || !read.complete) return undefined;
  return {
    bytes: Buffer.concat([bytes.subarray(0, line), read.edited, bytes.subarray(end)]),
    comments: read.comments,
    count: read.cuts.comments,
  };
}
