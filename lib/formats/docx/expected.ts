// What a rebuilt Word document may hold, for the second reader: names and types of members.

import type { Expected } from '../shared/ooxml/leftovers.ts';
import { carriers } from './carriers.ts';

export const EXPECTED: Expected = {
  id: 'docx',
  carriers,
  usualName:
    /^(?:\[Content_Types\]\.xml|_rels\/\.rels|docProps\/(?:core|app)\.xml|word\/(?:(?:media|fonts|theme|charts|diagrams|drawings|embeddings)\/)?(?:_rels\/)?[A-Za-z_]+\d*\.[a-z]+(?:\.rels)?)$/,
  knownType: new RegExp(
    `^(?:application/xml|image/(?:jpeg|png|gif|tiff|bmp|x-emf|x-wmf)|application/x-fontdata|application/vnd\\.(?:${[
      'openxmlformats-package\\.(?:relationships|core-properties)\\+xml',
      'openxmlformats-officedocument\\.(?:extended-properties|theme|drawingml\\.[A-Za-z]+|themeOverride)\\+xml',
      'openxmlformats-officedocument\\.wordprocessingml\\.(?:(?:document|template)\\.main|styles|settings|webSettings|fontTable|numbering|header|footer|footnotes|endnotes)\\+xml',
      'openxmlformats-officedocument\\.(?:wordprocessingml|spreadsheetml|presentationml)\\.(?:document|sheet|presentation)',
      'openxmlformats-officedocument\\.obfuscatedFont',
      'ms-office\\.(?:chartcolorstyle|chartstyle|chartex|drawingml\\.diagramDrawing)\\+xml',
    ].join('|')}))$`,
  ),
};
