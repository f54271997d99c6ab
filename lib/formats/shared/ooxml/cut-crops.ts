// Pictures of which only a part is shown: where policy has the rest removed, the part becomes a picture of its own. Each
// use gets its own, since the same picture may be shown whole or in another part elsewhere; the original goes when nothing
// shows it any more.

import { Refusal } from '../../../core/refusal.ts';
import { type Box, boxOf, isWhole, restIn } from '../crop-window.ts';
import { cutPicture } from '../cut-picture.ts';
import { type PictureFacts, pictureFacts } from '../picture-facts.ts';
import { elementsOf } from '../xml.ts';
import { afterEdits, editXml } from '../xml-edit.ts';
import { contentOf } from '../zip.ts';
import { type Crop, cropsIn } from './crops.ts';
import { tellingBytes } from './job.ts';
import { addPicture, leadTo } from './new-pictures.ts';
import type { Package, Part } from './package.ts';
import { referencesOf, usedIds } from './references.ts';
import type { Judged } from './relationships.ts';
import type { Xml } from './rounds.ts';

/** A picture that is to be cut: everything that cutting needs is known. */
type Cut = {
  readonly owner: Xml;
  readonly crop: Crop;
  readonly at: string;
  readonly target: Part;
  readonly judged: Judged;
  readonly facts: PictureFacts;
  readonly box: Box;
};

/** Call when pictures are clean and elements that go have gone. */
export async function cutCrops(pack: Package, parts: readonly Xml[]): Promise<void> {
  const carrier = `${pack.dialect.id}.picture.crop`;
  const action = pack.context.policy.actionFor(carrier);
  const cuts: Cut[] = [];
  const known: Known = new Map();
  for (const owner of parts) {
    const place = pack.dialect.placer(owner.job, owner.document);
    for (const crop of cropsIn(owner.document)) {
      const at = place(crop.element);
      const found = judgedOf(owner, crop, at, pack, known);
      if (found === NOTHING) continue;
      if (action === 'remove' && typeof found !== 'string') {
        if (cuts.length >= MAX_CUTS) throw new Refusal('limit', `more than ${MAX_CUTS} cropped pictures`);
        cuts.push(found);
        continue;
      }
      owner.job.drop('picture.crop', at);
      if (action === 'remove')
        throw new Refusal('unsupported', `${at}: policy removes ${carrier}, which cannot be cut out: ${found}`);
    }
  }
  if (cuts.length > 0) await cutAll(cuts, pack, parts);
}

/** Each of them is decoded. */
const MAX_CUTS = 1000;
const NOTHING = '';
type Known = Map<Part, PictureFacts | undefined>;

/** What there is to cut, or why it cannot be; NOTHING where nothing is drawn, or all of it is seen. */
function judgedOf(owner: Xml, crop: Crop, at: string, pack: Package, known: Known): Cut | string {
  const { lead, window, obstacle } = crop;
  if (!lead) return obstacle ?? NOTHING;
  const judged = owner.relationships.find(({ relationship }) => relationship.id === lead.value);
  if (!judged || judged.fate.is === 'dropped') return NOTHING;
  const target = judged.fate.is === 'part' ? pack.parts.get(judged.fate.member.toLowerCase()) : undefined;
  if (target?.part?.kind !== 'media') return 'a picture that is not inside';
  if (!known.has(target))
    known.set(target, pictureFacts(target.content ?? contentOf(target.member), pack.context.limits));
  const facts = known.get(target);
  if (!facts) return 'a picture of this kind';
  const box = window && boxOf(window, facts);
  if (isWhole(box, facts)) return NOTHING;
  return (
    obstacle ??
    facts.obstacle ??
    (box ? { owner, crop, at, target, judged, facts, box } : 'a picture of which nothing is shown')
  );
}

async function cutAll(cuts: readonly Cut[], pack: Package, parts: readonly Xml[]): Promise<void> {
  const made = new Map<string, Part>();
  const edits = new Map(cuts.map(({ owner }) => [owner, editXml(owner.document)]));
  const used = usedElsewhere(cuts, pack, parts);
  for (const { owner, crop, target, judged, facts, box, at } of cuts) {
    const key = `${target.member.ordinal} ${box.x} ${box.y} ${box.width} ${box.height}`;
    const part = made.get(key) ?? (await addCut(target, facts, box, at, pack));
    made.set(key, part);
    const rest = restIn(box, crop.window ?? WHOLE, facts, crop.units);
    const change = edits.get(owner);
    if (change) crop.rewrite(change, leadTo(part, judged, owner), rest);
  }
  for (const [owner, change] of edits) {
    owner.document = afterEdits(owner.document, change, owner.job.what, pack.context.limits);
    dropIdle(owner, cuts, pack);
  }
  const news = [...made.values()].map(({ content }) => Buffer.from(content ?? []));
  for (const { owner, target, facts, at } of cuts) {
    const isLeft = [...used].some(
      ({ member: { crc, size } }) => crc === target.member.crc && size === target.member.size,
    );
    // The same rows may be packed in the same way; only bytes that are not can be looked for.
    const needle = Buffer.from(tellingBytes(facts.packed) ?? []);
    const isTelling = needle.length > 0 && !isLeft && !news.some((content) => content.includes(needle));
    owner.job.drop('picture.crop', at, isTelling ? [facts.packed] : []);
  }
}

async function addCut(target: Part, facts: PictureFacts, box: Box, at: string, pack: Package): Promise<Part> {
  const { context } = pack;
  const png = await cutPicture(target.content ?? contentOf(target.member), facts, box, context.engines);
  const cleaned = await context.embedded(png, target.job.what);
  if (cleaned.outcome === 'refused')
    throw new Refusal('unsupported', `${at}: what is left of a cropped picture cannot be cleaned`);
  return addPicture(pack, target, cleaned);
}

/** Pictures that something else shows than what is to be cut. */
function usedElsewhere(cuts: readonly Cut[], { parts: all }: Package, parts: readonly Xml[]): ReadonlySet<Part> {
  const leads = new Set(cuts.map(({ crop }) => crop.lead));
  const used = new Set<Part>();
  for (const { document, relationships } of parts) {
    const ids = new Set(
      [...elementsOf(document.root)].flatMap((element) =>
        referencesOf(element).flatMap((attribute) => (leads.has(attribute) ? [] : attribute.value)),
      ),
    );
    for (const { relationship, fate } of relationships) {
      const part = fate.is === 'part' && ids.has(relationship.id) ? all.get(fate.member.toLowerCase()) : undefined;
      if (part) used.add(part);
    }
  }
  return used;
}

/** Relationships that only led to what has been cut go with it. */
function dropIdle(owner: Xml, cuts: readonly Cut[], pack: Package): void {
  const ids = usedIds(owner.document);
  const cut = new Set(cuts.filter((one) => one.owner === owner).map(({ judged }) => judged.relationship.id));
  owner.relationships.forEach((judged, i) => {
    const { id } = judged.relationship;
    if (!cut.has(id) || ids.has(id) || judged.fate.is !== 'part') return;
    pack.accounted.add(judged.fate.member.toLowerCase());
    owner.relationships[i] = { ...judged, fate: { is: 'dropped' } };
  });
}

const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };
