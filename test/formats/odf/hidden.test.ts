import { odf } from '../../../lib/formats/odf/odf.ts';
import { hiddenCases } from '../../fixtures/odf/hidden.ts';
import { hiddenSuite } from '../../support/hidden-suite.ts';

hiddenSuite(odf, 'blad.ods', ['sheet.hidden', 'sheet.cells', 'sheet.scenario'], hiddenCases);
