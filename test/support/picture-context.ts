import type { Finding } from '../../lib/core/finding.ts';
import { collectFindings } from '../../lib/core/findings.ts';
import type { Context, Format, RemovedValue } from '../../lib/core/format.ts';
import { LIMITS, type Limits } from '../../lib/core/limits.ts';
import { readPolicy } from '../../lib/core/policy.ts';
import { exiftool } from '../../lib/engines/exiftool.ts';
import { enginesWith } from '../../lib/tools.ts';

export type PictureBench = {
  context(options?: { readonly rules?: Readonly<Record<string, string>>; readonly limits?: Partial<Limits> }): Bench;
  close(): Promise<void>;
};

export type Bench = {
  readonly context: Context;
  rebuild(format: Format, untrusted: Uint8Array): Promise<Buffer>;
  findings(): readonly Finding[];
  removed(): readonly RemovedValue[];
  carriers(): readonly string[];
};

/** Engines for tests of one format alone; each context collects its own findings. */
export function pictureBench(): PictureBench {
  const tags = exiftool(LIMITS);
  return {
    context({ rules = {}, limits: changed = {} } = {}) {
      const limits = { ...LIMITS, ...changed };
      const policy = readPolicy({ version: 1, rules });
      const engines = enginesWith(limits, tags.read);
      let collected = collectFindings([], policy);
      const context: Context = {
        policy,
        limits,
        engines,
        found: (carrier, at, more) => collected.found(carrier, at, more),
        embedded: async () => ({ outcome: 'refused' }),
      };
      return {
        context,
        async rebuild(format, untrusted) {
          collected = collectFindings(format.carriers, policy);
          return Buffer.from((await format.sanitize(untrusted, context)).body);
        },
        findings: () => collected.list(),
        removed: () => collected.removedValues(),
        carriers: () => [...new Set(collected.list().map(({ carrier }) => carrier))],
      };
    },
    close: () => tags.close(),
  };
}
