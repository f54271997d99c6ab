// Is the result the same presentation? Read by eyes that did not make it: the same slides in the same order with the same
// text, the same pictures, nothing dangling, nothing unreachable, everything typed and well-formed.

import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { checkGraph } from '../shared/ooxml/graph.ts';
import { checkLeftovers } from '../shared/ooxml/leftovers.ts';
import { type Files, readFiles, typesOf } from '../shared/ooxml/reader-files.ts';
import { samePictures } from '../shared/ooxml/same-pictures.ts';
import { firstDifference, reading } from '../shared/second-reader.ts';
import { EXPECTED } from './expected.ts';
import { AS_IT_IS, asShown, type Reading, readShow } from './reader.ts';

export async function compare(original: Uint8Array, body: Uint8Array, context: Context): Promise<readonly string[]> {
  const { limits, policy } = context;
  const before = await readFiles(original, limits.maxExpandedBytes);
  const after = await readFiles(body, limits.maxExpandedBytes);
  const shown = await reading(() => readShow(before, asShown(policy)));
  const found = await reading(() => readShow(after, AS_IT_IS));
  sameTexts(shown, found);
  if (found.undrawn > 0 && policy.actionFor('pptx.diagram.unseen') !== 'keep')
    throw new Refusal('unverified', `${found.undrawn} texts of a diagram that its drawing does not show`);
  const slides = slidesIn(after);
  if (slides !== found.slides && policy.actionFor('pptx.slide.orphan') !== 'keep')
    throw new Refusal('unverified', `${slides} parts are slides, and ${found.slides} are shown`);
  const isGone = (carrier: string) => policy.actionFor(`pptx.${carrier}`) === 'remove';
  const how = { mayBeFewer: isGone('media.unknown'), mayHide: policy.actionFor('pptx.picture.crop') === 'keep' };
  await samePictures(shown.pictures, found.pictures, how, context);
  checkGraph(after);
  checkLeftovers(body, after, EXPECTED, context);
  return ['slides', 'text', 'pictures', 'relationships', 'content-types', 'xml', 'leftovers'];
}

function slidesIn(files: Files): number {
  const typeOf = typesOf(files);
  return [...files.keys()].filter((name) => typeOf(name)?.endsWith('.slide+xml')).length;
}

function sameTexts(shown: Reading, found: Reading): void {
  if (shown.slides !== found.slides) throw new Refusal('unverified', `${shown.slides} slides became ${found.slides}`);
  if (shown.texts.length !== found.texts.length)
    throw new Refusal('unverified', `${shown.texts.length} parts with text became ${found.texts.length}`);
  shown.texts.forEach(({ kind, text }, i) => {
    const other = found.texts[i];
    if (other?.kind !== kind) throw new Refusal('unverified', `part ${i + 1} with text is of another kind`);
    if (other.text !== text)
      throw new Refusal(
        'unverified',
        `the text of part ${i + 1} (${kind}) differs from character ${firstDifference(text, other.text)}`,
      );
  });
}
