import type { Context, Found, Rebuilt } from '../../core/format.ts';
import { decodeText, printableRuns, telling, trailerTexts } from '../shared/telling.ts';
import { xmpTexts } from '../shared/xmp-texts.ts';
import {
  APPLICATION,
  COMMENT,
  CONTROL,
  type Extension,
  type Image,
  PLAIN_TEXT,
  readGif,
  subBlocksOf,
  TRAILER,
} from './blocks.ts';
import { usedBits } from './codes.ts';

/** Copies images, what times and places them, and how often they are shown. Rejects with Refusal 'malformed' or 'limit'. */
export async function rebuildGif(untrusted: Uint8Array, { found, limits }: Context): Promise<Rebuilt> {
  const { front, blocks, gaps, end } = readGif(untrusted, limits);
  const parts: Buffer[] = [front];
  let control: Extension | undefined;
  let hasLoop = false;
  for (const block of blocks) {
    if (block.kind === 'image') {
      if (control) parts.push(rebuiltControl(control, found));
      control = undefined;
      parts.push(...rebuiltImage(block, found));
    } else if (block.label === CONTROL && isControl(block)) {
      if (control) invalid(control, found);
      control = block;
    } else if (isLoop(block) && !hasLoop) {
      hasLoop = true;
      parts.push(rebuiltLoop(block, found));
    } else {
      // A control before text is the text's.
      if (block.label === PLAIN_TEXT && control) {
        invalid(control, found);
        control = undefined;
      }
      if (foundExtension(block, found) === 'keep') parts.push(block.bytes);
    }
  }
  if (control) invalid(control, found);
  if (gaps.length > 0) found('gif.gap', 'blocks', { count: gaps.length });
  parts.push(Buffer.from([TRAILER]));
  const trailer = untrusted.subarray(end);
  if (trailer.length > 0 && found('gif.trailer', `byte ${end}`, { values: trailerTexts(trailer) }) === 'keep')
    parts.push(Buffer.from(trailer));
  return { body: Buffer.concat(parts) };
}

function isControl({ head, data }: Extension): boolean {
  return head.length === 4 && data.length === 0;
}

/** How often an animation is shown: the number behind a name of eleven letters that two programs gave it. */
function isLoop({ label, head, data }: Extension): boolean {
  return (
    label === APPLICATION &&
    /^(?:NETSCAPE2\.0|ANIMEXTS1\.0)$/.test(head.toString('latin1')) &&
    data[0] === 1 &&
    data.length >= 3
  );
}

const RESERVED_CONTROL = 0xe0;
const RESERVED_IMAGE = 0x18;

function rebuiltControl({ head, bytes, offset }: Extension, found: Found): Buffer {
  const packed = head[0] ?? 0;
  if ((packed & RESERVED_CONTROL) === 0 || found('gif.reserved', `byte ${offset}`) === 'keep') return bytes;
  const clean = Buffer.from(bytes);
  clean[3] = packed & ~RESERVED_CONTROL;
  return clean;
}

function rebuiltLoop(block: Extension, found: Found): Buffer {
  const { head, data, bytes, offset } = block;
  const clean = Buffer.concat([
    Buffer.from([0x21, APPLICATION, 11]),
    head,
    Buffer.from([3]),
    data.subarray(0, 3),
    Buffer.alloc(1),
  ]);
  if (clean.equals(bytes)) return bytes;
  const action = found('gif.extension.invalid', `byte ${offset}`, { values: printableRuns(data) });
  return action === 'keep' ? bytes : clean;
}

function invalid({ data, head, offset }: Extension, found: Found): void {
  found('gif.extension.invalid', `byte ${offset}`, { values: printableRuns(Buffer.concat([head, data])) });
}

function rebuiltImage({ front, subBlocks, data, offset, codeBits, width, height }: Image, found: Found): Buffer[] {
  const clean = Buffer.from(front);
  const packed = front[9] ?? 0;
  if ((packed & RESERVED_IMAGE) !== 0 && found('gif.reserved', `byte ${offset}`) !== 'keep')
    clean[9] = packed & ~RESERVED_IMAGE;
  const bits = usedBits(data, codeBits, width * height);
  const bytes = Math.ceil(bits / 8);
  const used = Buffer.from(data.subarray(0, bytes));
  const last = bits % 8;
  if (last > 0) used[bytes - 1] = (used[bytes - 1] ?? 0) & (2 ** last - 1);
  if (used.equals(data)) return [clean, subBlocks];
  const action = found('gif.image.tail', `byte ${offset}`, { values: printableRuns(data.subarray(bytes)) });
  return action === 'keep' ? [clean, subBlocks] : [clean, subBlocksOf(used)];
}

function foundExtension({ label, head, data, bytes, offset }: Extension, found: Found): string {
  const at = `byte ${offset}`;
  const all = Buffer.concat([head, data]);
  if (label === COMMENT) return found('gif.comment', at, { values: telling(decodeText(all).split('\n')) });
  if (label === PLAIN_TEXT) return found('gif.text', at, { values: telling([data.toString('latin1')]) });
  if (label === CONTROL) return found('gif.extension.invalid', at, { values: printableRuns(all) });
  if (label !== APPLICATION) return found('gif.extension.unknown', at, { values: printableRuns(all) });
  const name = head.toString('latin1');
  if (/^(?:NETSCAPE2\.0|ANIMEXTS1\.0)/.test(name))
    return found('gif.extension.invalid', at, { values: printableRuns(data) });
  // A packet is not cut into sub-blocks: its own letters are taken for their lengths.
  if (name.startsWith('XMP Data')) return found('gif.xmp', at, { values: xmpTexts(bytes.subarray(3 + head.length)) });
  if (name.startsWith('ICCRGBG1')) return found('gif.icc', at, { values: printableRuns(data) });
  return found('gif.application', at, { values: printableRuns(all) });
}
