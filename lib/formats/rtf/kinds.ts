// Groups that are more than their words: information, pictures, objects, fields, bookmarks, shapes.

import { Refusal } from '../../core/refusal.ts';
import { fieldCarrier } from '../shared/field-kinds.ts';
import { isPrivateText, isPublicTitle } from '../shared/ooxml/places.ts';
import { printableRuns, telling } from '../shared/telling.ts';
import { isCrop, isHiding, isKeptProperty, PICTURE } from './drawings.ts';
import { readInstruction } from './fields.ts';
import { type Destination, drop, type Job, lose, runsIn } from './job.ts';
import { cleanPicture, digitsOf, readPicture } from './pictures.ts';
import { type State, VISIBLE } from './state.ts';
import { textOf } from './texts.ts';
import { type Group, headOf, type Item } from './tokens.ts';
import { isFormatting, isOfPicture } from './words.ts';

const AUTHORS = new Set(['author', 'operator', 'manager', 'company']);

export async function info({ inner, body }: Destination, state: State, job: Job): Promise<void> {
  const { bytes, tally, out, codePage } = job;
  for (const item of inner.items.slice(body)) {
    if (item.kind !== 'group') continue;
    const head = headOf(item);
    const said = textOf(bytes, item.items, codePage).trim();
    if (head?.word === 'title' && !job.hasTitle) {
      const stays =
        isPublicTitle(said) || (said !== '' && !tally.drop('rtf.info.title', `byte ${item.start}`, telling([said])));
      if (!stays) continue;
      job.hasTitle = true;
      out.open();
      out.word('info');
      out.open();
      out.word('title');
      const isTold = (one: Item) => /^(?:text|hex)$/.test(one.kind) || (one.kind === 'word' && /^uc?$/.test(one.word));
      await job.walk.content(
        item.items.slice(head.body).filter(isTold),
        { ...VISIBLE, fallback: state.fallback },
        'table',
        job,
      );
      out.close();
      out.close();
    } else
      lose(
        tally,
        AUTHORS.has(head?.word ?? '') ? 'rtf.info.author' : 'rtf.info.other',
        `byte ${item.start}`,
        telling([said]),
      );
  }
}

function refuseCrop(at: string, { tally, context }: Job): void {
  if (tally.drop('rtf.picture.crop', at) && context.policy.actionFor('rtf.picture.crop') === 'remove')
    throw new Refusal('unsupported', 'a cropped picture cannot be cut');
}

export async function picture({ inner }: Destination, _state: State, job: Job): Promise<void> {
  const { bytes, out, tally, context } = job;
  const at = `byte ${inner.start}`;
  const groups = inner.items.filter((item) => item.kind === 'group').map((item) => ({ item, head: headOf(item) }));
  for (const { item, head } of groups) if (head?.word !== 'picprop') drop(item, head?.word ?? '', job);
  const read = readPicture(bytes, inner);
  if (read.isCropped) refuseCrop(at, job);
  const body = await cleanPicture(read, at, context);
  if (!body) {
    lose(tally, 'rtf.picture.unknown', at, printableRuns(read.data));
    return;
  }
  out.open();
  out.word('pict');
  for (const { item, head } of groups)
    if (head?.word === 'picprop') await properties({ inner: item, ...head }, 'picprop', VISIBLE, job);
  for (const item of read.words)
    if (isOfPicture(item.word) || !isFormatting(item.word)) job.walk.word(item, VISIBLE, job);
  out.raw(Buffer.from(`\n${digitsOf(body)}`));
  out.close();
}

/** What it shows stays, without the object. */
export async function object({ inner, body }: Destination, state: State, job: Job): Promise<void> {
  const results: Group[] = [];
  const values: string[] = [];
  for (const item of inner.items.slice(body)) {
    if (item.kind !== 'group') continue;
    const head = headOf(item);
    if (head?.word === 'result') results.push({ ...item, items: item.items.slice(head.body) });
    // Of its data only what points at somebody: the picture shows the words of the rest.
    else values.push(textOf(job.bytes, item.items, job.codePage), ...runsIn(job.bytes, item).filter(isPrivateText));
  }
  lose(job.tally, 'rtf.object', `byte ${inner.start}`, telling(values));
  for (const { items } of results) await job.walk.plain(items, state, 'text', job);
}

export async function field({ inner, body }: Destination, state: State, job: Job): Promise<void> {
  const { bytes, out, tally, codePage, context } = job;
  const at = `byte ${inner.start}`;
  const groups = inner.items.slice(body).filter((item) => item.kind === 'group');
  const called = (word: string) => groups.filter((item) => headOf(item)?.word === word);
  const [instruction] = called('fldinst');
  const isNested = instruction?.items.some(hasField) === true;
  const said = instruction ? textOf(bytes, instruction.items, codePage) : '';
  const read = readInstruction(isNested ? '' : said, {
    renamed: job.bookmarks.renamed,
    keeps: (carrier) => context.policy.actionFor(`rtf.${carrier}`) === 'keep',
  });
  for (const other of groups) {
    const word = headOf(other)?.word ?? '';
    if (word !== 'fldinst' && word !== 'fldrslt') drop(other, word, job);
  }
  const carrier = `rtf.${fieldCarrier(isNested ? '' : said)}`;
  const results = called('fldrslt').map(({ items }) => items.slice(1));
  if (read.outcome === 'dropped') {
    lose(tally, carrier, at, telling([said, ...read.values]));
    for (const items of results) await job.walk.plain(items, state, 'text', job);
    return;
  }
  if (read.dropped.length > 0) lose(tally, carrier, at, telling(read.dropped));
  out.open();
  out.word('field');
  out.open();
  out.raw(Buffer.from('\\*'));
  out.word('fldinst');
  out.open();
  out.text(read.text);
  out.close();
  out.close();
  for (const items of results) {
    out.open();
    out.word('fldrslt');
    await job.walk.content(items, state, 'text', job);
    out.close();
  }
  out.close();
}

