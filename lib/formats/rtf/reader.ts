// A second reader of RTF, which shares nothing with what writes it: it follows the document with one pattern, keeps a state
// for each open group, and answers what people see: text, pictures, links.

export type Story = {
  readonly text: string;
  readonly pictures: readonly Buffer[];
  /** Instructions of fields. */
  readonly instructions: readonly string[];
  /** Starred groups by the word they begin with. */
  readonly starred: ReadonlySet<string>;
  /** Words anywhere. */
  readonly words: ReadonlySet<string>;
};

type Open = {
  mode: 'seen' | 'mute' | 'picture' | 'instruction' | 'skipped' | 'pair';
  hidden: boolean;
  /** Hidden by a style: of the paragraph, of the letters. */
  paragraph: boolean;
  letters: boolean;
  removed: boolean;
  fallback: number;
};

const NEXT =
  /\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([\da-fA-F]{2})|\\([\s\S])|([{}])|([\r\n\0\x01-\x08\x0b-\x1f]+)|([^\\{}\r\n\0\x01-\x08\x0b-\x1f]+)/y;

const UNSEEN = new Set(
  (
    'fonttbl colortbl stylesheet listtable listoverridetable info pn pgdsctbl defchp defpap pnseclvl ' +
    'objdata objclass objname objtopic objitem objalias objsect tc xe tcn txe rxe bxe template nonesttables ' +
    'mmathPr latentstyles company operator author revtbl rsidtbl generator annotation atnid atnauthor filetbl userprops ' +
    'password passwordhash docvar mailmerge bkmkstart bkmkend datafield formfield picprop blipuid listname ' +
    'fontemb fontfile themedata datastore file hlinkbase listtext pntext shprslt ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn hyphen lchars fchars'
  ).split(' '),
);
const SEEN_STARRED = new Set([
  'shppict',
  'shpinst',
  'nesttableprops',
  'ud',
  'do',
  'background',
  'ftnsep',
  'ftnsepc',
  'aftnsep',
  'aftnsepc',
  'ftncn',
  'aftncn',
  'shptxt',
  'shpgrp',
  'cs',
  'ds',
  'ts',
  'tsrowd',
]);
// Of these only what is in groups of theirs is seen.
const MUTE = new Set(['sp', 'sn', 'sv', 'object', 'field', 'shpinst', 'shppict', 'nonshppict', 'nesttableprops']);
// Where paragraphs, cells and sections end, which stays whatever is hidden in them.
const BREAKS: Readonly<Record<string, string>> = {
  par: '\n',
  sect: '\n',
  row: '\n',
  cell: '\t',
  nestcell: '\t',
  nestrow: '\n',
};
const CHARACTERS: Readonly<Record<string, string>> = {
  emdash: '\u2014',
  endash: '\u2013',
  bullet: '\u2022',
  lquote: '\u2018',
  rquote: '\u2019',
  ldblquote: '\u201c',
  rdblquote: '\u201d',
  emspace: '\u2003',
  enspace: '\u2002',
  line: '\n',
  lbr: '\n',
  page: '\f',
  column: '\f',
  tab: '\t',
  chpgn: '\u2317',
  chftn: '\u203b',
};

