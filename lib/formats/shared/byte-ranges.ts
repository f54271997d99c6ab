import type { Range } from '../../core/format.ts';
import type { XmlDocument } from './xml.ts';

/** Ranges of characters in a source as ranges of bytes in the file that it was read from, in their order. */
export function byteRanges({ source, encoding }: Pick<XmlDocument, 'source' | 'encoding'>, spans: Range[]): Range[] {
  spans.sort(([a], [b]) => a - b);
  const width = (from: number, to: number) =>
    encoding === 'utf-8' ? Buffer.byteLength(source.slice(from, to)) : 2 * (to - from);
  let character = 0;
  let byte = 0;
  return spans.map(([start, end]): Range => {
    byte += width(character, start);
    character = start;
    return [byte, byte + width(start, end)];
  });
}
