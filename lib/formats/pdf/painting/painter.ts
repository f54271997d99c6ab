// Follows what a page draws (ISO 32000-2 8.2, 9.4) and tells, in the order of painting, where each text, shape and
// picture lies on the page. It draws nothing and decides nothing. Boxes are upright and a little generous: what is seen
// and what not is decided by rendering, on the pages where this gives cause to.

import { PDFDict, PDFName, PDFRawStream } from 'pdf-lib';
import { Refusal } from '../../../core/refusal.ts';
import type { Layers } from '../layers.ts';
import { dictAt, entry, nameAt, numbersAt } from '../objects.ts';
import type { Colour } from './colours.ts';
import { type Box, boxOf, boxThrough, common, grown, IDENTITY, isEmpty, type Matrix, times, UNIT } from './geometry.ts';
import { nameOf, type Operand, type Operation, readOperations } from './operations.ts';
import { Path } from './path.ts';
import { firstState, resource, type State, saved, setState } from './state.ts';
import { type Line, moveLine, newLine, show, shownBy } from './text.ts';

/** What is being read: the content of the page itself, or a form or other stream. */
export type Source = PDFRawStream | 'page';

type Where = {
  readonly source: Source;
  readonly operation: Operation;
  /** On the page, before any clipping. */
  readonly box: Box;
  readonly clip: Box;
  readonly clipIsBox: boolean;
};

export type ShownText = Where & {
  /** Which text of the page it is, in the order of painting. */
  readonly ordinal: number;
  readonly colour: Colour | undefined;
  readonly alpha: number;
  readonly masked: boolean;
  readonly mode: number;
  /** Height and width of the font's square on the page, in points. */
  readonly height: number;
  readonly width: number;
  /** Where it stands depends on how far the text before it went. */
  readonly follows: boolean;
  /** How far it goes, as a number of the TJ operator; undefined where viewers may differ. */
  readonly advance: number | undefined;
  /** Within marked content that says what is read aloud or copied in its place. */
  readonly isSpoken: boolean;
};

export type Cover = Where & {
  readonly kind: 'shape' | 'picture' | 'shading';
  readonly colour: Colour | undefined;
  readonly alpha: number;
  readonly blend: string;
};

export type Drawn = Where & {
  readonly kind: 'picture' | 'form';
  readonly name: string | undefined;
  readonly resources: PDFDict | undefined;
  /** On a layer that is off. */
  readonly isHidden: boolean;
};

export type Visitor = {
  text?(text: ShownText): void;
  cover?(cover: Cover): void;
  /** A picture or a form. Answers whether what a form draws is to be followed. */
  drawn?(drawn: Drawn): boolean;
};

export type Painting = {
  readonly layers: Layers;
  content(stream: PDFRawStream): Uint8Array;
};

// The busiest maps draw some hundred thousand things; forms within forms could draw without end.
const MAX_OPERATIONS = 5_000_000;
const MAX_DEPTH = 64;
const MAX_SAVED = 200_000;
/** Thinner lines hide no text. */
const MIN_COVERING_LINE = 2.5;

/** Visits what the page draws; answers how many texts there are. `content` is the page's streams as one. */
export function followPage(
  page: PDFDict,
  content: Uint8Array,
  pageBox: Box,
  painting: Painting,
  visitor: Visitor,
): number {
  const run: Run = { painting, visitor, operations: 0, texts: 0 };
  // What lies beyond the page is no matter of clipping.
  const state = firstState(IDENTITY, grown(pageBox, 1e6));
  const level = { resources: dictAt(page, 'Resources'), groupAlpha: 1, isHidden: false, within: [] };
  new ContentReader('page', run, level, state).read(content);
  return run.texts;
}

type Run = { readonly painting: Painting; readonly visitor: Visitor; operations: number; texts: number };

/** One content within another. */
type Level = {
  readonly resources: PDFDict | undefined;
  /** The opacity of the groups that it is in. */
  readonly groupAlpha: number;
  readonly isHidden: boolean;
  /** The forms that it is in. One that draws itself draws nothing by that. */
  readonly within: readonly PDFRawStream[];
};

class ContentReader {
  private readonly source: Source;
  private readonly run: Run;
  private readonly level: Level;
  private state: State;
  private readonly stack: State[] = [];
  private readonly path = new Path();
  private line: Line = newLine();
  private pendingClip = false;
  private readonly marked: { readonly isHidden: boolean; readonly isSpoken: boolean }[] = [];
  private hidden: number;
  private spoken = 0;
  private bytes: Uint8Array = new Uint8Array();
  private operation: Operation = { operator: '', operands: [], start: 0, end: 0 };

