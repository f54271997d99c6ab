// The second reader's count of rows and columns: which cells of a table are in hidden ones. One element may stand for
// many cells, of which some are hidden.

type Value = (name: string) => string | undefined;

export type CellPlace = {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
  /** How many stretches of what it stands for are seen. */
  readonly seen: number;
  /** The columns of it that are not. */
  readonly hidden: readonly (readonly [from: number, to: number])[];
};

type State = {
  readonly closed: boolean[];
  readonly hidden: (readonly [from: number, to: number])[];
  columns: number;
  row: number;
  rows: number;
  isHidden: boolean;
  column: number;
};

const GROUP = /^table-(?:rows|row-group|header-rows|columns|column-group|header-columns)$/;

/** Told of every tag; answers where a cell is. */
export function gridCounter() {
  const tables: State[] = [];
  return {
    open(local: string, value: Value): CellPlace | undefined {
      const table = tables.at(-1);
      if (local === 'table')
        tables.push({ closed: [], hidden: [], columns: 1, row: 1, rows: 0, isHidden: false, column: 1 });
      if (!table) return undefined;
      const isHidden = (value('visibility') ?? 'visible') !== 'visible' || table.closed.includes(true);
      const times = (what: string) => Math.max(1, Math.min(Number(value(`number-${what}-repeated`) ?? 1) || 1, MAX));
      if (GROUP.test(local)) table.closed.push(value('display') === 'false');
      else if (local === 'table-column') {
        const from = table.columns;
        table.columns += times('columns');
        if (isHidden) table.hidden.push([from, table.columns]);
      } else if (local === 'table-row') {
        table.row += table.rows;
        Object.assign(table, { rows: times('rows'), isHidden, column: 1 });
      } else if (local === 'table-cell' || local === 'covered-table-cell') {
        const column = table.column;
        const columns = times('columns');
        table.column += columns;
        return { row: table.row, rows: table.rows, column, columns, ...sightOf(column, column + columns, table) };
      }
      return undefined;
    },
    close(local: string): void {
      if (local === 'table') tables.pop();
      else if (GROUP.test(local)) tables.at(-1)?.closed.pop();
    },
  };
}

const MAX = 0x7fffffff;

function sightOf(from: number, to: number, { hidden, isHidden }: State): Pick<CellPlace, 'seen' | 'hidden'> {
  if (isHidden) return { seen: 0, hidden: [[from, to]] };
  const inside = hidden.filter(([start, end]) => start < to && end > from);
  let seen = 0;
  let at = from;
  for (const [start, end] of inside) {
    if (start > at) seen++;
    at = Math.max(at, end);
  }
  return { seen: at < to ? seen + 1 : seen, hidden: inside };
}
