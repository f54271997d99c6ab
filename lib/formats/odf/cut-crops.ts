// A picture of which only a part is shown: where policy has the rest removed, the part becomes a picture of its own.

import { Refusal } from '../../core/refusal.ts';
import { type Box, boxOf, isWhole, restIn, windowOf } from '../shared/crop-window.ts';
import { cutPicture } from '../shared/cut-picture.ts';
import { tellingBytes } from '../shared/ooxml/job.ts';
import { type PictureFacts, pictureFacts } from '../shared/picture-facts.ts';
import { type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { contentOf, type Member } from '../shared/zip.ts';
import { memberOf } from './attributes.ts';
import { dotOf, ownClip, takenBy } from './crops.ts';
import type { Folder, Pack } from './folder.ts';
import type { Job } from './job.ts';
import { nameOf } from './vocabulary.ts';

export type Cropped = {
  readonly element: Element;
  readonly clip: string;
  readonly member: Member;
  readonly document: XmlDocument;
  readonly folder: Folder;
};

/** The part of the picture that is shown; undefined where all of it is, or policy does not have the rest removed. */
export async function cutCrop(cropped: Cropped, edits: XmlEdits, pack: Pack, job: Job): Promise<Buffer | undefined> {
  const { element, clip, member, document, folder } = cropped;
  const { context } = pack;
  const at = `member ${member.ordinal}`;
  const cleaned = await context.embedded(contentOf(member), at);
  const facts = cleaned.outcome === 'published' ? pictureFacts(cleaned.body, context.limits) : undefined;
  const frame = element.parent;
  const own = frame && ownClip(frame, document);
  const taken = facts && takenBy(own?.attribute.value ?? clip, facts);
  const window = taken && windowOf(taken);
  const box = facts && window && boxOf(window, facts);
  if (facts && isWhole(box, facts)) return undefined;
  if (context.policy.actionFor('odf.picture.crop') !== 'remove') {
    job.drop('picture.crop', at);
    return undefined;
  }
  const reason = obstacleIn(frame, facts, { isRead: taken !== undefined, isOwn: own !== undefined, box });
  if (reason !== undefined || !facts || !window || !box || !own || cleaned.outcome !== 'published') {
    job.drop('picture.crop', at);
    throw new Refusal('unsupported', `${at}: policy removes odf.picture.crop, which cannot be cut out: ${reason}`);
  }
  const png = await cutPicture(cleaned.body, facts, box, context.engines);
  const part = await context.embedded(png, at);
  if (part.outcome === 'refused')
    throw new Refusal('unsupported', `${at}: what is left of a cropped picture cannot be cleaned`);
  const body = Buffer.from(part.body);
  const needle = Buffer.from(tellingBytes(facts.packed) ?? []);
  const isTelling = needle.length > 0 && usesOf(member, folder) === 1 && !body.includes(needle);
  job.drop('picture.crop', at, isTelling ? [facts.packed] : []);
  edits.setAttribute(own.properties, own.attribute, restOf(box, window, facts));
  return body;
}

type Known = { readonly isRead: boolean; readonly isOwn: boolean; readonly box: Box | undefined };

function obstacleIn(
  frame: Element | undefined,
  facts: PictureFacts | undefined,
  { isRead, isOwn, box }: Known,
): string | undefined {
  if (!facts) return 'a picture of this kind';
  if (!dotOf(facts)) return 'a picture that does not say how large it is';
  if (!isRead) return 'a crop that cannot be read';
  if (!box) return 'a picture of which nothing is shown';
  const shown = frame?.children.filter((child) => /^draw:(?:image|object|object-ole)$/.test(nameOf(child)));
  if (shown?.length !== 1) return 'a picture beside another one';
  if (!isOwn) return 'a crop that other frames share';
  return facts.obstacle;
}

function usesOf({ name }: Member, { documents, from }: Folder): number {
  const all = documents.flatMap(({ root }) => [...elementsOf(root)]);
  return all.filter((element) => memberOf(element, from) === name).length;
}

const PER_CENTIMETRE = 10_000;

/** What the clip still takes off, less than a pixel a side, in the lengths that it had. */
function restOf(box: Box, window: NonNullable<ReturnType<typeof windowOf>>, facts: PictureFacts): string {
  const dot = dotOf(facts) ?? { width: 0, height: 0 };
  const across = restIn(box, window, facts, (box.width * dot.width * PER_CENTIMETRE) / 10);
  const down = restIn(box, window, facts, (box.height * dot.height * PER_CENTIMETRE) / 10);
  return `rect(${[down.top, across.right, down.bottom, across.left].map((rest) => `${rest / PER_CENTIMETRE}cm`).join(', ')})`;
}
