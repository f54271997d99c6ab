// Which format an object is, by its content alone (design 3.1). A file that is two things at once is refused: what one
// reader shows is not what another opens. Only containers that readers find without our help count: a ZIP directory at
// the very end of the file, a PDF header in the first 1,024 bytes, a tape or disc header in its fixed place. A film
// after a photograph (a motion photo) is no second face but a trailer, which the format drops and reports.

import { type Family, familyOf } from './families.ts';
import type { Format } from './format.ts';
import type { Limits } from './limits.ts';
import { Refusal } from './refusal.ts';
import { isZip, zipDirectory } from './zip-directory.ts';

/** The one format that recognises the bytes. Rejects with a Refusal: polyglots, families we know but do not support. */
export function identify(
  untrusted: Uint8Array,
  { formats, limits }: { readonly formats: readonly Format[]; readonly limits: Limits },
): Format {
  if (untrusted.length === 0) throw new Refusal('malformed', 'zero bytes');
  if (untrusted.length > limits.maxInputBytes) throw new Refusal('limit', `${untrusted.length} bytes of input`);
  const matching = formats.filter((format) => format.matches(untrusted));
  const [format] = matching;
  if (!format) throw refusalOf(familyOf(untrusted));
  const faces = [...matching.map(({ id }) => id), ...secondFaces(untrusted, format)];
  if (faces.length > 1) throw new Refusal('malformed', `polyglot of ${faces.join(' and ')}`);
  return format;
}

function refusalOf({ name, reason }: Family): Refusal {
  if (reason === 'encrypted' || reason === 'malformed') return new Refusal(reason, name);
  return new Refusal(
    reason,
    name === 'unknown' ? 'no format recognises the bytes' : `${name} is not a format we rebuild`,
  );
}

const PDF_HEADER = Buffer.from('%PDF-');
// Readers look for the header this far (ISO 32000-1 annex H.3.4.1).
const PDF_HEADER_WITHIN = 1024;
const TAPE_MAGIC = { at: 257, bytes: Buffer.from('ustar') };
const DISC_MAGIC = { at: 0x8001, bytes: Buffer.from('CD001') };

function secondFaces(untrusted: Uint8Array, format: Format): readonly string[] {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  const stands = ({ at, bytes: magic }: typeof TAPE_MAGIC) => bytes.subarray(at, at + magic.length).equals(magic);
  const faces: string[] = [];
  const header = bytes.subarray(0, PDF_HEADER_WITHIN).indexOf(PDF_HEADER);
  if (format.mediaType !== 'application/pdf' && header >= 0) faces.push('pdf');
  if (!isZip(bytes) && zipDirectory(bytes)) faces.push('zip');
  if (stands(TAPE_MAGIC)) faces.push('tar');
  if (stands(DISC_MAGIC)) faces.push('disc image');
  return faces;
}
