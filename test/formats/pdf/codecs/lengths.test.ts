import { PDFContext, type PDFDict, type PDFObject } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { functionBytes, meshBytes, paletteBytes, sampleBytes } from '../../../../lib/formats/pdf/codecs/lengths.ts';

const context = PDFContext.create();
const dict = (entries: object): PDFDict => context.obj(entries as never) as unknown as PDFDict;
const object = (value: string): PDFObject => context.obj(value);

describe('the length', () => {
  it.each([
    ['of one row of bits', { Width: 9, Height: 1, BitsPerComponent: 1, ColorSpace: 'DeviceGray' }, 2],
    ['of a stencil', { Width: 9, Height: 3, ImageMask: true }, 6],
    ['of inks', { Width: 2, Height: 2, BitsPerComponent: 8, ColorSpace: ['DeviceN', ['A', 'B'], 'DeviceRGB'] }, 8],
    [
      'of a space that only resources name',
      { Width: 2, Height: 2, BitsPerComponent: 8, ColorSpace: 'Eigen' },
      undefined,
    ],
    ['without rows', { Width: 2, BitsPerComponent: 8, ColorSpace: 'DeviceGray' }, undefined],
  ])('of samples %s', (_, entries, length) => {
    expect(sampleBytes(dict(entries))).toBe(length);
  });

  it('of a palette is that of its highest index', () => {
    expect(paletteBytes(object('DeviceCMYK'), 255, context)).toBe(1024);
    expect(paletteBytes(object('Eigen'), 1, context)).toBeUndefined();
    expect(paletteBytes(object('DeviceRGB'), 256, context)).toBeUndefined();
  });

  it('of a function is that of its grid', () => {
    expect(functionBytes(dict({ Size: [3, 3], BitsPerSample: 4, Range: [0, 1, 0, 1, 0, 1] }))).toBe(14);
    expect(functionBytes(dict({ Size: [3], BitsPerSample: 8 }))).toBeUndefined();
  });

  it.each([
    ['triangles', { ShadingType: 4, BitsPerFlag: 8 }, [0, 1, 2, 3, 0, 1, 2, 3, 9, 9], 8],
    ['rows', { ShadingType: 5, VerticesPerRow: 2 }, [1, 2, 3, 1, 2, 3, 9, 9, 9], 6],
    ['patches', { ShadingType: 6, BitsPerFlag: 8 }, [0, ...Array(28).fill(7), 1, ...Array(18).fill(7), 2, 9, 9], 48],
    ['patches that do not fill bytes', { ShadingType: 6, BitsPerFlag: 2 }, [0, 9], undefined],
  ])('of a mesh is that of whole %s', (_, entries, data, length) => {
    const mesh = dict({ BitsPerCoordinate: 8, BitsPerComponent: 8, ColorSpace: 'DeviceGray', ...entries });
    expect(meshBytes(mesh, Uint8Array.from(data))).toBe(length);
  });
});
