// What removed values cannot show: rebuilt files hold nothing but known parts under usual names, lead nowhere private,
// carry no revision marks, and have no byte outside a member. Looked for with the second reader's eyes and by rules of
// its own, so that a sanitizer that removes nothing is found out by each of them.

import type { Carrier } from '../../../core/finding.ts';
import type { Context } from '../../../core/format.ts';
import { Refusal } from '../../../core/refusal.ts';
import { eachTag, type Files, fileOf, linksFileOf, linksOf, typesOf } from './reader-files.ts';

/** What a rebuilt file of a dialect may hold, said without the dialect's own tables. */
export type Expected = {
  readonly id: string;
  readonly carriers: readonly Carrier[];
  readonly usualName: RegExp;
  readonly knownType: RegExp;
};

const REVISION_MARK = /(?:^|:)(?:rsid[A-Za-z]*|paraId|textId|durableId)$/;
const MARK_NAMES = ['rsid', 'paraId', 'textId', 'durableId'].flatMap((name) => [
  Buffer.from(name),
  Buffer.from(name, 'utf16le'),
  Buffer.from(name, 'utf16le').swap16(),
]);
const PRIVATE_HOST =
  /^(?:[^.]+|.*\.(?:local|lan|intranet|internal|corp|home)|10\..*|192\.168\..*|172\.(?:1[6-9]|2\d|3[01])\..*|127\..*|169\.254\..*|\[.*\]|.*-my\.sharepoint\.com|.*safelinks\.protection\.outlook\.com)$/;
const FILE_TITLE = /\\|\.(?:docx?|docm|dotx?|odt|rtf|pdf|xlsx?|pptx?|txt)\s*$/i;

const LEADS_OUT = /^\w+\.(?:link|picture\.external|sub-document|settings|alt-chunk|field)/;

/** Rejects with Refusal('unverified') at the first thing that policy wanted removed and that is still there. */
export function checkLeftovers(
  body: Uint8Array,
  files: Files,
  { id: dialect, carriers, usualName, knownType }: Expected,
  { policy }: Context,
): void {
  // What a policy keeps brings parts, names, types and links of its own, which these rules do not know.
  const kept = carriers.map(({ id }) => id).filter((id) => policy.actionFor(id) === 'keep');
  checkArchive(body);
  const typeOf = typesOf(files);
  for (const [i, name] of [...files.keys()].entries()) {
    const type = name === '[Content_Types].xml' ? 'application/xml' : typeOf(name);
    if (kept.length === 0 && !(usualName.test(name) && knownType.test(type ?? '')))
      throw new Refusal('unverified', `member ${i + 1} of the result is of no known kind`);
    if (!kept.some((id) => LEADS_OUT.test(id))) checkLinks(files, name);
    if (!kept.includes(`${dialect}.rsid`) && type?.endsWith('xml')) checkMarks(fileOf(files, name), i + 1);
  }
  if (!kept.includes(`${dialect}.app`)) checkApplication(fileOf(files, 'docProps/app.xml'));
  if (!kept.includes(`${dialect}.core.title`)) checkTitle(fileOf(files, 'docProps/core.xml'));
}

function checkLinks(files: Files, name: string): void {
  if (!files.has(linksFileOf(name))) return;
  for (const { type, target, external } of linksOf(files, name)) {
    if (external && !(type.endsWith('/hyperlink') && isPublic(target)))
      throw new Refusal('unverified', 'a relationship leads out of the document to a place that is not public');
  }
}

function isPublic(target: string): boolean {
  const url = URL.canParse(target) ? new URL(target) : undefined;
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && !PRIVATE_HOST.test(url.hostname);
}

function checkMarks(content: Buffer | undefined, number: number): void {
  // A mark is called by its name in letters of one byte or two.
  if (!content || !MARK_NAMES.some((name) => content.includes(name))) return;
  eachTag(content, (_, attributes) => {
    if (Object.keys(attributes).some((attribute) => REVISION_MARK.test(attribute)))
      throw new Refusal('unverified', `a revision mark is left in member ${number}`);
  });
}

function checkTitle(core: Buffer | undefined): void {
  const title = core && /<[a-z]*:?title\b[^>]*>([^<]*)</.exec(core.toString())?.[1];
  if (title && FILE_TITLE.test(title)) throw new Refusal('unverified', 'the title is the name of a file');
}

const PROGRAM_ONLY =
  /^<\?xml[^>]*\?>\s*<Properties xmlns="[a-z0-9:/.-]*\/extended-properties"><Application>Microsoft (?:Excel|Office Word|Office PowerPoint)<\/Application>(?:<AppVersion>12\.0000<\/AppVersion>)?<\/Properties>$/i;

function checkApplication(app: Buffer | undefined): void {
  if (app && !PROGRAM_ONLY.test(app.toString()))
    throw new Refusal('unverified', 'the properties say more than the program');
}

/** Members one after the other from the first byte, the directory, its end record, and nothing else (APPNOTE 4.3.6). */
export function checkArchive(untrusted: Uint8Array): void {
  const view = new DataView(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  const has = (at: number, signature: number) => at + 4 <= view.byteLength && view.getUint32(at, true) === signature;
  let at = 0;
  while (has(at, 0x04034b50) && at + 30 <= view.byteLength)
    at += 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true) + view.getUint32(at + 18, true);
  while (has(at, 0x02014b50) && at + 46 <= view.byteLength)
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  if (!has(at, 0x06054b50) || at + 22 !== view.byteLength)
    throw new Refusal('unverified', `bytes outside the members of the archive, at ${at}`);
}
