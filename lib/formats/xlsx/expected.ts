// What a rebuilt workbook may hold, for the second reader: names and types of members.

import type { Expected } from '../shared/ooxml/leftovers.ts';
import { carriers } from './carriers.ts';

export const EXPECTED: Expected = {
  id: 'xlsx',
  carriers,
  usualName:
    /^(?:\[Content_Types\]\.xml|_rels\/\.rels|docProps\/(?:core|app)\.xml|xl\/(?:(?:worksheets|chartsheets|media|theme|charts|diagrams|drawings|embeddings|tables|pivotTables|pivotCache)\/)?(?:_rels\/)?[A-Za-z_]+\d*\.[a-z]+(?:\.rels)?)$/,
  knownType: new RegExp(
    `^(?:application/xml|image/(?:jpeg|png|gif|tiff|bmp|x-emf|x-wmf)|application/vnd\\.(?:${[
      'openxmlformats-package\\.(?:relationships|core-properties)\\+xml',
      'openxmlformats-officedocument\\.(?:extended-properties|theme|drawing|drawingml\\.[A-Za-z]+|themeOverride)\\+xml',
      'openxmlformats-officedocument\\.spreadsheetml\\.(?:(?:sheet|template)\\.main|worksheet|chartsheet|sharedStrings|styles|table|pivotTable|pivotCacheDefinition)\\+xml',
      'openxmlformats-officedocument\\.(?:wordprocessingml|spreadsheetml|presentationml)\\.(?:document|sheet|presentation)',
      'ms-office\\.(?:chartcolorstyle|chartstyle|chartex|drawingml\\.diagramDrawing)\\+xml',
    ].join('|')}))$`,
  ),
};
