import { afterAll, describe, expect, it } from 'vitest';
import { wmf } from '../../lib/formats/wmf.ts';
import { dib } from '../support/emf-file.ts';
import { pictureBench } from '../support/picture-context.ts';
import { BOX, escapeRecord, font, picture, placeable, text, wmfOf } from '../support/wmf-file.ts';

const bench = pictureBench();
afterAll(() => bench.close());

const { info, bits } = dib();
const DRAWING = [font('Arial'), text('Begroting'), BOX, picture(info, bits)];

describe('the comparison', () => {
  const clean = placeable(wmfOf(DRAWING));
  const { context } = bench.context();

  it('passes the same drawing', async () => {
    await expect(wmf.compare(clean, clean, context)).resolves.toContain('shapes');
  });

  it.each([
    ['a letter that became another', clean.indexOf('Begroting'), 0x43],
    ['a letter that became nothing', clean.indexOf('Begroting'), 0],
    ['a pixel that became black', clean.indexOf(bits), 0],
    ['a corner that moved', clean.indexOf(BOX) + 6, 0],
    ["a face's name that changed", clean.indexOf('Arial'), 0],
    ['a box of another size', 10, 1],
    ['a wrong checksum', 20, 1],
    ['a wrong length of the file', 22 + 6, 1],
  ])('is not fooled by %s', async (_, at, value) => {
    expect(at).toBeGreaterThan(0);
    const body = Buffer.from(clean);
    body[at] = value;
    await expect(wmf.compare(clean, body, context)).rejects.toMatchObject({ reason: 'unverified' });
  });

  it.each([
    ['a record that is gone', placeable(wmfOf(DRAWING.slice(1)))],
    ['a record that is new', placeable(wmfOf([...DRAWING, BOX]))],
    ['a comment that stayed', placeable(wmfOf([escapeRecord(15, Buffer.from('note')), ...DRAWING]))],
    ['a lost header', wmfOf(DRAWING)],
    ['bytes after the end', Buffer.concat([clean, Buffer.alloc(4)])],
  ])('is not fooled by %s', async (_, body) => {
    await expect(wmf.compare(clean, body, context)).rejects.toMatchObject({ reason: 'unverified' });
  });
});
