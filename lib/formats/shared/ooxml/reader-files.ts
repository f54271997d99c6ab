// The second pair of eyes, part one: the archive by yauzl and the graph of parts, sharing nothing with the sanitizer.

import { SaxesParser } from 'saxes';
import yauzl from 'yauzl';
import { Refusal } from '../../../core/refusal.ts';

export type Files = ReadonlyMap<string, Buffer>;
export type Link = { readonly id: string; readonly type: string; readonly target: string; readonly external: boolean };

/** Reads every file of the archive. Rejects with Refusal('unverified'). */
export async function readFiles(bytes: Uint8Array, maxBytes: number): Promise<Files> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return await unpack(buffer, maxBytes);
  } catch {
    try {
      // What somebody put behind the archive, yauzl does not look past.
      return await unpack(bare(buffer), maxBytes);
    } catch (cause) {
      throw new Refusal('unverified', 'the second reader cannot open the archive', { cause });
    }
  }
}

function bare(buffer: Buffer): Buffer {
  const end = buffer.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0 || end + 22 > buffer.length) throw new Refusal('unverified', 'no end of the archive');
  const directory = end - buffer.readUInt32LE(end + 12);
  return buffer.subarray(
    Math.max(directory - buffer.readUInt32LE(end + 16), 0),
    end + 22 + buffer.readUInt16LE(end + 20),
  );
}

async function unpack(buffer: Buffer, maxBytes: number): Promise<Files> {
  const zip = await yauzl.fromBufferPromise(buffer, { strictFileNames: true, validateEntrySizes: true });
  const files = new Map<string, Buffer>();
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    total += entry.uncompressedSize;
    if (total > maxBytes) throw new Refusal('limit', 'the second reader met more bytes than it may');
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(Buffer.from(chunk));
    files.set(entry.fileName, Buffer.concat(chunks));
  }
  return files;
}

export function fileOf(files: Files, name: string): Buffer | undefined {
  const exact = files.get(name);
  if (exact) return exact;
  const lower = name.toLowerCase();
  for (const [other, content] of files) if (other.toLowerCase() === lower) return content;
  return undefined;
}

/** The relationships of a part; '' is the package. */
export function linksOf(files: Files, part: string): readonly Link[] {
  const content = fileOf(files, linksFileOf(part));
  const links: Link[] = [];
  if (!content) return links;
  eachTag(content, (name, attributes) => {
    if (name !== 'Relationship') return;
    const external = attributes.TargetMode === 'External';
    const target = attributes.Target ?? '';
    links.push({
      id: attributes.Id ?? '',
      type: attributes.Type ?? '',
      target: external ? target : absolute(part, target),
      external,
    });
  });
  return links;
}

export function linksFileOf(part: string): string {
  return part.replace(/[^/]*$/, (file) => `_rels/${file}.rels`);
}

function absolute(part: string, target: string): string {
  const url = new URL(target.replaceAll('\\', '/'), `zip:///${part}`);
  return decodeURIComponent(url.pathname).replace(/^\/+/, '');
}

/** The content type of every file, by the package's own list. */
export function typesOf(files: Files): (name: string) => string | undefined {
  const defaults = new Map<string, string>();
  const overrides = new Map<string, string>();
  eachTag(fileOf(files, '[Content_Types].xml') ?? Buffer.alloc(0), (name, attributes) => {
    const type = attributes.ContentType ?? '';
    if (name === 'Default') defaults.set((attributes.Extension ?? '').toLowerCase(), type);
    if (name === 'Override') overrides.set((attributes.PartName ?? '').toLowerCase(), type);
  });
  return (name) =>
    overrides.get(`/${name.toLowerCase()}`) ?? defaults.get(/\.([^./]*)$/.exec(name)?.[1]?.toLowerCase() ?? '');
}

/** Every open tag, by its name without prefix. Throws where the XML is not well-formed. */
export function eachTag(content: Buffer, visit: (name: string, attributes: Record<string, string>) => void): void {
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => visit(name.replace(/^.*:/, ''), attributes));
  readThrough(parser, content);
}

/** What to call for the tags and texts of a file; names are without their prefix. */
export type Visitor = {
  readonly open: (name: string, attributes: Record<string, string>) => void;
  readonly close: (name: string) => void;
  readonly text: (text: string) => void;
};

/** Every tag and text. Throws where the XML is not well-formed. */
export function eachToken(content: Buffer, { open, close, text }: Visitor): void {
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => open(localOf(name), attributes));
  parser.on('closetag', ({ name }) => close(localOf(name)));
  parser.on('text', text);
  parser.on('cdata', text);
  readThrough(parser, content);
}

const localOf = (name: string) => name.slice(name.indexOf(':') + 1);

/** Gives all of the file to a parser that throws at the first error. */
export function readThrough(parser: { write(text: string): { close(): unknown } }, content: Buffer): void {
  parser.write(decoded(content)).close();
  wellFormed.add(content);
}

// Fifty megabytes are read once: who has read a file to its end knows that it is well-formed.
const wellFormed = new WeakSet<Buffer>();

/** Throws where the XML is not well-formed. */
export function checkWellFormed(content: Buffer): void {
  if (!wellFormed.has(content)) eachTag(content, () => undefined);
}

export function decoded(content: Buffer): string {
  const [first, second] = content;
  if (first === 0xff && second === 0xfe) return content.toString('utf16le');
  if (first === 0xfe && second === 0xff) return Buffer.from(content).swap16().toString('utf16le');
  return content.toString('utf8');
}
