import { afterAll, describe, expect, it } from 'vitest';
import { gif } from '../../lib/formats/gif.ts';
import { control, extension, gifOf, image, loop } from '../support/gif-file.ts';
import { pictureBench } from '../support/picture-context.ts';

const bench = pictureBench();
afterAll(() => bench.close());

describe('the comparison', () => {
  const blocks = [loop(3), control(10), image(), control(20), image({ seed: 2 })];
  const clean = gifOf(blocks);
  const { context } = bench.context();

  it('passes the same animation', async () => {
    await expect(gif.compare(clean, clean, context)).resolves.toContain('frames');
  });

  it.each([
    ['a pixel of another colour', gifOf([loop(3), control(10), image({ seed: 3 }), control(20), image({ seed: 2 })])],
    ['a frame that is gone', gifOf(blocks.slice(0, 3))],
    ['another delay', gifOf([loop(3), control(11), ...blocks.slice(2)])],
    ['another number of rounds', gifOf([loop(4), ...blocks.slice(1)])],
    ['a comment that stayed', gifOf([...blocks, extension(0xfe, 'note')])],
    ['bytes after the trailer', gifOf(blocks, [Buffer.alloc(1)])],
  ])('is not fooled by %s', async (_, body) => {
    await expect(gif.compare(clean, body, context)).rejects.toMatchObject({ reason: 'unverified' });
  });
});
