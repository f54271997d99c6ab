// Destinations and actions (ISO 32000-2 12.3.2, 12.6). Going to a page, to a public address, and the four standard page
// turns are kept; every other action, and whatever hangs behind an action (Next), is removed.

import { PDFArray, PDFDict, PDFName, PDFNull, PDFNumber, type PDFObject, PDFRawStream } from 'pdf-lib';
import type { CarrierId } from '../../core/finding.ts';
import type { Found } from '../../core/format.ts';
import { kindOfAddress } from './addresses.ts';
import type { Copy } from './copy.ts';
import {
  arrayObject,
  decodeText,
  dictAt,
  dictObject,
  entry,
  nameAt,
  nameText,
  resolve,
  stringBytes,
  stringObject,
  textAt,
} from './objects.ts';
import type { Budget } from './streams.ts';
import { decodedBytes } from './streams.ts';
import { stringsOf, valuesOf } from './texts.ts';

const TURNS = new Set(['NextPage', 'PrevPage', 'FirstPage', 'LastPage']);
const FITS = new Set(['XYZ', 'Fit', 'FitH', 'FitV', 'FitR', 'FitB', 'FitBH', 'FitBV']);
const MAX_CHAIN = 100;

const CARRIER: Readonly<Record<string, CarrierId>> = {
  JavaScript: 'pdf.action.javascript',
  Launch: 'pdf.action.launch',
  SubmitForm: 'pdf.action.submit',
  ResetForm: 'pdf.action.submit',
  ImportData: 'pdf.action.submit',
  GoToR: 'pdf.action.remote',
  GoToE: 'pdf.action.remote',
  Thread: 'pdf.action.remote',
};

/** The address that relative ones belong to, where it is public; else empty. */
export function publicBase(catalog: PDFDict): string {
  const base = dictAt(catalog, 'URI');
  const address = base && textAt(base, 'Base');
  return address !== undefined && /^[\x21-\x7e]+$/.test(address) && kindOfAddress(address) === 'public' ? address : '';
}

export type Actions = {
  /** What is kept of an action dictionary; undefined when all of it goes. Reports what goes. */
  action(value: PDFObject | undefined, at: string, copy: Copy): PDFDict | undefined;
  /** An explicit or named destination within the document. */
  destination(value: PDFObject | undefined, at: string, copy: Copy): PDFObject | undefined;
  /** Reports additional actions (AA), scripts and chains; nothing of them is kept. */
  report(value: PDFObject | undefined, at: string, copy: Copy): void;
};

/**
 * `renamed` answers what a named destination is called now, or undefined when there is none of that name; `base` is the
 * public address that others are relative to, or empty.
 */
export function actions(
  found: Found,
  budget: Budget,
  renamed: (name: string) => string | undefined,
  base: string,
): Actions {
  const self: Actions = {
    action(value, at, copy) {
      const dict = resolve(copy.source, value);
      if (!(dict instanceof PDFDict)) return undefined;
      const next = entry(dict, 'Next');
      if (next) for (const one of next instanceof PDFArray ? next.asArray() : [next]) self.report(one, at, copy);
      const kind = nameAt(dict, 'S') ?? '';
      if (kind === 'GoTo') {
        const goal = self.destination(dict.get(PDFName.of('D')), at, copy);
        return (
          goal &&
          dictObject(copy.target, [
            ['S', PDFName.of('GoTo')],
            ['D', goal],
          ])
        );
      }
      if (kind === 'Named' && TURNS.has(nameAt(dict, 'N') ?? ''))
        return dictObject(copy.target, [
          ['S', PDFName.of('Named')],
          ['N', PDFName.of(nameAt(dict, 'N') ?? '')],
        ]);
      if (kind === 'URI') return address(dict, at, copy);
      reportOne(dict, kind, at, copy);
      return undefined;
    },

    destination(value, at, copy) {
      const goal = resolve(copy.source, value);
      if (goal instanceof PDFDict) return self.destination(goal.get(PDFName.of('D')), at, copy);
      if (goal instanceof PDFName) {
        const called = renamed(nameText(goal));
        return called === undefined ? undefined : PDFName.of(called.replace(/#/g, '#23'));
      }
      const name = stringBytes(goal);
      if (name) {
        const called = renamed(Buffer.from(name).toString('latin1'));
        return called === undefined ? undefined : stringObject(Buffer.from(called, 'latin1'));
      }
      if (!(goal instanceof PDFArray)) return undefined;
      const [first, how, ...numbers] = goal.asArray();
      const page = copy.recall('page', first) ?? (first instanceof PDFNumber ? first : undefined);
      if (!page) return undefined;
      const fit = resolve(copy.source, how);
      if (!(fit instanceof PDFName) || !FITS.has(nameText(fit)))
        return arrayObject(copy.target, [page, PDFName.of('Fit')]);
      const rest = numbers.slice(0, 4).map((item) => {
        const number = resolve(copy.source, item);
        return number instanceof PDFNumber ? number : PDFNull;
      });
      return arrayObject(copy.target, [page, fit, ...rest]);
    },

    report(value, at, copy) {
      const waiting: (PDFObject | undefined)[] = [value];
      const seen = new Set<PDFObject>();
      for (let i = 0; i < waiting.length && i < MAX_CHAIN; i++) {
        const object = resolve(copy.source, waiting[i]);
        if (!object || seen.has(object)) continue;
        seen.add(object);
        if (object instanceof PDFArray) waiting.push(...object.asArray());
        if (!(object instanceof PDFDict)) continue;
        const kind = nameAt(object, 'S');
        // A dictionary of triggers (AA) holds actions; so does a name tree of scripts.
        if (kind) reportOne(object, kind, at, copy);
        else waiting.push(...object.values());
        waiting.push(object.get(PDFName.of('Next')));
      }
    },
  };

  function address(dict: PDFDict, at: string, copy: Copy): PDFDict | undefined {
    const bytes = stringBytes(entry(dict, 'URI'));
    if (!bytes) return undefined;
    const written = decodeText(bytes);
    // The base goes (12.6.4.8), so what is relative to it becomes whole.
    const isRelative = base !== '' && !/^[a-z][a-z\d+.-]*:|^www\./i.test(written);
    const whole = isRelative ? Buffer.concat([Buffer.from(base, 'latin1'), bytes]) : bytes;
    const kind = kindOfAddress(isRelative ? base + written : written);
    const kept = () =>
      dictObject(copy.target, [
        ['S', PDFName.of('URI')],
        ['URI', stringObject(whole)],
      ]);
    if (kind === 'public') return kept();
    const carrier = kind === 'mail' ? 'pdf.link.mail' : 'pdf.link.private';
    return found(carrier, at, { values: valuesOf([written]) }) === 'keep' ? kept() : undefined;
  }

  function reportOne(dict: PDFDict, kind: string, at: string, copy: Copy): void {
    const script = entry(dict, 'JS');
    // A rendition may carry a script of its own (12.6.4.14).
    const carrier = script ? 'pdf.action.javascript' : (CARRIER[kind] ?? 'pdf.action.other');
    const code = script instanceof PDFRawStream ? [decodeText(decodedBytes(script, budget))] : [];
    const file = dictAt(dict, 'F');
    // Where a leap within the document leads is said by the document's own destinations, which are kept.
    const followed = kind === 'GoTo' ? [] : ['/D'];
    found(carrier, at, {
      values: valuesOf([
        ...stringsOf(dict, copy.source, followed),
        ...code,
        ...(file ? stringsOf(file, copy.source) : []),
      ]),
    });
  }

  return self;
}