  constructor(source: Source, run: Run, level: Level, state: State) {
    this.source = source;
    this.run = run;
    this.level = level;
    this.state = state;
    this.hidden = level.isHidden ? 1 : 0;
  }

  read(bytes: Uint8Array): void {
    this.bytes = bytes;
    readOperations(bytes, (operation) => {
      this.run.operations += 1;
      if (this.run.operations > MAX_OPERATIONS)
        throw new Refusal('limit', `a page that draws more than ${MAX_OPERATIONS} times`);
      this.operation = operation;
      if (this.path.construct(this.state.matrix, operation)) return;
      if (setState(this.state, operation, this.level.resources)) return;
      this.line = moveLine(this.line, this.state, operation);
      const shown = shownBy(operation);
      if (shown) this.show(shown);
      else this.visit();
    });
  }

  private visit(): void {
    switch (this.operation.operator) {
      case 'q':
        if (this.stack.length >= MAX_SAVED) throw new Refusal('limit', `more than ${MAX_SAVED} saved graphics states`);
        this.stack.push(saved(this.state));
        return;
      case 'Q':
        this.state = this.stack.pop() ?? this.state;
        return;
      case 'W':
      case 'W*':
        this.pendingClip = true;
        return;
      case 'f':
      case 'F':
      case 'f*':
        this.paint(true, false);
        return;
      case 'B':
      case 'B*':
      case 'b':
      case 'b*':
        this.paint(true, true);
        return;
      case 'S':
      case 's':
        this.paint(false, true);
        return;
      case 'n':
        this.paint(false, false);
        return;
      case 'sh':
        if (this.hidden === 0) this.cover('shading', this.state.clip, undefined, this.state.fill.alpha);
        return;
      case 'BI':
        this.picture(undefined, this.hidden > 0);
        return;
      case 'Do':
        this.draw(nameOf(this.operation, 0));
        return;
      case 'BMC':
        this.open(false, false);
        return;
      case 'BDC':
        this.openWithProperties();
        return;
      case 'EMC': {
        const closed = this.marked.pop();
        if (closed?.isHidden) this.hidden -= 1;
        if (closed?.isSpoken) this.spoken -= 1;
        return;
      }
    }
  }

  private where(box: Box): Where {
    const { clip, clipIsBox } = this.state;
    return { source: this.source, operation: this.operation, box, clip, clipIsBox };
  }

  private paint(fills: boolean, strokes: boolean): void {
    const { path, state } = this;
    const { box } = path;
    if (this.hidden === 0 && path.isOpen) {
      if (fills) this.cover('shape', box, state.fill.colour, state.fill.alpha);
      const width = state.lineWidth * sizeOf(state.matrix);
      if (strokes && width >= MIN_COVERING_LINE)
        this.cover('shape', grown(box, width / 2), state.stroke.colour, state.stroke.alpha);
    }
    if (this.pendingClip) {
      state.clip = common(state.clip, box);
      state.clipIsBox &&= path.isBox;
    }
    this.pendingClip = false;
    path.clear();
  }

  private cover(kind: Cover['kind'], box: Box, colour: Colour | undefined, alpha: number): void {
    const { visitor } = this.run;
    visitor.cover?.({
      ...this.where(box),
      kind,
      colour,
      alpha: alpha * this.level.groupAlpha,
      blend: this.state.blend,
    });
  }

  private picture(name: string | undefined, isHidden: boolean): void {
    const box = boxThrough(this.state.matrix, UNIT);
    const { resources } = this.level;
    this.run.visitor.drawn?.({ ...this.where(box), kind: 'picture', name, resources, isHidden });
    if (!isHidden) this.cover('picture', box, undefined, this.state.fill.alpha);
  }

  private draw(name: string): void {
    const { resources, within } = this.level;
    const { value } = resource(resources, 'XObject', name) ?? {};
    if (!(value instanceof PDFRawStream)) return;
    const isHidden = this.hidden > 0 || !this.run.painting.layers.isShown(value.dict.get(OC));
    const kind = nameAt(value.dict, 'Subtype');
    if (kind === 'Image') this.picture(name, isHidden);
    if (kind !== 'Form' || within.includes(value)) return;
    if (within.length >= MAX_DEPTH) throw new Refusal('limit', `forms within forms, more than ${MAX_DEPTH} deep`);
    const matrix = times(matrixAt(value.dict), this.state.matrix);
    const bounds = boxThrough(matrix, boxOf(numbersAt(value.dict, 'BBox', 4) ?? ENDLESS));
    const isFollowed = this.run.visitor.drawn?.({ ...this.where(bounds), kind: 'form', name, resources, isHidden });
    if (isFollowed !== false) this.follow(value, matrix, bounds, isHidden);
  }

