// No clamd is believed before it has shown that it detects, and that it says so when it could not look: by default it
// answers OK for what is encrypted or beyond its limits. Each sample is made here; none is harmful.

import { crc32 } from 'node:zlib';
import { resultOf } from './clamd.ts';
import { type Address, ask, stream } from './clamd-protocol.ts';

// In two pieces, so that this file is not itself taken for the test virus (https://www.eicar.org).
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

/** clamd.conf accepts no deeper MaxRecursion than 100. */
const BEYOND_ANY_DEPTH = 101;

/** Says what is wrong with the clamd at the address, null when it may be believed. Rejects when it does not answer. */
export async function faultOf(address: Address, timeoutMs: number): Promise<string | null> {
  if ((await ask(address, 'PING', timeoutMs)) !== 'PONG') return 'it does not speak as clamd does';
  const answers = async (sample: Uint8Array, result: string) =>
    resultOf(await stream(address, sample, timeoutMs))?.result === result;
  if (!(await answers(Buffer.from(EICAR), 'malware'))) return 'it does not detect the EICAR test file';
  if (!(await answers(zipOf(Buffer.alloc(64), ENCRYPTED), 'encrypted'))) return 'clamd.conf lacks `AlertEncrypted yes`';
  if (!(await answers(nested(BEYOND_ANY_DEPTH), 'limit'))) return 'clamd.conf lacks `AlertExceedsMax yes`';
  return null;
}

function nested(depth: number): Buffer {
  let zip = zipOf(Buffer.from('nothing'));
  for (let level = 1; level < depth; level++) zip = zipOf(zip);
  return zip;
}

/** General purpose flag, bit 0 (APPNOTE.TXT 4.4.4). */
const ENCRYPTED = 1;

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
