import { eachTag, eachToken, type Files, fileOf, linksOf } from '../shared/ooxml/reader-files.ts';

/** A converted workbook: the parts of its sheets in their order, and its texts by number. */
export type Book = { readonly sheets: readonly string[]; readonly strings: readonly string[] };

export function readBook(files: Files): Book {
  const main = linksOf(files, '').find(({ type }) => type.endsWith('/officeDocument'))?.target ?? '';
  const links = linksOf(files, main);
  const sheets: string[] = [];
  eachTag(fileOf(files, main) ?? Buffer.from('<none/>'), (name, attributes) => {
    if (name !== 'sheet') return;
    const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1];
    sheets.push(links.find((link) => link.id === id)?.target ?? '');
  });
  const strings = links.find(({ type }) => type.endsWith('/sharedStrings'))?.target ?? '';
  return { sheets, strings: stringsOf(fileOf(files, strings)) };
}

function stringsOf(content: Buffer | undefined): string[] {
  const strings: string[] = [];
  let phonetic = 0;
  let isText = false;
  if (content)
    eachToken(content, {
      open(name) {
        if (name === 'si') strings.push('');
        if (name === 'rPh') phonetic++;
        isText = name === 't' && phonetic === 0;
      },
      text(value) {
        if (isText) strings[strings.length - 1] += value;
      },
      close(name) {
        isText = false;
        if (name === 'rPh') phonetic--;
      },
    });
  return strings;
}
