// OpenType (ISO/IEC 14496-22): documents carry fonts as they are, so what is copied has to be a font, and nothing besides.

import { bufferOf } from './zip.ts';

const VERSIONS = new Set([0x00010000, 0x4f54544f, 0x74727565]);
const TABLES = new Set(
  `OS/2 cmap cvt fpgm gasp glyf head hhea hmtx loca maxp name post prep VDMX hdmx kern LTSH PCLT VORG vhea vmtx BASE GDEF
  GPOS GSUB JSTF MATH CFF CFF2 EBDT EBLC EBSC CBDT CBLC sbix COLR CPAL SVG STAT avar cvar fvar gvar HVAR MVAR VVAR MERG
  meta DSIG feat mort morx prop trak ankr bsln fond just lcar opbd TSI0 TSI1 TSI2 TSI3 TSI5 TTFA FFTM acnt fmtx hsty
  Zapf bhed bdat bloc`.split(/\s+/),
);
const MAX_TABLES = 128;

/** Whether the bytes are an OpenType font whose tables leave no room for anything else. */
export function isFont(untrusted: Uint8Array): boolean {
  const bytes = bufferOf(untrusted);
  if (bytes.length < 12 || !VERSIONS.has(bytes.readUInt32BE(0))) return false;
  const count = bytes.readUInt16BE(4);
  if (count === 0 || count > MAX_TABLES || 12 + 16 * count > bytes.length) return false;
  const tables: (readonly [start: number, end: number])[] = [[0, 12 + 16 * count]];
  for (let i = 0; i < count; i++) {
    const entry = 12 + 16 * i;
    if (!TABLES.has(bytes.toString('latin1', entry, entry + 4).trim())) return false;
    const start = bytes.readUInt32BE(entry + 8);
    const end = start + bytes.readUInt32BE(entry + 12);
    if (end > bytes.length) return false;
    tables.push([start, end]);
  }
  let reached = 0;
  for (const [start, end] of [...tables, [bytes.length, bytes.length] as const].sort(([a], [b]) => a - b)) {
    if (start > reached && bytes.subarray(reached, start).some((byte) => byte !== 0)) return false;
    reached = Math.max(reached, end);
  }
  return true;
}