  private follow(form: PDFRawStream, matrix: Matrix, bounds: Box, isHidden: boolean): void {
    const { resources, groupAlpha, within } = this.level;
    const state = saved(this.state);
    state.matrix = matrix;
    state.clip = common(state.clip, bounds);
    state.clipIsBox &&= isUpright(matrix);
    const isGroup = dictAt(form.dict, 'Group') !== undefined;
    if (isGroup) {
      // 11.6.6: a group begins anew; what was set outside is done to the whole of it.
      state.fill.alpha = 1;
      state.stroke.alpha = 1;
      state.blend = 'Normal';
    }
    const level: Level = {
      resources: dictAt(form.dict, 'Resources') ?? resources,
      groupAlpha: isGroup ? groupAlpha * this.state.fill.alpha : groupAlpha,
      isHidden,
      within: [...within, form],
    };
    new ContentReader(form, this.run, level, state).read(this.run.painting.content(form));
  }

  private show(parts: readonly Operand[]): void {
    const { state, line, operation } = this;
    // PDFium makes an object of each operation with a string, and of none without.
    const [first] = parts;
    const isObject =
      operation.operator === 'TJ'
        ? parts.some((part) => part instanceof Uint8Array)
        : first instanceof Uint8Array && first.length > 0;
    const { box, follows, advance } = show(line, state, parts);
    if (!isObject) return;
    const ordinal = this.run.texts++;
    if (this.hidden > 0) return;
    const paint = state.mode === 1 || state.mode === 5 ? state.stroke : state.fill;
    const toPage = times(line.matrix, state.matrix);
    this.run.visitor.text?.({
      ...this.where(boxThrough(toPage, box)),
      ordinal,
      colour: paint.colour,
      alpha: paint.alpha * this.level.groupAlpha,
      masked: state.masked,
      mode: state.mode,
      height: Math.abs(state.size) * state.font.height * Math.hypot(toPage[2], toPage[3]),
      width: Math.abs(state.size * state.scale) * state.font.height * Math.hypot(toPage[0], toPage[1]),
      follows,
      advance,
      isSpoken: this.spoken > 0,
    });
  }

  private open(isHidden: boolean, isSpoken: boolean): void {
    this.marked.push({ isHidden, isSpoken });
    if (isHidden) this.hidden += 1;
    if (isSpoken) this.spoken += 1;
  }

  private openWithProperties(): void {
    const list = this.operation.operands[1];
    if (typeof list === 'object' && 'range' in list) {
      const written = Buffer.from(this.bytes.subarray(...list.range)).toString('latin1');
      this.open(false, /\/(?:ActualText|Alt|E)\b/.test(written));
      return;
    }
    const named = resource(this.level.resources, 'Properties', nameOf(this.operation, 1));
    const dict = named?.value instanceof PDFDict ? named.value : undefined;
    const isSpoken = dict !== undefined && ['ActualText', 'Alt', 'E'].some((key) => entry(dict, key));
    const isOff = named !== undefined && !this.run.painting.layers.isShown(named.object);
    this.open(nameOf(this.operation, 0) === 'OC' && isOff, isSpoken);
  }
}

const ENDLESS = [-1e6, -1e6, 1e6, 1e6];
const OC = PDFName.of('OC');
function matrixAt(dict: PDFDict): Matrix {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = numbersAt(dict, 'Matrix', 6) ?? [];
  return [a, b, c, d, e, f];
}

function sizeOf([a, b, c, d]: Matrix): number {
  return Math.sqrt(Math.abs(a * d - b * c));
}

function isUpright([a, b, c, d]: Matrix): boolean {
  return (b === 0 && c === 0) || (a === 0 && d === 0);
}

/** The part of the media box that is shown (14.11.2). */
export function pageBoxOf(page: PDFDict): Box {
  const media = numbersAt(page, 'MediaBox', 4);
  const whole = media ? boxOf(media) : DEFAULT_PAGE;
  const crop = numbersAt(page, 'CropBox', 4);
  const shown = crop ? common(whole, boxOf(crop)) : whole;
  return isEmpty(shown) ? whole : shown;
}

// What readers take where there is no media box.
const DEFAULT_PAGE: Box = [0, 0, 612, 792];
