import { createHash } from 'node:crypto';
import type { Range, VisibleRanges } from '../../core/format.ts';
import { startOf } from './start.ts';
import { headOf, type Item, parse } from './tokens.ts';

const UNSEEN = new Set(['pict', 'bkmkstart', 'bkmkend']);

/** Texts with the words between them, up to where a group begins or ends; not the digits of pictures. */
export async function visible(body: Uint8Array): Promise<VisibleRanges> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const ranges: Range[] = [];
  const walk = (items: readonly Item[]) => {
    let start: number | undefined;
    let end = 0;
    const flush = () => {
      if (start !== undefined && end > start) ranges.push([start, end]);
      start = undefined;
    };
    for (const item of items) {
      if (item.kind === 'group') {
        flush();
        if (!UNSEEN.has(headOf(item)?.word ?? '')) walk(item.items);
        continue;
      }
      const isText =
        item.kind === 'text' ||
        item.kind === 'hex' ||
        item.kind === 'symbol' ||
        (item.kind === 'word' && item.word === 'u');
      if (isText) start ??= item.start;
      if (start !== undefined) end = item.end;
    }
    flush();
  };
  walk([parse(bytes, startOf(bytes))]);
  return new Map([[createHash('sha256').update(body).digest('hex'), ranges]]);
}
