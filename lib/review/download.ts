// Handing out an original: never as it is, which a program could open by itself, but in an archive that is encrypted
// (AES-256), under a name of ours. The link to it is good for a minute, for one person, and does not hold the password.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import type { Case } from '../core/records.ts';
import { payloadKey } from '../core/records-cases.ts';
import type { ObjectStore } from '../core/store.ts';
import { sha256 } from '../core/verify.ts';
import { normalised } from './principals.ts';

/** What is held in memory twice while it is packed; who needs more reads the bucket. */
export const MAX_DOWNLOAD_BYTES = 100 * 1024 * 1024;
const LINK_MS = 60_000;
const AES_256 = 3;
/** No clock of ours stands in the archive. */
const NO_TIME = new Date(1980, 0, 1);

/** What quarantine holds for a case are not the bytes that its evidence speaks of. */
export class OtherOriginal extends Error {
  override readonly name = 'OtherOriginal';
}

/** What the file in the archive is called, and the hash that it has to have; null for what was never read into memory. */
export type Packing = { readonly member: string; readonly sha256: string | null };
export type Packed = { readonly archive: Uint8Array; readonly member: string; readonly sha256: string };

/**
 * The original of a case in an encrypted archive; undefined where it is gone. It has to be on the trail before.
 * Rejects with OtherOriginal.
 */
export async function encryptedOriginal(
  quarantine: Pick<ObjectStore, 'get'>,
  evidence: Case,
  password: string,
): Promise<Packed | undefined> {
  const payload = await quarantine.get(payloadKey(evidence.caseId));
  return payload && pack(payload.body, packingOf(evidence), password);
}

export function packingOf(evidence: Case): Packing {
  return { member: memberName(evidence), sha256: evidence.source.sha256 };
}

/** Rejects with OtherOriginal. */
export async function pack(untrusted: Uint8Array, packing: Packing, password: string): Promise<Packed> {
  const { member } = packing;
  const hash = sha256(untrusted);
  if (packing.sha256 !== null && packing.sha256 !== hash)
    throw new OtherOriginal('the original in quarantine is not the one that the evidence speaks of');
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  const encrypted = { password, encryptionStrength: AES_256, zipCrypto: false } as const;
  const plain = { level: 0, lastModDate: NO_TIME, extendedTimestamp: false };
  await zip.add(member, new Uint8ArrayReader(untrusted), { ...encrypted, ...plain });
  return { archive: await zip.close(), member, sha256: hash };
}

/**
 * Nothing of the name that people gave it, and no ending that a program is started by. An ending only where the format is
 * one of ours and holds nothing that runs.
 */
function memberName({ caseId, format, reason }: Case): string {
  const isOpened = reason !== 'malware' && reason !== 'active-content' && reason !== 'not-scanned';
  return `${caseId}.${isOpened && HARMLESS.some((one) => one === format) ? format : 'original'}`;
}

const HARMLESS = ['pdf', 'docx', 'xlsx', 'pptx', 'jpeg', 'png', 'gif', 'tiff', 'bmp', 'rtf'] as const;

/** 125 bits, in groups that can be told on the telephone: no letter is taken for a digit. */
export function newPassword(): string {
  return passwordFrom(randomBytes(25));
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz123456789';

function passwordFrom(bytes: Uint8Array): string {
  const letters = [...bytes.subarray(0, 25)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
  return (letters.match(/.{5}/g) ?? []).join('-');
}

export type DownloadLinks = {
  /** For somebody whose download is on the trail. */
  make(caseId: string, principal: string, now: Date): { readonly token: string; readonly password: string };
  /** The password of the link's archive; undefined for a link that is forged, too old, or another person's. */
  passwordOf(untrustedToken: string, caseId: string, principal: string, now: Date): string | undefined;
};

/** `secret` is known wherever the link may be answered, and nowhere else. Nothing is kept: all of it follows from the token. */
export function downloadLinks(secret: Uint8Array): DownloadLinks {
  const derived = (purpose: string, ...about: readonly string[]) =>
    createHmac('sha256', secret)
      .update(JSON.stringify(['spoorloos download', purpose, ...about]))
      .digest();
  const passwordFor = (...about: readonly string[]) => passwordFrom(derived('password', ...about));
  return {
    make(caseId, principal, now) {
      const said = `${now.getTime() + LINK_MS}.${randomBytes(16).toString('hex')}`;
      const about = [said, caseId, normalised(principal)];
      return { token: `${said}.${derived('link', ...about).toString('hex')}`, password: passwordFor(...about) };
    },
    passwordOf(untrustedToken, caseId, principal, now) {
      const [, said = '', until = '', mac = ''] = TOKEN.exec(untrustedToken) ?? [];
      const about = [said, caseId, normalised(principal)];
      const isOurs = timingSafeEqual(derived('link', ...about), Buffer.from(mac.padEnd(64, '0'), 'hex'));
      return isOurs && mac !== '' && Number(until) > now.getTime() ? passwordFor(...about) : undefined;
    },
  };
}

const TOKEN = /^((\d{13})\.[0-9a-f]{32})\.([0-9a-f]{64})$/;
