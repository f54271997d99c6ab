// Elements that are carriers whatever they hold: removed with their content, or only their tags, so that the text they
// show stays as text.

export type Treatment = { readonly carrier: string; readonly how: 'remove' | 'unwrap' };

const SENDER = ['firstname', 'lastname', 'initials', 'title', 'position', 'email', 'phone-private', 'fax', 'company']
  .concat(['phone-work', 'street', 'city', 'postal-code', 'country', 'state-or-province'])
  .map((name) => `text:sender-${name}`);

const REMOVED: Readonly<Record<string, string>> = {
  'office:annotation': 'annotation',
  'office:annotation-end': 'annotation',
  'officeooo:annotation': 'annotation',
  'text:tracked-changes': 'revision',
  'text:change': 'revision',
  'text:change-start': 'revision',
  'text:change-end': 'revision',
  'table:tracked-changes': 'revision',
  'office:scripts': 'macro',
  'office:script': 'macro',
  'office:event-listeners': 'event',
  'presentation:event-listener': 'event',
  'script:event-listener': 'event',
  'anim:command': 'event',
  'text:script': 'field.macro',
  'office:dde-source': 'dde',
  'text:dde-connection-decls': 'dde',
  'table:dde-links': 'dde',
  'table:dde-link': 'dde',
  'text:section-source': 'source.external',
  'text:alphabetical-index-auto-mark-file': 'source.external',
  'table:table-source': 'source.external',
  'table:cell-range-source': 'source.external',
  'table:database-source-sql': 'source.external',
  'table:database-source-table': 'source.external',
  'table:database-source-query': 'source.external',
  'form:connection-resource': 'form',
  'form:properties': 'form',
  'form:hidden': 'form',
  'xforms:model': 'form',
  'text:variable-decls': 'field.variable',
  'text:user-field-decls': 'field.variable',
  'field:param': 'field.form',
  'field:fieldmark': 'field.form',
  'field:fieldmark-start': 'field.form',
  'field:fieldmark-end': 'field.form',
  'table:data-pilot-tables': 'sheet.pivot',
  'presentation:notes': 'slide.notes',
  'presentation:sound': 'media.sound',
  'anim:audio': 'media.sound',
  'draw:plugin': 'media.sound',
  'draw:object-ole': 'embedded.ole',
  'draw:applet': 'embedded.ole',
  'draw:floating-frame': 'embedded.ole',
  'svg:font-face-src': 'font.embedded',
  'office:meta': 'meta.other',
  'office:settings': 'settings',
};

const UNWRAPPED: Readonly<Record<string, readonly string[]>> = {
  'field.person': ['text:creator', 'text:author-name', 'text:author-initials', 'text:initial-creator'].concat(
    ['text:printed-by', 'loext:sender-initials'],
    SENDER,
  ),
  'field.property': [
    ...['creation-date', 'creation-time', 'modification-date', 'modification-time', 'print-date', 'print-time'],
    ...['editing-cycles', 'editing-duration', 'description', 'title', 'subject', 'keywords', 'user-defined'],
    ...['file-name', 'template-name'],
  ].map((name) => `text:${name}`),
  'field.database': ['text:database-display', 'text:database-name', 'text:database-next'].concat([
    'text:database-row-number',
    'text:database-row-select',
  ]),
  'field.variable': [
    ...['variable-set', 'variable-get', 'variable-input', 'user-field-get', 'user-field-input', 'text-input'],
    ...['expression', 'conditional-text', 'hidden-text', 'hidden-paragraph', 'page-variable-set', 'page-variable-get'],
    ...['drop-down'],
  ].map((name) => `text:${name}`),
  'field.macro': ['text:execute-macro'],
  'field.form': ['loext:content-control'],
  dde: ['text:dde-connection'],
  rdf: ['text:meta', 'text:meta-field'],
};

const TREATMENTS: ReadonlyMap<string, Treatment> = new Map<string, Treatment>([
  ...Object.entries(REMOVED).map(([name, carrier]) => [name, { carrier, how: 'remove' }] as const),
  ...Object.entries(UNWRAPPED).flatMap(([carrier, names]) =>
    names.map((name) => [name, { carrier, how: 'unwrap' }] as const),
  ),
]);

export function treatmentOf(name: string): Treatment | undefined {
  return TREATMENTS.get(name);
}
