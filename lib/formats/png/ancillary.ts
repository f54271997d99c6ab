// Chunks that are not part of the picture, and what they say. Their texts are decoded, within bounds, for the proof.

import { inflateSync } from 'node:zlib';
import type { Found, RemovedValue } from '../../core/format.ts';
import type { RuleAction } from '../../core/policy.ts';
import { foundExif, readExif } from '../shared/exif.ts';
import type { Chunk } from '../shared/png-chunks.ts';
import { decodeText, printableRuns, telling } from '../shared/telling.ts';
import { xmpTexts } from '../shared/xmp-texts.ts';

const MAX_TEXT = 4 * 1024 * 1024;

/** Records a chunk that no table names as part of the picture. */
export function foundChunk(chunk: Chunk, found: Found): RuleAction {
  const at = `byte ${chunk.offset}`;
  const { type, data } = chunk;
  switch (type) {
    case 'eXIf':
      return foundExif('png', readExif(data), at, found);
    case 'tEXt':
    case 'zTXt':
    case 'iTXt': {
      const { keyword, text } = readText(chunk);
      const isXmp = keyword === 'XML:com.adobe.xmp';
      return found(isXmp ? 'png.xmp' : 'png.text', at, { values: isXmp ? xmpTexts(text) : textValues(keyword, text) });
    }
    case 'tIME':
      return found('png.time', at);
    case 'sPLT':
    case 'hIST':
      return found('png.palette.suggested', at, { values: printableRuns(data) });
    case 'caBX':
      return found('png.c2pa', at, { values: printableRuns(data) });
    case 'iCCP':
      return found('png.icc.unreadable', at, { values: printableRuns(data) });
    default:
      return found('png.chunk.unknown', at, { values: printableRuns(data) });
  }
}

function readText({ type, data }: Chunk): { readonly keyword: string; readonly text: Buffer } {
  const end = data.indexOf(0);
  if (end < 0) return { keyword: '', text: data };
  const keyword = data.toString('latin1', 0, end);
  if (type === 'tEXt') return { keyword, text: data.subarray(end + 1) };
  if (type === 'zTXt') return { keyword, text: inflated(data.subarray(end + 2)) };
  // iTXt: compression flag and method, language, translated keyword, text.
  const language = data.indexOf(0, end + 3);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  if (translated < 0) return { keyword, text: data.subarray(end + 1) };
  const text = data.subarray(translated + 1);
  return { keyword, text: data[end + 1] === 1 ? inflated(text) : text };
}

/** What cannot be inflated is looked at as it is: it is dropped either way. */
function inflated(untrusted: Buffer): Buffer {
  try {
    return inflateSync(untrusted, { maxOutputLength: MAX_TEXT });
  } catch {
    return untrusted;
  }
}

function textValues(keyword: string, text: Buffer): readonly RemovedValue[] {
  if (!keyword.startsWith('Raw profile type')) return telling(decodeText(text).split('\n'));
  // ImageMagick writes Exif, IPTC and XMP as a name, a length and lines of hexadecimal digits.
  const digits = text.toString('latin1').trimStart().split('\n').slice(2).join('');
  return printableRuns(Buffer.from(digits, 'hex'));
}
