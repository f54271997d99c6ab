import type { Context, Range, Rebuilt } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { blankUnused, isZero, textRuns } from '../shared/blank.ts';
import { faceLeftovers } from '../shared/face-leftovers.ts';
import { type Tally, tallyOf } from '../shared/tally.ts';
import { trailerTexts } from '../shared/telling.ts';
import { cleanBitmaps, hasBitmap } from './bitmaps.ts';
import { CREATING, DROPPED, LAYOUTS } from './layouts.ts';
import { plusCleaner } from './plus.ts';
import { COMMENT, CREATE_FONT, EOF, type Record, u32, walk } from './records.ts';
import { TEXT_LAYOUTS } from './texts.ts';

/** Copies the records that draw, each with its unused bytes zeroed. Rejects with Refusal 'malformed', 'unsupported' or 'limit'. */
export async function rebuildEmf(untrusted: Uint8Array, context: Context): Promise<Rebuilt> {
  const { records, end } = walk(untrusted, context.limits);
  const tally = tallyOf(context);
  const cleanPlus = plusCleaner(context, tally);
  const kept: Buffer[] = [];
  let handles = 1;
  const [first] = records;
  if (!first) throw new Refusal('malformed', 'no header');
  const header = rebuiltHeader(first, tally);
  for (const record of records.slice(1)) {
    if (record.type === EOF) kept.push(rebuiltEnd(record, tally));
    else if (record.type === COMMENT) kept.push(...(await rebuiltComment(record, tally, cleanPlus)));
    else kept.push(...(await rebuiltRecord(record, tally, context)));
    if (CREATING.has(record.type)) handles = Math.max(handles, u32(record, 8) + 1);
  }
  if (handles > 0xffff) throw new Refusal('malformed', `${handles} objects`);
  const trailer = Buffer.from(untrusted.subarray(end));
  const keepsTrailer = trailer.length > 0 && !tally.drop('emf.trailer', `byte ${end}`, trailerTexts(trailer));
  tally.report();
  header.writeUInt32LE(
    kept.reduce((sum, { length }) => sum + length, header.length),
    48,
  );
  header.writeUInt32LE(kept.length + 1, 52);
  header.writeUInt16LE(handles, 56);
  return { body: Buffer.concat([header, ...kept, ...(keepsTrailer ? [trailer] : [])]) };
}

const DESCRIPTION = 60;
const PALETTE = 68;
const FORMAT_FIELDS = 88;
const MICROMETERS = 100;
const WHOLE_HEADER = 108;

/** The fixed fields of the header ([MS-EMF] 2.3.4.2), as many as it has; sizes and counts are written at the end. */
function rebuiltHeader(record: Record, tally: Tally): Buffer {
  const { bytes } = record;
  const [letters, at] = [u32(record, DESCRIPTION), u32(record, DESCRIPTION + 4)];
  const hasFormat = bytes.length >= MICROMETERS;
  const [formatBytes, formatAt] = hasFormat ? [u32(record, FORMAT_FIELDS), u32(record, FORMAT_FIELDS + 4)] : [0, 0];
  // Fields that later versions added are there when nothing else starts before their end.
  const fixedEnd = Math.min(
    bytes.length,
    letters > 0 && at >= 88 ? at : Infinity,
    formatBytes > 0 && formatAt >= 88 ? formatAt : Infinity,
  );
  const size = fixedEnd >= WHOLE_HEADER ? WHOLE_HEADER : fixedEnd >= MICROMETERS ? MICROMETERS : FORMAT_FIELDS;
  const header = Buffer.from(bytes.subarray(0, size));
  header.writeUInt32LE(size, 4);
  header.fill(0, 58, PALETTE + 4);
  if (size >= MICROMETERS) header.fill(0, FORMAT_FIELDS, MICROMETERS);
  const rest = bytes.subarray(size);
  if (rest.length > 0 || letters > 0) tally.drop('emf.description', 'record 1', textRuns(rest));
  if (size >= MICROMETERS && (formatBytes > 0 || u32(record, 96) !== 0)) tally.drop('emf.opengl', 'record 1');
  if (bytes.readUInt16LE(58) !== 0) tally.drop('emf.record.slack', 'record 1');
  return header;
}

