// The kinds of documents (ODF 1.3 part 2, appendix C): media type, extension, and the element that their body holds.

export type Kind = { readonly mediaType: string; readonly extension: string; readonly body: string };

const BASE = 'application/vnd.oasis.opendocument.';

const kind = (name: string, extension: string, body: string): Kind => ({
  mediaType: `${BASE}${name}`,
  extension,
  body: `office:${body}`,
});

export const TEXT = kind('text', 'odt', 'text');

/** Documents that stand by themselves. */
export const KINDS: readonly Kind[] = [
  TEXT,
  kind('text-template', 'ott', 'text'),
  kind('spreadsheet', 'ods', 'spreadsheet'),
  kind('spreadsheet-template', 'ots', 'spreadsheet'),
  kind('presentation', 'odp', 'presentation'),
  kind('presentation-template', 'otp', 'presentation'),
  kind('graphics', 'odg', 'drawing'),
  kind('graphics-template', 'otg', 'drawing'),
];

/** Documents that stand inside others only, as far as we are concerned. */
const INNER: readonly Kind[] = [kind('chart', 'odc', 'chart'), kind('formula', 'odf', 'formula')];

export function kindOf(mediaType: string): Kind | undefined {
  return KINDS.find((one) => one.mediaType === mediaType);
}

/** The kind of a document inside another, by what its body holds. */
export function innerKindOf(body: string): Kind | undefined {
  return [...KINDS, ...INNER].find((one) => one.body === body);
}
