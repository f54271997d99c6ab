// Rich Text Format, version 1.9.1 (Microsoft, 2008) and older: groups and control words of which those are kept that a
// table names. Readers skip what they do not know, so anything can hide there; here nothing unknown is passed on.

import type { Format } from '../../core/format.ts';
import { carriers } from './carriers.ts';
import { compare } from './compare.ts';
import { rebuild } from './rebuild.ts';
import { startOf } from './start.ts';
import { visible } from './visible.ts';

export const rtf: Format = {
  id: 'rtf',
  mediaType: 'application/rtf',
  extensions: ['rtf'],
  carriers,
  // It knows fewer code pages than readers do, and says so.
  allowedTags: ['RTF:Title', 'ExifTool:Warning'],
  matches: (untrusted) => startOf(Buffer.from(untrusted.subarray(0, 128))) >= 0,
  sanitize: rebuild,
  compare,
  visible,
};
