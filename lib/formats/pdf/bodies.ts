// What becomes of the bytes of each stream that is copied (ISO 32000-2 7.3.8). Nothing is recoded that does not have
// to be; what is cut is reported.

import { PDFDict, PDFName, PDFNumber, PDFRawStream, type PDFRef } from 'pdf-lib';
import type { Context, Found } from '../../core/format.ts';
import { Refusal } from '../../core/refusal.ts';
import { cleanProfile } from '../shared/icc.ts';
import { printableRuns } from '../shared/telling.ts';
import { cleanCMap } from './cmaps.ts';
import { cleanJbig2 } from './codecs/jbig2.ts';
import { functionBytes, meshBytes } from './codecs/lengths.ts';
import { type Content, readContent } from './content.ts';
import type { Copy } from './copy.ts';
import { isOfSomebody } from './fonts/names.ts';
import { withoutWords } from './fonts/postscript.ts';
import { cleanProgram, maySaySomething } from './fonts/program.ts';
import { cleanJpx } from './jpx.ts';
import { nameAt } from './objects.ts';
import { bitmapBytes, faxPictureBytes, isBareJpeg } from './pictures.ts';
import type { ResourceNames } from './resource-names.ts';
import type { Body } from './shape.ts';
import { reportSpoken } from './spoken.ts';
import { type Budget, codingOf, decodedBytes, deflated, type Encoded, plainBytes, readStream } from './streams.ts';
import { isPublicProfile } from './tables/profiles.ts';
import { isOfAMaker, valuesOf } from './texts.ts';

// Two bytes for each of the codes that a composite font can have (9.7.4.2).
const MAX_CODES = 2 * 65_536;

type Picture = { readonly ref: PDFRef; readonly stream: PDFRawStream; readonly at: string };

type ReadContent = Content & { readonly bytes: Uint8Array; readonly encoded: Encoded };

export type Bodies = {
  /** The copy's stream: `kept` is its dictionary so far. */
  copy(source: PDFRawStream, body: Body, kept: PDFDict, at: string, ref: PDFRef, copy: Copy): PDFRawStream;
  /** A content stream read once, decoded. */
  content(stream: PDFRawStream): ReadContent;
  /** One stream in place of parts whose tokens run from one into the next; undefined when each stands by itself. */
  joined(parts: readonly PDFRawStream[]): PDFRef | undefined;
  /** A stream with no more than this many bytes of data; undefined where it has no more. */
  shortened(stream: PDFRawStream, length: number, at: string): PDFRef | undefined;
  /** The same of bytes. */
  shortenedBytes(data: Uint8Array, length: number, at: string): Uint8Array;
  /** Sends the JPEGs that were met through the whole pipeline. Rejects when one cannot be cleaned. */
  cleanPictures(copy: Copy): Promise<void>;
};

/** Not one of the comments that PostScript programs are structured by, unless it names somebody. */
function isOwn(comment: string): boolean {
  return !/^(?:%(?!For|Creator|Title|Copyright|Author)|!PS)/i.test(comment);
}

