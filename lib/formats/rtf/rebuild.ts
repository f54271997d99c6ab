// Writes the document anew from the groups and words that the tables keep. Text keeps its bytes; everything that is not in
// a table is dropped, as readers do that do not know it.

import type { Context, Rebuilt } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { tallyOf } from '../shared/tally.ts';
import { printableRuns, telling } from '../shared/telling.ts';
import { bookmarksIn } from './bookmarks.ts';
import { DROPPED, isReadIn, KEPT, type Kind, REFUSED, SILENT } from './destinations.ts';
import { carrierOf, type Destination, drop, isHidden, type Job, lose, type Place } from './job.ts';
import { bookmark, drawing, field, info, number, object, pages, picture, shape, unicode } from './kinds.ts';
import { startOf } from './start.ts';
import { hiddenStyles, isHiddenBy, next, type State, VISIBLE } from './state.ts';
import { textOf } from './texts.ts';
import { type Group, headOf, type Item, parse } from './tokens.ts';
import { dropOf, isFormatting, SAYS_NOTHING } from './words.ts';
import { newWriter } from './writer.ts';

const HEADER = 'rtf';

/** Rejects with Refusal('malformed' | 'limit' | 'unsupported'). */
export async function rebuild(untrusted: Uint8Array, context: Context): Promise<Rebuilt> {
  const bytes = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length);
  const start = startOf(bytes);
  const root = parse(bytes, start);
  if (headOf(root)?.word !== HEADER) throw new Refusal('malformed', 'no word of the format at the start');
  const tally = tallyOf(context);
  if (start > 0) lose(tally, 'rtf.leading', 'byte 0');
  const rest = bytes.subarray(root.end);
  if (rest.some((byte) => byte > 0x20)) lose(tally, 'rtf.trailing', `byte ${root.end}`, printableRuns(rest));
  const codePage = root.items.find((item) => item.kind === 'word' && item.word === 'ansicpg');
  const job: Job = {
    bytes,
    walk: { group, plain, content, headed, word },
    context,
    tally,
    out: newWriter(),
    codePage: (codePage?.kind === 'word' ? codePage.param : undefined) ?? 1252,
    bookmarks: bookmarksIn(bytes, root),
    hiddenStyles: hiddenStyles(root),
    hasTitle: false,
    pages: { first: hasWord(root, 'titlepg'), facing: hasWord(root, 'facingp') },
  };
  await group(root, VISIBLE, 'text', job);
  tally.report();
  return { body: job.out.bytes() };
}

function hasWord({ items }: Group, word: string): boolean {
  return items.some((item) =>
    item.kind === 'word' ? item.word === word : item.kind === 'group' && hasWord(item, word),
  );
}

async function group(inner: Group, state: State, place: Place, job: Job): Promise<void> {
  const head = headOf(inner);
  if (!head) return plain(inner.items, state, place, job);
  const { word, isStarred, body } = head;
  if (REFUSED.has(word)) throw new Refusal('unsupported', `a formula at byte ${inner.start}`);
  const known = KEPT.get(word)?.[0];
  // Outside the table of styles these choose a style.
  const isStyle = known === 'table' && isFormatting(word);
  if (isStyle && place === 'text') return plain(inner.items.slice(body - 1), state, place, job);
  if (known === undefined || (isStyle && !isStarred)) {
    if ((isStarred && !isStyle) || DROPPED.has(word) || SILENT.has(word)) return drop(inner, word, job);
    return plain(inner.items, state, place, job);
  }
  // What hangs on hidden text is not seen either.
  if (isHidden(state) && known !== 'bookmark' && known !== 'info') return drop(inner, '', job, carrierOf(state));
  if (!isReadIn(place, word, known)) return drop(inner, '', job);
  await KINDS[known]({ inner, word, isStarred, body }, state, job);
}

const KINDS: Readonly<Record<Kind, (destination: Destination, state: State, job: Job) => Promise<void>>> = {
  text: (destination, state, job) => headed(destination, state, 'text', job),
  table: (destination, state, job) => headed(destination, state, 'table', job),
  bare: (destination, state, job) => headed(destination, state, 'bare', job),
  frame: (destination, state, job) => headed(destination, state, 'frame', job),
  info,
  picture,
  object,
  field,
  bookmark,
  shape,
  drawing,
  number,
  pages,
  unicode,
};

async function headed(
  { inner, word, isStarred, body }: Destination,
  state: State,
  place: Place,
  job: Job,
): Promise<void> {
  const { out } = job;
  out.open();
  if (isStarred) out.raw(Buffer.from('\\*'));
  const head = inner.items[body - 1];
  out.word(word, head?.kind === 'word' ? head.param : undefined);
  const rest = inner.items.slice(body);
  if (OF_ENTRIES.has(word) && rest.some((item) => item.kind === 'group')) {
    // Names stand in the entries; old writers make none.
    for (const item of rest) await content([item], VISIBLE, item.kind === 'group' ? 'table' : 'bare', job);
    out.close();
    return;
  }
  const isOfText = place === 'text' || place === 'frame';
  await content(rest, isOfText ? state : { ...VISIBLE, fallback: state.fallback }, place, job);
  out.close();
}

