// Pivot tables over what goes: the list of their values holds what stood there, and made anew they would show something
// else. Their cells stay as they are, and they are tables no more, like those whose source is in another workbook.

import { areaOf } from '../shared/cells/area.ts';
import { readsGone } from '../shared/cells/removal.ts';
import type { Package } from '../shared/ooxml/package.ts';
import type { Xml } from '../shared/ooxml/rounds.ts';
import type { Element } from '../shared/xml.ts';
import { reportReferences } from './hidden-cells.ts';
import type { Plan, SheetCells } from './hidden-plan.ts';
import { dropCaches, keyOf } from './pivots.ts';
import { childOf, isSheet, plainValue } from './spreadsheet.ts';

export function dropPivotsOfGone(
  pack: Package,
  parts: readonly Xml[],
  sheets: readonly SheetCells[],
  plan: Plan,
): void {
  const leadsTo = (from: Xml, to: Xml) =>
    from.relationships.some(({ fate }) => fate.is === 'part' && keyOf(fate.member) === keyOf(to.member.name));
  const tables = parts.filter(({ document }) => isSheet(document.root, 'pivotTableDefinition'));
  const isOnGone = (table: Xml) =>
    sheets.some(({ part, name }) => {
      const area = areaOf(plainValue(childOf(table.document.root, 'location'), 'ref') ?? '');
      return leadsTo(part, table) && (!area || (plan.gone.get(name)?.cells.meets(area) ?? false));
    });
  const caches = parts.filter(({ document, ...cache }) => {
    if (!isSheet(document.root, 'pivotCacheDefinition')) return false;
    const own = tables.filter((table) => leadsTo(table, { ...cache, document }));
    return own.length === 0 || own.some(isOnGone) || isFromGone(document.root, plan);
  });
  for (const { job } of caches) reportReferences([job.what], job);
  dropCaches(pack, parts, caches);
}

function isFromGone(root: Element, plan: Plan): boolean {
  const source = childOf(childOf(root, 'cacheSource'), 'worksheetSource');
  // Sources of several areas and of scenarios are not followed.
  if (!source) return true;
  const [sheet, reference, name] = ['sheet', 'ref', 'name'].map((attribute) => plainValue(source, attribute));
  if (name !== undefined) return plan.names.has(name.toLowerCase());
  const quoted = `'${(sheet ?? '').replaceAll("'", "''")}'!${reference ?? ''}`;
  return readsGone(quoted, '', plan) !== undefined;
}
