// Pictures (Rich Text Format 1.9.1, "Pictures"): digits or bytes of a file of another format, which is cleaned by itself.

import type { Context } from '../../core/format.ts';
import type { Group, Item } from './tokens.ts';

export type Picture = {
  /** Words that say size and kind. */
  readonly words: readonly (Item & { readonly kind: 'word' })[];
  readonly data: Buffer;
  /** Of its file; undefined where it is of a kind that is not cleaned. */
  readonly extension: string | undefined;
  readonly isCropped: boolean;
};

const EXTENSIONS: Readonly<Record<string, string>> = {
  pngblip: 'png',
  jpegblip: 'jpg',
  emfblip: 'emf',
  wmetafile: 'wmf',
};
// Twips: what is cut off below this is a rounding.
const NO_CROP = 20;

/** The picture in a group that begins with pict. */
export function readPicture(bytes: Buffer, { items }: Group): Picture {
  const words = items.filter((item) => item.kind === 'word').slice(1);
  let digits = '';
  const binary: Buffer[] = [];
  for (const { kind, start, end } of items) {
    if (kind === 'text') digits += bytes.toString('latin1', start, end);
    else if (kind === 'binary') binary.push(bytes.subarray(start, end));
  }
  const data = binary.length > 0 ? Buffer.concat(binary) : Buffer.from(digits.replace(/[^\da-fA-F]/g, ''), 'hex');
  const kind = words.find(({ word }) => EXTENSIONS[word] !== undefined)?.word;
  return {
    words,
    data,
    extension: kind === undefined ? undefined : EXTENSIONS[kind],
    isCropped: words.some(({ word, param }) => /^piccrop/.test(word) && (param ?? 0) > NO_CROP),
  };
}

/** The cleaned bytes of the same kind, or undefined. */
export async function cleanPicture(
  { data, extension }: Picture,
  at: string,
  { embedded }: Pick<Context, 'embedded'>,
): Promise<Uint8Array | undefined> {
  if (extension === undefined || data.length === 0) return undefined;
  const cleaned = await embedded(data, at);
  return cleaned.outcome === 'published' && cleaned.extension === extension ? cleaned.body : undefined;
}

const DIGITS_IN_LINE = 128;

/** As digits, in lines. */
export function digitsOf(body: Uint8Array): string {
  const digits = Buffer.from(body).toString('hex');
  return digits.replace(new RegExp(`.{${DIGITS_IN_LINE}}`, 'g'), '$&\n');
}