function hasField(item: Item): boolean {
  return item.kind === 'group' && (headOf(item)?.word === 'field' || item.items.some(hasField));
}

export async function bookmark(
  { inner, word }: Destination,
  _state: State,
  { bytes, out, tally, codePage, bookmarks }: Job,
): Promise<void> {
  const name = textOf(bytes, inner.items, codePage).trim();
  const called = bookmarks.renamed(name);
  if (called !== name) lose(tally, 'rtf.bookmark', `byte ${inner.start}`, telling([name]));
  if (called === undefined) return;
  out.open();
  out.raw(Buffer.from('\\*'));
  out.word(word);
  out.text(called);
  out.close();
}

/** Properties one by one, and the text in it. */
export async function shape(destination: Destination, state: State, job: Job): Promise<void> {
  await properties(destination, 'shpinst', state, job);
}

async function properties({ inner, body }: Destination, word: string, state: State, job: Job): Promise<void> {
  job.out.open();
  job.out.raw(Buffer.from('\\*'));
  job.out.word(word);
  for (const item of inner.items.slice(body)) {
    if (item.kind === 'group' && headOf(item)?.word === 'sp') await property(item, state, job);
    // Only text boxes have text.
    else await job.walk.content([item], state, 'frame', job);
  }
  job.out.close();
}

async function property(item: Group, state: State, job: Job): Promise<void> {
  const { bytes, out, tally, codePage } = job;
  const at = `byte ${item.start}`;
  const part = (word: string) => item.items.find((one) => one.kind === 'group' && headOf(one)?.word === word);
  const [named, valued] = [part('sn'), part('sv')];
  const name = named?.kind === 'group' ? textOf(bytes, named.items, codePage).trim() : '';
  const shown = valued?.kind === 'group' ? valued.items.find((one) => one.kind === 'group') : undefined;
  const value = valued?.kind === 'group' ? textOf(bytes, valued.items, codePage).trim() : '';
  if (name.startsWith('gtextUNICODE')) throw new Refusal('unsupported', `text drawn as a shape at ${at}`);
  if (isHiding(name, value)) throw new Refusal('hidden-content', `a shape that is not shown at ${at}`);
  if (isCrop(name, value)) refuseCrop(at, job);
  const isPicture = PICTURE.test(name) && shown !== undefined;
  if (!isPicture && !isKeptProperty(name, value)) {
    lose(tally, 'rtf.picture.property', at, telling([name, value]));
    return;
  }
  out.open();
  out.word('sp');
  out.open();
  out.word('sn');
  out.text(name);
  out.close();
  out.open();
  out.word('sv');
  if (isPicture) await job.walk.content([shown], state, 'bare', job);
  else out.text(value);
  out.close();
  out.close();
}

/** Readers show either the shape or what stands for it. */
export async function drawing(destination: Destination, state: State, job: Job): Promise<void> {
  const { inner } = destination;
  const isCalled = (item: Item, word: string) => item.kind === 'group' && headOf(item)?.word === word;
  const hasShape = inner.items.some((item) => isCalled(item, 'shpinst'));
  const isInstead = (item: Item) => hasShape && isCalled(item, 'shprslt');
  const kept = inner.items.filter((item) => !isInstead(item));
  for (const item of inner.items) if (item.kind === 'group' && isInstead(item)) drop(item, 'shprslt', job);
  await job.walk.headed({ ...destination, inner: { ...inner, items: kept } }, state, 'frame', job);
}

const LONGEST_NUMBER = 12;

/** Readers that count show their own. */
export async function number(destination: Destination, state: State, job: Job): Promise<void> {
  const { inner, word } = destination;
  const said = textOf(job.bytes, inner.items, job.codePage);
  if (said.trim().length > LONGEST_NUMBER) drop(inner, word, job);
  else await job.walk.headed(destination, state, 'text', job);
}

/** Of the first page, or of left ones, where the document has such; those of right pages stand on all where it has not. */
export async function pages(destination: Destination, state: State, job: Job): Promise<void> {
  const { inner, word } = destination;
  const isShown = word.endsWith('r') || (word.endsWith('f') ? job.pages.first : job.pages.facing);
  if (isShown) await job.walk.headed(destination, state, 'text', job);
  else drop(inner, word, job, 'rtf.header.unseen');
}

/** Of one text in two character sets the one that says more. */
export async function unicode({ inner, body }: Destination, state: State, job: Job): Promise<void> {
  const groups = inner.items.slice(body).filter((item) => item.kind === 'group');
  const wide = groups.map((item) => ({ item, head: headOf(item) })).find(({ head }) => head?.word === 'ud');
  if (wide?.head) await job.walk.plain(wide.item.items.slice(wide.head.body), state, 'text', job);
  else for (const item of groups) await job.walk.group(item, state, 'text', job);
}
