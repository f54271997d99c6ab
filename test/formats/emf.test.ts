import { afterAll, describe, expect, it } from 'vitest';
import { emf } from '../../lib/formats/emf.ts';
import { BOX, comment, dib, emfOf, font, picture, record, text, u32 } from '../support/emf-file.ts';
import { pictureBench } from '../support/picture-context.ts';

const bench = pictureBench();
afterAll(() => bench.close());

const { info, bits } = dib();
const DRAWING = [font('Arial'), text('Begroting'), BOX, picture(info, bits)];

/** The same file with one byte changed. */
function spoilt(file: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(file);
  copy[at] = value;
  return copy;
}

describe('the comparison', () => {
  const clean = emfOf(DRAWING);
  const placeOf = (bytes: Buffer) => clean.indexOf(bytes);
  const { context } = bench.context();

  it('passes the same drawing', async () => {
    await expect(emf.compare(clean, clean, context)).resolves.toContain('shapes');
  });

  it.each([
    ['a letter that became another', placeOf(Buffer.from('B\0e\0g\0', 'latin1')), 0x43],
    ['a letter that became nothing', placeOf(Buffer.from('B\0e\0g\0', 'latin1')), 0],
    ['a pixel that became black', placeOf(bits), 0],
    ['a corner that moved', placeOf(u32(10, 10, 80, 80)), 0],
    ["a face's name that changed", placeOf(Buffer.from('A\0r\0i\0', 'latin1')), 0],
    ['a frame of another size', 32, 1],
    ['a wrong count of records', 52, 3],
  ])('is not fooled by %s', async (_, at, value) => {
    expect(at).toBeGreaterThan(0);
    await expect(emf.compare(clean, spoilt(clean, at, value), context)).rejects.toMatchObject({ reason: 'unverified' });
  });

  it.each([
    ['a record that is gone', emfOf(DRAWING.slice(1))],
    ['a record that is new', emfOf([...DRAWING, BOX])],
    ['a comment that stayed', emfOf([comment(Buffer.from('note')), ...DRAWING])],
    ['bytes after the end', Buffer.concat([clean, Buffer.alloc(4)])],
  ])('is not fooled by %s', async (_, body) => {
    await expect(emf.compare(clean, body, context)).rejects.toMatchObject({ reason: 'unverified' });
  });
});

describe('the header', () => {
  it('counts bytes, records and objects of the result', async () => {
    const body = await bench.context().rebuild(emf, emfOf([comment(Buffer.from('note')), ...DRAWING], { handles: 77 }));
    expect([body.readUInt32LE(48), body.readUInt32LE(52), body.readUInt16LE(56)]).toEqual([body.length, 6, 2]);
  });
});

describe('a policy that keeps comments', () => {
  it('leaves them', async () => {
    const run = bench.context({ rules: { 'emf.comment': 'keep' } });
    const body = await run.rebuild(emf, emfOf([comment(Buffer.from('note')), record(37, u32(0x80000007))]));
    expect(body.includes('note')).toBe(true);
  });
});
