// A second, smaller reader of TIFF: the chain of directories with raw values and strips, and whether they cover the file.

export type Listed = {
  readonly values: ReadonlyMap<number, Buffer>;
  readonly strips: readonly Buffer[];
  readonly isJpeg: boolean;
  readonly isSmaller: boolean;
};

const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
const MAX_PAGES = 20_000;

export function listPages(tiff: Uint8Array): { readonly pages: readonly Listed[]; readonly isTight: boolean } {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const file = Buffer.from(tiff.buffer, tiff.byteOffset, tiff.length);
  const little = file[0] === 0x49;
  const big = view.getUint16(2, little) === 43;
  const word = big ? 8 : 4;
  const number = (at: number, size: number): number =>
    size === 8
      ? Number(view.getBigUint64(at, little))
      : size === 4
        ? view.getUint32(at, little)
        : size === 2
          ? view.getUint16(at, little)
          : (file[at] ?? 0);
  const marks = new Uint8Array(file.length);
  const mark = (from: number, to: number) => {
    marks.fill(1, from, to);
    return file.subarray(from, to);
  };
  mark(0, big ? 16 : 8);
  const pages: Listed[] = [];
  for (let at = number(big ? 8 : 4, word); at !== 0 && at + word < file.length && pages.length < MAX_PAGES; ) {
    const count = number(at, big ? 8 : 2);
    const first = at + (big ? 8 : 2);
    const end = Math.min(first + count * (4 + 2 * word), file.length - word);
    mark(at, end + word);
    const values = new Map<number, Buffer>();
    const lists = new Map<number, number[]>();
    for (let entry = first; entry < end; entry += 4 + 2 * word) {
      const tag = number(entry, 2);
      const size = SIZES[number(entry + 2, 2)] ?? 0;
      const many = number(entry + 4, word);
      const start = size * many <= word ? entry + 4 + word : number(entry + 4 + word, word);
      if (values.has(tag)) continue;
      values.set(
        tag,
        size * many <= word ? file.subarray(start, start + size * many) : mark(start, start + size * many),
      );
      if ([254, 259, 273, 279, 324, 325].includes(tag) && start + size * many <= file.length)
        lists.set(
          tag,
          Array.from({ length: many }, (_, i) => number(start + i * size, size)),
        );
    }
    const [offsets, lengths] = [lists.get(324) ?? lists.get(273) ?? [], lists.get(325) ?? lists.get(279)];
    const strips = offsets.map((offset, i) => mark(offset, offset + (lengths ? (lengths[i] ?? 0) : file.length)));
    pages.push({
      values,
      strips,
      isJpeg: lists.get(259)?.[0] === 7,
      isSmaller: ((lists.get(254)?.[0] ?? 0) & 1) === 1,
    });
    at = number(end, word);
  }
  // One zero may stand before what has to start at an even place.
  const isTight = marks.every((isMarked, i) => isMarked === 1 || (file[i] === 0 && i % 2 === 1 && marks[i + 1] === 1));
  return { pages, isTight };
}
