// One pass over rows or strings: elements, attributes and texts that are in no table go, comments go, and what is left
// is handed to the caller, element by element.

import { Refusal } from '../../core/refusal.ts';
import type { Job, Tally } from '../shared/ooxml/job.ts';
import { isDeclarable, vocabularyOf } from '../shared/ooxml/namespaces.ts';
import { type Scanner, scanXml, splicer, unescaped } from '../shared/xml-scan.ts';
import { holdsText, mayHave, mayStandIn } from './cell-grammar.ts';

/** What the names in a stretch of XML stand for. */
export type Names = {
  /** With the colon, '' where SpreadsheetML is the default namespace. */
  readonly prefix: string;
  namespaceOf(prefix: string): string | undefined;
};

export type Pass = {
  readonly scanner: Scanner;
  readonly splices: ReturnType<typeof splicer>;
  readonly source: string;
  /** The element that the current open tag is of. */
  readonly local: string;
  plainValue(attribute: string): string | undefined;
  /** Where the attribute stands, with the white space before it. */
  placeOf(attribute: string): { readonly start: number; readonly end: number } | undefined;
};

export type Visitor = {
  open(local: string, pass: Pass): void;
  close(local: string, pass: Pass): void;
  text(local: string, value: string, pass: Pass): void;
};

const MAX_DEPTH = 16;

/** Answers what is left. `holder` is the element around the stretch: sheetData or sst. */
export function passOver(
  source: string,
  holder: string,
  names: Names,
  job: Job,
  counts: Tally,
  visitor: Visitor,
): string {
  const scanner = scanXml(source, 0, source.length, job.what, MAX_DEPTH);
  const splices = splicer(source, 0, source.length);
  const open: string[] = [holder];
  const pass = {
    scanner,
    splices,
    source,
    local: '',
    plainValue: (attribute: string) => {
      for (let i = 0; i < scanner.count; i++)
        if (scanner.names[i] === attribute) return source.slice(scanner.valueStarts[i], scanner.valueEnds[i]);
      return undefined;
    },
    placeOf: (attribute: string) => {
      for (let i = 0; i < scanner.count; i++)
        if (scanner.names[i] === attribute)
          return { start: scanner.starts[i] ?? 0, end: (scanner.valueEnds[i] ?? 0) + 1 };
      return undefined;
    },
  };
  const { prefix } = names;
  for (scanner.next(); scanner.kind !== 'end'; scanner.next()) {
    const parent = open[open.length - 1] ?? holder;
    if (scanner.kind === 'open') {
      const { start, name } = scanner;
      const local = prefix === '' ? name : name.startsWith(prefix) ? name.slice(prefix.length) : ':';
      if (!mayStandIn(local, parent)) {
        const end = scanner.skip();
        if (counts.drop('xml.unknown', ...textsIn(source.slice(start, end)))) splices.replace(start, end, '');
        else throw new Refusal('unsupported', `${job.what}: policy keeps what is in no table where rows stand`);
        continue;
      }
      open.push(local);
      pass.local = local;
      visitor.open(local, pass);
      cleanAttributes(local, pass, names, counts);
    } else if (scanner.kind === 'close') {
      open.pop();
      visitor.close(parent, pass);
    } else if (scanner.kind === 'aside') {
      const text = source.slice(scanner.start, scanner.end);
      const carrier = text.startsWith('<?') ? 'xml.instruction' : 'xml.comment';
      if (job.drop(carrier, job.what, [text.replace(/^<!--|-->$|^<\?|\?>$/g, '')]))
        splices.replace(scanner.start, scanner.end, '');
    } else {
      const text = source.slice(scanner.start, scanner.end);
      if (holdsText(parent)) visitor.text(parent, unescaped(text), pass);
      else if (/\S/.test(text) && job.drop('text.stray', job.what, [text.trim()]))
        splices.replace(scanner.start, scanner.end, '');
    }
  }
  return splices.result();
}

function cleanAttributes(local: string, { scanner, splices, source }: Pass, names: Names, counts: Tally): void {
  for (let i = 0; i < scanner.count; i++) {
    const name = scanner.names[i] ?? '';
    const colon = name.indexOf(':');
    const value = source.slice(scanner.valueStarts[i], scanner.valueEnds[i]);
    if (colon < 0 ? name !== 'xmlns' && mayHave(local, name, value) : isKept(name, colon, local, value, names))
      continue;
    if (name === 'xmlns' && vocabularyOf(value) === 'x') continue;
    // A prefix that stands for something else from here on makes every name after it doubtful.
    if (name === 'xmlns') throw new Refusal('unsupported', 'rows or strings in another namespace than their sheet');
    const carrier = /(?:^|:)(?:uid|paraId)$/.test(name) ? 'document-id' : 'xml.unknown';
    const isMark = local === 'c' && (name === 'cm' || name === 'vm');
    if (counts.drop(isMark ? 'cell-metadata' : carrier, ...(isMark ? [] : [unescaped(value)])))
      splices.replace(scanner.starts[i] ?? 0, (scanner.valueEnds[i] ?? 0) + 1, '');
  }
}

function isKept(name: string, colon: number, local: string, value: string, names: Names): boolean {
  const prefix = name.slice(0, colon);
  const own = name.slice(colon + 1);
  if (prefix === 'xml') return own === 'space' && mayHave(local, 'space', value);
  if (prefix === 'xmlns') return isDeclarable(value) && [undefined, value].includes(names.namespaceOf(own));
  return own === 'dyDescent' && vocabularyOf(names.namespaceOf(prefix) ?? '') === 'x14ac' && mayHave(local, own, value);
}

function textsIn(xml: string): string[] {
  return [...xml.matchAll(/>([^<]{1,2000})</g)].map(([, text = '']) => unescaped(text).trim());
}
