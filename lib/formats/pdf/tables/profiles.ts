// Colour profiles that are the same file in millions of documents, by the SHA-256 of their bytes. They say nothing of
// anybody, and readers know them by their bytes: PDFium takes this one for the sRGB it has built in, and computes
// slightly other colours from a copy that was cleaned.

import { createHash } from 'node:crypto';

const PUBLIC_PROFILES: ReadonlySet<string> = new Set([
  // 'sRGB IEC61966-2.1', 3,144 bytes, Hewlett-Packard 1998: shipped with Windows, Acrobat and most cameras.
  '2b3aa1645779a9e634744faf9b01e9102b0c9b88fd6deced7934df86b949af7e',
]);

// The rendering intent in the header (ICC.1 7.2.15), which programs set as they like.
const INTENT = 67;

/** Whether the bytes are one of these, whatever its rendering intent. */
export function isPublicProfile(bytes: Uint8Array): boolean {
  const copy = Uint8Array.from(bytes);
  if ((copy[INTENT] ?? 0) <= 3) copy[INTENT] = 0;
  return PUBLIC_PROFILES.has(createHash('sha256').update(copy).digest('hex'));
}
