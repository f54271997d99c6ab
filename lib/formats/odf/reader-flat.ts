// The second pair of eyes on a flat document: it finds the parts by their tags in the text, and reads what a package has
// in members. It shares nothing with what makes the package.

import { Refusal } from '../../core/refusal.ts';
import { decoded, type Files } from '../shared/ooxml/reader-files.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const MAX_FILES = 20_000;

/** What the members of a package would show. Throws Refusal('unverified' | 'limit'). */
export function flatFiles(bytes: Uint8Array): Files {
  const source = decoded(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const prefix = /<([\w.-]+:)?document\s/.exec(source)?.[1] ?? '';
  const files = new Map<string, Buffer>();
  addDocument(source, prefix, '', files);
  return files;
}

function addDocument(whole: string, prefix: string, folder: string, files: Map<string, Buffer>): void {
  if (files.size > MAX_FILES) throw new Refusal('limit', `more than ${MAX_FILES} documents and pictures in one`);
  const alone = withoutInner(whole.replace(/^\ufeff?\s*<\?xml[^>]*>\s*/, ''), prefix, folder, files);
  const source = HEAD + withoutPictures(alone, prefix, folder, files);
  const start = source.search(new RegExp(`<${prefix}body[\\s/>]`));
  const close = `</${prefix}body>`;
  const end = source.lastIndexOf(close) + close.length;
  if (start < 0 || end < start) throw new Refusal('unverified', 'the second reader finds no body');
  const outside = source.slice(0, start) + source.slice(end);
  const common = without(outside, ['meta', 'settings'], prefix);
  const head = without(source.slice(0, start), ['meta', 'settings', 'master-styles', 'styles'], prefix);
  files.set(`${folder}content.xml`, Buffer.from(head + source.slice(start)));
  files.set(`${folder}styles.xml`, Buffer.from(common));
}

function without(source: string, names: readonly string[], prefix: string): string {
  return names.reduce((text, name) => {
    // Step by step, since a pattern for the whole element would try again from every tag in a comment.
    const start = text.search(new RegExp(`<${prefix}${name}[\\s/>]`));
    if (start < 0) return text;
    const openEnd = text.indexOf('>', start) + 1;
    const close = `</${prefix}${name}>`;
    const isEmpty = text[openEnd - 2] === '/';
    const at = isEmpty ? openEnd : text.indexOf(close, openEnd);
    return at < 0 ? text : text.slice(0, start) + text.slice(isEmpty ? at : at + close.length);
  }, source);
}

/** Reads pictures inside into files of their own, and has what holds them lead there. */
function withoutPictures(source: string, prefix: string, folder: string, files: Map<string, Buffer>): string {
  const data = new RegExp(`>(\\s*)<${prefix}binary-data(?:\\s[^>]*)?>([^<]*)</${prefix}binary-data>`, 'g');
  return source.replace(data, (_, blank: string, text: string) => {
    const name = `picture ${files.size}`;
    files.set(`${folder}${name}`, Buffer.from(text, 'base64'));
    return ` xmlns:led="http://www.w3.org/1999/xlink" led:href="./${name}">${blank}`;
  });
}

/** Reads documents inside into folders of their own, and has their objects lead there. */
function withoutInner(source: string, prefix: string, folder: string, files: Map<string, Buffer>): string {
  const tag = new RegExp(`<(/?)${prefix}document(?=[\\s/>])`, 'g');
  let [text, at, depth, start, count] = ['', 0, 0, 0, 0];
  for (let found = tag.exec(source); found; found = tag.exec(source)) {
    const isEnd = found[1] === '/';
    if (!isEnd && ++depth === 2) start = found.index;
    if (isEnd && depth-- === 2) {
      const end = source.indexOf('>', found.index) + 1;
      const name = `Object ${++count}`;
      const before = source.slice(at, start).replace(/>\s*$/, '');
      text += `${before} xmlns:led="http://www.w3.org/1999/xlink" led:href="./${name}">`;
      addDocument(declaring(source.slice(start, end), source), prefix, `${folder}${name}/`, files);
      at = end;
    }
  }
  return text + source.slice(at);
}

/** The document with the namespaces that its own root leaves to the outer one's. */
function declaring(inner: string, outer: string): string {
  const namespaces = (text: string) => rootOf(text).match(/xmlns(?::[^\s=]+)?\s*=\s*(?:"[^"]*"|'[^']*')/g) ?? [];
  const own = namespaces(inner).map((one) => one.replace(/\s*=.*$/s, ''));
  const more = namespaces(outer).filter((one) => !own.includes(one.replace(/\s*=.*$/s, '')));
  return inner.replace(/document(?=[\s/>])/, (name) => `${name} ${more.join(' ')}`);
}

function rootOf(source: string): string {
  return /<(?:[\w.-]+:)?document[\s>][^>]*>?/.exec(source)?.[0] ?? '';
}
