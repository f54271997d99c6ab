// Texts that people read or hear and that are kept (ISO 32000-2 14.9, 12.3.3, 12.4.2): what in them may not be said.

import type { Found } from '../../core/format.ts';
import { peopleIn, withoutPeople } from '../shared/personal.ts';
import { pathsIn, valuesOf, withoutPaths } from './texts.ts';

export type Spoken = {
  /** What may be said. */
  readonly text: string;
  readonly paths: readonly string[];
  readonly people: readonly string[];
};

/** The text without paths and, unless they are kept, without identifiers of people; undefined where neither is in it. */
export function spoken(untrusted: string, { keepsPeople }: { readonly keepsPeople: boolean }): Spoken | undefined {
  const paths = pathsIn(untrusted);
  const rest = paths.length > 0 ? withoutPaths(untrusted) : untrusted;
  const people = peopleIn(rest);
  if (paths.length === 0 && people.length === 0) return undefined;
  return { text: keepsPeople || people.length === 0 ? rest : withoutPeople(rest), paths, people };
}

/** Reports what a text that is kept had to lose. */
export function reportSpoken(found: Found, at: string, { paths, people }: Spoken): void {
  if (paths.length > 0) found('pdf.text.path', at, { values: valuesOf(paths) });
  if (people.length > 0) found('pdf.text.personal', at, { count: people.length, values: valuesOf(people) });
}
