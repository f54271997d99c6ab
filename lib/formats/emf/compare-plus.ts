// The EMF+ records of both files, held against each other. Pieces of an object are put together first, because the
// rebuilt one may be cut elsewhere; a picture in one is compared by its samples.

import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { sameSamples } from '../shared/same-samples.ts';
import { type Listed, list } from './compare-list.ts';

type Command = { readonly type: number; readonly flags: number; readonly data: Buffer };

const NO_DRAWING = new Set([0x4003, 0x4005, 0x4006, 0x4007]);

/** Rejects with Refusal 'unverified' when a command is missing, new, or another one. */
export async function samePlus(before: readonly Listed[], after: readonly Listed[], context: Context): Promise<void> {
  const isKnown = ({ type }: Command) => type >= 0x4001 && type <= 0x403a && type !== 0x4039 && !NO_DRAWING.has(type);
  const [commands, kept] = [commandsOf(before).filter(isKnown), commandsOf(after)];
  if (commands.length !== kept.length)
    throw new Refusal('unverified', `${commands.length} EMF+ records became ${kept.length}`);
  for (const [i, command] of commands.entries()) {
    const other = kept[i];
    if (!other || command.type !== other.type || command.flags !== other.flags)
      throw new Refusal('unverified', `EMF+ record ${i + 1} is another one`);
    await sameData(command, other, i + 1, context);
  }
}

async function sameData(before: Command, after: Command, number: number, context: Context): Promise<void> {
  if (before.data.equals(after.data)) return;
  const image = pictureIn(before);
  const kept = pictureIn(after);
  if (image && kept) {
    if (!before.data.subarray(4, 8).equals(after.data.subarray(4, 8)))
      throw new Refusal('unverified', `picture of EMF+ record ${number} is of another kind`);
    // What a metafile inside draws was compared by its own format; here its commands are counted.
    if (before.data.readUInt32LE(4) === 1) await sameSamples(image, kept, context);
    else if (drawingOf(image) !== drawingOf(kept))
      throw new Refusal('unverified', `metafile of EMF+ record ${number} draws something else`);
    return;
  }
  const isBlanked = after.data.every((byte, at) => byte === 0 || byte === before.data[at]);
  if (before.data.length !== after.data.length || !isBlanked)
    throw new Refusal('unverified', `EMF+ record ${number} differs`);
}

function drawingOf(metafile: Buffer): number {
  return list(metafile).filter(({ type }) => type !== 70).length;
}

/** The compressed picture or metafile inside an image object. */
function pictureIn({ type, flags, data }: Command): Buffer | undefined {
  if (type !== 0x4008 || (flags & 0x7f00) !== 0x0500 || data.length < 28) return undefined;
  if (data.readUInt32LE(4) === 2) return data.subarray(16);
  return data.readUInt32LE(4) === 1 && data.readUInt32LE(24) === 1 ? data.subarray(28) : undefined;
}

function commandsOf(records: readonly Listed[]): readonly Command[] {
  const commands: Command[] = [];
  let pieces: Buffer[] = [];
  for (const { type, bytes } of records) {
    if (type !== 70 || bytes.toString('latin1', 12, 16) !== 'EMF+') continue;
    const end = Math.min(bytes.length, 12 + bytes.readUInt32LE(8));
    for (let at = 16; at + 12 <= end; at += Math.max(12, bytes.readUInt32LE(at + 4))) {
      const [kind, flags] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)];
      const data = bytes.subarray(at + 12, at + 12 + bytes.readUInt32LE(at + 8));
      const goesOn = kind === 0x4008 && (flags & 0x8000) !== 0;
      pieces.push(goesOn ? data.subarray(4) : data);
      const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
      if (goesOn && length < data.readUInt32LE(0)) continue;
      commands.push({ type: kind, flags: kind === 0x4008 ? flags & 0x7fff : flags, data: Buffer.concat(pieces) });
      pieces = [];
    }
  }
  return commands;
}
