// Cells of a sheet, by column: whether an area meets any of them is asked for every formula of the workbook.

import type { Area } from './area.ts';

export type CellSet = {
  readonly size: number;
  has(row: number, column: number): boolean;
  meets(area: Area): boolean;
  within(area: Area): Generator<readonly [row: number, column: number]>;
};

export function cellSet(cells: Iterable<{ readonly row: number; readonly column: number }>): CellSet {
  const columns = new Map<number, number[]>();
  let size = 0;
  for (const { row, column } of cells) {
    const rows = columns.get(column);
    if (rows) rows.push(row);
    else columns.set(column, [row]);
    size++;
  }
  for (const rows of columns.values()) rows.sort((a, b) => a - b);
  function* within({ left, top, right, bottom }: Area): Generator<readonly [row: number, column: number]> {
    for (const [column, rows] of columns) {
      if (column < left || column > right) continue;
      for (let i = firstFrom(rows, top); i < rows.length; i++) {
        const row = rows[i] ?? 0;
        if (row > bottom) break;
        yield [row, column];
      }
    }
  }
  return {
    size,
    has: (row, column) => {
      const rows = columns.get(column) ?? [];
      return rows[firstFrom(rows, row)] === row;
    },
    meets: (area) => within(area).next().done !== true,
    within,
  };
}

/** The index of the first that is not smaller. */
function firstFrom(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
