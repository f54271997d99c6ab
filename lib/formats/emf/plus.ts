// EMF+ ([MS-EMFPLUS]): records of a second kind inside comments of the first, each a type, flags, a size, the size of
// its data and the data. Objects too large for one record go on in the next ones.

import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { blankUnused, textRuns } from '../shared/blank.ts';
import type { Tally } from '../shared/tally.ts';
import { PLUS_LAYOUTS, type PlusRecord } from './plus-layouts.ts';
import { cleanObject } from './plus-objects.ts';
import type { Record } from './records.ts';

const HEAD = 12;
export const OBJECT = 0x4008;
const SERIALIZABLE = 0x4038;
const COMMENT = 0x4003;
const CONTINUES = 0x8000;

/** The records in the payload of a comment. Rejects with Refusal 'malformed'. */
export function plusRecords(payload: Buffer): readonly PlusRecord[] {
  const records: PlusRecord[] = [];
  let at = 0;
  while (at + HEAD <= payload.length) {
    const [size, length] = [payload.readUInt32LE(at + 4), payload.readUInt32LE(at + 8)];
    if (size < HEAD || length > size - HEAD || at + size > payload.length)
      throw new Refusal('malformed', `EMF+ record of ${size} bytes`);
    const [type, flags] = [payload.readUInt16LE(at), payload.readUInt16LE(at + 2)];
    records.push({ type, flags, data: payload.subarray(at + HEAD, at + HEAD + length) });
    at += size;
  }
  return records;
}

/** An object as its pieces are put together. */
type Open = { readonly flags: number; readonly total: number; readonly pieces: Buffer[]; length: number };

/** Cleans the EMF+ records of one file, comment by comment; an object may go on in the next comment. */
export function plusCleaner(context: Context, tally: Tally): (record: Record, payload: Buffer) => Promise<Buffer> {
  let open: Open | undefined;

  /** The whole object, once its last piece is there: the one that does not go on, or that reaches the total. */
  function joined({ flags, data }: PlusRecord): PlusRecord | undefined {
    const goesOn = (flags & CONTINUES) !== 0;
    const own = flags & ~CONTINUES;
    if (!goesOn && !open) return { type: OBJECT, flags, data };
    // Every piece but the last has the total before it.
    const total = goesOn ? (data.length >= 4 ? data.readUInt32LE(0) : 0) : (open?.total ?? 0);
    if (total > context.limits.maxInputBytes) throw new Refusal('limit', `EMF+ object of ${total} bytes`);
    open ??= { flags: own, total, pieces: [], length: 0 };
    if (open.total !== total || open.flags !== own) throw new Refusal('malformed', 'pieces of two EMF+ objects');
    const piece = goesOn ? data.subarray(4) : data;
    open.pieces.push(piece);
    open.length += piece.length;
    if (goesOn && open.length < total) return undefined;
    if (open.length < total) throw new Refusal('malformed', 'an EMF+ object that ends too soon');
    const whole = Buffer.concat(open.pieces).subarray(0, total);
    open = undefined;
    return { type: OBJECT, flags: own, data: whole };
  }

  async function cleaned(record: PlusRecord, at: string): Promise<readonly Buffer[]> {
    const { type, flags, data } = record;
    if (type === OBJECT) {
      const whole = joined(record);
      if (!whole) return [];
      const kind = (whole.flags >>> 8) & 0x7f;
      const object = await cleanObject(kind, whole.data, at, context);
      return pieces(whole.flags, blank(object.data, object.used, at));
    }
    const layout = PLUS_LAYOUTS.get(type);
    if (layout) return [written(type, flags, blank(data, layout(record), at))];
    if (type === SERIALIZABLE && textRuns(data).length === 0) return [written(type, flags, data)];
    const carrier = type === COMMENT ? 'emf.plus.comment' : 'emf.plus.unknown';
    return tally.drop(carrier, at, textRuns(data)) ? [] : [written(type, flags, data)];
  }

  function blank(data: Buffer, used: Parameters<typeof blankUnused>[1], at: string): Buffer {
    const { bytes, lost } = blankUnused(data, used);
    return lost && tally.drop('emf.plus.slack', at, textRuns(lost)) ? bytes : data;
  }

  return async (record, payload) => {
    const at = `record ${record.number}`;
    const kept: Buffer[] = [];
    for (const one of plusRecords(payload)) kept.push(...(await cleaned(one, at)));
    const body = Buffer.concat(kept);
    noteLost(payload, at);
    return body;
  };

  /** Bytes between the data of a record and its end, and behind the last record. */
  function noteLost(payload: Buffer, at: string): void {
    const used = rangesOf(payload);
    const { lost } = blankUnused(payload, used);
    if (lost) tally.drop('emf.plus.slack', at, textRuns(lost));
  }
}

function rangesOf(payload: Buffer): readonly (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = [];
  for (let at = 0; at + HEAD <= payload.length; at += payload.readUInt32LE(at + 4))
    ranges.push([at, at + HEAD + payload.readUInt32LE(at + 8)]);
  return ranges;
}

// GDI+ cuts objects so that a record stays under 64 KB. All pieces but the last say that they go on, and the total.
const PIECE = 65_020;

function pieces(flags: number, data: Buffer): readonly Buffer[] {
  const total = Buffer.alloc(4);
  total.writeUInt32LE(data.length, 0);
  const count = Math.max(1, Math.ceil(data.length / PIECE));
  return Array.from({ length: count }, (_, i) => {
    const piece = data.subarray(i * PIECE, (i + 1) * PIECE);
    return i === count - 1
      ? written(OBJECT, flags, piece)
      : written(OBJECT, flags | CONTINUES, Buffer.concat([total, piece]));
  });
}

function written(type: number, flags: number, data: Buffer): Buffer {
  const record = Buffer.alloc((HEAD + data.length + 3) & ~3);
  record.writeUInt16LE(type, 0);
  record.writeUInt16LE(flags, 2);
  record.writeUInt32LE(record.length, 4);
  record.writeUInt32LE(data.length, 8);
  data.copy(record, HEAD);
  return record;
}
