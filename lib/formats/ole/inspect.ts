import type { Found } from '../../core/format.ts';
import type { Reason } from '../../core/refusal.ts';
import { holdsText } from './bytes.ts';
import type { Compound, Entry } from './compound.ts';
import { inspectExcel } from './excel.ts';
import { inspectMessage, PROPERTIES } from './message.ts';
import { inspectPart, protectionOf } from './parts.ts';
import { holdsPath } from './paths.ts';
import { placeOf, plainName } from './places.ts';
import { inspectCurrentUser, inspectPowerPoint } from './powerpoint.ts';
import { inspectProperties } from './properties.ts';
import { inspectWord } from './word.ts';

/** Why the document is not published, in words that hold nothing of it. */
export type Grounds = { readonly reason: Reason; readonly detail: string };

/** Reports everything that is found in a compound file, at any depth, and says what it is. */
export function inspectCompound(compound: Compound, found: Found): Grounds {
  const encrypted: Entry[] = [];
  for (const entry of compound.entries) {
    inspectContainer(entry, found);
    inspectPart(entry, found);
    if (entry.isStream && entry.name.startsWith('\x05'))
      inspectProperties(entry.bytes, plainName(entry), placeOf(entry), found);
    if (!entry.isStream && inspectDocument(entry, found)) encrypted.push(entry);
  }
  for (const { at, bytes } of compound.unused) if (holdsText(bytes)) found('ole.unused', at);
  for (const { at, bytes } of compound.freeEntries) if (holdsText(bytes)) found('ole.directory.free', at);

  const protection = protectionOf(compound.entries);
  if (protection === 'rights management')
    return { reason: 'encrypted', detail: 'protected by rights management (IRM)' };
  if (protection) return { reason: 'encrypted', detail: protection };
  const kind = KINDS.find(({ holds }) => compound.root.children.some(({ name }) => holds.includes(name)))?.kind;
  if (encrypted.includes(compound.root)) return { reason: 'encrypted', detail: `encrypted ${kind}` };
  return kind
    ? { reason: 'legacy-format', detail: `${kind} in a compound file is not a format we rebuild` }
    : { reason: 'unsupported', detail: 'compound file of a kind that no table names' };
}

const KINDS: readonly { readonly kind: string; readonly holds: readonly string[] }[] = [
  { kind: 'word document', holds: ['WordDocument'] },
  { kind: 'workbook', holds: ['Workbook', 'Book'] },
  { kind: 'presentation', holds: ['PowerPoint Document', 'PP40', 'PP97_DUALSTORAGE'] },
  { kind: 'mail message', holds: [PROPERTIES] },
  { kind: 'visio drawing', holds: ['VisioDocument'] },
  { kind: 'publication', holds: ['Quill'] },
];

function inspectContainer(entry: Entry, found: Found): void {
  if (entry.hasTimes) found('ole.storage.times', placeOf(entry));
  if (entry.hasClass) found('ole.storage.class', placeOf(entry));
  if (holdsPath(entry.bytes)) found('ole.stream.path', placeOf(entry));
  if (holdsText(entry.slack)) found('ole.slack', placeOf(entry));
}

/** A storage with the main stream of a document is one, wherever it stands. Says whether it is encrypted. */
function inspectDocument(storage: Entry, found: Found): boolean {
  const results = storage.children.map((child): boolean => {
    const at = placeOf(child);
    switch (child.name) {
      case 'WordDocument':
        return inspectWord(child.bytes, storage, at, found).isEncrypted;
      case 'Workbook':
      case 'Book':
        return inspectExcel(child.bytes, child.name === 'Workbook', at, found).isEncrypted;
      case 'PowerPoint Document':
        return inspectPowerPoint(child.bytes, at, found).isEncrypted;
      case 'Current User':
        return inspectCurrentUser(child.bytes, at, found).isEncrypted;
      case PROPERTIES:
        inspectMessage(storage, found);
        return false;
      default:
        return false;
    }
  });
  return results.includes(true);
}
