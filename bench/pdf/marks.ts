// Whether a mark is still somewhere in a file: our own byte views without any exemption, and two readers that are not
// ours, qpdf for objects and streams and Poppler for text that was encoded anew.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findResidue } from '../../lib/core/absence.ts';
import { LIMITS, type Limits } from '../../lib/core/limits.ts';
import { inFolder, run } from '../machine.ts';

export type Left = { readonly mark: string; readonly seenBy: 'byte views' | 'qpdf' | 'poppler' };

// Pages turned into pictures inflate a thousandfold.
const WIDE: Limits = { ...LIMITS, maxRatio: 1e6, maxSmallRatio: 1e6 };

/** The marks that somebody still finds. Rejects where the byte views cannot be read, and then nothing is known. */
export async function marksLeft(bytes: Uint8Array, marks: readonly string[]): Promise<readonly Left[]> {
  const left: Left[] = [];
  const seen = (seenBy: Left['seenBy'], found: readonly string[]) => {
    for (const mark of found) if (!left.some((other) => other.mark === mark)) left.push({ mark, seenBy });
  };
  seen('byte views', await inByteViews(bytes, marks));
  await inFolder(async (folder) => {
    const [file, expanded] = [join(folder, 'in.pdf'), join(folder, 'expanded.pdf')];
    await writeFile(file, bytes);
    const options = ['--qdf', '--object-streams=disable', '--decode-level=generalized'];
    await run('qpdf', [...options, file, expanded]);
    const objects = await run('cat', [expanded]);
    seen('qpdf', spelledIn(objects.stdout, marks));
    // Glyphs that were placed one by one are read as words with gaps.
    const text = await run('pdftotext', [file, '-']);
    seen('poppler', spelledIn(Buffer.from(text.stdout.toString('utf8').replace(/\s+/g, '')), marks));
  });
  return left;
}

/** The marks in our own byte views, nothing exempted as visible. */
export async function inByteViews(bytes: Uint8Array, marks: readonly string[]): Promise<readonly string[]> {
  const residue = await findResidue(bytes, marks, new Map(), WIDE);
  const found = new Set(residue.map(({ index }) => index));
  return marks.filter((_, index) => found.has(index));
}

/** As ASCII, in UTF-16 both ways, and each of these in hexadecimal digits. */
function spelledIn(bytes: Buffer, marks: readonly string[]): readonly string[] {
  const text = bytes.toString('latin1');
  const lower = text.toLowerCase();
  return marks.filter((mark) => {
    const little = Buffer.from(mark, 'utf16le');
    const encoded = [Buffer.from(mark, 'latin1'), little, Buffer.from(little).swap16()];
    return encoded.some((form) => text.includes(form.toString('latin1')) || lower.includes(form.toString('hex')));
  });
}
