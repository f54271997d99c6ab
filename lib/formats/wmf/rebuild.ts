import type { Context, Range, Rebuilt } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { blankUnused, isZero, textRuns } from '../shared/blank.ts';
import { faceLeftovers } from '../shared/face-leftovers.ts';
import { type Tally, tallyOf } from '../shared/tally.ts';
import { trailerTexts } from '../shared/telling.ts';
import { cleanBitmap, hasBitmap } from './bitmaps.ts';
import { LAYOUTS, OBSOLETE_OBJECTS } from './layouts.ts';
import { CREATE_FONT, EOF, ESCAPE, HEAD, HEADER, type Record, walk } from './records.ts';

/** Copies the records that draw, each with its unused bytes zeroed. Rejects with Refusal 'malformed', 'unsupported' or 'limit'. */
export async function rebuildWmf(untrusted: Uint8Array, context: Context): Promise<Rebuilt> {
  const metafile = walk(untrusted);
  const tally = tallyOf(context);
  const kept: Buffer[] = [];
  for (const record of metafile.records) kept.push(...(await rebuiltRecord(record, tally, context)));
  const trailer = Buffer.from(untrusted.subarray(metafile.end));
  const keepsTrailer = trailer.length > 0 && !tally.drop('wmf.trailer', `byte ${metafile.end}`, trailerTexts(trailer));
  const placeable = metafile.placeable && rebuiltPlaceable(metafile.placeable, tally);
  const header = rebuiltHeader(metafile.header, kept, tally);
  tally.report();
  return {
    body: Buffer.concat([...(placeable ? [placeable] : []), header, ...kept, ...(keepsTrailer ? [trailer] : [])]),
  };
}

/** Key, box and units; the handle and a reserved number are zero, the checksum is over the words before it. */
function rebuiltPlaceable(original: Buffer, tally: Tally): Buffer {
  const placeable = Buffer.from(original);
  if (!isZero(placeable.subarray(4, 6)) || !isZero(placeable.subarray(16, 20))) tally.drop('wmf.header', 'byte 4');
  placeable.fill(0, 4, 6);
  placeable.fill(0, 16, 20);
  let sum = 0;
  for (let at = 0; at < 20; at += 2) sum ^= placeable.readUInt16LE(at);
  placeable.writeUInt16LE(sum, 20);
  return placeable;
}

const ON_DISK = 2;

/** Sizes are counted anew, in words; the number of objects is the original's. */
function rebuiltHeader(original: Buffer, kept: readonly Buffer[], tally: Tally): Buffer {
  const header = Buffer.from(original);
  if (header.readUInt16LE(0) !== ON_DISK) header.writeUInt16LE(1, 0);
  header.writeUInt32LE(kept.reduce((sum, { length }) => sum + length, HEADER) / 2, 6);
  header.writeUInt32LE(kept.reduce((most, { length }) => Math.max(most, length), HEAD) / 2, 12);
  if (header.readUInt16LE(16) !== 0) tally.drop('wmf.header', 'byte 16');
  header.writeUInt16LE(0, 16);
  return header;
}

const COMMENT = 15;

async function rebuiltRecord(record: Record, tally: Tally, context: Context): Promise<readonly Buffer[]> {
  const { type, number, bytes } = record;
  const at = `record ${number}`;
  if (type === EOF) return [rebuiltEnd(record, tally)];
  if (type === ESCAPE) return tally.drop(escapeCarrier(bytes), at, textRuns(bytes.subarray(HEAD))) ? [] : [bytes];
  if (OBSOLETE_OBJECTS.has(type)) throw new Refusal('unsupported', `an object of early Windows in ${at}`);
  if (hasBitmap(record)) return [await rebuiltBitmap(record, tally, context)];
  const layout = LAYOUTS.get(type);
  if (!layout) return tally.drop('wmf.record.unknown', at, textRuns(bytes.subarray(HEAD))) ? [] : [bytes];
  const carrier = type === CREATE_FONT ? 'wmf.font.name' : 'wmf.record.slack';
  return [blanked(record, bytes, layout(record), carrier, tally)];
}

function escapeCarrier(bytes: Buffer): string {
  if (bytes.length < HEAD + 4 || bytes.readUInt16LE(HEAD) !== COMMENT) return 'wmf.escape';
  return bytes.toString('latin1', HEAD + 4, HEAD + 8) === 'WMFC' ? 'wmf.comment.metafile' : 'wmf.comment';
}

function rebuiltEnd({ bytes, number }: Record, tally: Tally): Buffer {
  const rest = bytes.subarray(HEAD);
  if (rest.length === 0 || !tally.drop('wmf.record.slack', `record ${number}`, textRuns(rest))) return bytes;
  const end = Buffer.alloc(HEAD);
  end.writeUInt32LE(HEAD / 2, 0);
  return end;
}

async function rebuiltBitmap(record: Record, tally: Tally, context: Context): Promise<Buffer> {
  const at = `record ${record.number}`;
  const { record: copy, used, profile, hadSlackBits } = await cleanBitmap(record, context);
  if (profile && !tally.drop('wmf.bitmap.profile', at, profile)) return record.bytes;
  if (hadSlackBits && !tally.drop('wmf.bitmap.slack', at)) return record.bytes;
  return blanked(record, copy, used, 'wmf.bitmap.slack', tally);
}

function blanked(record: Record, bytes: Buffer, used: readonly Range[], carrier: string, tally: Tally): Buffer {
  const { bytes: clean, lost } = blankUnused(bytes, used);
  if (!lost) return bytes;
  const values = record.type === CREATE_FONT ? faceLeftovers(lost) : textRuns(lost);
  return tally.drop(carrier, `record ${record.number}`, values) ? clean : record.bytes;
}
