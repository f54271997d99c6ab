// Defined names and what policy takes away: a name for something that goes has nothing to stand for any more, and a
// formula that uses a name reads what the name reads.

import { readFormula } from '../shared/cells/formula-reads.ts';
import { namesGoneSheet, type Removal, readsGone } from '../shared/cells/removal.ts';
import { type Element, textOf } from '../shared/xml.ts';
import { plainValue } from './spreadsheet.ts';
import { isBuiltInName } from './structure.ts';

const MAX_ROUNDS = 64;

export type NamesOfGone = {
  /** In small letters, and those of tables that went with their sheets. */
  readonly lost: ReadonlySet<string>;
  readonly reading: ReadonlySet<string>;
};

const nameOf = (element: Element) => (plainValue(element, 'name') ?? '').toLowerCase();

/** `tables` are those that went, `removal` knows tables that lost cells. */
export function namesOfGone(names: readonly Element[], tables: ReadonlySet<string>, removal: Removal): NamesOfGone {
  const lost = new Set(tables);
  const reading = new Set(removal.names);
  for (let i = 0, size = -1; i < MAX_ROUNDS && size !== lost.size + reading.size; i++) {
    size = lost.size + reading.size;
    for (const name of names) {
      if (isLost(name, { ...removal, names: lost })) lost.add(nameOf(name));
      else if (readsGone(textOf(name), '', { ...removal, names: new Set([...lost, ...reading]) }))
        reading.add(nameOf(name));
    }
  }
  return { lost, reading };
}

/** Whether a name has nothing to stand for any more. `removal.names` are the names that are lost themselves. */
export function isLost(name: Element, removal: Removal): boolean {
  const reading = readFormula(textOf(name));
  return (
    namesGoneSheet(reading, removal) ||
    reading.words.some((word) => removal.names.has(word)) ||
    (!isBuiltInName(name) && reading.literals.some((literal) => removal.texts.has(literal.trim().toLowerCase())))
  );
}