/** `raw` reads text as seen that is marked as hidden or deleted, or stands on pages that there are not. */
export function read(untrusted: Uint8Array, raw: boolean): Story {
  const source = Buffer.from(untrusted.buffer, untrusted.byteOffset, untrusted.length).toString('latin1');
  const unseenStyles = raw ? new Set<string>() : stylesOf(source);
  const hasFirst = raw || /\\titlepg(?![a-z])/.test(source);
  const hasFacing = raw || /\\facingp(?![a-z])/.test(source);
  const pictures: Buffer[] = [];
  const instructions: string[] = [];
  const starred = new Set<string>();
  const words = new Set<string>();
  const parts: string[] = [];
  const open: Open[] = [];
  let now: Open = { mode: 'skipped', hidden: false, paragraph: false, letters: false, removed: false, fallback: 1 };
  // What a group is, is said by its first word.
  let isFresh = false;
  let isStarred = false;
  let skip = 0;
  let digits = '';
  let instruction = '';

  const isShown = () => !now.hidden && !now.paragraph && !now.letters && !now.removed;
  const say = (text: string) => {
    isFresh = false;
    if (now.mode === 'picture') digits += text;
    else if (now.mode === 'instruction') instruction += text;
    else if (now.mode === 'seen' && isShown()) parts.push(text);
  };
  const characters = (text: string) => {
    const cut = Math.min(skip, text.length);
    skip -= cut;
    if (cut < text.length) say(text.slice(cut));
  };
  const begin = (word: string) => {
    if (isStarred) starred.add(word);
    const isPaired = open.at(-1)?.mode === 'pair';
    if ((now.mode === 'skipped' && !isPaired) || now.mode === 'instruction') return;
    if (word === 'pict') {
      now.mode = 'picture';
      digits = '';
    } else if (word === 'fldinst') {
      now.mode = 'instruction';
      instruction = '';
    } else if (word === 'upr') now.mode = 'pair';
    else if (isPaired) now.mode = word === 'ud' ? 'seen' : 'skipped';
    else if (UNSEEN.has(word) || (isStarred && !SEEN_STARRED.has(word))) now.mode = 'skipped';
    else if (MUTE.has(word)) now.mode = 'mute';
    else if (word === 'result' || word === 'shptxt' || word === 'fldrslt') now.mode = 'seen';
    else if ((/^(?:header|footer)f$/.test(word) && !hasFirst) || (/^(?:header|footer)l$/.test(word) && !hasFacing))
      now.mode = 'skipped';
  };
  const word = (name: string, number: number | undefined) => {
    words.add(name);
    if (isFresh) begin(name);
    isFresh = false;
    isStarred = false;
    const isOn = number !== 0;
    if (name === 'u' && number !== undefined) {
      say(String.fromCharCode(number & 0xffff));
      skip = now.fallback;
    } else if (name === 'uc') now.fallback = number ?? 1;
    else if (name === 'plain') {
      now = { ...now, hidden: false, paragraph: false, letters: false, removed: false };
    } else if (name === 'v' && !raw) now = { ...now, hidden: isOn, paragraph: false, letters: false };
    else if (name === 'pard') now.paragraph = unseenStyles.has('s0');
    else if ((name === 'deleted' || name === 'mvf') && !raw) now.removed = isOn;
    else if (name === 's') now.paragraph = unseenStyles.has(`s${number ?? ''}`);
    else if (name === 'cs') now.letters = unseenStyles.has(`cs${number ?? ''}`);
    else if (unseenStyles.has(`${name}${number ?? ''}`)) now.letters = true;
    else if (BREAKS[name] !== undefined) breaks(BREAKS[name]);
    else if (CHARACTERS[name] !== undefined) say(CHARACTERS[name]);
  };
  const breaks = (text: string) => {
    if (now.mode === 'seen') parts.push(text);
  };

  NEXT.lastIndex = Math.max(0, source.indexOf('{\\rtf'));
  for (let found = NEXT.exec(source); found; found = NEXT.exec(source)) {
    const [whole, name, number, hex, symbol, brace, , text] = found;
    if (brace === '{') {
      open.push(now);
      now = open.length === 1 ? { ...now, mode: 'seen' } : { ...now, mode: now.mode === 'pair' ? 'skipped' : now.mode };
      isFresh = true;
      isStarred = false;
      skip = 0;
    } else if (brace === '}') {
      const outer = open.pop();
      if (!outer) break;
      if (now.mode === 'picture' && outer.mode !== 'picture' && isShown())
        pictures.push(Buffer.from(digits.replace(/[^\da-fA-F]/g, ''), 'hex'));
      if (now.mode === 'instruction' && outer.mode !== 'instruction') instructions.push(instruction.trim());
      now = outer;
      isFresh = false;
      skip = 0;
      if (open.length === 0) break;
    } else if (name === 'bin') {
      const length = Number(number ?? 0);
      if (now.mode === 'picture')
        digits += Buffer.from(source.slice(NEXT.lastIndex, NEXT.lastIndex + length), 'latin1').toString('hex');
      NEXT.lastIndex += length;
    } else if (name !== undefined) word(name, number === undefined ? undefined : Number(number));
    else if (hex !== undefined) characters(String.fromCharCode(Number.parseInt(hex, 16)));
    else if (symbol === '*') isStarred = true;
    else if (symbol === '\n' || symbol === '\r') breaks('\n');
    else if (symbol !== undefined)
      characters(
        symbol === '~'
          ? '\u00a0'
          : symbol === '-' || symbol === ':' || symbol === '|'
            ? ''
            : symbol === '_'
              ? '-'
              : symbol,
      );
    else if (text !== undefined) characters(text);
    else if (whole.length === 0) break;
  }
  return { text: parts.join(''), pictures, instructions, starred, words };
}

const MAX_BASES = 10;

/** What chooses a style whose text is hidden. */
function stylesOf(source: string): Set<string> {
  const hidden = new Set<string>();
  const bases = new Map<string, string>();
  const start = source.indexOf('{\\stylesheet');
  if (start < 0) return hidden;
  let depth = 0;
  let style = start;
  for (let at = start; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '{' && ++depth === 2) style = at;
    else if (source[at] === '}') {
      if (depth === 2) {
        const said = source.slice(style, at);
        const chosen = /\\((?:s|cs|ds|ts)\d+)\b/.exec(said)?.[1];
        const name = chosen ?? 's0';
        if (/\\v(?![a-zA-Z0-9-])|\\v[1-9]/.test(said)) hidden.add(name);
        const base = /\\sbasedon(\d+)/.exec(said)?.[1];
        const isSet = /\\v(?![a-zA-Z])/.test(said);
        if (base !== undefined && !isSet) bases.set(name, `${name.replace(/\d+$/, '')}${base}`);
      }
      if (--depth === 0) break;
    }
  }
  // Bases may stand behind what is based on them.
  for (let turn = 0; turn < MAX_BASES; turn++) for (const [name, base] of bases) if (hidden.has(base)) hidden.add(name);
  return hidden;
}
