// What tokens say to people: characters of the code page, Unicode with the fallback that follows it (uc, u), symbols.

import { decoderOf } from '../shared/code-pages.ts';
import type { Item } from './tokens.ts';

const MAX_TEXT = 100_000;
const SYMBOLS: Readonly<Record<string, string>> = {
  '~': '\u00a0',
  _: '\u2011',
  '-': '',
  '{': '{',
  '}': '}',
  '\\': '\\',
};

/** The text of the items and of the groups in them. `codePage` as in \ansicpg. */
export function textOf(bytes: Buffer, items: readonly Item[], codePage: number): string {
  const decoder = decoderOf(codePage);
  let text = '';
  let pending: number[] = [];
  let fallback = 1;
  let skip = 0;
  const flush = () => {
    if (pending.length > 0) text += decoder.decode(Buffer.from(pending));
    pending = [];
  };
  const take = (byte: number) => {
    if (skip > 0) skip--;
    else pending.push(byte);
  };
  const walk = (inner: readonly Item[]) => {
    for (const item of inner) {
      if (text.length + pending.length > MAX_TEXT) return;
      if (item.kind === 'group') walk(item.items);
      else if (item.kind === 'text')
        for (const byte of bytes.subarray(item.start, Math.min(item.end, item.start + MAX_TEXT))) take(byte);
      else if (item.kind === 'hex') take(item.byte);
      else if (item.kind === 'word' && item.word === 'uc') fallback = item.param ?? 1;
      else if (item.kind === 'word' && item.word === 'u') {
        flush();
        text += String.fromCharCode((item.param ?? 0) & 0xffff);
        skip = fallback;
      } else if (item.kind === 'symbol') {
        flush();
        text += SYMBOLS[item.symbol] ?? '';
      }
    }
  };
  walk(items);
  flush();
  return text;
}
