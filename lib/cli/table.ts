import { printable } from './printable.ts';

type Cell = string | number | readonly string[];

/** Rows under a line of column names, aligned; the last column runs free. */
export function table(rows: readonly Readonly<Record<string, Cell>>[]): readonly string[] {
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, ...rows.map((row) => names.map((name) => textOf(row[name] ?? '')))];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function textOf(cell: Cell): string {
  return printable(typeof cell === 'object' ? cell.join(' ') : String(cell));
}
