import { afterAll, describe, expect, it } from 'vitest';
import { tiff } from '../../lib/formats/tiff.ts';
import { pictureBench } from '../support/picture-context.ts';
import { ascii, samples, short, tiffOf } from '../support/tiff-file.ts';

const bench = pictureBench();
afterAll(() => bench.close());

describe('the comparison', () => {
  const original = tiffOf({ tags: [short(274, 6), ascii(315, 'Femke')] }, { strips: [samples(48, 3)] });
  const run = bench.context();

  it('passes the same pages', async () => {
    const body = await run.rebuild(tiff, original);
    await expect(tiff.compare(original, body, run.context)).resolves.toContain('samples');
  });

  it.each([
    ['a page that is gone', tiffOf({ tags: [short(274, 6)] })],
    ['another orientation', tiffOf({ tags: [short(274, 1)] }, { strips: [samples(48, 3)] })],
    ['a lost orientation', tiffOf({}, { strips: [samples(48, 3)] })],
    ['a pixel of another colour', tiffOf({ tags: [short(274, 6)] }, { strips: [samples(48, 5)] })],
    ['a name that stayed', original],
  ])('is not fooled by %s', async (_, made) => {
    // The order of the parts is ours, so that only what is meant differs.
    const body = made === original ? made : await run.rebuild(tiff, made);
    await expect(tiff.compare(original, body, run.context)).rejects.toMatchObject({ reason: 'unverified' });
  });

  it('is not fooled by bytes that nothing leads to', async () => {
    const body = Buffer.concat([await run.rebuild(tiff, original), Buffer.from('note')]);
    await expect(tiff.compare(original, body, run.context)).rejects.toMatchObject({ reason: 'unverified' });
  });
});
