// TrueType and OpenType programs (ISO/IEC 14496-22) as PDF uses them (ISO 32000-2 9.9): the tables that draw glyphs,
// measure them and lead from codes to them. Names, signatures, dates and whatever else a maker or a licensee put there
// are not copied. Glyphs and metrics keep their bytes; only the directory is written anew.

import { cleanCff } from './cff.ts';
import type { CleanProgram } from './program.ts';

/** Tables that are kept. What is not here (name, DSIG, meta, FFTM, kern, SVG and private tables) no PDF reader draws with. */
const KEPT: ReadonlySet<string> = new Set([
  // Outlines (9.9.1), with the instructions that fit them to pixels.
  ...['glyf', 'loca', 'CFF ', 'cvt ', 'fpgm', 'prep', 'gasp'],
  // Metrics.
  ...['head', 'hhea', 'hmtx', 'maxp', 'vhea', 'vmtx', 'VORG', 'OS/2'],
  // From codes and glyph names to glyphs; GSUB has the forms for vertical writing.
  ...['cmap', 'post', 'GSUB'],
]);

const VERSIONS = new Set([0x00010000, 0x00020000, 0x74727565, 0x4f54544f]);
const HEAD_BYTES = 54;
const ADJUSTMENT = 8;
const DATES = 20;
const VENDOR = 58;
const MAGIC = 0xb1b0afba;
const MAX_TABLES = 256;

export function isSfnt(bytes: Buffer): boolean {
  return bytes.length >= 12 && VERSIONS.has(bytes.readUInt32BE(0));
}

type Table = { readonly tag: string; readonly data: Buffer };

/** The program with the tables that are kept; undefined when its directory or its outlines cannot be followed. */
export function cleanSfnt(bytes: Buffer): CleanProgram | undefined {
  const tables = tablesOf(bytes);
  if (!tables) return undefined;
  const texts: string[] = [];
  let count = 0;
  const kept: Table[] = [];
  for (const table of tables.toSorted((a, b) => (a.tag < b.tag ? -1 : 1))) {
    if (!KEPT.has(table.tag)) {
      count += 1;
      texts.push(...(table.tag === 'name' ? namesIn(table.data) : []));
      continue;
    }
    const clean = cleanTable(table);
    if (!clean) return undefined;
    texts.push(...clean.texts);
    count += clean.count;
    kept.push({ tag: table.tag, data: clean.data });
  }
  if (!kept.some(({ tag }) => tag === 'glyf' || tag === 'CFF ')) return undefined;
  return { bytes: assemble(bytes.readUInt32BE(0), kept), texts, count };
}

/** As FreeType reads a directory: the first of two tables counts, and one that lies outside the file is not there. */
function tablesOf(bytes: Buffer): readonly Table[] | undefined {
  const count = bytes.readUInt16BE(4);
  if (count > MAX_TABLES || 12 + count * 16 > bytes.length) return undefined;
  const tables = new Map<string, Table>();
  for (let i = 0; i < count; i++) {
    const at = 12 + i * 16;
    const tag = bytes.toString('latin1', at, at + 4);
    const [offset, length] = [bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 12)];
    const isMetrics = tag === 'hmtx' || tag === 'vmtx';
    if (offset > bytes.length || (offset + length > bytes.length && !isMetrics)) continue;
    const end = Math.min(offset + length, bytes.length);
    if (!tables.has(tag)) tables.set(tag, { tag, data: bytes.subarray(offset, end) });
  }
  return [...tables.values()];
}

function cleanTable({ tag, data }: Table): (Omit<CleanProgram, 'bytes'> & { readonly data: Buffer }) | undefined {
  switch (tag) {
    case 'head': {
      if (data.length < HEAD_BYTES) return undefined;
      const head = Buffer.from(data.subarray(0, HEAD_BYTES));
      const isDated = head.subarray(DATES, DATES + 16).some((byte) => byte !== 0);
      head.fill(0, DATES, DATES + 16);
      head.fill(0, ADJUSTMENT, ADJUSTMENT + 4);
      return { data: head, texts: [], count: isDated ? 1 : 0 };
    }
    case 'OS/2': {
      const vendor = data.subarray(VENDOR, VENDOR + 4);
      if (vendor.every((byte) => byte === 0x20)) break;
      const measures = Buffer.from(data);
      measures.fill(0x20, VENDOR, Math.min(VENDOR + 4, data.length));
      return { data: measures, texts: [], count: 1 };
    }
    case 'CFF ': {
      const clean = cleanCff(data);
      return clean && { data: Buffer.from(clean.bytes), texts: clean.texts, count: clean.count };
    }
  }
  return { data, texts: [], count: 0 };
}

function assemble(version: number, tables: readonly Table[]): Buffer {
  const directory = Buffer.alloc(12 + tables.length * 16);
  const power = 2 ** Math.floor(Math.log2(tables.length));
  directory.writeUInt32BE(version, 0);
  directory.writeUInt16BE(tables.length, 4);
  directory.writeUInt16BE(power * 16, 6);
  directory.writeUInt16BE(Math.log2(power), 8);
  directory.writeUInt16BE((tables.length - power) * 16, 10);
  const parts: Buffer[] = [directory];
  let end = directory.length;
  let sum = 0;
  let adjustment = -1;
  for (const [i, { tag, data }] of tables.entries()) {
    const at = 12 + i * 16;
    const own = checksum(data);
    if (tag === 'head') adjustment = end + ADJUSTMENT;
    directory.write(tag, at, 'latin1');
    directory.writeUInt32BE(own, at + 4);
    directory.writeUInt32BE(end, at + 8);
    directory.writeUInt32BE(data.length, at + 12);
    const padding = -data.length & 3;
    parts.push(data, Buffer.alloc(padding));
    end += data.length + padding;
    sum = (sum + own) >>> 0;
  }
  const whole = Buffer.concat(parts);
  if (adjustment >= 0) whole.writeUInt32BE((MAGIC - sum - checksum(directory)) >>> 0, adjustment);
  return whole;
}

function checksum(data: Buffer): number {
  const end = data.length & ~3;
  let sum = 0;
  for (let at = 0; at < end; at += 4) sum = (sum + data.readUInt32BE(at)) | 0;
  for (let at = end; at < data.length; at++) sum = (sum + ((data[at] ?? 0) << (24 - (at - end) * 8))) | 0;
  return sum >>> 0;
}

const MAX_NAMES = 500;

/** The strings of a name table, of which Macintosh's are bytes and all others UTF-16. */
function namesIn(data: Buffer): readonly string[] {
  if (data.length < 6) return [];
  const count = Math.min(data.readUInt16BE(2), MAX_NAMES, Math.floor((data.length - 6) / 12));
  const strings = data.readUInt16BE(4);
  return Array.from({ length: count }, (_, i) => {
    const at = 6 + i * 12;
    const start = strings + data.readUInt16BE(at + 10);
    const bytes = data.subarray(start, start + data.readUInt16BE(at + 8));
    return data.readUInt16BE(at) === 1 ? bytes.toString('latin1') : new TextDecoder('utf-16be').decode(bytes);
  });
}
