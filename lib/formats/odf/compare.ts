// Is the result the same document? Read by eyes that did not make it: the same text in the same order, the same
// pictures, in every document inside too; the container as the specification wants it, and nothing left over.

import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { decoded, type Files, readFiles } from '../shared/ooxml/reader-files.ts';
import { firstDifference, reading } from '../shared/second-reader.ts';
import { isFlat } from './flat.ts';
import { checkContainer, checkLeftovers } from './leftovers.ts';
import { readSheet, readStory, type Sheet, type Story, type Without } from './reader.ts';
import { flatFiles } from './reader-flat.ts';
import { checkHidden, type Goes, type Hidden, readHidden } from './reader-hidden.ts';
import { type Clipped, sameClipped } from './same-clipped.ts';

/** What policy may keep although it is not shown: then the result is read like the original. */
const UNSHOWN = [
  'revision',
  'annotation',
  'text.hidden',
  'slide.notes',
  'slide.hidden',
  'sheet.hidden',
  'shape.hidden',
].concat(['field.variable', 'field.macro', 'field.form', 'macro', 'event', 'dde', 'sheet.pivot', 'form']);

export async function compare(original: Uint8Array, body: Uint8Array, context: Context): Promise<readonly string[]> {
  const { limits, policy } = context;
  const before = isFlat(original) ? flatFiles(original) : await readFiles(original, limits.maxExpandedBytes);
  const after = await readFiles(body, limits.maxExpandedBytes);
  const raw = !UNSHOWN.some((carrier) => policy.actionFor(`odf.${carrier}`) === 'keep');
  const pictures: Pair[] = [];
  await reading(() =>
    sameDocument({ files: before, folder: '' }, { files: after, folder: '' }, { raw, pictures, policy }, 0),
  );
  for (const pair of pictures) await sameClipped(pair.before, pair.after, context);
  checkContainer(body, after);
  await reading(() => checkLeftovers(after, context));
  return ['text', 'pictures', 'manifest', 'xml', 'leftovers'];
}

type Pair = { readonly before: Clipped; readonly after: Clipped };
type Place = { readonly files: Files; readonly folder: string };
type How = { readonly raw: boolean; readonly pictures: Pair[]; readonly policy: Context['policy'] };

const MAX_DEPTH = 16;
const FILES = ['content.xml', 'styles.xml'];

function sameDocument(before: Place, after: Place, how: How, depth: number): void {
  if (depth > MAX_DEPTH) throw new Refusal('limit', `documents nested ${depth} deep`);
  for (const file of FILES) {
    const goes = goesBy(how.policy);
    // Documents other than spreadsheets are held back for what policy would have removed.
    const hidden = isSpreadsheet(before, file) ? hiddenOf(before, file) : undefined;
    const scenarios = goes.scenarios && hidden ? hidden.scenarioTables : new Set<number>();
    const shown = storyOf(before, file, false, hidden && { cells: goes.cells, scenarios });
    const found = storyOf(after, file, how.raw);
    if (!shown !== !found) throw new Refusal('unverified', `${file} is in one of the two only`);
    if (!shown || !found) continue;
    if (shown.text !== found.text) {
      const at = firstDifference(shown.text, found.text);
      throw new Refusal('unverified', `the text of ${file} differs from character ${at}`);
    }
    if (hidden) checkHidden(hidden, hiddenOf(after, file), goes);
    sameLeads(shown, found, { before, after, how, depth });
  }
}

function goesBy(policy: Context['policy']): Goes {
  const isGone = (carrier: string) => ['remove', 'flatten'].includes(policy.actionFor(`odf.${carrier}`));
  return { sheets: isGone('sheet.hidden'), scenarios: isGone('sheet.scenario'), cells: isGone('sheet.cells') };
}

function isSpreadsheet({ files, folder }: Place, file: string): boolean {
  const content = file === 'content.xml' ? files.get(`${folder}${file}`) : undefined;
  return content !== undefined && /<(?:[\w.-]+:)?spreadsheet[\s/>]/.test(decoded(content));
}

