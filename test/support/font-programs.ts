// Font programs whose letter A is a square, made here: compact (Adobe Technical Note 5176) and Type 1 (Adobe Type 1
// Font Format). Each says about itself what is asked for. TrueType is in bench/pdf/font.ts.

/** 500 by 500 units: a width of 600, then four lines. */
const SQUARE: readonly (number | string)[] = [0, 0, 'move', 500, 0, 'line', 0, 500, 'line', -500, 0, 'line'];

export type CompactTexts = {
  readonly notice: string;
  readonly name?: string;
  readonly behind?: string;
  /** Who registered its character collection, and what that is called. */
  readonly collection?: readonly [string, string];
};

/** A compact program with a notice, identifiers, and bytes behind its last part. */
export function compactFont({ notice, name = 'ABCDEF+Zand', behind = '', collection }: CompactTexts): Buffer {
  const strings = index([notice, 'vierkant', ...(collection ?? [])].map((text) => Buffer.from(text, 'latin1')));
  const glyphs = index([Buffer.from([...compactNumber(0), 14]), Buffer.from([...compactPath(), 14])]);
  const charset = Buffer.from([0, 392 >> 8, 392 & 0xff]);
  const encoding = Buffer.from([0, 1, 0x41]);
  const own = Buffer.from([...compactNumber(600), 20, ...compactNumber(600), 21]);
  const start = Buffer.concat([Buffer.from([1, 0, 4, 2]), index([Buffer.from(name, 'latin1')])]);
  const top = (at: readonly number[]) => {
    const [names = 0, codes = 0, drawn = 0, privateAt = 0] = at;
    const identifiers = [...compactNumber(7), ...compactNumber(8), 14, ...compactNumber(4711), 13];
    const box = [0, -200, 600, 800].flatMap(compactNumber);
    const parts = [...whole(names), 15, ...whole(codes), 16, ...whole(drawn), 17];
    const text = [...compactNumber(391), 1];
    // It has to come first (section 18).
    const registered = collection ? [393, 394, 0].flatMap(compactNumber).concat(12, 30) : [];
    return index([
      Buffer.from([
        ...registered,
        ...text,
        ...identifiers,
        ...box,
        5,
        ...parts,
        ...whole(own.length),
        ...whole(privateAt),
        18,
      ]),
    ]);
  };
  const first = start.length + top([]).length + strings.length + 2;
  const blocks = [charset, encoding, glyphs, own];
  const places = blocks.map((_, i) => first + blocks.slice(0, i).reduce((sum, { length }) => sum + length, 0));
  return Buffer.concat([start, top(places), strings, Buffer.alloc(2), ...blocks, Buffer.from(behind, 'latin1')]);
}

function compactPath(): readonly number[] {
  const operators: Record<string, number> = { move: 21, line: 5 };
  return [...SQUARE].flatMap((item) => (typeof item === 'number' ? compactNumber(item) : [operators[item] ?? 0]));
}

function compactNumber(value: number): readonly number[] {
  return [28, (value >> 8) & 0xff, value & 0xff];
}

function whole(value: number): readonly number[] {
  return [29, 0, 0, value >> 8, value & 0xff];
}

function index(items: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(3 + (items.length + 1) * 2);
  head.writeUInt16BE(items.length, 0);
  head[2] = 2;
  let offset = 1;
  for (const [i, item] of [Buffer.alloc(0), ...items].entries()) {
    offset += item.length;
    head.writeUInt16BE(offset, 3 + i * 2);
  }
  return Buffer.concat([head, ...items]);
}

export type Type1Texts = {
  readonly firstLine?: string;
  readonly comment?: string;
  readonly notice?: string;
  /** Stands in the encrypted portion, as a comment, beside an identifier. */
  readonly hidden?: string;
  readonly behind?: string;
};

/** A Type 1 program, as printers' programs are laid out. */
export function type1Font(texts: Type1Texts = {}): Buffer {
  const { firstLine = '', comment, notice = '', hidden, behind = '' } = texts;
  const clear = [
    `%!PS-AdobeFont-1.0${firstLine}`,
    ...(comment === undefined ? [] : [`%${comment}`]),
    '11 dict begin\n/FontInfo 3 dict dup begin',
    `/Notice (${notice}) readonly def\n/FullName () readonly def\nend readonly def`,
    '/FontName /ABCDEF+Zand def\n/PaintType 0 def\n/FontType 1 def\n/FontMatrix [0.001 0 0 0.001 0 0] readonly def',
    '/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\ndup 65 /A put\nreadonly def',
    '/FontBBox {0 -200 600 800} readonly def\ncurrentdict end\ncurrentfile eexec\n',
  ].join('\n');
  const identifier = hidden === undefined ? '' : `%${hidden}\n/UniqueID 4711 def\n`;
  const glyph = (name: string, codes: readonly number[]) => {
    const bytes = locked(Buffer.from([0, 0, 0, 0, ...codes]), 4330).toString('latin1');
    return `/${name} ${bytes.length} RD ${bytes} ND\n`;
  };
  const procedures = '/RD {string currentfile exch readstring pop} executeonly def\n/ND {noaccess def} executeonly def';
  const inner = [
    `dup /Private 8 dict dup begin\n${procedures}\n/BlueValues [] def\n${identifier}/password 5839 def`,
    `2 index /CharStrings 2 dict dup begin\n${glyph('.notdef', [139, 247, 255, 13, 14])}${glyph('A', squareOfType1())}end`,
    'end\nreadonly put\nnoaccess put\ndup/FontName get exch definefont pop\nmark currentfile closefile',
  ].join('\n');
  const zeros = `${'0'.repeat(64)}\n`.repeat(8);
  return Buffer.concat([
    Buffer.from(clear, 'latin1'),
    locked(Buffer.from(`\0\0\0\0${inner}\n${behind}`, 'latin1'), 55665),
    Buffer.from(`${zeros}cleartomark\n${behind}`, 'latin1'),
  ]);
}

function squareOfType1(): readonly number[] {
  const operators: Record<string, number> = { move: 21, line: 5 };
  const path = SQUARE.flatMap((item) =>
    typeof item === 'number'
      ? [255, 0, 0, 0, 0].map((byte, i) => (i === 0 ? byte : (item >> (32 - i * 8)) & 0xff))
      : [operators[item] ?? 0],
  );
  const width = [139, 248, 236, 13];
  return [...width, ...path, 9, 14];
}

/** The encryption of Type 1 programs (section 7). */
function locked(plain: Buffer, start: number): Buffer {
  let key = start;
  return plain.map((byte) => {
    const made = byte ^ (key >> 8);
    key = ((made + key) * 52845 + 22719) & 0xffff;
    return made;
  }) as Buffer;
}

/** The plain text of an encrypted portion that starts here. */
export function unlocked(cipher: Uint8Array): Buffer {
  let key = 55665;
  return Buffer.from(
    cipher.map((byte) => {
      const made = byte ^ (key >> 8);
      key = ((byte + key) * 52845 + 22719) & 0xffff;
      return made;
    }),
  );
}
