// Pictures inside content (ISO 32000-2 8.9.7): how much of what stands between ID and EI is the picture.

import { inflateSync } from 'node:zlib';
import { isBareJpeg } from '../pictures.ts';

/** What was found in the pictures of one stream. */
export type InlineRests = {
  /** Something cannot be taken out of its picture: a JPEG with more than the picture. */
  unclean: boolean;
  /** What stood between the data of pictures and their end. */
  readonly rests: Uint8Array[];
};

/** Where the picture's data ends, if anything but white space follows before EI, which stands at `end`. */
export function surplus(
  bytes: Uint8Array,
  dictionary: number,
  start: number,
  end: number,
  found: InlineRests,
): number | undefined {
  const entries = Buffer.from(bytes.subarray(dictionary, start)).toString('latin1');
  const { length, isUnclean } = readInline(entries, bytes.subarray(start, end));
  found.unclean ||= isUnclean;
  const rest = bytes.subarray(start + length, end);
  if (rest.every((byte) => WHITE.includes(byte))) return undefined;
  found.rests.push(rest);
  return start + length;
}

const WHITE = [0, 9, 10, 12, 13, 32];

export type Inline = {
  /** Bytes that the picture takes. */
  readonly length: number;
  /** A JPEG that holds more than a picture, or data that inflates too far to be looked at. */
  readonly isUnclean: boolean;
};

const COMPONENTS: Readonly<Record<string, number>> = {
  G: 1,
  DeviceGray: 1,
  RGB: 3,
  DeviceRGB: 3,
  CMYK: 4,
  DeviceCMYK: 4,
};
const MOST = 16 * 1024 * 1024;

/** `dictionary` is what stands between BI and ID. Where nothing can be said, all of the data is the picture. */
export function readInline(dictionary: string, data: Uint8Array): Inline {
  const all = { length: data.length, isUnclean: false };
  const filters = entryOf(dictionary, 'F', 'Filter');
  const first = filters?.match(/[A-Za-z\d]+/)?.[0];
  // Behind another filter a JPEG is not looked into.
  if (filters && /DCT/.test(filters) && !first?.startsWith('DCT')) return { ...all, isUnclean: true };
  switch (first) {
    case undefined: {
      const length = rawBytes(dictionary);
      return length !== undefined && length <= data.length ? { length, isUnclean: false } : all;
    }
    case 'DCT':
    case 'DCTDecode': {
      const length = lengthWithoutWhite(data);
      return { length, isUnclean: !isBareJpeg(data.subarray(0, length)) };
    }
    case 'Fl':
    case 'FlateDecode':
      return deflated(data) ?? all;
    case 'A85':
    case 'ASCII85Decode':
      return upTo(data, '~>') ?? all;
    case 'AHx':
    case 'ASCIIHexDecode':
      return upTo(data, '>') ?? all;
    default:
      return all;
  }
}

function entryOf(dictionary: string, short: string, long: string): string | undefined {
  return new RegExp(`/(?:${short}|${long})(?![A-Za-z])\\s*(\\[[^\\]]*\\]|/?[^\\s/\\[\\]<>()]+)`).exec(dictionary)?.[1];
}

function rawBytes(dictionary: string): number | undefined {
  const number = (short: string, long: string) => Number(entryOf(dictionary, short, long) ?? Number.NaN);
  const isMask = entryOf(dictionary, 'IM', 'ImageMask') === 'true';
  const space = entryOf(dictionary, 'CS', 'ColorSpace') ?? '';
  const components = isMask ? 1 : /^\[\s*\/I(?:ndexed)?\b/.test(space) ? 1 : COMPONENTS[space.slice(1)];
  const bits = isMask ? 1 : number('BPC', 'BitsPerComponent');
  if (components === undefined) return undefined;
  const length = Math.ceil((number('W', 'Width') * components * bits) / 8) * number('H', 'Height');
  return length > 0 ? length : undefined;
}

function lengthWithoutWhite(data: Uint8Array): number {
  let length = data.length;
  while (length > 0 && [0x0a, 0x0d, 0x20].includes(data[length - 1] ?? 0)) length -= 1;
  return length;
}

function upTo(data: Uint8Array, mark: string): Inline | undefined {
  const at = Buffer.from(data.buffer, data.byteOffset, data.length).indexOf(mark);
  return at < 0 ? undefined : { length: at + mark.length, isUnclean: false };
}

function deflated(data: Uint8Array): Inline | undefined {
  try {
    // Node answers an object with `info`, which its types leave out.
    const options = { info: true, maxOutputLength: MOST } as Parameters<typeof inflateSync>[1];
    const result: unknown = inflateSync(data, options);
    if (typeof result !== 'object' || result === null || !('engine' in result)) return undefined;
    const { bytesWritten } = result.engine as { readonly bytesWritten: number };
    return { length: bytesWritten, isUnclean: false };
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return isTooLarge ? { length: data.length, isUnclean: true } : undefined;
  }
}
