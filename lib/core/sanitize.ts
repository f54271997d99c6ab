// One document, stage by stage (design section 3): identify, rebuild, verify. The malware scan runs beside it, at the
// edge, because it needs the network and this does not; `judge` joins the two, and the graver word wins.

import type { Engines } from './engines.ts';
import type { Carrier, Finding } from './finding.ts';
import { collectFindings, type Findings } from './findings.ts';
import type { Context, Embedded, Format, VisibleRanges } from './format.ts';
import { identify } from './identify.ts';
import type { Limits } from './limits.ts';
import type { Policy } from './policy.ts';
import { type Reason, Refusal } from './refusal.ts';
import type { Scanner, ScanResult } from './scanner.ts';
import type { Judge, Published, Quarantined } from './verdict.ts';
import { joined, sha256, verify } from './verify.ts';
import { MALWARE_RULE } from './waivers.ts';

/** Carriers of the object itself rather than of a format. */
export const OBJECT_CARRIERS: readonly Carrier[] = [
  { id: 'file.name.extension', code: 'metadata', tier: 'L', says: 'a name whose extension is not that of the content' },
  { id: 'file.macros', code: 'active-content', tier: 'L', says: 'macros, seen by the malware scanner' },
];

/** All that judging needs besides the bytes. */
export type Workshop = {
  readonly formats: readonly Format[];
  readonly engines: Engines;
  readonly limits: Limits;
  readonly policy: Policy;
};

type WithoutScanner<V> = V extends unknown ? Omit<V, 'scanner' | 'definitions'> : never;
/** A verdict on content alone, before the malware scan has had its say. */
export type Examined = WithoutScanner<Published> | WithoutScanner<Quarantined>;

/** Identifies, rebuilds and verifies. Rejects only where an engine fails us; the document's faults are the verdict. */
export async function examine(untrusted: Uint8Array, name: string, workshop: Workshop): Promise<Examined> {
  const findings = collectFindings(carriersOf(workshop.formats), workshop.policy);
  let format: Format | undefined;
  try {
    format = identify(untrusted, workshop);
    if (!hasExtension(name, format)) findings.found('file.name.extension', 'name');
    const { result } = await rebuildAndVerify(format, untrusted, findings, workshop, 0);
    return { outcome: 'published', format: format.id, findings: findings.list(), ...result };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { reason, detail } = error;
    const about = { format: format?.id ?? null, mediaType: format?.mediaType ?? null };
    const evidence = findings.evidence();
    return { outcome: 'quarantined', reason, detail, ...about, findings: findings.list(), evidence };
  }
}

/** Examines and scans side by side. Malware outranks everything; then the examiner's reason; then the scanner's. */
export function judgeWith(
  examiner: (untrusted: Uint8Array, name: string, waived: readonly string[]) => Promise<Examined>,
  scanner: Scanner,
  policy: Pick<Policy, 'actionFor'>,
): Judge {
  return async (untrusted, { name, pinned, waived = [] }) => {
    const scanning = async () => {
      // Asked before: what is written down must not be newer than what was scanned with.
      const definitions = await scanner.definitions?.();
      return { scan: await scanner.scan(untrusted, pinned), definitions };
    };
    const [examined, { scan, definitions }] = await Promise.all([examiner(untrusted, name, waived), scanning()]);
    const by = { scanner: scanner.name, ...(definitions !== undefined && { definitions }) };
    const isExcused = scan.result === 'malware' && waived.includes(MALWARE_RULE);
    const weighed = weigh(examined, isExcused ? { result: 'clean' } : scan);
    const isHeldBack = !waived.includes(MACROS.carrier) && policy.actionFor(MACROS.carrier) === 'quarantine';
    if (scan.result === 'macros' && isHeldBack) return { ...withMacros(weighed), ...by };
    if (scan.result !== 'macros' || weighed.outcome !== 'published') return { ...weighed, ...by };
    // An engine names one alert a document: behind macros may stand encryption, or a limit. What is left without the
    // macros has to be clean.
    const rest = await scanner.scan(weighed.body);
    if (rest.result !== 'macros') return { ...weigh(weighed, rest), ...by };
    return { ...refused(weighed, 'active-content', 'macros are left after rebuilding'), ...by };
  };
}

function weigh(examined: Examined, { result }: ScanResult): Examined {
  if (result === 'malware') return refused(examined, 'malware', 'a signature of the malware engine matched');
  if (examined.outcome === 'quarantined') return examined;
  switch (result) {
    case 'clean':
      return examined;
    case 'macros':
      return { ...examined, findings: [...examined.findings, MACROS] };
    case 'encrypted':
      return refused(examined, 'encrypted', 'the malware engine met encrypted content');
    case 'limit':
      return refused(examined, 'not-scanned', 'a limit of the malware engine was exceeded');
    case 'not-scanned':
      return refused(examined, 'not-scanned', 'the malware engine did not answer');
  }
}