export function bodies(
  found: Found,
  budget: Budget,
  context: Pick<Context, 'embedded' | 'policy'>,
  { called, telling }: Pick<ResourceNames, 'called' | 'telling'>,
): Bodies {
  const contents = new WeakMap<PDFRawStream, ReadContent>();
  // Asked for once to learn what a page names, and once more to copy it.
  const wholes = new WeakMap<PDFRawStream, { readonly of: readonly PDFRawStream[]; readonly ref: PDFRef }[]>();
  const pictures: Picture[] = [];
  const keepsPeople = context.policy.actionFor('pdf.text.personal') === 'keep';

  const self: Bodies = {
    copy(source, body, kept, at, ref, copy) {
      const encoded = encode(source, body, kept, at);
      const made = PDFRawStream.of(kept, encoded.bytes);
      for (const [key, value] of codingOf(encoded, (parameters) => copy.table(parameters, 'DecodeParms', at)))
        kept.set(PDFName.of(key), value);
      if (encoded.filter?.name === 'DCTDecode' && !isBareJpeg(encoded.bytes)) pictures.push({ ref, stream: made, at });
      return made;
    },
    content(stream) {
      const known = contents.get(stream);
      if (known) return known;
      const encoded = readStream(stream, budget);
      const bytes = plainBytes(encoded);
      const read = { ...readContent(bytes, 'content', { keepsPeople }), bytes, encoded };
      contents.set(stream, read);
      return read;
    },
    joined(parts) {
      const [first] = parts;
      if (!first || parts.length < 2 || parts.every((part) => self.content(part).complete)) return undefined;
      const known = wholes.get(first)?.find(({ of }) => of.every((part, at) => part === parts[at]));
      if (known && known.of.length === parts.length) return known.ref;
      const source = first.dict.context;
      const whole = Buffer.concat(parts.flatMap((part) => [self.content(part).bytes, Buffer.from('\n')]));
      const ref = source.register(PDFRawStream.of(PDFDict.withContext(source), whole));
      wholes.set(first, [...(wholes.get(first) ?? []), { of: parts, ref }]);
      return ref;
    },
    shortened(stream, length, at) {
      const data = decodedBytes(stream, budget);
      if (data.length <= length) return undefined;
      const { context: source } = stream.dict;
      return source.register(PDFRawStream.of(PDFDict.withContext(source), self.shortenedBytes(data, length, at)));
    },
    shortenedBytes(data, length, at) {
      if (data.length > length) reportRest(data.subarray(length), at);
      return data.subarray(0, length);
    },
    async cleanPictures(copy) {
      for (const { ref, stream, at } of pictures) {
        const clean = await context.embedded(stream.contents, at);
        if (clean.outcome !== 'published' || clean.mediaType !== 'image/jpeg')
          throw new Refusal('unsupported', `a JPEG at ${at} that cannot be cleaned`);
        if (Buffer.compare(clean.body, stream.contents) === 0) continue;
        found('pdf.image.metadata', at);
        copy.target.assign(ref, PDFRawStream.of(stream.dict, clean.body));
      }
    },
  };

  function encode(source: PDFRawStream, body: Body, kept: PDFDict, at: string): Omit<Encoded, 'cut' | 'decoded'> {
    if (body === 'content') return content(source, at);
    const encoded = readStream(source, budget);
    if (encoded.cut.length > 0) found('pdf.stream.trailing', at, { values: printableRuns(encoded.cut) });
    switch (body) {
      case 'data':
        return encoded;
      case 'postscript': {
        const read = readContent(plainBytes(encoded), 'postscript');
        if (read.cuts.comments > 0)
          found('pdf.content.comment', at, {
            count: read.cuts.comments,
            values: valuesOf(read.comments.filter(isOwn)),
          });
        const edited = read.edited();
        return edited ? deflated(edited) : encoded;
      }
      case 'cmap':
        return characterMap(encoded, at);
      case 'font':
        return font(encoded, kept, at);
      case 'profile':
        return profile(plainBytes(encoded), encoded, at);
      case 'image':
        return picture(source, encoded, at);
      case 'jbig2':
        return globals(plainBytes(encoded), encoded, at);
      case 'samples':
        return cutTo(functionBytes(source.dict), encoded, at);
      case 'mesh':
        return cutTo(meshBytes(source.dict, plainBytes(encoded)), encoded, at);
      case 'codes':
        return cutTo(MAX_CODES, encoded, at);
    }
  }

  function content(source: PDFRawStream, at: string): Omit<Encoded, 'cut' | 'decoded'> {
    const read = self.content(source);
    const { comments, properties } = read.cuts;
    if (read.inline.unclean)
      throw new Refusal('unsupported', `a picture inside the content at ${at} that cannot be cleaned`);
    if (read.inline.rests.length > 0)
      found('pdf.image.trailing', at, {
        count: read.inline.rests.length,
        values: read.inline.rests.flatMap(printableRuns),
      });
    if (comments > 0) found('pdf.content.comment', at, { count: comments, values: valuesOf(read.comments) });
    if (properties > 0) found('pdf.content.property', at, { count: properties, values: valuesOf(read.properties) });
    const { encoded } = read;
    if (encoded.cut.length > 0) found('pdf.stream.trailing', at, { values: printableRuns(encoded.cut) });
    for (const said of read.spoken) reportSpoken(found, at, said);
    const edited = read.edited(called);
    return edited ? deflated(edited) : encoded;
  }

  function characterMap(encoded: Encoded, at: string): Omit<Encoded, 'cut' | 'decoded'> {
    const bytes = plainBytes(encoded);
    const program = Buffer.from(bytes).toString('latin1');
    const clean = withoutWords(program, 'strings of names');
    if (clean && clean.count > 0)
      found('pdf.content.comment', at, { count: clean.count, values: valuesOf(clean.dropped.filter(isOwn)) });
    const text = clean?.text ?? program;
    const renamed = cleanCMap(text);
    if (renamed) found('pdf.resource.name', at, { values: telling(renamed.removed) });
    const kept = renamed?.text ?? text;
    return kept === program ? encoded : deflated(Buffer.from(kept, 'latin1'));
  }

  function font(encoded: Encoded, kept: PDFDict, at: string): Omit<Encoded, 'cut' | 'decoded'> {
    const program = plainBytes(encoded);
    const clean = cleanProgram(program);
    if (!clean) {
      if (maySaySomething(program)) throw new Refusal('unsupported', `a font program at ${at} that cannot be read`);
      return encoded;
    }
    // Makers write the same sentences in every font, also in those that are not in this document.
    if (clean.count > 0)
      found('pdf.font.names', at, { count: clean.count, values: valuesOf(clean.texts.filter(isOfSomebody)) });
    // Table 125: a program in FontFile3, which has a subtype, has no such lengths.
    const lengths = nameAt(kept, 'Subtype') === undefined ? (clean.lengths ?? [clean.bytes.length]) : [];
    for (const i of [0, 1, 2]) {
      const [key, length] = [PDFName.of(`Length${i + 1}`), lengths[i]];
      if (length === undefined) kept.delete(key);
      else kept.set(key, PDFNumber.of(length));
    }
    return Buffer.compare(clean.bytes, program) === 0 ? encoded : deflated(clean.bytes);
  }

  function profile(bytes: Uint8Array, encoded: Encoded, at: string): Omit<Encoded, 'cut' | 'decoded'> {
    if (isPublicProfile(bytes)) return encoded;
    const clean = cleanProfile(bytes);
    if (!clean) throw new Refusal('unsupported', `a colour profile at ${at} that cannot be read`);
    if (Buffer.compare(clean.profile, bytes) === 0) return encoded;
    found('pdf.profile.text', at, { values: valuesOf(clean.removed).filter(isOfAMaker) });
    return deflated(clean.profile);
  }

  function picture(source: PDFRawStream, encoded: Encoded, at: string): Omit<Encoded, 'cut' | 'decoded'> {
    if (encoded.filter?.name === 'JPXDecode') {
      const clean = cleanJpx(encoded.bytes);
      if (clean.dropped > 0) found('pdf.image.metadata', at, { values: clean.removed });
      return { bytes: clean.bytes, filter: encoded.filter };
    }
    if (encoded.filter?.name === 'JBIG2Decode') {
      const clean = segments(encoded.bytes, at);
      return clean ? { bytes: clean, filter: encoded.filter } : encoded;
    }
    if (encoded.filter?.name === 'CCITTFaxDecode') return fax(source, encoded, at);
    const length = bitmapBytes(source.dict, encoded);
    if (length === undefined || !encoded.decoded || encoded.decoded.length <= length) return encoded;
    reportRest(encoded.decoded.subarray(length), at);
    return { bytes: deflated(encoded.decoded.subarray(0, length)).bytes, filter: encoded.filter };
  }

  function fax(source: PDFRawStream, encoded: Encoded, at: string): Omit<Encoded, 'cut' | 'decoded'> {
    const length = faxPictureBytes(source.dict, encoded);
    if (length === undefined && maySaySomething(encoded.bytes))
      throw new Refusal('unsupported', `a fax picture at ${at} that cannot be followed`);
    if (length === undefined || length === encoded.bytes.length) return encoded;
    reportRest(encoded.bytes.subarray(length), at);
    return { bytes: encoded.bytes.subarray(0, length), filter: encoded.filter };
  }

  /** The segments that draw, or undefined where those are all. */
  function segments(bytes: Uint8Array, at: string): Uint8Array | undefined {
    const clean = cleanJbig2(bytes);
    if (!clean && maySaySomething(bytes))
      throw new Refusal('unsupported', `a JBIG2 picture at ${at} that cannot be followed`);
    if (!clean || clean.dropped.length === 0) return undefined;
    for (const dropped of clean.dropped) reportRest(dropped, at);
    return clean.bytes;
  }

  function globals(bytes: Uint8Array, encoded: Encoded, at: string): Omit<Encoded, 'cut' | 'decoded'> {
    const clean = segments(bytes, at);
    return clean ? deflated(clean) : encoded;
  }

  function cutTo(length: number | undefined, encoded: Encoded, at: string): Omit<Encoded, 'cut' | 'decoded'> {
    const data = plainBytes(encoded);
    if (length === undefined || data.length <= length) return encoded;
    reportRest(data.subarray(length), at);
    return deflated(data.subarray(0, length));
  }

  /** A line end or zeros that a program padded with are not worth a finding, but go all the same. */
  function reportRest(rest: Uint8Array, at: string): void {
    if (rest.some((byte) => byte > 0x20)) found('pdf.image.trailing', at, { values: printableRuns(rest) });
  }

  return self;
}
