// Animations (ISO/IEC 29500-1 19.5) are trees of time nodes. Nodes that play sounds and films, or that wait for a mark in
// one, have nothing to play any more; a node that holds no other is nothing either, up to the whole tree.

import { type Element, elementsOf } from '../shared/xml.ts';
import { childOf, isShow } from './show.ts';

const known = new WeakMap<Element, boolean>();

/** Whether an element of an animation is about sounds and films only. */
export function playsMedia(element: Element): boolean {
  const answer = known.get(element) ?? judge(element);
  known.set(element, answer);
  return answer;
}

function judge(element: Element): boolean {
  if (['audio', 'video', 'cmd'].some((name) => isShow(element, name))) return true;
  if (['par', 'seq', 'excl'].some((name) => isShow(element, name)))
    return holdsMediaOnly(childOf(childOf(element, 'cTn'), 'childTnLst'));
  if (isShow(element, 'subTnLst')) return holdsMediaOnly(element);
  if (!isShow(element, 'timing')) return false;
  // Marks in films are a later version's, inside alternate content; without the film nothing would ever reach them.
  return holdsMediaOnly(childOf(element, 'tnLst')) || [...elementsOf(element)].some(({ local }) => local === 'bmkTgt');
}

function holdsMediaOnly(list: Element | undefined): boolean {
  return list !== undefined && list.children.length > 0 && list.children.every(playsMedia);
}
