// Makes TIFF files tag by tag, so that each can be wrong in one way. Little-endian; values and strips stand before the
// directory that names them, unlike in the files that we write.

import { u16, u32 } from './emf-file.ts';

export type Tag = readonly [tag: number, type: number, value: Buffer];

export const short = (tag: number, ...values: readonly number[]): Tag => [tag, 3, u16(...values)];
export const long = (tag: number, ...values: readonly number[]): Tag => [tag, 4, u32(...values)];
export const ascii = (tag: number, text: string): Tag => [tag, 2, Buffer.from(`${text}\0`)];
export const bytes = (tag: number, value: Buffer | string, type = 7): Tag => [tag, type, Buffer.from(value as Buffer)];
export const rational = (tag: number, ...values: readonly number[]): Tag => [tag, 5, u32(...values)];

const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

export const WIDTH = 8;
export const HEIGHT = 6;

export type PageParts = {
  readonly tags?: readonly Tag[];
  readonly strips?: readonly Buffer[];
  readonly width?: number;
  readonly compression?: number;
  readonly bits?: readonly number[];
  readonly photometry?: number;
  readonly rows?: number;
  /** Directories for tags that point to them. */
  readonly below?: readonly (readonly [tag: number, page: PageParts | readonly Tag[]])[];
  /** Bytes that nothing leads to, before the directory. */
  readonly gap?: Buffer;
};

/** Grey samples with some variety. */
export const samples = (length = WIDTH * HEIGHT, seed = 1) =>
  Buffer.from(Array.from({ length }, (_, i) => (i * 37 * seed) % 251));

export class TiffFile {
  readonly parts: Buffer[] = [Buffer.alloc(8)];
  at = 8;

  put(value: Buffer): number {
    const padded = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.alloc(1)]);
    this.parts.push(padded);
    this.at += padded.length;
    return this.at - padded.length;
  }

  /** A directory, and where it and its pointer to the next one are. */
  directory(tags: readonly Tag[]): number {
    const entries = [...tags]
      .sort((a, b) => a[0] - b[0])
      .map(([tag, type, value]) => {
        const inline = Buffer.alloc(4);
        if (value.length <= 4) value.copy(inline);
        else inline.writeUInt32LE(this.put(value));
        return Buffer.concat([u16(tag, type), u32(value.length / (SIZES[type] ?? 1)), inline]);
      });
    return this.put(Buffer.concat([u16(entries.length), ...entries, u32(0)]));
  }

  page(page: PageParts): number {
    const { tags = [], compression = 1, bits = [8], photometry = 1, width = WIDTH, rows = HEIGHT } = page;
    const strips = page.strips ?? [samples()];
    const offsets = strips.map((strip) => this.put(strip));
    const below = (page.below ?? []).map(([tag, inner]) =>
      long(tag, Array.isArray(inner) ? this.directory(inner as Tag[]) : this.page(inner as PageParts)),
    );
    if (page.gap) this.put(page.gap);
    return this.directory([
      short(256, width),
      short(257, HEIGHT),
      short(258, ...bits),
      short(259, compression),
      short(262, photometry),
      long(273, ...offsets),
      short(277, bits.length),
      short(278, rows),
      long(279, ...strips.map(({ length }) => length)),
      ...tags,
      ...below,
    ]);
  }

  finish(directories: readonly number[], next = 0): Buffer {
    const file = Buffer.concat(this.parts);
    Buffer.concat([Buffer.from('II'), u16(42), u32(directories[0] ?? 0)]).copy(file);
    for (const [i, start] of directories.entries())
      file.writeUInt32LE(directories[i + 1] ?? next, start + 2 + file.readUInt16LE(start) * 12);
    return file;
  }
}

export function tiffOf(...pages: readonly PageParts[]): Buffer {
  const file = new TiffFile();
  return file.finish(pages.map((page) => file.page(page)));
}

/** The same, with the first page after the last one again. */
export function circularTiff(): Buffer {
  const file = new TiffFile();
  const first = file.page({});
  return file.finish([first, file.page({})], first);
}
