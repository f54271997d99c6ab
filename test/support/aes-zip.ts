// Reads an archive of one encrypted member (WinZip's AE-2, stored) without the library that wrote it:
// https://www.winzip.com/en/support/aes-encryption/

import { createCipheriv, createHmac, pbkdf2Sync } from 'node:crypto';

export type Member = { readonly name: string; readonly body: Buffer };

/** Undefined where the password is another, or a byte was changed. Rejects for what is no such archive. */
export function openAesZip(archive: Uint8Array, password: string): Member | undefined {
  const zip = Buffer.from(archive);
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const central = zip.readUInt32LE(end + 16);
  if (zip.readUInt16LE(end + 10) !== 1 || zip.readUInt16LE(central + 10) !== 99) throw new Error('not one AES member');
  const nameLength = zip.readUInt16LE(central + 28);
  const name = zip.toString('utf8', central + 46, central + 46 + nameLength);
  const extra = zip.subarray(central + 46 + nameLength, central + 46 + nameLength + zip.readUInt16LE(central + 30));
  const at = extra.indexOf(Buffer.from([0x01, 0x99, 7, 0]));
  const [version, strength, method] = [extra.readUInt16LE(at + 4), extra[at + 8], extra.readUInt16LE(at + 9)];
  if (version !== 2 || strength !== 3 || method !== 0) throw new Error('not AE-2 with 256 bits, stored');
  const local = zip.readUInt32LE(central + 42);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const data = zip.subarray(start, start + zip.readUInt32LE(central + 20));
  const [salt, check] = [data.subarray(0, 16), data.subarray(16, 18)];
  const [body, mac] = [data.subarray(18, -10), data.subarray(-10)];
  const keys = pbkdf2Sync(password, salt, 1000, 66, 'sha1');
  if (!keys.subarray(64).equals(check)) return undefined;
  const says = createHmac('sha1', keys.subarray(32, 64)).update(body).digest().subarray(0, 10);
  return says.equals(mac) ? { name, body: decrypted(body, keys.subarray(0, 32)) } : undefined;
}

/** Counter mode whose counter begins at one and is little-endian, which Node's own is not. */
function decrypted(body: Buffer, key: Buffer): Buffer {
  const counters = Buffer.alloc(Math.ceil(body.length / 16) * 16);
  for (let block = 0; block * 16 < counters.length; block += 1) counters.writeUInt32LE(block + 1, block * 16);
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const stream = Buffer.concat([cipher.update(counters), cipher.final()]);
  return Buffer.from(body.map((byte, index) => byte ^ (stream[index] ?? 0)));
}
