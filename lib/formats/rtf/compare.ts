// Is the result the same document? The second reader reads both: the same text in order, the same pictures, links that were
// there before, and nothing of what has no place in a published document.

import type { Context } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { classifyLink } from '../shared/ooxml/places.ts';
import { asWhole, samePictures } from '../shared/ooxml/same-pictures.ts';
import { firstDifference } from '../shared/second-reader.ts';
import { read, type Story } from './reader.ts';

const STARRED = new Set(
  (
    'fldinst bkmkstart bkmkend picprop shppict shpinst panose falt cs ds ts tsrowd listtable listoverridetable listpicture pnseclvl pn ' +
    'defchp defpap nesttableprops ftnsep ftnsepc aftnsep aftnsepc ftncn aftncn pgdsctbl do background shpgrp shptxt'
  ).split(' '),
);
const GONE =
  /^(?:author|operator|manager|company|subject|keywords|comment|doccomm|hlinkbase|creatim|revtim|printim|buptim|userprops|revtbl|revised|revauth\w*|revdttm\w*|deleted|annotation|atn\w+|atrf\w+|\w*rsid\w*|generator|template|passwordhash|mailmerge|docvar|datastore|themedata|xmlnstbl|objdata|objclass|object|objupdate|objautlink|blipuid|bliptag|fontemb|fontfile|filetbl|nextfile|formfield|datafield|xe|tc|v)$/;
const INSTRUCTION =
  /^(?:HYPERLINK "[^"\\]+"|HYPERLINK \\l "\w+"|(?:PAGE|NUMPAGES|SECTION|SECTIONPAGES|SEQ|TOC|AUTONUM\w*|BIDIOUTLINE|LISTNUM|PAGEREF|REF|NOTEREF|DATE|TIME)(?: [\w\\*#@!"-]+)*|SYMBOL (?:\d+|0x[\da-f]+)(?: [\w\\*" ]+)?)$/i;

export async function compare(original: Uint8Array, body: Uint8Array, context: Context): Promise<readonly string[]> {
  const { policy } = context;
  const keeps = ['text.hidden', 'revision.deletion'].filter((id) => policy.actionFor(`rtf.${id}`) === 'keep');
  const before = read(original, keeps.length === 2);
  const after = read(body, keeps.length !== 1);
  if (before.text !== after.text)
    throw new Refusal('unverified', `the text differs from character ${firstDifference(before.text, after.text)}`);
  const mayBeFewer = policy.actionFor('rtf.picture.unknown') === 'remove';
  const how = { mayBeFewer, mayHide: true };
  await samePictures(before.pictures.map(asWhole), after.pictures.map(asWhole), how, context);
  sameLinks(before, after, (carrier) => policy.actionFor(`rtf.${carrier}`) === 'keep');
  leftovers(after, keeps);
  return ['text', 'pictures', 'links', 'leftovers'];
}

function sameLinks(before: Story, after: Story, keeps: (carrier: string) => boolean): void {
  if (symbolsOf(before) !== symbolsOf(after)) throw new Refusal('unverified', 'a symbol that a field draws is lost');
  const known = new Set(before.instructions.flatMap((one) => one.replaceAll('\\\\', '\\').split(/[\s"]+/)));
  for (const instruction of after.instructions) {
    const address = /^HYPERLINK "([^"]+)"$/.exec(instruction)?.[1];
    if (!INSTRUCTION.test(instruction))
      throw new Refusal('unverified', 'a field that has no place in a published document');
    if (address !== undefined && !known.has(address))
      throw new Refusal('unverified', 'a link that was not there before');
    if (address !== undefined && classifyLink(address) !== 'public' && !keeps(`link.${classifyLink(address)}`))
      throw new Refusal('unverified', 'a link that not everybody can follow');
  }
}

function symbolsOf({ instructions }: Story): string {
  return instructions
    .filter((one) => /^SYMBOL\b/i.test(one))
    .map((one) => one.replaceAll('\\\\', '\\').replace(/\s+/g, ' ').toLowerCase())
    .join('\n');
}

function leftovers({ starred, words }: Story, keeps: readonly string[]): void {
  for (const word of starred)
    if (!STARRED.has(word)) throw new Refusal('unverified', 'a group that readers skip is still there');
  for (const word of words) {
    const isKept =
      (word === 'v' && keeps.includes('text.hidden')) || (word === 'deleted' && keeps.includes('revision.deletion'));
    if (GONE.test(word) && !isKept) throw new Refusal('unverified', 'a word that has no place in a published document');
  }
}
