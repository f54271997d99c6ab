// What the bytes are when no format of ours takes them: a true reason helps whoever uploaded them. Signatures as in the
// PRONOM registry and the formats' own specifications; only the family is named, nothing is read from the document.

import type { Reason } from './refusal.ts';
import { isZip, zipDirectory } from './zip-directory.ts';

export type Family = {
  readonly name: string;
  readonly reason: Extract<Reason, 'unsupported' | 'encrypted' | 'malformed'>;
};

type Signature = readonly [name: string, at: number, magic: string];

// Order matters where one magic is the beginning of another.
const SIGNATURES: readonly Signature[] = [
  ['jpeg', 0, '\xff\xd8\xff'],
  ['png', 0, '\x89PNG\r\n\x1a\n'],
  ['pdf', 0, '%PDF-'],
  ['gif', 0, 'GIF87a'],
  ['gif', 0, 'GIF89a'],
  ['tiff', 0, 'II*\0'],
  ['tiff', 0, 'MM\0*'],
  ['bigtiff', 0, 'II+\0'],
  ['bigtiff', 0, 'MM\0+'],
  ['webp', 8, 'WEBP'],
  ['wav', 8, 'WAVE'],
  ['avi', 8, 'AVI '],
  ['jpeg 2000', 0, '\0\0\0\x0cjP  \r\n\x87\n'],
  ['jpeg xl', 0, '\0\0\0\x0cJXL \r\n\x87\n'],
  ['jpeg xl', 0, '\xff\x0a'],
  ['heic', 4, 'ftyphei'],
  ['heic', 4, 'ftypmif1'],
  ['avif', 4, 'ftypavi'],
  ['mp4', 4, 'ftyp'],
  ['mp4', 4, 'moov'],
  ['mp4', 4, 'mdat'],
  ['mp4', 4, 'wide'],
  ['bmp', 0, 'BM'],
  ['compound file', 0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['photoshop', 0, '8BPS'],
  ['windows icon', 0, '\0\0\x01\0'],
  ['enhanced metafile', 40, ' EMF'],
  ['windows metafile', 0, '\xd7\xcd\xc6\x9a'],
  ['postscript', 0, '%!PS'],
  ['postscript', 0, '\xc5\xd0\xd3\xc6'],
  ['djvu', 0, 'AT&TFORM'],
  ['rtf', 0, '{\\rtf'],
  ['wordperfect', 0, '\xffWPC'],
  ['mp3', 0, 'ID3'],
  ['flac', 0, 'fLaC'],
  ['ogg', 0, 'OggS'],
  ['matroska', 0, '\x1a\x45\xdf\xa3'],
  ['windows media', 0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11'],
  ['gzip', 0, '\x1f\x8b'],
  ['bzip2', 0, 'BZh'],
  ['xz', 0, '\xfd7zXZ\0'],
  ['zstandard', 0, '\x28\xb5\x2f\xfd'],
  ['7z', 0, '7z\xbc\xaf\x27\x1c'],
  ['rar', 0, 'Rar!\x1a\x07'],
  ['cabinet', 0, 'MSCF'],
  ['tar', 257, 'ustar'],
  ['disc image', 0x8001, 'CD001'],
  ['sqlite', 0, 'SQLite format 3\0'],
  ['outlook data file', 0, '!BDN'],
  ['elf program', 0, '\x7fELF'],
  ['windows program', 0, 'MZ'],
  ['font', 0, '\0\x01\0\0\0'],
  ['font', 0, 'OTTO'],
  ['font', 0, 'wOF'],
];

/** The family of bytes that no format recognised. Never throws. */
export function familyOf(untrusted: Uint8Array): Family {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  if (isZip(bytes)) return archive(bytes);
  for (const [name, at, magic] of SIGNATURES) {
    if (bytes.toString('latin1', at, at + magic.length) === magic) return { name, reason: 'unsupported' };
  }
  return { name: textFamily(bytes) ?? 'unknown', reason: 'unsupported' };
}

const PACKAGES: readonly (readonly [name: string, member: RegExp])[] = [
  ['word document', /^word\//],
  ['spreadsheet', /^xl\//],
  ['presentation', /^ppt\//],
  ['visio drawing', /^visio\//],
  ['epub', /^META-INF\/container\.xml$/],
  ['opendocument', /^META-INF\/manifest\.xml$/],
  ['java archive', /^META-INF\/MANIFEST\.MF$/],
];

function archive(bytes: Buffer): Family {
  const entries = zipDirectory(bytes);
  if (!entries) return { name: 'zip archive without a directory', reason: 'malformed' };
  // LibreOffice wraps a whole encrypted document in one member of this name.
  if (entries.some(({ name, isEncrypted }) => isEncrypted || name === 'encrypted-package'))
    return { name: 'encrypted zip archive', reason: 'encrypted' };
  const name = PACKAGES.find(([, member]) => entries.some((entry) => member.test(entry.name)))?.[0];
  return { name: name ?? 'zip archive', reason: 'unsupported' };
}

const LOOKED_AT = 4096;
const MARKUP: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['svg', /<svg[\s>]/i],
  ['html', /^\s*(?:<!--[^>]*>\s*)?<(?:!doctype\s+html|html|head|body)\b/i],
  ['xml', /^\s*<\?xml\b/i],
  ['mail message', /^(?:received|return-path|from|to|subject|date|message-id|mime-version|delivered-to):\s/im],
];

function textFamily(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, LOOKED_AT);
  const isWide = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  const text = isWide
    ? new TextDecoder(head[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(head)
    : head.toString('latin1');
  if (/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text)) return undefined;
  return MARKUP.find(([, pattern]) => pattern.test(text))?.[0] ?? 'text';
}
