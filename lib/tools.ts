// The only file that joins formats, engines and limits. A process that judges documents opens one workshop and keeps
// it: engines are warm from the second document on.

import type { Engines, ExifTool } from './core/engines.ts';
import type { Carrier } from './core/finding.ts';
import { LIMITS, type Limits } from './core/limits.ts';
import { type Policy, readPolicy } from './core/policy.ts';
import { carriersOf, type Workshop } from './core/sanitize.ts';
import { converter } from './engines/converter.ts';
import { exiftool } from './engines/exiftool.ts';
import { pdfium } from './engines/pdfium.ts';
import { pixels } from './engines/pixels.ts';
import { qpdf } from './engines/qpdf.ts';
import { formats } from './formats/registry.ts';

export { formats as knownFormats };

/** Every place that is looked at, in every format and in the object itself. */
export function knownCarriers(): readonly Carrier[] {
  return carriersOf(formats);
}

/** Reads a policy file's JSON (or the defaults) against every carrier that the registered formats have. */
export function policyFor(file?: unknown): Policy {
  return readPolicy(
    file,
    knownCarriers().map(({ id }) => id),
  );
}

export type OpenWorkshop = Workshop & { close(): Promise<void> };

/** All engines; ExifTool is given, because whoever starts it has to end it. */
export function enginesWith(limits: Limits, exiftool: ExifTool): Engines {
  return {
    qpdf: qpdf(limits),
    pdfium: pdfium(limits),
    exiftool,
    pixels: pixels(limits),
    converter: converter(limits),
  };
}

/** Engines start when first used. Close ends their processes. */
export function openWorkshop({
  policy = policyFor(),
  limits = LIMITS,
}: {
  policy?: Policy;
  limits?: Limits;
} = {}): OpenWorkshop {
  const tags = exiftool(limits);
  return { formats, engines: enginesWith(limits, tags.read), limits, policy, close: () => tags.close() };
}
