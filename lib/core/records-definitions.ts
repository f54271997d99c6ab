// The bucket of malware definitions: `files/<sha256>` never change, and `current.json`, written last, says which of
// them are a set. Whoever reads finds a whole set that was tried, or none.

import { z } from 'zod';
import { Instant, Sha256 } from './records.ts';

/**
 * Official files, which ClamAV takes only with their signature, and kinds that can only add detections: lists of what
 * is let through (`.fp`, `.sfp`, `.ign2`) are no part of a set.
 */
const NAME = /^((main|daily|bytecode)(-\d+)?\.(cvd|cld)(\.sign)?|[a-z0-9][a-z0-9-]{0,40}\.(hdb|hsb|ldb|mdb|ndb))$/;

const Name = z.string().regex(NAME);

export const DefinitionsFile = z.strictObject({
  name: Name,
  sha256: Sha256,
  // main is some 170 MB; a file that no function could hold is none that we wrote.
  bytes: z
    .int()
    .positive()
    .max(1024 * 1024 * 1024),
  /** The number in the header of an official file, which only ever grows; null for others. */
  version: z.int().nonnegative().nullable(),
});
export type DefinitionsFile = z.infer<typeof DefinitionsFile>;

/** `current.json` in the bucket of definitions. */
export const Definitions = z.strictObject({
  v: z.literal(1),
  /** Of the names and hashes: the same set has the same name. */
  set: Sha256,
  files: z.array(DefinitionsFile).min(1).max(40),
  /** When this set was first there. */
  madeAt: Instant,
  /** When an updater last saw that there are no newer ones: the age of definitions counts from here. */
  confirmedAt: Instant,
});
export type Definitions = z.infer<typeof Definitions>;

export const CURRENT_DEFINITIONS = 'current.json';
export const definitionsFileKey = (sha256: string) => `files/${sha256}`;
export const isDefinitionsName = (name: string): boolean => NAME.test(name);

const HOUR_MS = 3_600_000;

/** In hours, to a tenth. A clock that goes backwards makes nothing younger than new. */
export function ageHours({ confirmedAt }: Pick<Definitions, 'confirmedAt'>, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - Date.parse(confirmedAt)) / (HOUR_MS / 10)) / 10);
}