function hiddenOf(place: Place, file: string): Hidden {
  return readHidden(place.files.get(`${place.folder}${file}`) ?? EMPTY, stylesOf(place, file));
}

const EMPTY = Buffer.from('<empty/>');

function storyOf(place: Place, file: string, raw: boolean, without?: Without): Story | undefined {
  const content = place.files.get(`${place.folder}${file}`);
  return content && readStory(content, stylesOf(place, file), raw, without);
}

function stylesOf({ files, folder }: Place, file: string): Sheet {
  const sheet: Sheet = new Map();
  const content = files.get(`${folder}${file}`);
  const shared = file === 'content.xml' ? files.get(`${folder}styles.xml`) : undefined;
  if (shared) readSheet(shared, true, sheet);
  if (content) readSheet(content, false, sheet);
  return sheet;
}

type Both = { readonly before: Place; readonly after: Place; readonly how: How; readonly depth: number };

/** Frame by frame: what showed something shows the same, and documents inside are the same documents. */
function sameLeads(shown: Story, found: Story, { before, after, how, depth }: Both): void {
  const mayVanish = how.policy.actionFor('odf.media.unknown') === 'remove';
  const frames = groupedByFrame(shown, before);
  const kept = groupedByFrame(found, after);
  for (const [frame, lead] of kept) {
    const was = frames.get(frame);
    if (!was || lead.isDangling)
      throw new Refusal('unverified', `a picture or object of frame ${frame} is new or leads nowhere`);
    lead.pictures.forEach((picture, i) => {
      const same = pairOf(picture, i, lead.pictures.length, was.pictures);
      how.pictures.push({ before: same, after: picture });
    });
  }
  for (const [frame, { pictures, objects }] of frames) {
    const now = kept.get(frame);
    const isTable = shown.tables.has(frame) && found.tables.has(frame);
    if ((pictures.length > 0 || objects.length > 0) && !now && !mayVanish && !isTable)
      throw new Refusal('unverified', `frame ${frame} shows nothing any more`);
    for (const [i, folder] of objects.entries()) {
      const inner = now?.objects[i];
      if (inner === undefined) throw new Refusal('unverified', `the document in frame ${frame} is gone`);
      sameDocument({ ...before, folder }, { ...after, folder: inner }, how, depth + 1);
    }
  }
}

/** Where a frame lost a picture that had another beside it, the one that is equal is the one that stayed. */
function pairOf(picture: Clipped, at: number, count: number, were: readonly Clipped[]): Clipped {
  const same =
    were.length === count ? were[at] : (were.find(({ bytes }) => bytes.equals(picture.bytes)) ?? were.at(at - count));
  if (!same) throw new Refusal('unverified', 'a picture that was not there before');
  return same;
}

type Shown = { readonly pictures: Clipped[]; readonly objects: string[]; isDangling: boolean };

function groupedByFrame({ leads }: Story, { files, folder }: Place): ReadonlyMap<number, Shown> {
  const frames = new Map<number, Shown>();
  for (const { kind, href, frame, clip } of leads) {
    const name = resolve(folder, href);
    const group = frames.get(frame) ?? { pictures: [], objects: [], isDangling: false };
    const picture = kind === 'picture' ? files.get(name) : undefined;
    const isInner = kind === 'object' && files.has(`${name}/content.xml`);
    if (picture && picture.length > 0) group.pictures.push({ bytes: picture, clip });
    else if (isInner) group.objects.push(`${name}/`);
    else if (!files.has(name)) group.isDangling = true;
    if (group.pictures.length + group.objects.length > 0 || group.isDangling) frames.set(frame, group);
  }
  return frames;
}

function resolve(folder: string, href: string): string {
  const url = new URL(href.replaceAll('\\', '/'), `zip:///${folder}`);
  return url.protocol === 'zip:' ? decodeURIComponent(url.pathname).replace(/^\/+/, '') : '';
}
