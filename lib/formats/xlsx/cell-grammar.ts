// What may stand where rows and strings stand (ISO/IEC 29500-1 18.3.1.73 row, 18.3.1.4 c, 18.4.8 si): elements by the
// element around them, attributes with what they may say. What is not here is dropped.

const NUMBER = /^[-+]?\d{1,10}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,3})?$/;
const SWITCH = /^(?:0|1|true|false)$/;
const REFERENCE = /^[A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?$/;
const WORD = /^[A-Za-z0-9]{1,20}$/;
const COLOR = /^[0-9A-Fa-f]{6,8}$/;
const FONT = /^[^\\/:*?"<>|@]{0,64}$/;

type Attributes = ReadonlyMap<string, RegExp>;

const of = (rows: Readonly<Record<string, RegExp>>): Attributes => new Map(Object.entries(rows));
const SWITCHED = of({ val: SWITCH });
const VALUED = of({ val: WORD });

/** Attributes by element; `x14ac:dyDescent` is written by every Excel since 2010. */
export const ATTRIBUTES: ReadonlyMap<string, Attributes> = new Map([
  [
    'row',
    of({
      r: NUMBER,
      spans: /^[\d: ]{1,200}$/,
      s: NUMBER,
      customFormat: SWITCH,
      ht: NUMBER,
      hidden: SWITCH,
      customHeight: SWITCH,
      outlineLevel: NUMBER,
      collapsed: SWITCH,
      thickTop: SWITCH,
      thickBot: SWITCH,
      ph: SWITCH,
      dyDescent: NUMBER,
    }),
  ],
  ['c', of({ r: REFERENCE, s: NUMBER, t: /^(?:b|d|e|inlineStr|n|s|str)$/, ph: SWITCH })],
  [
    'f',
    of({
      t: WORD,
      aca: SWITCH,
      ref: REFERENCE,
      dt2D: SWITCH,
      dtr: SWITCH,
      del1: SWITCH,
      del2: SWITCH,
      r1: REFERENCE,
      r2: REFERENCE,
      ca: SWITCH,
      si: NUMBER,
      bx: SWITCH,
      space: /^preserve$/,
    }),
  ],
  ['v', of({ space: /^preserve$/ })],
  ['t', of({ space: /^(?:preserve|default)$/ })],
  ['rPh', of({ sb: NUMBER, eb: NUMBER })],
  ['phoneticPr', of({ fontId: NUMBER, type: WORD, alignment: WORD })],
  ...['b', 'i', 'strike', 'outline', 'shadow', 'condense', 'extend'].map((name) => [name, SWITCHED] as const),
  ['sz', of({ val: NUMBER })],
  ['color', of({ auto: SWITCH, indexed: NUMBER, rgb: COLOR, theme: NUMBER, tint: NUMBER })],
  ['rFont', of({ val: FONT })],
  ...['u', 'vertAlign', 'scheme', 'family', 'charset'].map((name) => [name, VALUED] as const),
]);
const NONE: Attributes = new Map();

/** What may stand in an element; `''` is what rows or strings stand in. */
const INSIDE: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    sheetData: 'row',
    sst: 'si',
    row: 'c',
    c: 'f v is',
    is: 't r rPh phoneticPr',
    si: 't r rPh phoneticPr',
    r: 'rPr t',
    rPh: 't',
    rPr: 'b i strike outline shadow condense extend sz color rFont u vertAlign scheme family charset',
  }).map(([name, inside]) => [name, new Set(inside.split(' '))] as const),
);

export function mayStandIn(local: string, parent: string): boolean {
  return INSIDE.get(parent)?.has(local) ?? false;
}

export function mayHave(local: string, attribute: string, value: string): boolean {
  return (ATTRIBUTES.get(local) ?? NONE).get(attribute)?.test(value) ?? false;
}

/** Whether text may stand directly in the element. */
export function holdsText(local: string): boolean {
  return local === 't' || local === 'v' || local === 'f';
}
