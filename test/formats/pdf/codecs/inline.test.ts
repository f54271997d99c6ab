import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readInline } from '../../../../lib/formats/pdf/codecs/inline.ts';
import { jpegOf } from '../../../support/jpeg-file.ts';

const REST = Buffer.from(' Ids Hoekzema');
const SIZE = '/W 2 /H 2';

describe('a picture inside content', () => {
  it.each([
    ['samples', `${SIZE} /BPC 8 /CS /G`, Buffer.from('abcd')],
    ['samples in colour', `${SIZE} /BitsPerComponent 4 /ColorSpace /DeviceRGB`, Buffer.from('abcdef')],
    ['a stencil', '/Width 9 /Height 2 /ImageMask true', Buffer.from('abcd')],
    ['indices', `${SIZE} /BPC 8 /CS [/I /RGB 1 <00>]`, Buffer.from('abcd')],
    ['what zlib packed', `${SIZE} /F /Fl`, deflateSync(Buffer.from('abcd'))],
    ['what zlib packed, by its long name', `${SIZE} /Filter [/FlateDecode]`, deflateSync(Buffer.from('abcd'))],
    ['digits', `${SIZE} /F /AHx`, Buffer.from('0a0b>')],
    ['letters', `${SIZE} /F /A85`, Buffer.from('87cUR~>')],
  ])('ends behind %s', (_, dictionary, data) => {
    expect(readInline(dictionary, Buffer.concat([data, REST]))).toEqual({ length: data.length, isUnclean: false });
    expect(readInline(dictionary, data)).toEqual({ length: data.length, isUnclean: false });
  });

  it.each([
    ['the colour space is one of the document', `${SIZE} /BPC 8 /CS /Eigen`],
    ['the filter is one that nobody looks into', `${SIZE} /F /LZW`],
    ['zlib cannot read it', `${SIZE} /F /Fl`],
  ])('is all of the data where %s', (_, dictionary) => {
    expect(readInline(dictionary, REST)).toEqual({ length: REST.length, isUnclean: false });
  });

  it('is refused as a JPEG unless it is nothing but the picture', async () => {
    const bare = await jpegOf();
    expect(readInline('/F /DCT', Buffer.concat([bare, Buffer.from('\n')]))).toEqual({
      length: bare.length,
      isUnclean: false,
    });
    expect(readInline('/F /DCT', Buffer.concat([bare, REST])).isUnclean).toBe(true);
    expect(readInline('/F [/A85 /DCT]', bare).isUnclean).toBe(true);
  });
});
