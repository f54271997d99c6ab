// Harmless bytes that a malware scanner has something to say about: what it detects, and what it cannot look at.

import { crc32 } from 'node:zlib';

/** The test virus of https://www.eicar.org. In two pieces, so that this file is not itself taken for it. */
export const EICAR: Uint8Array = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
);

/** A zip whose member says that it is encrypted (APPNOTE.TXT 4.4.4, bit 0). */
export function encryptedZip(): Uint8Array {
  return zipOf(Buffer.alloc(64), 1);
}

/** Zips in zips. Stored, so what is innermost stands in the outermost too; unless given it is nothing to detect. */
export function nestedZip(depth: number, innermost: Uint8Array = Buffer.from('nothing')): Uint8Array {
  let zip = innermost;
  for (let level = 0; level < depth; level++) zip = zipOf(zip);
  return zip;
}

/** One stored member named 'a'. */
function zipOf(member: Uint8Array, flags = 0): Buffer {
  // Version, flags, method, time, date (1 January 1980), checksum, both sizes, length of the name, of the extra field.
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(flags, 2);
  common.writeUInt16LE(0x21, 8);
  common.writeUInt32LE(crc32(member), 10);
  common.writeUInt32LE(member.length, 14);
  common.writeUInt32LE(member.length, 18);
  common.writeUInt16LE(1, 22);
  const name = Buffer.from('a');
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, member]);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
