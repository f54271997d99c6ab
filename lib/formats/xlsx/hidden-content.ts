// Taking away what nobody is shown, where policy says so: cells are emptied, what reads them gives way to what it shows,
// and everything that leads to them or repeats them goes.

import { readFormula } from '../shared/cells/formula-reads.ts';
import { namesGoneSheet } from '../shared/cells/removal.ts';
import type { Package } from '../shared/ooxml/package.ts';
import { hasXml, round, type Xml } from '../shared/ooxml/rounds.ts';
import { withoutGone } from './hidden-around.ts';
import { emptyCells, reportReferences } from './hidden-cells.ts';
import { freezeCharts } from './hidden-charts.ts';
import { dropPivotsOfGone } from './hidden-pivots.ts';
import type { Plan, SheetCells } from './hidden-plan.ts';
import { prune } from './hidden-sheets.ts';
import { cleanTable, headersOf } from './hidden-tables.ts';
import { isSheet } from './spreadsheet.ts';

/** Answers the parts that are left. */
export function takeAway(
  pack: Package,
  parts: readonly Xml[],
  sheets: readonly SheetCells[],
  plan: Plan,
): readonly Xml[] {
  for (const { part, place, names, name } of sheets) {
    const gone = plan.gone.get(name);
    const headers = gone ? headersOf(place.tables, gone) : new Map<string, string>();
    const emptying = { ordinal: place.ordinal, name, names, gone, headers };
    if (part.lifted) part.lifted.xml = emptyCells(part.lifted.xml, emptying, plan, part.job);
  }
  dropPivotsOfGone(pack, parts, sheets, plan);
  for (const part of parts) dropLinks(part, plan);
  prune(pack);
  const left = [...pack.parts.values()].filter(hasXml);
  for (const part of left) {
    const owner = sheets.find(
      (sheet) => sheet.part === part || sheet.place.tables.some(({ key }) => pack.parts.get(key) === part),
    );
    const where = { name: owner?.name ?? '', ordinal: owner?.place.ordinal ?? 0 };
    round(part, (document) => withoutGone(document, where, plan, part.job));
    round(part, (document) => freezeCharts(document, plan, part.job));
    const gone = plan.gone.get(where.name);
    if (gone && isSheet(part.document.root, 'table'))
      round(part, (document) => cleanTable(document, gone, part.job.what));
  }
  return left;
}

/** Drawings lead to sheets by relationships. */
function dropLinks({ relationships, job }: Xml, plan: Plan): void {
  const lost: string[] = [];
  relationships.forEach((judged, i) => {
    const { target } = judged.relationship;
    if (judged.fate.is !== 'address' || !target.startsWith('#')) return;
    const place = decoded(target.slice(1));
    if (!namesGoneSheet(readFormula(place), plan) && !plan.lost.has(place.trim().toLowerCase())) return;
    lost.push(`${job.what}/relationship ${i + 1}`);
    relationships[i] = { ...judged, fate: { is: 'dropped' } };
  });
  reportReferences(lost, job);
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}