const END_BYTES = 20;

/** An end record without a palette: its number of entries, where they start, and its own size once more. */
function rebuiltEnd({ bytes, number }: Record, tally: Tally): Buffer {
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(EOF, 0);
  end.writeUInt32LE(END_BYTES, 4);
  end.writeUInt32LE(16, 12);
  end.writeUInt32LE(END_BYTES, 16);
  const inner = bytes.subarray(16, -4);
  if (inner.length > 0) tally.drop('emf.palette', `record ${number}`, textRuns(inner));
  return end;
}

const PLUS = 'EMF+';
const PUBLIC = 'GDIC';
const SPOOL = '\0\0\0\0';

async function rebuiltComment(
  record: Record,
  tally: Tally,
  cleanPlus: ReturnType<typeof plusCleaner>,
): Promise<readonly Buffer[]> {
  const { bytes, number } = record;
  const length = u32(record, 8);
  if (12 + length > bytes.length) throw new Refusal('malformed', `comment in record ${number} is cut off`);
  const at = `record ${number}`;
  const kind = bytes.toString('latin1', 12, 16);
  if (kind !== PLUS || length < 4) {
    const carrier =
      kind === PUBLIC ? 'emf.comment.public' : kind === SPOOL && length > 8 ? 'emf.comment.spool' : 'emf.comment';
    return tally.drop(carrier, at, textRuns(bytes.subarray(12))) ? [] : [bytes];
  }
  const rest = bytes.subarray(12 + length);
  if (!isZero(rest)) tally.drop('emf.record.slack', at, textRuns(rest));
  const payload = await cleanPlus(record, bytes.subarray(16, 12 + length));
  if (payload.length === 0) return [];
  const comment = Buffer.alloc((16 + payload.length + 3) & ~3);
  comment.writeUInt32LE(COMMENT, 0);
  comment.writeUInt32LE(comment.length, 4);
  comment.writeUInt32LE(4 + payload.length, 8);
  comment.write(PLUS, 12, 'latin1');
  payload.copy(comment, 16);
  return [comment];
}

async function rebuiltRecord(record: Record, tally: Tally, context: Context): Promise<readonly Buffer[]> {
  const { type, number, bytes } = record;
  const at = `record ${number}`;
  if (hasBitmap(record)) return [await rebuiltBitmap(record, tally, context)];
  const layout = LAYOUTS.get(type) ?? TEXT_LAYOUTS.get(type);
  if (!layout) {
    const carrier = DROPPED.get(type) ?? 'emf.record.unknown';
    return tally.drop(carrier, at, textRuns(bytes.subarray(8))) ? [] : [bytes];
  }
  const carrier = type === CREATE_FONT ? 'emf.font.name' : 'emf.record.slack';
  return [blanked(record, bytes, layout(record), carrier, tally)];
}

async function rebuiltBitmap(record: Record, tally: Tally, context: Context): Promise<Buffer> {
  const at = `record ${record.number}`;
  const { record: copy, used, profiles, hasSlackBits } = await cleanBitmaps(record, context);
  const dropsProfile = profiles !== undefined && tally.drop('emf.bitmap.profile', at, profiles);
  if (profiles && !dropsProfile) return record.bytes;
  if (hasSlackBits && !tally.drop('emf.bitmap.slack', at)) return record.bytes;
  return blanked(record, copy, used, 'emf.bitmap.slack', tally);
}

function blanked(record: Record, bytes: Buffer, used: readonly Range[], carrier: string, tally: Tally): Buffer {
  const { bytes: clean, lost } = blankUnused(bytes, used);
  if (!lost) return bytes;
  const values = record.type === CREATE_FONT ? faceLeftovers(lost) : textRuns(lost);
  return tally.drop(carrier, `record ${record.number}`, values) ? clean : record.bytes;
}
