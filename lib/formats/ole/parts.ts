// Storages and streams that mean something in any compound file, by their names: macros ([MS-OVBA]), objects
// ([MS-OLEDS]), signatures, encryption ([MS-OFFCRYPTO]).

import type { CarrierId } from '../../core/finding.ts';
import type { Found } from '../../core/format.ts';
import { saysSomething, u32 } from './bytes.ts';
import type { Entry } from './compound.ts';
import { placeOf, plainName } from './places.ts';

const STREAMS: Readonly<Record<string, CarrierId>> = {
  PROJECT: 'ole.macros.project',
  PROJECTwm: 'ole.macros.project',
  _VBA_PROJECT: 'ole.macros.project',
  Ole10Native: 'ole.embedded.native',
  Package: 'ole.embedded',
  EmbeddedOdf: 'ole.embedded',
  CompObj: 'ole.object-class',
  _signatures: 'ole.signature',
  Ctls: 'ole.controls',
  OCXNAME: 'ole.controls',
  OCXDATA: 'ole.controls',
  'User Names': 'ole.xls.revision-log',
  'Revision Log': 'ole.xls.revision-log',
};
const STORAGES: Readonly<Record<string, CarrierId>> = {
  VBA: 'ole.macros',
  _xmlsignatures: 'ole.signature',
  MsoDataStore: 'ole.custom-xml',
};
const IS_LINK = 1;

/** Reports what an entry is by its name. */
export function inspectPart(entry: Entry, found: Found): void {
  const name = plainName(entry);
  const carrier = entry.isStream ? STREAMS[name] : STORAGES[name];
  if (carrier && (!entry.isStream || saysSomething(entry.bytes))) found(carrier, placeOf(entry));
  const parent = entry.parent?.name;
  if (!entry.isStream && (parent === 'ObjectPool' || /^MBD[0-9A-F]{8}$/i.test(name)))
    found('ole.embedded', placeOf(entry));
  if (entry.isStream && (parent === '_SX_DB_CUR' || parent === '_SX_DB')) found('ole.xls.pivot-cache', placeOf(entry));
  if (entry.isStream && name === 'Ole' && (u32(entry.bytes, 4) & IS_LINK) !== 0)
    found('ole.embedded.link', placeOf(entry));
}

export type Protection = 'rights management' | 'encrypted office document';

/** How an encrypted package is protected: by a key from a rights management server, or by a password. */
export function protectionOf(entries: readonly Entry[]): Protection | undefined {
  const names = new Set(entries.map(plainName));
  if (names.has('DRMContent') || names.has('DRMEncryptedTransform') || names.has('DRMEncryptedDataSpace'))
    return 'rights management';
  return names.has('EncryptedPackage') ? 'encrypted office document' : undefined;
}