function refused(
  { format, mediaType, findings }: Examined,
  reason: Reason,
  detail: string,
): WithoutScanner<Quarantined> {
  return { outcome: 'quarantined', reason, detail, format, mediaType, findings };
}

/** Held back for them, where policy says so; what else holds it back is said first. */
function withMacros(examined: Examined): Examined {
  const findings: readonly Finding[] = [
    ...examined.findings.filter(({ carrier }) => carrier !== MACROS.carrier),
    { ...MACROS, action: 'quarantined' },
  ];
  return examined.outcome === 'quarantined'
    ? { ...examined, findings }
    : refused({ ...examined, findings }, 'active-content', `${MACROS.carrier} at ${MACROS.at}`);
}

const MACROS: Finding = {
  code: 'active-content',
  carrier: 'file.macros',
  at: 'file',
  action: 'removed',
  tier: 'L',
  count: 1,
};

async function rebuildAndVerify(
  format: Format,
  untrusted: Uint8Array,
  findings: Findings,
  workshop: Workshop,
  depth: number,
): Promise<RebuiltAndVerified> {
  // What embedded documents show is visible in the outer one too, in the view that their bytes are there.
  let shownInside: VisibleRanges = new Map();
  const cleaned = new Set<string>();
  const context: Context = {
    ...workshop,
    // An object of the document's own: what is remembered under it (parsed XML) is forgotten with the document.
    limits: { ...workshop.limits },
    found: findings.found,
    async embedded(inner, at) {
      const { embedded, shown } = await examineEmbedded(inner, at, findings, workshop, depth + 1);
      shownInside = joined(shownInside, shown);
      if (embedded.outcome === 'published') cleaned.add(`${sha256(inner)} ${sha256(embedded.body)}`);
      return embedded;
    },
    isCleaned: (original, body) => cleaned.has(`${sha256(original)} ${sha256(body)}`),
  };
  if (format.convert && depth === 0 && workshop.policy.legacyFormats === 'convert')
    return convertAndVerify(format.convert, format, untrusted, findings, context, workshop);
  const rebuilt = await format.sanitize(untrusted, context);
  findings.refuseQuarantined();
  const mediaType = rebuilt.became?.mediaType ?? format.mediaType;
  const extension = rebuilt.became?.extension ?? format.extensions[0];
  const { body, proof, shown } = await verify(
    format,
    untrusted,
    { body: rebuilt.body, extension, shownInside },
    findings.removedValues(),
    context,
  );
  return { result: { body, proof, mediaType, extension, renamed: rebuilt.became !== undefined }, shown };
}

/** What is removed from the document has to be gone from what its conversion becomes. */
async function convertAndVerify(
  convert: NonNullable<Format['convert']>,
  format: Format,
  untrusted: Uint8Array,
  findings: Findings,
  context: Context,
  workshop: Workshop,
): Promise<RebuiltAndVerified> {
  const converted = await convert(untrusted, context);
  const { result, shown } = await rebuildAndVerify(identify(converted, workshop), converted, findings, workshop, 1);
  const compared = await format.compare(untrusted, result.body, context);
  const proof = { ...result.proof, checks: [...result.proof.checks, ...compared] };
  return { result: { ...result, proof, renamed: true }, shown };
}

type RebuiltAndVerified = {
  readonly result: Pick<Published, 'body' | 'proof' | 'mediaType' | 'extension' | 'renamed'>;
  /** Its visible text and that of the documents inside it. */
  readonly shown: VisibleRanges;
};

/** The whole pipeline, one level deeper. A refusal that policy asks for is the outer document's too. */
async function examineEmbedded(
  untrusted: Uint8Array,
  at: string,
  outer: Findings,
  workshop: Workshop,
  depth: number,
): Promise<{ readonly embedded: Embedded; readonly shown: VisibleRanges }> {
  if (depth > workshop.limits.maxDepth) throw new Refusal('limit', `documents nested ${depth} deep`);
  const findings = collectFindings(carriersOf(workshop.formats), workshop.policy);
  try {
    const format = identify(untrusted, workshop);
    const { result, shown } = await rebuildAndVerify(format, untrusted, findings, workshop, depth);
    const { body, mediaType, extension } = result;
    outer.adopt(findings.list(), findings.removedValues(), at);
    return { embedded: { outcome: 'published', body, mediaType, extension }, shown };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.reason === 'limit') throw error;
    // With what policy quarantines, wherever it is: the outer document is refused for it at its end.
    outer.adopt(findings.list(), findings.removedValues(), at);
    return { embedded: { outcome: 'refused' }, shown: new Map() };
  }
}

export function carriersOf(formats: readonly Format[]): readonly Carrier[] {
  return [...OBJECT_CARRIERS, ...formats.flatMap(({ carriers }) => carriers)];
}

function hasExtension(name: string, format: Format): boolean {
  const dot = name.lastIndexOf('.');
  return dot >= 0 && format.extensions.includes(name.slice(dot + 1).toLowerCase());
}
