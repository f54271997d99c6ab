// A document in the package: the outer one in the root, others in folders of their own. Its XML goes through the rounds
// of cleaning; what it leads to follows.

import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Removal } from '../shared/cells/removal.ts';
import { parseXml, type XmlDocument } from '../shared/xml.ts';
import { afterEdits, serialized } from '../shared/xml-edit.ts';
import { contentOf, type Member } from '../shared/zip.ts';
import { cleanDocument } from './clean.ts';
import { cleanContents } from './contents.ts';
import { stylesFor } from './hidden.ts';
import { checkChart, takeHidden } from './hidden-content.ts';
import { type Job, jobFor } from './job.ts';
import { innerKindOf, type Kind } from './kinds.ts';
import { referredIn, removeUnreferred } from './references.ts';
import { attributeNamed, nameOf } from './vocabulary.ts';

export type Folder = {
  /** Where it stands in the original and in the result: '' or 'Object 1/'. */
  readonly from: string;
  readonly to: string;
  readonly depth: number;
  /** Its XML after the first round. */
  readonly documents: XmlDocument[];
  /** What went from the spreadsheet that it is in, or from itself. */
  removal?: Removal | undefined;
};

/** A member of the result: new content, or the original member as it is. */
export type Output = {
  readonly name: string;
  readonly mediaType: string;
  readonly content?: Uint8Array;
  readonly member?: Member;
};

export type Pack = {
  readonly context: Context;
  readonly members: ReadonlyMap<string, Member>;
  /** Members that something led to, or that went with a carrier. */
  readonly accounted: Set<string>;
  readonly outputs: Output[];
  /** Folders of documents inside, with what they are. */
  readonly folders: { readonly name: string; readonly mediaType: string; readonly version: string }[];
  readonly pictures: Map<string, Output | undefined>;
  readonly objects: Map<string, string>;
  readonly taken: Set<string>;
  readonly renamed: { count: number };
};

type Xml = { readonly name: string; readonly member: Member; readonly job: Job; document: XmlDocument };

const FILES = ['styles.xml', 'content.xml'];

/** Cleans the document and everything in it. Answers what it is. Rejects where it is no document. */
export async function cleanFolder(folder: Folder, pack: Pack, expected?: Kind): Promise<Kind> {
  const { limits } = pack.context;
  const files = FILES.flatMap((name): Xml[] => {
    const member = pack.members.get(`${folder.from}${name}`);
    if (!member) return [];
    pack.accounted.add(member.name);
    const job = jobFor(pack.context, `member ${member.ordinal}`);
    return [{ name, member, job, document: parseXml(withoutDoctype(contentOf(member)), job.what, limits) }];
  });
  const content = files.find(({ name }) => name === 'content.xml');
  if (!content) throw new Refusal('malformed', 'no content.xml');
  const kind = kindOf(content.document, expected);
  const shared = files.find(({ name }) => name === 'styles.xml')?.document;
  const taken = takeHidden(content.document, stylesFor(content.document, shared), content.job);
  if (folder.removal) checkChart(content.document, folder.removal, content.job);
  if (taken) {
    content.document = afterEdits(content.document, taken.edits, content.job.what, limits);
    folder.removal = taken.plan;
  }
  for (const file of files) {
    const edits = cleanDocument(file.document, stylesFor(file.document, shared), file.job);
    file.document = afterEdits(file.document, edits, file.job.what, limits);
  }
  folder.documents.push(...files.map(({ document }) => document));
  const referred = referredIn(folder.documents);
  for (const file of files)
    file.document = afterEdits(
      file.document,
      removeUnreferred(file.document, referred, file.job),
      file.job.what,
      limits,
    );
  for (const file of files) {
    const edits = await cleanContents(file.document, folder, pack, file.job, cleanInner);
    file.document = afterEdits(file.document, edits, file.job.what, limits);
    pack.outputs.push(outputOf(file, `${folder.to}${file.name}`));
  }
  const version = attributeNamed(content.document.root, 'office:version') ?? '1.2';
  pack.folders.push({ name: folder.to, mediaType: kind.mediaType, version });
  return kind;
}

// What OpenOffice.org wrote before formulas: it names a file that nobody has, and declares nothing of its own.
const DOCTYPE = /<!DOCTYPE [\w:-]{1,40} PUBLIC "-\/\/OpenOffice\.org\/\/DTD [\w .]{1,60}\/\/EN" "[\w.]{1,40}">/;
const MAX_HEAD = 1024;

function withoutDoctype(content: Buffer): Buffer {
  const found = DOCTYPE.exec(content.toString('latin1', 0, MAX_HEAD));
  if (!found) return content;
  return Buffer.concat([content.subarray(0, found.index), content.subarray(found.index + found[0].length)]);
}

async function cleanInner(folder: Folder, pack: Pack): Promise<boolean> {
  await cleanFolder(folder, pack);
  return true;
}

/** The kind by the body; a media type that says something else is a lie, or a mistake that readers may not forgive. */
function kindOf({ root }: XmlDocument, expected: Kind | undefined): Kind {
  if (nameOf(root) === 'math:math') return innerKind('office:formula', expected);
  if (nameOf(root) !== 'office:document-content') throw new Refusal('malformed', 'content.xml is no document content');
  const bodies = root.children.filter((child) => nameOf(child) === 'office:body');
  const [body, ...more] = bodies[0]?.children ?? [];
  if (bodies.length !== 1 || !body || more.length > 0) throw new Refusal('malformed', 'not one body with one content');
  return innerKind(nameOf(body), expected);
}

function innerKind(body: string, expected: Kind | undefined): Kind {
  if (expected && expected.body !== body) throw new Refusal('malformed', 'the media type is not that of the body');
  const kind = expected ?? innerKindOf(body);
  if (!kind) throw new Refusal('unsupported', 'a body of no known kind');
  return kind;
}

function outputOf({ document, member }: Xml, name: string): Output {
  const content = serialized(document);
  return content.equals(contentOf(member))
    ? { name, mediaType: 'text/xml', member }
    : { name, mediaType: 'text/xml', content };
}
