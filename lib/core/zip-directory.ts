// The end of a ZIP file (APPNOTE 6.3.10, section 4.3.16): just enough to say whether other readers will find an archive
// in these bytes and what kind it is. Formats that are built on ZIP have a reader of their own.

const END = Buffer.from('PK\x05\x06', 'latin1');
const ENTRY = Buffer.from('PK\x01\x02', 'latin1');
const LOCATOR_64 = Buffer.from('PK\x06\x07', 'latin1');
const END_SIZE = 22;
const MAX_COMMENT = 65_535;
const MAX_LISTED = 20_000;

export type ZipEntry = { readonly name: string; readonly isEncrypted: boolean };

/** Whether the bytes start as an archive does: with a member, or the end of an empty one. */
export function isZip(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 4) === 'PK\x03\x04' || (bytes.length >= END_SIZE && bytes.indexOf(END) === 0);
}

/**
 * The entries of the archive that ends exactly where the bytes end, whatever stands before it. Undefined when there is
 * none, it is empty, or its directory is not where it says. Never throws.
 */
export function zipDirectory(bytes: Buffer): readonly ZipEntry[] | undefined {
  const from = Math.max(0, bytes.length - END_SIZE - MAX_COMMENT);
  for (let at = bytes.lastIndexOf(END); at >= from; at = at > 0 ? bytes.lastIndexOf(END, at - 1) : -1) {
    const isLast = at + END_SIZE <= bytes.length && at + END_SIZE + bytes.readUInt16LE(at + 20) === bytes.length;
    const start = isLast ? directoryStart(bytes, at) : undefined;
    if (start !== undefined) return entriesFrom(bytes, start);
  }
  return undefined;
}

/** The directory stands right before its end; the offset in the record counts from wherever the archive began. */
function directoryStart(bytes: Buffer, end: number): number | undefined {
  const size = bytes.readUInt32LE(end + 12);
  const isEntryAt = (at: number) => at >= 0 && bytes.subarray(at, at + 4).equals(ENTRY);
  if (size >= 46 && size !== 0xffffffff) return isEntryAt(end - size) ? end - size : undefined;
  const is64 = end >= 20 && bytes.subarray(end - 20, end - 16).equals(LOCATOR_64);
  if (!is64) return undefined;
  const record = Number(bytes.readBigUInt64LE(end - 12));
  const start = record + 56 <= bytes.length ? Number(bytes.readBigUInt64LE(record + 48)) : -1;
  return isEntryAt(start) ? start : undefined;
}

function entriesFrom(bytes: Buffer, start: number): readonly ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = start;
  while (entries.length < MAX_LISTED && at + 46 <= bytes.length && bytes.subarray(at, at + 4).equals(ENTRY)) {
    const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes.toString('utf8', at + 46, nameEnd),
      isEncrypted: (bytes.readUInt16LE(at + 8) & 1) === 1,
    });
    at = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}
