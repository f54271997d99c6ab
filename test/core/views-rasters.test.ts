import { describe, expect, it } from 'vitest';
import { findResidue } from '../../lib/core/absence.ts';
import { LIMITS } from '../../lib/core/limits.ts';
import { probe } from '../../lib/core/probes.ts';
import { bmpOf } from '../support/bmp-file.ts';
import { dib, emfOf, picture } from '../support/emf-file.ts';
import { ascii, samples, tiffOf } from '../support/tiff-file.ts';
import { wmfOf, picture as wmfPicture } from '../support/wmf-file.ts';

const ADDRESS = 'qx@zandkamp.example';
const { info } = dib();
const among = (text: string) => Buffer.concat([samples(200), Buffer.from(` ${text} `), samples(200, 3)]);

const files = [
  {
    name: 'TIFF',
    withSamples: (bits: Buffer) => tiffOf({ strips: [bits] }),
    outside: tiffOf({ tags: [ascii(315, ADDRESS)] }),
  },
  {
    name: 'BMP',
    withSamples: (bits: Buffer) => bmpOf({ rows: bits }),
    outside: bmpOf({ gap: Buffer.from(` ${ADDRESS} `) }),
  },
  {
    name: 'EMF',
    withSamples: (bits: Buffer) => emfOf([picture(info, bits)]),
    outside: emfOf([picture(info, samples(24), Buffer.from(` ${ADDRESS} `))]),
  },
  {
    name: 'WMF',
    withSamples: (bits: Buffer) => wmfOf([wmfPicture(info, bits)]),
    outside: Buffer.concat([wmfOf([wmfPicture(info, samples(24))]), Buffer.from(` ${ADDRESS} `)]),
  },
];

describe.each(files)('samples of $name', ({ withSamples, outside }) => {
  it('have no addresses in them, what is around them has', async () => {
    expect(await probe(withSamples(among(ADDRESS)), new Map(), LIMITS)).toEqual([]);
    expect(await probe(outside, new Map(), LIMITS)).not.toEqual([]);
  });

  it('may not hold a long value that was removed', async () => {
    const value = 'nota voor mevrouw Hoekzema';
    expect(await findResidue(withSamples(among(value)), [value], new Map(), LIMITS)).not.toEqual([]);
    expect(await findResidue(withSamples(among('other')), [value], new Map(), LIMITS)).toEqual([]);
  });
});
