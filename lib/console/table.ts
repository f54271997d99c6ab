// A table that is read row by row where the screen is narrow (WCAG 2.2, 1.4.10): each cell then says its column.

import { html } from 'hono/html';
import { type Html, nothing } from './page.ts';

type Cell = Html | string;

export type Table = {
  /** The id of its heading. */
  readonly heading: string;
  /** An empty name belongs to a column whose cells speak for themselves. */
  readonly columns: readonly string[];
  readonly rows: readonly { readonly kind?: string; readonly cells: readonly Cell[] }[];
  readonly kind?: string;
  /** Whether the first cell names the row. */
  readonly isNamed?: boolean;
};

export function dataTable({ heading, columns, rows, kind = '', isNamed = false }: Table): Html {
  const cell = (says: Cell, at: number) => {
    const column = columns[at];
    const label = column ? html` data-label="${column}"` : nothing;
    return isNamed && at === 0 ? html`<th scope="row">${says}</th>` : html`<td${label}>${says}</td>`;
  };
  return html`<div class="wide" role="group" aria-labelledby="${heading}" tabindex="0"><table class="rows ${kind}"><thead><tr>${columns.map((column) => (column ? html`<th scope="col">${column}</th>` : html`<td></td>`))}</tr></thead>
<tbody>${rows.map(({ kind: is, cells }) => html`<tr${is ? html` class="${is}"` : nothing}>${cells.map(cell)}</tr>`)}</tbody></table></div>`;
}
