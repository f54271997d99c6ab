import { describe, expect, it } from 'vitest';
import { fontWith } from '../../../../bench/pdf/font.ts';
import { cleanProgram, maySaySomething } from '../../../../lib/formats/pdf/fonts/program.ts';
import { compactFont, type1Font, unlocked } from '../../../support/font-programs.ts';

const TELLING = 'Licentie van Zandkamp';
const latin1 = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('latin1');

/** A table of a TrueType program. */
function tableOf(program: Uint8Array, wanted: string): Buffer | undefined {
  const bytes = Buffer.from(program);
  for (let at = 12; at < 12 + bytes.readUInt16BE(4) * 16; at += 16)
    if (bytes.toString('latin1', at, at + 4) === wanted)
      return bytes.subarray(bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 8) + bytes.readUInt32BE(at + 12));
  return undefined;
}

function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4) sum = (sum + bytes.readUInt32BE(at)) >>> 0;
  return sum;
}

const programs: readonly (readonly [string, Buffer])[] = [
  ['TrueType', fontWith(TELLING)],
  ['compact', compactFont({ notice: TELLING, behind: TELLING })],
  ['Type 1', type1Font({ notice: TELLING, comment: TELLING, firstLine: TELLING, hidden: TELLING, behind: TELLING })],
];

describe.each(programs)('a %s program', (_, program) => {
  it('says nothing after cleaning, and was said to have said something', () => {
    const clean = cleanProgram(program);
    expect(latin1(program)).toContain(TELLING);
    expect(latin1(clean?.bytes)).not.toContain(TELLING);
    expect(clean?.count).toBeGreaterThan(0);
    expect(clean?.texts.join()).toContain(TELLING);
  });

  it('stays as it is when it is cleaned again', () => {
    const bytes = cleanProgram(program)?.bytes ?? new Uint8Array();
    const again = cleanProgram(bytes);
    expect(again?.count).toBe(0);
    expect(Buffer.compare(again?.bytes ?? program, bytes)).toBe(0);
  });

  it('is either followed or not when it is cut off or a byte differs, and never throws', () => {
    for (let at = 0; at < program.length; at++) {
      cleanProgram(program.subarray(0, at));
      const other = Buffer.from(program);
      other[at] = (other[at] ?? 0) ^ 0xff;
      cleanProgram(other);
    }
  });
});

describe('a TrueType program', () => {
  it('keeps the bytes of outlines, metrics and codes', () => {
    const program = fontWith(TELLING);
    const clean = cleanProgram(program)?.bytes ?? program;
    for (const tag of ['glyf', 'loca', 'hmtx', 'hhea', 'maxp', 'cmap', 'post'])
      expect([tag, tableOf(clean, tag)]).toEqual([tag, tableOf(program, tag)]);
    expect(tableOf(clean, 'name')).toBeUndefined();
    expect(tableOf(clean, 'head')?.subarray(20, 36)).toEqual(Buffer.alloc(16));
  });

  it('adds up to what the format asks for', () => {
    const clean = Buffer.from(cleanProgram(fontWith(TELLING))?.bytes ?? []);
    expect(clean.length % 4).toBe(0);
    expect(sumOf(clean)).toBe(0xb1b0afba);
    expect(sumOf(fontWith(TELLING).subarray(0, -4))).not.toBe(0xb1b0afba);
  });
});

describe('a compact program', () => {
  it('keeps its glyphs and what they are called', () => {
    const clean = latin1(cleanProgram(compactFont({ notice: TELLING }))?.bytes);
    expect(clean).toContain('vierkant');
    expect(clean).toContain('ABCDEF+Zand');
    // From the width of A to the end of its path.
    expect(clean).toContain('\x1c\x01\xf4\x1c\0\0\x05');
  });
});

describe('the character collection of a compact program', () => {
  it.each([
    ['keeps a public name', 'Adobe', 'Japan1', ['Adobe', 'Japan1']],
    ['loses a name of somebody', 'Register van Zandkamp', 'Japan1', ['Custom', 'Japan1']],
    ['loses both', 'Register van Zandkamp', 'Orde van Hoekzema', ['Custom', 'Custom']],
  ])('%s', (_, registry, ordering, kept) => {
    const clean = cleanProgram(compactFont({ notice: TELLING, collection: [registry, ordering] }));
    const program = latin1(clean?.bytes);
    for (const name of kept) expect(program).toContain(name);
    for (const name of [registry, ordering]) {
      expect(program.includes(name)).toBe(kept.includes(name));
      expect(clean?.texts.includes(name)).toBe(!kept.includes(name));
    }
  });
});

describe('a Type 1 program', () => {
  it('keeps its encrypted portion but for comments and identifiers, and no zeros', () => {
    const [before, after] = [type1Font(), type1Font({ hidden: TELLING, behind: TELLING })].map((program) => {
      const clean = cleanProgram(program);
      const [clear = 0, encrypted = 0, fixed] = clean?.lengths ?? [];
      const bytes = Buffer.from(clean?.bytes ?? []);
      expect([clear + encrypted, fixed]).toEqual([bytes.length, 0]);
      return unlocked(bytes.subarray(clear)).toString('latin1');
    });
    expect(before).toContain('/CharStrings 2 dict');
    expect(before).toMatch(/closefile\n$/);
    expect(after).not.toContain('UniqueID');
    expect(after?.replace(/\n+/g, '\n')).toBe(before?.replace(/\n+/g, '\n'));
  });

  it('is read in the segments of a printer file and in hexadecimal digits', () => {
    const program = type1Font({ notice: TELLING });
    const mark = program.indexOf('eexec') + 6;
    const portions = [program.subarray(0, mark), program.subarray(mark)];
    const segments = portions.flatMap((portion, i) => {
      const head = Buffer.from([0x80, i + 1, 0, 0, 0, 0]);
      head.writeUInt32LE(portion.length, 2);
      return [head, portion];
    });
    const hex = Buffer.concat([program.subarray(0, mark), Buffer.from(program.subarray(mark).toString('hex'))]);
    const plain = cleanProgram(program);
    expect(cleanProgram(Buffer.concat([...segments, Buffer.from([0x80, 3])]))).toEqual(plain);
    expect(cleanProgram(hex)).toEqual(plain);
  });
});

describe('a program that cannot be followed', () => {
  it.each([
    ['has words', 'OTTO\0\x05 Copyright 2024', true],
    ['has a path', 'OTTO\0\x05C:\\zand', true],
    ['has words two bytes wide', 'OTTO\0L\0i\0c\0e\0n\0s\0e\0d\0', true],
    ['has names of glyphs', 'OTTO\0\x05AdieresisEacuteomega', false],
    ['has nothing', 'OTTO\0\x05\0', false],
  ])('%s', (_, program, says) => {
    expect(cleanProgram(Buffer.from(program, 'latin1'))).toBeUndefined();
    expect(maySaySomething(Buffer.from(program, 'latin1'))).toBe(says);
  });
});
