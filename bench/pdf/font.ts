// A TrueType program (ISO 14496-22) of one glyph, made here.

/**
 * A TrueType program whose letter A, or every code of one byte, is a square, with a name table that says who made it
 * and for whom.
 */
export function fontWith(licensee: string, drawn: 'A' | 'every code' = 'A'): Buffer {
  const outline = numbers([1, 0, 0, 500, 500, 3, 0]);
  const square = Buffer.concat([outline, Buffer.from('01010101', 'hex'), numbers([0, 0, 500, 0, 0, 500, 0, -500])]);
  const text = Buffer.from(licensee, 'latin1');
  const tables: readonly (readonly [string, Buffer])[] = [
    ['cmap', Buffer.concat([numbers([0, 1, 1, 0, 0, 12, 0, 262, 0]), encoding(drawn)])],
    ['glyf', square],
    [
      'head',
      Buffer.concat([
        Buffer.from('000100000001000000000000', 'hex'),
        Buffer.from('5f0f3cf5', 'hex'),
        numbers([0, 1000]),
        Buffer.alloc(16),
        numbers([0, 0, 500, 500, 0, 8, 2, 0, 0]),
      ]),
    ],
    ['hhea', numbers([1, 0, 800, -200, 0, 600, 0, 0, 500, 1, 0, 0, 0, 0, 0, 0, 0, 2])],
    ['hmtx', numbers([600, 0, 600, 0])],
    ['loca', numbers([0, 0, square.length / 2])],
    ['maxp', numbers([1, 0, 2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])],
    ['name', Buffer.concat([numbers([0, 1, 18, 1, 0, 0, 13, text.length, 0]), text])],
    ['post', Buffer.concat([numbers([3, 0]), Buffer.alloc(28)])],
  ];
  const table = Buffer.alloc(12 + tables.length * 16);
  table.set(numbers([1, 0, tables.length, 128, 3, 16]));
  let end = table.length;
  const data = tables.map(([tag, content], index) => {
    const padded = Buffer.concat([content, Buffer.alloc((4 - (content.length % 4)) % 4)]);
    const at = 12 + index * 16;
    table.write(tag, at, 'latin1');
    table.writeUInt32BE(checksum(padded), at + 4);
    table.writeUInt32BE(end, at + 8);
    table.writeUInt32BE(content.length, at + 12);
    end += padded.length;
    return padded;
  });
  return Buffer.concat([table, ...data]);
}

/** A table of 256 codes. */
function encoding(drawn: 'A' | 'every code'): Buffer {
  const codes = Buffer.alloc(256, drawn === 'A' ? 0 : 1);
  codes[0x41] = 1;
  return codes;
}

function numbers(values: readonly number[]): Buffer {
  const data = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) data.writeInt16BE((value << 16) >> 16, index * 2);
  return data;
}

function checksum(data: Buffer): number {
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum = (sum + data.readUInt32BE(at)) >>> 0;
  return sum;
}
