// The names of parts: those that Office gives stay, others are a place for words and are made anew.

import { extensionOf } from '../opc.ts';
import type { KeptPart } from './part-table.ts';

export type Named = {
  readonly member: string;
  readonly ordinal: number;
  readonly part: KeptPart;
  readonly extension: string;
};

// Office's own names for what it embeds.
const EMBEDDED =
  /^Microsoft_(?:Office_)?(?:Excel|Word|PowerPoint)_(?:Worksheet|Document|Presentation|Slide|Sheet)\d{0,6}$/;

/** New names by old ones, the same for the same parts in the same order. */
export function namesFor(parts: readonly Named[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const ordered = [...parts].sort((a, b) => a.ordinal - b.ordinal);
  const usual = ordered.filter(isUsual);
  for (const { member } of usual) {
    names.set(member, member);
    taken.add(member.toLowerCase());
  }
  for (const { member, part, extension } of ordered) {
    if (names.has(member)) continue;
    let number = part.implicit ? 0 : 1;
    const name = () => `${part.folder}${part.stem}${number === 0 ? '' : number}.${extension}`;
    while (taken.has(name().toLowerCase())) number++;
    names.set(member, name());
    taken.add(name().toLowerCase());
  }
  return names;
}

function isUsual({ member, part, extension }: Named): boolean {
  if (!member.startsWith(part.folder) || extensionOf(member) !== extension || !member.endsWith(`.${extension}`))
    return false;
  const stem = member.slice(part.folder.length, -(extension.length + 1));
  return new RegExp(`^${part.stem}\\d{0,6}$`).test(stem) || (part.kind === 'package' && EMBEDDED.test(stem));
}

const EXTENSIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['image/jpeg', ['jpg', 'jpeg', 'jpe']],
  ['image/tiff', ['tiff', 'tif']],
]);

/** The extension of a cleaned picture or document: its own where it fits, else the one that its content asks for. */
export function fittingExtension(member: string, mediaType: string, usual: string): string {
  const own = extensionOf(member);
  return (EXTENSIONS.get(mediaType) ?? [usual]).includes(own) ? own : usual;
}
