// META-INF/manifest.xml (ODF 1.3 part 2, 4): read for what is encrypted and what the document is, and written anew from
// the members that there are.

import type { Limits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { elementsOf, escapeXml, parseXml } from '../shared/xml.ts';
import type { Output, Pack } from './folder.ts';

export const MANIFEST = 'META-INF/manifest.xml';
const NAMESPACE = 'urn:oasis:names:tc:opendocument:xmlns:manifest:1.0';

/** The media type of the package. Rejects with Refusal('encrypted') where any member is. */
export function readManifest(untrusted: Uint8Array, what: string, limits: Limits): string | undefined {
  const { root } = parseXml(untrusted, what, limits);
  let mediaType: string | undefined;
  for (const element of elementsOf(root)) {
    if (element.local === 'encryption-data' || element.local === 'encrypted-key')
      throw new Refusal('encrypted', 'the manifest says that members are encrypted');
    const value = (local: string) => element.attributes.find((attribute) => attribute.local === local)?.value;
    if (element.local === 'file-entry' && value('full-path') === '/') mediaType = value('media-type');
  }
  return mediaType;
}

const VERSION = /^1\.[0-4]$/;

/** The manifest of the result: folders first, then the members in their order. */
export function writeManifest({ folders }: Pick<Pack, 'folders'>, outputs: readonly Output[]): Buffer {
  const root = folders.find(({ name }) => name === '');
  const version = VERSION.test(root?.version ?? '') ? root?.version : '1.2';
  const inner = folders.filter(({ name }) => name !== '').sort((a, b) => (a.name < b.name ? -1 : 1));
  const lines = [
    ` <manifest:file-entry manifest:full-path="/" manifest:version="${version}" manifest:media-type="${root?.mediaType}"/>`,
    ...inner.map(
      ({ name, mediaType }) =>
        ` <manifest:file-entry manifest:full-path="${escapeXml(name)}" manifest:media-type="${mediaType}"/>`,
    ),
    ...outputs.map(
      ({ name, mediaType }) =>
        ` <manifest:file-entry manifest:full-path="${escapeXml(name)}" manifest:media-type="${mediaType}"/>`,
    ),
  ];
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest="${NAMESPACE}" manifest:version="${version}">\n${lines.join('\n')}\n</manifest:manifest>\n`,
  );
}
