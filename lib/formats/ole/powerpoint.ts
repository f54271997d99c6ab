// Presentations, [MS-PPT] 2.1: the main stream is a row of atoms and containers, to which every save appends; a stream
// beside it says who saved last, and whether it is encrypted.

import type { CarrierId } from '../../core/finding.ts';
import type { Found } from '../../core/format.ts';
import { decoderOf } from '../shared/code-pages.ts';
import { telling } from '../shared/telling.ts';
import { saysSomething, u16, u32 } from './bytes.ts';

const HEAD = 8;
const CONTAINER = 0xf;
const MAX_DEPTH = 32;
const ENCRYPTED_TOKEN = 0xf3d1c4df;
const [USER_EDIT, STRING, TAG_DATA] = [0x0ff5, 0x0fba, 0x138b];
const [NOTES, NOTES_ATOM, TEXT_HEADER, TEXT_CHARS, TEXT_BYTES] = [0x03f0, 0x03f1, 0x0f9f, 0x0fa0, 0x0fa8];

type Atom = {
  readonly type: number;
  readonly data: Buffer;
  readonly inside: readonly number[];
  readonly number: number;
};
type Rule = { readonly carrier: CarrierId; readonly name: string; readonly holds?: (atom: Atom) => boolean };

/** By the type of an atom or a container. */
const RULES: ReadonlyMap<number, Rule> = new Map<number, Rule>([
  [0x2ee0, { carrier: 'ole.ppt.comment', name: 'Comment10Container' }],
  [0x2ee4, { carrier: 'ole.ppt.comment', name: 'CommentIndex10Container' }],
  [
    0x03f9,
    { carrier: 'ole.ppt.hidden-slide', name: 'SlideShowSlideInfoAtom', holds: ({ data }) => (u16(data, 10) & 4) !== 0 },
  ],
  [0x0400, { carrier: 'ole.macros', name: 'VBAInfoAtom', holds: ({ data }) => u32(data, 4) !== 0 }],
  [0x0fd7, { carrier: 'ole.ppt.link', name: 'ExHyperlinkContainer' }],
  [0x0fcc, { carrier: 'ole.embedded', name: 'ExOleEmbedContainer' }],
  [0x0fce, { carrier: 'ole.embedded.link', name: 'ExOleLinkContainer' }],
  [0x0fee, { carrier: 'ole.controls', name: 'ExControlContainer' }],
  [0x1006, { carrier: 'ole.ppt.external-path', name: 'ExAviMovieContainer' }],
  [0x1007, { carrier: 'ole.ppt.external-path', name: 'ExMCIMovieContainer' }],
  [0x1010, { carrier: 'ole.ppt.external-path', name: 'ExWAVAudioLinkContainer' }],
  [0x1389, { carrier: 'ole.ppt.tags', name: 'ProgStringTagContainer' }],
  [0x0406, { carrier: 'ole.ppt.routing-slip', name: 'DocRoutingSlipAtom' }],
]);
const HEADERS = 0x0fd9;

/** Reports who saved last; says whether the presentation is encrypted. */
export function inspectCurrentUser(stream: Buffer, at: string, found: Found): { readonly isEncrypted: boolean } {
  const length = u16(stream, 20);
  const user = stream.subarray(28, 28 + length);
  if (saysSomething(user))
    found('ole.ppt.user', `${at}/CurrentUserAtom`, { values: telling([decoderOf(1252).decode(user)]) });
  return { isEncrypted: u32(stream, 12) === ENCRYPTED_TOKEN };
}

/** Reports what the records of the main stream hold besides slides; says whether it is encrypted. */
export function inspectPowerPoint(stream: Buffer, at: string, found: Found): { readonly isEncrypted: boolean } {
  let saves = 0;
  let isEncrypted = false;
  const isNote = notesReader();
  for (const atom of atomsOf(stream)) {
    if (isNote(atom)) found('ole.ppt.notes', `${at}/text record ${atom.number}`);
    const rule = RULES.get(atom.type);
    if (rule && (rule.holds?.(atom) ?? true)) found(rule.carrier, `${at}/${rule.name} record ${atom.number}`);
    if (atom.type === STRING && atom.inside.at(-1) === HEADERS && saysSomething(atom.data))
      found('ole.ppt.header', `${at}/HeadersFootersContainer record ${atom.number}`);
    if (atom.type !== USER_EDIT) continue;
    saves += 1;
    // With a session key, [MS-PPT] 2.3.3: the edit is encrypted.
    isEncrypted ||= atom.data.length >= 32;
    if (saves > 1) found('ole.ppt.earlier-save', `${at}/UserEditAtom record ${atom.number}`);
  }
  return { isEncrypted };
}

const OF_NOTES = 2;

/** Whether a text is that of a slide's notes: the header before it says so, and the page it is on is not the master. */
function notesReader(): (atom: Atom) => boolean {
  let [kind, slide] = [0, 0];
  return ({ type, data, inside }) => {
    if (type === NOTES_ATOM) slide = u32(data, 0);
    if (type === TEXT_HEADER) kind = u32(data, 0);
    const isText = type === TEXT_CHARS || type === TEXT_BYTES;
    return isText && kind === OF_NOTES && slide !== 0 && inside.includes(NOTES) && saysSomething(data);
  };
}

type Open = { readonly type: number; readonly end: number };

/** All records in the order of the stream, those inside containers with the types around them. */
function* atomsOf(stream: Buffer): Generator<Atom> {
  const open: Open[] = [];
  for (let at = 0, number = 1; at + HEAD <= stream.length; number += 1) {
    while ((open.at(-1)?.end ?? Infinity) <= at) open.pop();
    const [version, type, length] = [u16(stream, at) & 0xf, u16(stream, at + 2), u32(stream, at + 4)];
    // What claims more than is around it ends with that, so that a wrong length hides nothing behind it.
    const end = Math.min(at + HEAD + length, open.at(-1)?.end ?? stream.length);
    yield { type, data: stream.subarray(at + HEAD, end), inside: open.map((around) => around.type), number };
    // Tags of PowerPoint itself hold records, comments among them.
    const goesIn = (version === CONTAINER || type === TAG_DATA) && open.length < MAX_DEPTH;
    if (goesIn) open.push({ type, end });
    at = goesIn ? at + HEAD : end;
  }
}
