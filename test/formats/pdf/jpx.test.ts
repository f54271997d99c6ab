import { describe, expect, it } from 'vitest';
import { cleanJpx } from '../../../lib/formats/pdf/jpx.ts';

const marker = (code: number, payload?: Buffer) => {
  const head = Buffer.alloc(payload ? 4 : 2);
  head.writeUInt16BE(code, 0);
  if (payload) head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload ?? Buffer.alloc(0)]);
};
const box = (type: string, data: Buffer) => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length + 8, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, data]);
};
const COMMENT = marker(0xff64, Buffer.from('\0\x01Gemaakt door Wietske Zandkamp'));

/** One tile part whose length is right for what is in its header. */
function tilePart(header: Buffer, open = false): Buffer {
  const rest = Buffer.concat([header, marker(0xff93), Buffer.from([1, 2, 3, 0xff, 0x64, 4])]);
  const start = marker(0xff90, Buffer.alloc(8));
  if (!open) start.writeUInt32BE(start.length + rest.length, 6);
  return Buffer.concat([start, rest]);
}

const stream = (main: Buffer, header: Buffer, open = false) =>
  Buffer.concat([marker(0xff4f), marker(0xff51, Buffer.alloc(38)), main, tilePart(header, open), marker(0xffd9)]);
const NONE = Buffer.alloc(0);
const HEAD = [box('jP  ', Buffer.from([13, 10, 0x87, 10])), box('ftyp', Buffer.from('jp2 \0\0\0\0jp2 '))];
const colour = box('colr', Buffer.from([1, 0, 0, 0, 0, 0, 16]));

describe('JPEG 2000', () => {
  it('without anything besides the picture stays as it is', () => {
    const bare = stream(NONE, NONE);
    expect(cleanJpx(bare)).toEqual({ bytes: bare, removed: [], dropped: 0 });
    const file = Buffer.concat([
      ...HEAD,
      box('jp2h', Buffer.concat([box('ihdr', Buffer.alloc(14)), colour])),
      box('jp2c', bare),
    ]);
    expect(cleanJpx(file)).toEqual({ bytes: file, removed: [], dropped: 0 });
  });

  it.each([
    ['main header', stream(COMMENT, NONE)],
    ['tile-part header', stream(NONE, COMMENT)],
  ])('loses comments in its %s', (_, dirty) => {
    const { bytes, removed } = cleanJpx(dirty);
    expect(Buffer.compare(bytes, stream(NONE, NONE))).toBe(0);
    expect(removed.join()).toContain('Wietske Zandkamp');
  });

  it('loses boxes that do not draw, and what follows the end', () => {
    const codes = Buffer.concat([stream(NONE, NONE), Buffer.from('achter het einde: Hoekzema')]);
    const dirty = Buffer.concat([
      ...HEAD,
      box('xml ', Buffer.from('<auteur>Wietske Zandkamp</auteur>')),
      box('jp2h', Buffer.concat([colour, box('res ', Buffer.alloc(18))])),
      box('jp2c', codes),
      box('uuid', Buffer.from('Exif van Zandkamp')),
    ]);
    const { bytes, dropped } = cleanJpx(dirty);
    expect(Buffer.compare(bytes, Buffer.concat([...HEAD, box('jp2h', colour), box('jp2c', stream(NONE, NONE))]))).toBe(
      0,
    );
    expect(dropped).toBe(4);
    expect(cleanJpx(bytes).dropped).toBe(0);
  });

  it.each([
    ['a box longer than the file', Buffer.concat([...HEAD, Buffer.from('\0\0\xff\0jp2c', 'latin1')])],
    ['a segment longer than the file', Buffer.concat([marker(0xff4f), Buffer.from('\xff\x51\xff\xff', 'latin1')])],
    ['comments where a table holds the lengths of tile parts', stream(marker(0xff55, Buffer.alloc(6)), COMMENT)],
  ])('refuses %s', (_, bytes) => {
    expect(() => cleanJpx(bytes)).toThrow(expect.objectContaining({ reason: 'unsupported' }));
  });
});
