import { describe, expect, it } from 'vitest';
import { cleanType1 } from '../../../lib/formats/pdf/fonts.ts';

const HEADER = '%!PS-AdobeFont-1.0: Zandschrift 1.0';
const GLYPHS = Buffer.from([0x80, 0x25, 0x41, 0x0a, 0xff]);
const program = (clear: string) => Buffer.concat([Buffer.from(`${clear}currentfile eexec\n`, 'latin1'), GLYPHS]);

describe('a Type 1 program', () => {
  it('loses the comments in its clear text, not its first line and not its glyphs', () => {
    const clean = cleanType1(program(`${HEADER}\n% Args: c:\\zandkamp\\schrift.ttf\n/FullName (100% Zand) def\n`));
    expect(Buffer.compare(clean?.bytes ?? GLYPHS, program(`${HEADER}\n\n/FullName (100% Zand) def\n`))).toBe(0);
    expect(clean).toMatchObject({ count: 1, comments: [' Args: c:\\zandkamp\\schrift.ttf'] });
  });

  it.each([
    ['without comments', program(`${HEADER}\n/FullName (Zand) def\n`)],
    ['that is another kind of font', Buffer.from('\0\x01\0\0% Args\ncurrentfile eexec', 'latin1')],
    ['that has no end of its clear text', Buffer.from(`${HEADER}\n% Args\n`)],
    ['whose clear text cannot be followed', program(`${HEADER}\n% Args\n/FullName (Zand def\n`)],
  ])('%s stays as it is', (_, bytes) => {
    expect(cleanType1(bytes)).toBeUndefined();
  });
});
