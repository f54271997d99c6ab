// What a rebuilt presentation may hold, for the second reader: names and types of members.

import type { Expected } from '../shared/ooxml/leftovers.ts';
import { carriers } from './carriers.ts';

export const EXPECTED: Expected = {
  id: 'pptx',
  // Kept by default, it brings no part, name, type or link of its own.
  carriers: carriers.filter(({ id }) => id !== 'pptx.layout.off-slide'),
  usualName:
    /^(?:\[Content_Types\]\.xml|_rels\/\.rels|docProps\/(?:core|app)\.xml|ppt\/(?:(?:slides|slideLayouts|slideMasters|media|fonts|theme|charts|diagrams|drawings|embeddings)\/)?(?:_rels\/)?[A-Za-z_]+\d*\.[a-z]+(?:\.rels)?)$/,
  knownType: new RegExp(
    `^(?:application/xml|image/(?:jpeg|png|gif|tiff|bmp|x-emf|x-wmf)|application/x-fontdata|application/vnd\\.(?:${[
      'openxmlformats-package\\.(?:relationships|core-properties)\\+xml',
      'openxmlformats-officedocument\\.(?:extended-properties|theme|drawingml\\.[A-Za-z]+|themeOverride)\\+xml',
      'openxmlformats-officedocument\\.presentationml\\.(?:(?:presentation|template|slideshow)\\.main|slide|slideLayout|slideMaster|presProps|tableStyles)\\+xml',
      'openxmlformats-officedocument\\.(?:wordprocessingml|spreadsheetml|presentationml)\\.(?:document|sheet|presentation)',
      'ms-office\\.(?:chartcolorstyle|chartstyle|chartex|drawingml\\.diagramDrawing)\\+xml',
    ].join('|')}))$`,
  ),
};
