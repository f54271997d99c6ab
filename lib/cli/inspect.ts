import type { Carrier, Finding } from '../core/finding.ts';
import { knownCarriers } from '../tools.ts';
import type { Command } from './command.ts';
import type { Result } from './judge-files.ts';
import { judgePaths } from './judge-paths.ts';
import { JUDGING_OPTIONS } from './judging-options.ts';
import { printable } from './printable.ts';
import { resultAsText } from './result-lines.ts';

// More places than this are counted: a comment in every cell is no reason to fill the screen. --json names them all.
const MAX_PLACES = 6;

// What stops the document comes first, then what says most about people.
const ORDER = ['quarantined', 'removed', 'kept'];
const TIERS = ['H', 'M', 'L'];

export const inspect: Command = {
  name: 'inspect',
  usage: 'inspect [--json] [--policy FILE] [--jobs N] [--quiet] [--scanner auto|clamd|none] PATH…',
  summary: 'say what is in each file and what would happen to it; write nothing',
  options: JUDGING_OPTIONS,

  async run(args, io) {
    const says = new Map(knownCarriers().map((carrier) => [carrier.id, carrier]));
    return judgePaths(args, io, {
      prepare: async () => async () => null,
      asText: (result) => [resultAsText(result), ...findingLines(result, says)].join('\n'),
      warning: () => undefined,
      ending: '; nothing was written',
    });
  },
};

/** Findings of one carrier and action together: what it is, its id, how many and where; the gravest first. */
function findingLines(result: Result, says: ReadonlyMap<string, Carrier>): readonly string[] {
  if (result.outcome === null) return [];
  const groups = Map.groupBy(result.findings, ({ action, carrier }) => `${action}\t${carrier}`);
  const rank = ([first]: readonly Finding[]) =>
    first ? ORDER.indexOf(first.action) * TIERS.length + TIERS.indexOf(first.tier) : 0;
  return [...groups.values()].toSorted((a, b) => rank(a) - rank(b)).map((group) => lineOf(group, says));
}

function lineOf(group: readonly Finding[], says: ReadonlyMap<string, Carrier>): string {
  const [first] = group;
  if (!first) return '';
  const count = group.reduce((sum, finding) => sum + finding.count, 0);
  const places = shortened(group.slice(0, MAX_PLACES).map(({ at }) => at));
  const rest = group.length - MAX_PLACES;
  const more = rest > 0 ? [rest === 1 ? '1 more place' : `${rest} more places`] : [];
  const what = says.get(first.carrier)?.says ?? first.code;
  return printable(
    `  ${first.action}: ${what} (${first.carrier}, tier ${first.tier}), ${count}× at ${[...places, ...more].join(', ')}`,
  );
}

/** 'page 1/annotation 3', 'page 1/annotation 4' as 'page 1/annotation 3', '4'. */
export function shortened(places: readonly string[]): readonly string[] {
  const stem = (place: string) => place.slice(0, Math.max(place.lastIndexOf('/'), place.lastIndexOf(' ')) + 1);
  return places.map((place, at) => {
    const before = places[at - 1];
    const same = stem(place);
    return before !== undefined && same !== '' && stem(before) === same ? place.slice(same.length) : place;
  });
}
