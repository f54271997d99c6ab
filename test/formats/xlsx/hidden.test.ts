import { xlsx } from '../../../lib/formats/xlsx/xlsx.ts';
import { hiddenCells } from '../../fixtures/xlsx/hidden-cells.ts';
import { hiddenSheets } from '../../fixtures/xlsx/hidden-sheets.ts';
import { hiddenSuite } from '../../support/hidden-suite.ts';

const CARRIERS = ['sheet.hidden', 'row.hidden', 'row.filtered', 'column.hidden', 'cell.invisible'];
hiddenSuite(xlsx, 'werkmap.xlsx', CARRIERS, [...hiddenSheets, ...hiddenCells]);
