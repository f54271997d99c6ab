// What documents lead to: pictures go through the pipeline, documents inside are cleaned like the outer one, anything
// else goes the way that embedded documents of other formats go. Their names are made anew, in the order of references.

import { Refusal } from '../../core/refusal.ts';
import { type Attribute, type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import { editXml, type XmlEdits } from '../shared/xml-edit.ts';
import { contentOf, type Member } from '../shared/zip.ts';
import { memberOf } from './attributes.ts';
import { type Crops, cropped } from './crops.ts';
import { cutCrop } from './cut-crops.ts';
import type { Folder, Output, Pack } from './folder.ts';
import { type Job, jobFor } from './job.ts';
import { attributeNamed, nameOf } from './vocabulary.ts';

/** Cleans what the document leads to and answers the edits to the references. */
export async function cleanContents(
  document: XmlDocument,
  folder: Folder,
  pack: Pack,
  job: Job,
  clean: (folder: Folder, pack: Pack) => Promise<boolean>,
): Promise<XmlEdits> {
  const edits = editXml(document);
  const crops = cropped(folder.documents);
  for (const element of elementsOf(document.root)) {
    // Flat documents hold pictures so; in a package each has a member (ODF 1.3 part 3, 10.4.5 gives a choice).
    if (nameOf(element) === 'office:binary-data')
      throw new Refusal('unsupported', `${job.what}: a picture inside the XML of a package`);
    const name = memberOf(element, folder.from);
    const attribute = element.attributes.find(({ local }) => local === 'href');
    if (name === undefined || !attribute) continue;
    if (nameOf(element) === 'draw:object')
      await cleanObject(element, attribute, name, { folder, pack, job, edits, clean });
    else await cleanPicture(element, attribute, name, { folder, pack, job, edits, crops, document });
  }
  return edits;
}

type Work = {
  readonly folder: Folder;
  readonly pack: Pack;
  readonly job: Job;
  readonly edits: XmlEdits;
};

async function cleanPicture(
  element: Element,
  attribute: Attribute,
  name: string,
  { folder, pack, job, edits, crops, document }: Work & { readonly crops: Crops; readonly document: XmlDocument },
): Promise<void> {
  const member = pack.members.get(name);
  if (!member) {
    // A relative address that leads out of the package.
    if (job.drop('picture.external', job.what, [attribute.value])) edits.removeElement(element);
    return;
  }
  pack.accounted.add(name);
  const at = `member ${member.ordinal}`;
  const clip = crops(element);
  const part =
    clip === undefined ? undefined : await cutCrop({ element, clip, member, document, folder }, edits, pack, job);
  if (part) {
    const cut = { name: freeName(pack, 'Pictures/image', 'png'), mediaType: 'image/png', content: part };
    pack.outputs.push(cut);
    point(attribute, cut.name, element, folder, edits);
    return;
  }
  const output = pack.pictures.get(name) ?? (await pictureOf(member, pack));
  pack.pictures.set(name, output);
  if (output) {
    point(attribute, output.name, element, folder, edits);
    return;
  }
  const own = jobFor(pack.context, at);
  if (own.drop(substituteOf(element, folder, pack), at, [contentOf(member)])) edits.removeElement(element);
  else {
    const kept = { name: freeName(pack, 'Pictures/image', extensionOf(name)), member, mediaType: '' };
    pack.pictures.set(name, kept);
    pack.outputs.push(kept);
    point(attribute, kept.name, element, folder, edits);
  }
}

/** What a picture that cannot be cleaned is, where something else in its frame shows the same. */
function substituteOf(element: Element, folder: Folder, pack: Pack): string {
  const others = element.parent?.children.filter((child) => child !== element) ?? [];
  if (nameOf(element) !== 'draw:image') return 'media.unknown';
  // Of what a frame holds, readers show the first that they know (ODF 1.3 part 3, 10.4.2): all of them know tables.
  const isShownBefore = (other: Element) => nameOf(other) === 'table:table' || isKeptObject(other, folder, pack);
  if (others.some(isShownBefore)) return 'embedded.preview';
  return others.some((other) => nameOf(other) === 'draw:image') ? 'picture.alternate' : 'media.unknown';
}

/** An object comes before its preview, so that what became of it is known; one inside the XML was cleaned with it. */
function isKeptObject(element: Element, { from }: Folder, pack: Pack): boolean {
  if (nameOf(element) !== 'draw:object') return false;
  const name = memberOf(element, from);
  if (name === undefined) return element.children.length > 0;
  // Charts and formulas are drawn from what they are; of other documents, readers show the preview.
  const folder = pack.folders.find((one) => one.name === `${pack.objects.get(name)}/`);
  return folder !== undefined && /\.(?:chart|formula)$/.test(folder.mediaType);
}

async function pictureOf(member: Member, pack: Pack): Promise<Output | undefined> {
  const original = contentOf(member);
  const result = await pack.context.embedded(original, `member ${member.ordinal}`);
  if (result.outcome === 'refused' || !result.mediaType.startsWith('image/')) return undefined;
  const { body, mediaType, extension } = result;
  const isPreview = member.name.includes(PREVIEWS.slice(0, PREVIEWS.indexOf('/')));
  const output: Output = {
    name: isPreview ? freeName(pack, PREVIEWS, '') : freeName(pack, 'Pictures/image', extension),
    mediaType,
    ...(Buffer.compare(original, body) === 0 ? { member } : { content: body }),
  };
  pack.outputs.push(output);
  if (output.name !== member.name) pack.renamed.count++;
  return output;
}

const PREVIEWS = 'ObjectReplacements/Object ';

async function cleanObject(
  element: Element,
  attribute: Attribute,
  name: string,
  { folder, pack, job, edits, clean }: Work & { readonly clean: (folder: Folder, pack: Pack) => Promise<boolean> },
): Promise<void> {
  const known = pack.objects.get(name);
  if (known !== undefined) {
    if (known === '') edits.removeElement(element);
    else point(attribute, known, element, folder, edits);
    return;
  }
  const to = freeName(pack, `${folder.to}Object `, '');
  const inner: Folder = {
    from: `${name}/`,
    to: `${to}/`,
    depth: folder.depth + 1,
    documents: [],
    removal: folder.removal,
  };
  if (inner.depth > pack.context.limits.maxDepth) throw new Refusal('limit', `documents nested ${inner.depth} deep`);
  const isDocument = pack.members.has(`${name}/content.xml`);
  const cleaned = isDocument ? await clean(inner, pack) : await cleanForeign(name, to, pack);
  pack.objects.set(name, cleaned ? to : '');
  if (cleaned) {
    if (to !== name) pack.renamed.count++;
    point(attribute, to, element, folder, edits);
    return;
  }
  const member = pack.members.get(name);
  const at = member ? `member ${member.ordinal}` : job.what;
  if (job.drop('embedded.object', at, member ? [contentOf(member)] : [])) edits.removeElement(element);
  else throw new Refusal('unsupported', `${at}: an embedded object that cannot be cleaned cannot be kept`);
}

async function cleanForeign(name: string, to: string, pack: Pack): Promise<boolean> {
  const member = pack.members.get(name);
  if (!member) return false;
  pack.accounted.add(name);
  const result = await pack.context.embedded(contentOf(member), `member ${member.ordinal}`);
  if (result.outcome === 'refused') return false;
  pack.outputs.push({ name: to, content: result.body, mediaType: result.mediaType });
  return true;
}

function freeName(pack: Pack, stem: string, extension: string): string {
  for (let number = 1; ; number++) {
    const name = `${stem}${number}${extension === '' ? '' : `.${extension}`}`;
    if (pack.taken.has(`${stem}${number}`)) continue;
    pack.taken.add(`${stem}${number}`);
    return name;
  }
}

function extensionOf(name: string): string {
  return /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? 'bin';
}

/** Writers of OpenDocument put './' before the names of objects, and nothing before those of pictures. */
function point(attribute: Attribute, name: string, element: Element, folder: Folder, edits: XmlEdits): void {
  const up = '../'.repeat(folder.to.split('/').length - 1);
  const isOwn = name.startsWith(folder.to);
  const relative = isOwn ? name.slice(folder.to.length) : `${up}${name}`;
  const href = nameOf(element) === 'draw:object' ? `./${relative}` : relative;
  if (attributeNamed(element, 'xlink:href') !== href) edits.setAttribute(element, attribute, href);
}
