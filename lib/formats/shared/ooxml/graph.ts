import { Refusal } from '../../../core/refusal.ts';
import { checkWellFormed, type Files, linksFileOf, linksOf, typesOf } from './reader-files.ts';

/** Every file is led to, every relationship leads to a file, every file has a type, every XML is well-formed. */
export function checkGraph(files: Files): void {
  const typeOf = typesOf(files);
  const reached = new Set(['[Content_Types].xml']);
  const pending = [''];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (files.has(linksFileOf(part))) reached.add(linksFileOf(part));
    for (const { target, external } of linksOf(files, part)) {
      if (external || target === '' || reached.has(target)) continue;
      if (!files.has(target)) throw new Refusal('unverified', 'a relationship leads nowhere');
      reached.add(target);
      pending.push(target);
    }
  }
  let number = 0;
  for (const [name, content] of files) {
    number++;
    if (!reached.has(name)) throw new Refusal('unverified', `member ${number} of the result is not led to`);
    const type = name === '[Content_Types].xml' ? 'application/xml' : typeOf(name);
    if (type === undefined) throw new Refusal('unverified', `member ${number} of the result has no content type`);
    if (/[+/]xml$/.test(type)) checkXml(content, number);
  }
}

function checkXml(content: Buffer, number: number): void {
  try {
    checkWellFormed(content);
  } catch (cause) {
    throw new Refusal('unverified', `member ${number} of the result is not well-formed`, { cause });
  }
}
