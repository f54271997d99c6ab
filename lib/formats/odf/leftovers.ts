// What removed values cannot show: the container is as the specification wants it, the manifest names what is there and
// nothing else, nothing leads outside, and no mark of a revision or a hidden thing is left. By rules of its own, so that
// a sanitizer that removes nothing is found out.

import { SaxesParser } from 'saxes';
import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { checkArchive } from '../shared/ooxml/leftovers.ts';
import { decoded, type Files } from '../shared/ooxml/reader-files.ts';
import { carriers } from './carriers.ts';

const NAMES =
  /^(?:mimetype|META-INF\/manifest\.xml|(?:Object \d+\/)*(?:content|styles)\.xml|meta\.xml|settings\.xml|Pictures\/image\d+\.[a-z0-9]{1,5}|ObjectReplacements\/Object \d+|(?:Object \d+\/)*Object \d+)$/;
const PRIVATE_HOST =
  /^(?:[^.]+|.*\.(?:local|lan|intranet|internal|corp|home)|10\..*|192\.168\..*|172\.(?:1[6-9]|2\d|3[01])\..*|127\..*|169\.254\..*|\[.*\]|.*-my\.sharepoint\.com|.*safelinks\.protection\.outlook\.com)$/;
const LEFT = new Set(
  [
    'annotation',
    'tracked-changes',
    'change',
    'change-start',
    'changed-region',
    'scripts',
    'event-listeners',
    'event-listener',
  ]
    .concat([
      'object-ole',
      'plugin',
      'applet',
      'floating-frame',
      'dde-source',
      'section-source',
      'table-source',
      'notes',
    ])
    .concat(['hidden-text', 'hidden-paragraph', 'creator', 'author-name', 'file-name', 'user-defined', 'variable-set'])
    .concat(['fieldmark-start', 'font-face-src', 'data-pilot-tables']),
);
const MARKS = /:(?:rsid|paragraph-rsid|protection-key|formula-macro)$/;

/** Rejects with Refusal('unverified') where the archive or its manifest is not in order. */
export function checkContainer(body: Uint8Array, files: Files): void {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const isFirst = bytes.toString('latin1', 30, 38) === 'mimetype' && bytes.readUInt16LE(8) === 0;
  if (!isFirst || bytes.readUInt16LE(28) !== 0) throw new Refusal('unverified', 'mimetype is not first and stored');
  checkArchive(body);
  const listed = new Map<string, string>();
  eachElement(files.get('META-INF/manifest.xml'), (name, attributes) => {
    if (name === 'file-entry')
      listed.set(attributes['manifest:full-path'] ?? '', attributes['manifest:media-type'] ?? '');
  });
  if (listed.get('/') !== files.get('mimetype')?.toString())
    throw new Refusal('unverified', 'the manifest is of another type');
  const members = [...files.keys()].filter((name) => name !== 'mimetype' && name !== 'META-INF/manifest.xml');
  const missing = members.filter((name) => !listed.has(name));
  const idle = [...listed.keys()].filter(
    (name) => name !== '/' && !files.has(name) && !(name.endsWith('/') && files.has(`${name}content.xml`)),
  );
  if (missing.length + idle.length > 0)
    throw new Refusal('unverified', `the manifest misses ${missing.length} members and has ${idle.length} too many`);
}

/** Rejects with Refusal('unverified') at the first thing that policy wanted removed and that is still there. */
export function checkLeftovers(files: Files, { policy }: Context): void {
  // What a policy keeps brings names, elements and links of its own, which these rules do not know.
  if (carriers.some(({ id }) => policy.actionFor(id) === 'keep')) return;
  checkTitle(files.get('meta.xml'));
  checkGenerator(files.get('meta.xml'));
  for (const [i, [name, content]] of [...files].entries()) {
    if (!NAMES.test(name)) throw new Refusal('unverified', `member ${i + 1} of the result is of no known kind`);
    if (name === 'settings.xml') checkSettings(content);
    if (name.endsWith('.xml') && !name.startsWith('META-INF/'))
      eachElement(content, (local, attributes) => checkElement(local, attributes, i + 1));
  }
}

function checkElement(local: string, attributes: Readonly<Record<string, string>>, member: number): void {
  const left = (what: string) => new Refusal('unverified', `${what} is left in member ${member}`);
  const isSource = Object.keys(attributes).some((name) => /(?:^|:)encoding$/.test(name));
  if (LEFT.has(local) && !isSource) throw left('an element that is a carrier');
  for (const [name, value] of Object.entries(attributes)) {
    if (MARKS.test(name)) throw left('a mark of a revision or a password');
    if (name.startsWith('xmlns') || !/:href$/.test(name)) continue;
    const leadsOut = local === 'a' ? !value.startsWith('#') : /^[a-z][a-z0-9+.-]*:|^[\\/]/i.test(value);
    if (leadsOut && !isPublic(value)) throw left('a link to a place that is not public');
  }
}

const FILE_TITLE = /\\|\.(?:od[tspgf]|ot[tspg]|docx?|rtf|pdf|xlsx?|pptx?|txt)\s*$/i;

function checkTitle(meta: Buffer | undefined): void {
  const title = meta && /<[a-z]*:?title\b[^>]*>([^<]*)</.exec(decoded(meta))?.[1];
  if (title && FILE_TITLE.test(title)) throw new Refusal('unverified', 'the title is the name of a file');
}

// Switches are words of programs with a truth, a few digits or a word; nobody is named so.
const ITEM =
  '<config:config-item config:name="[A-Za-z0-9]{8,60}" config:type="[a-z]{3,7}">(?:true|false|\\d{1,6}|disabled|(?:low|high)-resolution)</config:config-item>';
const SETTINGS = new RegExp(
  `^<\\?xml [^>]*>\\n<office:document-settings (?:xmlns:[a-z]+="(?:urn:[a-z:0-9.]+|http://openoffice\\.org/2004/office)" ?|office:version="[\\d.]{3,4}")*><office:settings><config:config-item-set config:name="ooo:configuration-settings">(?:${ITEM})*</config:config-item-set></office:settings></office:document-settings>$`,
);

function checkSettings(content: Buffer): void {
  if (!SETTINGS.test(decoded(content))) throw new Refusal('unverified', 'settings are left that say more');
}

const ERA = /^OpenOffice\.org\/[123] OpenOffice\.org_project\/[36]\d\dm1\$Build-\d{4}$/;

function checkGenerator(meta: Buffer | undefined): void {
  for (const [, generator = ''] of (meta ? decoded(meta) : '').matchAll(/<(?:\w+:)?generator\b[^>]*>([^<]*)/g))
    if (!ERA.test(generator)) throw new Refusal('unverified', 'the properties say which program wrote the document');
}

function isPublic(target: string): boolean {
  const url = URL.canParse(target) ? new URL(target) : undefined;
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && !PRIVATE_HOST.test(url.hostname);
}

function eachElement(
  content: Buffer | undefined,
  visit: (local: string, attributes: Readonly<Record<string, string>>) => void,
): void {
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('comment', () => {
    throw new Refusal('unverified', 'an XML comment is left');
  });
  parser.on('opentag', ({ name, attributes }) => visit(name.replace(/^.*:/, ''), attributes));
  parser.write(decoded(content ?? Buffer.alloc(0))).close();
}
