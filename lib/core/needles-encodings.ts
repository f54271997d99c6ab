// The ways one text is written as bytes: UTF-8, UTF-16 both ways, Windows-1252 (of which Latin-1 is the part that
// matters) and PDFDocEncoding (ISO 32000-2 annex D.2), which differ only in 0x80 to 0xA0.

export type Encoded = {
  readonly bytes: Uint8Array;
  /** Bytes to a unit: one, or two in UTF-16. */
  readonly unit: 1 | 2;
  /** Where in a unit the letter stands that ASCII knows. */
  readonly low: 0 | 1;
};

const WINDOWS_1252 = table(0x80, '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ');
const PDF_DOC = new Map([
  ...table(0x18, '˘ˇˆ˙˝˛˚˜'),
  ...table(0x80, '•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž'),
  ...table(0xa0, '€'),
]);

/** Every distinct encoding of a text. One that cannot write it is left out. */
export function encodings(text: string): readonly Encoded[] {
  const bigEndian = utf16(text).swap16();
  const all: (Encoded | undefined)[] = [
    { bytes: Buffer.from(text), unit: 1, low: 0 },
    byTable(text, WINDOWS_1252, 0x80),
    byTable(text, PDF_DOC, 0x18),
    { bytes: utf16(text), unit: 2, low: 0 },
    { bytes: bigEndian, unit: 2, low: 1 },
  ];
  const distinct = new Map<string, Encoded>();
  for (const encoded of all) {
    if (!encoded) continue;
    const key = Buffer.from(encoded.bytes).toString('latin1');
    if (!distinct.has(key)) distinct.set(key, encoded);
  }
  return [...distinct.values()];
}

export function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

/** One byte a character; what the table does not know is its own code, as far as Latin-1 goes. */
function byTable(text: string, known: ReadonlyMap<string, number>, from: number): Encoded | undefined {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const byte = known.get(character) ?? (code < from || (code > 0xa0 && code <= 0xff) || isText(code) ? code : -1);
    if (byte < 0) return undefined;
    bytes.push(byte);
  }
  return { bytes: Uint8Array.from(bytes), unit: 1, low: 0 };
}

function isText(code: number): boolean {
  return (code >= 0x20 && code < 0x7f) || code === 0xa0;
}

function table(first: number, characters: string): Map<string, number> {
  return new Map([...characters].map((character, i) => [character, first + i]));
}