const OF_ENTRIES: ReadonlySet<string> = new Set(['fonttbl', 'stylesheet']);

async function plain(items: readonly Item[], state: State, place: Place, job: Job): Promise<void> {
  job.out.open();
  await content(items, state, place, job);
  job.out.close();
}

async function content(items: readonly Item[], before: State, place: Place, job: Job): Promise<void> {
  const { bytes, out, tally } = job;
  let state = before;
  let skip = 0;
  for (const item of items) {
    const at = `byte ${item.start}`;
    switch (item.kind) {
      case 'group':
        skip = 0;
        await group(item, state, place, job);
        break;
      case 'break':
        out.lineEnd();
        break;
      case 'binary':
        throw new Refusal('malformed', `binary data outside of a picture at ${at}`);
      case 'word': {
        const isSwitch = place === 'text' || item.word === 'uc';
        const changed = isSwitch ? next(state, item, job.hiddenStyles) : undefined;
        if (changed) state = changed;
        // Each word behind a character in Unicode counts as one that stands for it.
        skip = item.word === 'u' ? state.fallback : item.word === 'uc' ? skip : Math.max(0, skip - 1);
        if (isHiddenBy(item.word)) {
          if (isKeptHidden(item.word, job)) out.word(item.word, item.param);
          break;
        }
        if (place !== 'text' && place !== 'table' && SAYS.test(item.word)) lose(tally, 'rtf.destination', at);
        else word(item, state, job);
        break;
      }
      case 'symbol':
        // Par and line, as old writers write them; all others are characters.
        if (item.symbol === '\n' || item.symbol === '\r') out.word('par');
        else if (!/^[~\-_:|{}\\\t]$/.test(item.symbol)) lose(tally, 'rtf.word', at);
        else {
          const isInstead = skip > 0;
          skip = Math.max(0, skip - 1);
          if (!isDroppedText(item, state, job))
            out.raw(isInstead ? Buffer.from('?') : bytes.subarray(item.start, item.end));
        }
        break;
      default:
        if ((place === 'bare' || place === 'frame') && !isEmpty(item, bytes))
          lose(tally, 'rtf.destination', at, telling([textOf(bytes, [item], job.codePage)]));
        else {
          const length = item.kind === 'hex' ? 1 : item.end - item.start;
          const cut = Math.min(skip, length);
          skip -= cut;
          // What stands for a character in Unicode is shown by no reader of this century.
          if (isDroppedText(item, state, job)) break;
          out.raw(Buffer.from('?'.repeat(cut)));
          if (cut < length) out.raw(bytes.subarray(item.start + cut, item.end));
        }
    }
  }
}

function word(item: Item & { readonly kind: 'word' }, state: State, { tally, out }: Job): void {
  const at = `byte ${item.start}`;
  const isDestination = KEPT.has(item.word) && !isFormatting(item.word);
  if (isDestination || DROPPED.has(item.word) || REFUSED.has(item.word))
    throw new Refusal('malformed', `a destination in the middle of a group at ${at}`);
  if (isFormatting(item.word)) {
    // Characters that have a word of their own.
    if (!(isHidden(state) && SAYS.test(item.word))) out.word(item.word, item.param);
    return;
  }
  const carrier = dropOf(item.word);
  if (carrier) lose(tally, carrier, at);
  else if (!SAYS_NOTHING.has(item.word)) lose(tally, 'rtf.word', at, telling([item.word]));
}

/** Between colours, behind the name of a font; places in the text of a list; ten numbers that are a class of fonts. */
function isEmpty(item: Item, bytes: Buffer): boolean {
  if (item.kind === 'hex') return item.byte < 0x20;
  return /^(?:[;\s]*|\s*(?:0[\da-fA-F]|10){10}\s*)$/.test(bytes.toString('latin1', item.start, item.end));
}

const SAYS =
  /^(?:u|tab|line|lbr|(?:em|en)dash|(?:em|en|qm)space|bullet|[lr](?:dbl)?quote|chpgn|chftn|sectnum|page|column)$/;

function isKeptHidden(word: string, { context }: Job): boolean {
  return context.policy.actionFor(word === 'v' ? 'rtf.text.hidden' : 'rtf.revision.deletion') === 'keep';
}

/** Whether text is not seen, and policy wants it gone. */
function isDroppedText(item: Item, state: State, { bytes, tally, codePage }: Job): boolean {
  if (!isHidden(state)) return false;
  return tally.drop(carrierOf(state), `byte ${item.start}`, telling([textOf(bytes, [item], codePage)]));
}
