// The grammar of field codes (ISO/IEC 29500-1 17.16.5): a kind, arguments, switches with and without one. A code with
// more than its kind has a use for is a place for words that nobody sees.

type Grammar = {
  /** Arguments that are no switch's. */
  readonly words: number;
  /** Letters of switches that take an argument, and of those that do not. */
  readonly taking: string;
  readonly alone: string;
};

const NONE: Grammar = { words: 0, taking: '', alone: '' };
const GRAMMARS: Readonly<Record<string, Grammar>> = {
  PAGE: NONE,
  NUMPAGES: NONE,
  SECTION: NONE,
  SECTIONPAGES: NONE,
  FORMTEXT: NONE,
  FORMCHECKBOX: NONE,
  FORMDROPDOWN: NONE,
  AUTONUM: { words: 0, taking: 's', alone: '' },
  AUTONUMLGL: { words: 0, taking: 's', alone: 'e' },
  AUTONUMOUT: NONE,
  BIDIOUTLINE: NONE,
  DATE: { words: 0, taking: '', alone: 'hlsu' },
  TIME: NONE,
  TOC: { words: 0, taking: 'abcdflnopst', alone: 'huwxz' },
  TOA: { words: 0, taking: 'bcdegls', alone: 'fhp' },
  INDEX: { words: 0, taking: 'bcdefghklpsz', alone: 'ry' },
  XE: { words: 1, taking: 'frty', alone: 'bi' },
  TC: { words: 1, taking: 'fl', alone: 'n' },
  TA: { words: 0, taking: 'clrs', alone: 'bi' },
  SEQ: { words: 2, taking: 'rs', alone: 'chn' },
  REF: { words: 1, taking: 'd', alone: 'fhnprtw' },
  PAGEREF: { words: 1, taking: '', alone: 'hp' },
  NOTEREF: { words: 1, taking: '', alone: 'fhp' },
  HYPERLINK: { words: 1, taking: 'lot', alone: 'hmns' },
  STYLEREF: { words: 1, taking: '', alone: 'lnprtw' },
  SYMBOL: { words: 1, taking: 'fs', alone: 'ahju' },
  ADVANCE: { words: 0, taking: 'dlruxy', alone: '' },
  LISTNUM: { words: 1, taking: 'ls', alone: '' },
};

export type Arguments = {
  /** Arguments that are no switch's, without quotes. */
  readonly words: readonly string[];
  /** The arguments of switches by their letter. */
  readonly switches: ReadonlyMap<string, string>;
  /** Whether the grammar has a place for everything in the code. */
  readonly fits: boolean;
};

const GENERAL = '*#@';

/** What a code says after its kind; undefined for kinds whose code is shown or computed as it stands (EQ, =). */
export function argumentsFor(kind: string, code: string): Arguments | undefined {
  const grammar = GRAMMARS[kind];
  if (!grammar) return undefined;
  const words: string[] = [];
  let fits = true;
  const switches = new Map<string, string>();
  let taking: string | undefined;
  // A switch may stand against its argument; a doubled backslash is one of an argument.
  for (const match of code
    .trim()
    .slice(kind.length)
    .matchAll(/\\([A-Za-z*#@!])|"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\\\)+)|(["\\])/g)) {
    const letter = match[1]?.toLowerCase();
    if (letter !== undefined) {
      taking = GENERAL.includes(letter) || grammar.taking.includes(letter) ? letter : undefined;
      if (!taking && letter !== '!' && !grammar.alone.includes(letter)) fits = false;
    } else if (match[4] !== undefined) fits = false;
    else {
      const argument = (match[2] ?? match[3] ?? '').replaceAll('\\\\', '\\');
      if (taking === undefined) words.push(argument);
      else switches.set(taking, argument);
      taking = undefined;
    }
  }
  return { words, switches, fits: fits && words.length <= grammar.words };
}

// Functions, operators, cells and numbers; the rest are names of bookmarks.
const FUNCTIONS =
  /^(?:abs|and|average|count|defined|false|if|int|max|min|mod|not|or|product|round|sign|sum|true|above|below|left|right|[a-z]{1,2}\d{1,5}|r\d{0,3}c\d{0,3}|[\d.,]+)$/i;

/** Whether a formula asks for nothing but numbers, cells and the given names. */
export function isFormula(code: string, names: ReadonlySet<string>): boolean {
  const bare = code.replace(/\\[*#@]\s*(?:"[^"]*"|[^\s"\\]+)/g, ' ').replace(/^\s*=/, '');
  if (!/^[\p{L}\p{N}\s.,;:_%()+*/<>=^-]*$/u.test(bare)) return false;
  return (bare.match(/[\p{L}\p{N}_.,]+/gu) ?? []).every(
    (word) => FUNCTIONS.test(word.replace(/^[.,]+|[.,]+$/g, '') || '0') || names.has(word.toLowerCase()),
  );
}
