import { describe, expect, it } from 'vitest';
import { cleanJbig2 } from '../../../../lib/formats/pdf/codecs/jbig2.ts';

const NOTE = Buffer.from('Gescand door Hoekzema');

function segment(number: number, type: number, data: Uint8Array, { page = 1, said = data.length } = {}): Buffer {
  const head = Buffer.alloc(11);
  head.writeUInt32BE(number, 0);
  head.set([type, 0, page], 4);
  head.writeUInt32BE(said, 7);
  return Buffer.concat([head, data]);
}

const PAGE = segment(0, 48, Buffer.alloc(19));
const REGION = segment(1, 38, Buffer.alloc(30, 7));

describe('a JBIG2 picture', () => {
  it('keeps its bytes when there is nothing else in it', () => {
    const picture = Buffer.concat([PAGE, REGION]);
    expect(cleanJbig2(picture)).toEqual({ bytes: picture, dropped: [] });
  });

  it.each([
    ['a comment', segment(2, 62, NOTE)],
    ['a segment of a kind that nobody knows', segment(2, 61, NOTE)],
    ['the end of the page and what follows it', Buffer.concat([segment(2, 49, Buffer.alloc(0)), NOTE])],
    ['bytes that are no segment', NOTE],
    ['the start of a segment', segment(2, 38, NOTE).subarray(0, 8)],
  ])('loses %s', (_, more) => {
    const clean = cleanJbig2(Buffer.concat([PAGE, REGION, more]));
    expect(Buffer.compare(clean?.bytes ?? NOTE, Buffer.concat([PAGE, REGION]))).toBe(0);
    expect(clean?.dropped).toHaveLength(1);
  });

  it('is followed past a region whose length was not known', () => {
    const open = segment(1, 38, Buffer.concat([Buffer.alloc(20, 6), Buffer.from('ffac00000001', 'hex')]), {
      said: 0xffffffff,
    });
    expect(cleanJbig2(Buffer.concat([PAGE, open, segment(2, 62, NOTE)]))?.bytes).toEqual(Buffer.concat([PAGE, open]));
  });

  it('is not followed when it begins with no segment', () => {
    expect(cleanJbig2(Buffer.from('\x97JB2\r\n\x1a\n\x01\0\0\0\x01', 'latin1'))).toBeUndefined();
  });
});
