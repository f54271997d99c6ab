import type { Carrier, Finding } from '../core/finding.ts';
import { knownCarriers } from '../tools.ts';
import type { Command } from './command.ts';
import type { Result } from './judge-files.ts';
import { judgePaths } from './judge-paths.ts';
import { JUDGING_OPTIONS } from './judging-options.ts';
import { printable } from './printable.ts';
import { resultAsText } from './result-lines.ts';

// More places than this are counted: a comment in every cell is no reason to fill the screen.
const MAX_PLACES = 3;

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

/** Findings of one carrier and action together: what it is, its id, how many and where. */
function findingLines(result: Result, says: ReadonlyMap<string, Carrier>): readonly string[] {
  if (result.outcome === null) return [];
  const groups = Map.groupBy(result.findings, ({ action, carrier }) => `${action}\t${carrier}`);
  return [...groups.values()].map((group) => lineOf(group, says));
}

function lineOf(group: readonly Finding[], says: ReadonlyMap<string, Carrier>): string {
  const [first] = group;
  if (!first) return '';
  const count = group.reduce((sum, finding) => sum + finding.count, 0);
  const places = group.slice(0, MAX_PLACES).map(({ at }) => at);
  const more = group.length > MAX_PLACES ? [`${group.length - MAX_PLACES} more places`] : [];
  const what = says.get(first.carrier)?.says ?? first.code;
  return printable(
    `  ${first.action}: ${what} (${first.carrier}, tier ${first.tier}), ${count}× at ${[...places, ...more].join(', ')}`,
  );
}
