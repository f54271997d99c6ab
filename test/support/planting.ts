// What the tests of the proof of absence share: the search with its usual limits, and places to plant something in.

import { findResidue } from '../../lib/core/absence.ts';
import type { RemovedValue, VisibleRanges } from '../../lib/core/format.ts';
import { LIMITS, type Limits } from '../../lib/core/limits.ts';
import { deflateSync, pdfOf, type ZipMember } from './byte-forms.ts';

export const search = (
  body: Uint8Array,
  removed: readonly RemovedValue[],
  visible: VisibleRanges = new Map(),
  limits: Limits = LIMITS,
) => findResidue(body, removed, visible, limits);

export const bytes = (text: string): Buffer => Buffer.from(text);

export const member = (data: Uint8Array, how: ZipMember[2] = 'deflated', name = 'word/document.xml'): ZipMember => [
  name,
  data,
  how,
];

export const flate = (data: Uint8Array): Buffer => pdfOf({ dict: '/Filter /FlateDecode', data: deflateSync(data) });
