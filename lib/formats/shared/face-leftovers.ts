// Behind a short face name often stands the rest of a longer one that was in the same memory before: 'Arial', a zero,
// 'ew Roman'. Families that every machine has say nothing of anybody, and other parts of a document name them too.

import { textRuns } from './blank.ts';

const FAMILIES = [
  ...[
    'Times New Roman',
    'Courier New',
    'Arial Unicode MS',
    'Arial Narrow',
    'Arial Black',
    'Cambria Math',
    'Calibri Light',
  ],
  ...[
    'MS Sans Serif',
    'Microsoft Sans Serif',
    'MS Shell Dlg 2',
    'MS Reference Sans Serif',
    'Segoe UI Symbol',
    'Trebuchet MS',
  ],
  ...[
    'Lucida Sans Unicode',
    'Lucida Console',
    'Comic Sans MS',
    'Bookman Old Style',
    'Century Gothic',
    'Century Schoolbook',
  ],
  ...['Liberation Sans', 'Liberation Serif', 'DejaVu Sans', 'Helvetica', 'Wingdings', 'Garamond', 'Palatino Linotype'],
];

/** Texts behind a face name that are not the end of such a family's name. */
export function faceLeftovers(lost: Uint8Array): readonly string[] {
  return textRuns(lost).filter((text) => !FAMILIES.some((family) => family.endsWith(text)));
}
