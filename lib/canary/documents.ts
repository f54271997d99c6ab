// The two documents that a canary run puts into staging. Made here, so that nothing has to be shipped beside the code.

import { CANARY_PREFIX, type CanaryName, VIRUS_CANARY } from '../core/records-canary.ts';
import { EICAR } from '../scanners/samples.ts';

export type Canary = {
  readonly name: CanaryName;
  readonly key: string;
  readonly bytes: () => Uint8Array;
};

export const CANARIES: readonly Canary[] = [
  { name: 'malware', key: VIRUS_CANARY.key, bytes: () => EICAR },
  { name: 'place', key: `${CANARY_PREFIX}place.jpg`, bytes: pictureWithPlace },
];

/** The one thing in its metadata, as EXIF writes it: what has to be gone. */
export const PLACE_MARK = Buffer.from('Exif\0\0', 'latin1');

/** Grey, sixteen pixels square, and taken at 52° 4' N, 4° 18' E. */
function pictureWithPlace(): Uint8Array {
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe1, Buffer.concat([PLACE_MARK, place()])),
    segment(0xdb, Buffer.from([0, ...Array<number>(64).fill(16)])),
    segment(0xc0, Buffer.from([8, 0, 16, 0, 16, 1, 1, 0x11, 0])),
    // One code each: difference 0, and end of block.
    huffmanTable(0x00),
    huffmanTable(0x10),
    segment(0xda, Buffer.from([1, 1, 0x00, 0, 63, 0])),
    // Four blocks of two bits each.
    Buffer.from([0x00]),
    Buffer.from([0xff, 0xd9]),
  ]);
}

const huffmanTable = (slot: number) => segment(0xc4, Buffer.from([slot, 1, ...Array<number>(15).fill(0), 0]));

function segment(marker: number, payload: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

/** A TIFF of two directories (Exif 2.32, 4.6.6): the first points to the second, which holds the position. */
function place(): Buffer {
  const GPS_AT = 26;
  const VALUES_AT = GPS_AT + 2 + 4 * 12 + 4;
  return Buffer.concat([
    Buffer.from('II*\0', 'latin1'),
    uint32(8),
    uint16(1),
    entry(0x8825, 4, 1, uint32(GPS_AT)),
    uint32(0),
    uint16(4),
    entry(1, 2, 2, Buffer.from('N\0\0\0')),
    entry(2, 5, 3, uint32(VALUES_AT)),
    entry(3, 2, 2, Buffer.from('E\0\0\0')),
    entry(4, 5, 3, uint32(VALUES_AT + 24)),
    uint32(0),
    ...[52, 4, 0, 4, 18, 0].flatMap((value) => [uint32(value), uint32(1)]),
  ]);
}

const entry = (tag: number, type: number, count: number, value: Buffer) =>
  Buffer.concat([uint16(tag), uint16(type), uint32(count), value]);

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
