import { afterAll, describe, expect, it } from 'vitest';
import { bmp } from '../../lib/formats/bmp.ts';
import { bmpOf, rowsOf } from '../support/bmp-file.ts';
import { pictureBench } from '../support/picture-context.ts';

const bench = pictureBench();
afterAll(() => bench.close());

describe('the comparison', () => {
  const clean = bmpOf();
  const { context } = bench.context();

  it('passes the same picture', async () => {
    await expect(bmp.compare(clean, clean, context)).resolves.toContain('rows');
  });

  it.each([
    ['a pixel of another colour', 54, 9],
    ['a pixel that became black', 54, 0],
    ['another width', 18, 2],
    ['a note in the file header', 6, 9],
  ])('is not fooled by %s', async (_, at, value) => {
    const body = Buffer.from(clean);
    body[at] = value;
    await expect(bmp.compare(clean, body, context)).rejects.toMatchObject({ reason: 'unverified' });
  });

  it('is not fooled by bytes after the pixels', async () => {
    const body = Buffer.concat([clean, Buffer.alloc(4)]);
    await expect(bmp.compare(clean, body, context)).rejects.toMatchObject({ reason: 'unverified' });
  });
});

describe('padding', () => {
  it('becomes zero', async () => {
    const body = await bench.context().rebuild(bmp, bmpOf({ rows: rowsOf('xyz') }));
    expect(body.equals(bmpOf())).toBe(true);
  });
});
