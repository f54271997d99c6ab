// Which standards a PDF says it conforms to (ISO 19005 pdfaid, ISO 14289 pdfuaid), as XMP attribute or element.

import type { Limits } from '../../core/limits.ts';
import { type Body, entriesOf, nameOf, streamBytes } from './body.ts';

const CLAIM =
  /\b(?:(pdfaid:part)(?:\s*=\s*["']|>)\s*([1-4])|(pdfaid:conformance)(?:\s*=\s*["']|>)\s*([ABUEF])|(pdfuaid:part)(?:\s*=\s*["']|>)\s*([12]))\b/gi;

/** Claims in packets that stand in the file as they are, as nearly all do, so that programs without a PDF reader find them. */
export function archiveClaims(untrusted: Uint8Array): readonly string[] {
  const text = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  if (!text.includes('pdfaid:') && !text.includes('pdfuaid:')) return [];
  const claims = new Map<string, Set<string>>();
  for (const match of text.toString('latin1').matchAll(CLAIM)) {
    const [key = '', value = ''] = match.slice(1).filter((group) => group !== undefined);
    claims.set(key, (claims.get(key) ?? new Set()).add(value.toUpperCase()));
  }
  // Several values are of several packets: which one is the document's cannot be said here.
  return [...claims].flatMap(([key, values]) => (values.size === 1 ? [`${key} ${[...values].join()}`] : []));
}

/** Claims of the body's own packet, wherever it stands. */
export function bodyArchiveClaims(body: Body, limits: Limits): readonly string[] {
  return packets(body, limits).flatMap(archiveClaims);
}

/** The title in the body's packet, which is the only one in PDF/A-4; empty where there is none. */
export function packetTitle(body: Body, limits: Limits): string {
  const [packet] = packets(body, limits);
  const title = /<dc:title>\s*<rdf:Alt>\s*<rdf:li[^>]*>([^<]*)</.exec(Buffer.from(packet ?? []).toString('utf8'))?.[1];
  return (title ?? '').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}

function packets({ file, objects }: Body, limits: Limits): readonly Uint8Array[] {
  return [...objects.values()]
    .filter(({ value }) => nameOf(entriesOf(value)?.get('Type')) === 'Metadata')
    .flatMap((object) => streamBytes(file, object, limits) ?? []);
}
