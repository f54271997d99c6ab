// Charts (ISO/IEC 29500-1 21.2, [MS-ODRAWXML] 2.24) hold what they show, and beside it where in a workbook it came from:
// file, sheet, cells. Without the workbook that is only what somebody called a file or a sheet.

import { elementsOf, type XmlDocument } from '../xml.ts';
import type { XmlEdits } from '../xml-edit.ts';
import { type Job, tally } from './job.ts';
import { vocabularyOf } from './namespaces.ts';
import { usedIds } from './references.ts';
import type { Xml } from './rounds.ts';

/** Replaces the names in formulas; cells stay, and with the workbook sheets do. */
export function cleanCharts(document: XmlDocument, hasWorkbook: boolean, edits: XmlEdits, job: Job): void {
  const counts = tally(job);
  for (const { local, uri, texts } of elementsOf(document.root)) {
    const vocabulary = vocabularyOf(uri);
    if (local !== 'f' || (vocabulary !== 'c' && vocabulary !== 'c15' && vocabulary !== 'cx')) continue;
    for (const { start, end, value } of texts) {
      const cleaned = hasWorkbook && !/[[\]\\]|:\/\//.test(value) ? value : withoutNames(value.trim());
      if (cleaned === value || !counts.drop('chart.source', ...namesIn(value))) continue;
      edits.replace(start, end, cleaned);
    }
  }
  counts.report();
}

const CELLS = /\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?/;
const REFERENCE = new RegExp(`^(?:'(?:[^']|'')*'|[^'!(),]*)!(${CELLS.source})$`);

/** 'Jan 2024'!$A$1:$B$9 becomes Sheet1!$A$1:$B$9; what is no plain reference becomes one to nothing in particular. */
function withoutNames(formula: string): string {
  const cells = REFERENCE.exec(formula)?.[1];
  return `Sheet1!${cells ?? '$A$1'}`;
}

function namesIn(formula: string): string[] {
  return [formula, ...(formula.match(/[^'![\](),]{4,}/g) ?? [])].filter((text) => !CELLS.test(text));
}

/** Whether the workbook behind the chart is still there. */
export function hasWorkbook({ relationships, document }: Xml): boolean {
  const used = usedIds(document);
  return relationships.some(
    ({ relationship, fate }) => fate.is === 'part' && fate.part.kind === 'package' && used.has(relationship.id),
  );
}
