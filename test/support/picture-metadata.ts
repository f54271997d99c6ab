// Makes the metadata blocks that pictures carry, from invented people, so that fixtures need no files.

type Field = { readonly tag: number; readonly type: number; readonly count: number; readonly data: Buffer };

export function ascii(tag: number, text: string): Field {
  const data = Buffer.from(`${text}\0`, 'utf8');
  return { tag, type: 2, count: data.length, data };
}

export function short(tag: number, value: number): Field {
  const data = Buffer.alloc(2);
  data.writeUInt16BE(value);
  return { tag, type: 3, count: 1, data };
}

export function blob(tag: number, data: Buffer, type = 7): Field {
  return { tag, type, count: data.length, data };
}

export function rationals(tag: number, values: readonly (readonly [number, number])[]): Field {
  const data = Buffer.alloc(values.length * 8);
  for (const [i, [top, bottom]] of values.entries()) {
    data.writeUInt32BE(top, i * 8);
    data.writeUInt32BE(bottom, i * 8 + 4);
  }
  return { tag, type: 5, count: values.length, data };
}

export type ExifParts = {
  readonly main?: readonly Field[];
  readonly exif?: readonly Field[];
  readonly gps?: readonly Field[];
  readonly thumbnail?: Buffer;
};

/** A big-endian TIFF block with a main directory and what hangs on it. */
export function exifBlock({ main = [], exif, gps, thumbnail }: ExifParts): Buffer {
  const header = Buffer.from('MM\0*\0\0\0\x08', 'latin1');
  const pointers = Number(exif !== undefined) + Number(gps !== undefined);
  let at = 8 + sizeOf(main) + pointers * 12;
  const parts: Buffer[] = [];
  const place = (fields: readonly Field[]) => {
    const start = at;
    parts.push(directory(fields, start, 0));
    at += sizeOf(fields);
    return start;
  };
  const linked = [...main];
  if (exif) linked.push(long(0x8769, place(exif)));
  if (gps) linked.push(long(0x8825, place(gps)));
  let next = 0;
  if (thumbnail) {
    next = at;
    const fields = [short(0x0103, 6), long(0x0201, at + 2 + 3 * 12 + 4), long(0x0202, thumbnail.length)];
    parts.push(directory(fields, at, 0), thumbnail);
  }
  return Buffer.concat([header, directory(linked, 8, next), ...parts]);
}

function long(tag: number, value: number): Field {
  const data = Buffer.alloc(4);
  data.writeUInt32BE(value);
  return { tag, type: 4, count: 1, data };
}

function padded(data: Buffer): Buffer {
  return data.length % 2 === 0 ? data : Buffer.concat([data, Buffer.alloc(1)]);
}

function sizeOf(fields: readonly Field[]): number {
  return fields.reduce((sum, { data }) => sum + 12 + (data.length > 4 ? padded(data).length : 0), 6);
}

function directory(fields: readonly Field[], start: number, next: number): Buffer {
  const table = Buffer.alloc(6 + fields.length * 12);
  table.writeUInt16BE(fields.length, 0);
  table.writeUInt32BE(next, table.length - 4);
  const values: Buffer[] = [];
  let end = start + table.length;
  for (const [i, { tag, type, count, data }] of fields.entries()) {
    const at = 2 + i * 12;
    table.writeUInt16BE(tag, at);
    table.writeUInt16BE(type, at + 2);
    table.writeUInt32BE(count, at + 4);
    if (data.length <= 4) data.copy(table, at + 8);
    else {
      table.writeUInt32BE(end, at + 8);
      values.push(padded(data));
      end += padded(data).length;
    }
  }
  return Buffer.concat([table, ...values]);
}

/** 52° 22' 12.34" as a GPS directory writes it. */
export const SOMEWHERE = rationals(2, [
  [52, 1],
  [22, 1],
  [1234, 100],
]);

/** Every kind of place that an Exif block has, with an orientation. */
export function fullExif(orientation: number, thumbnail?: Buffer): Buffer {
  return exifBlock({
    main: [
      ascii(0x010e, 'Garden party at the Vossenberg house'),
      ascii(0x010f, 'Obscura Works'),
      short(0x0112, orientation),
      ascii(0x013b, 'Geertruida Vossenberg'),
    ],
    exif: [
      blob(0x927c, Buffer.from('OBSCURA\0\x01\x02owner=Truus V.\0\0')),
      blob(0x9286, Buffer.from('ASCII\0\0\0Taken from the kitchen window')),
      ascii(0xa431, 'OBX-00731942'),
    ],
    gps: [ascii(1, 'N'), SOMEWHERE],
    ...(thumbnail ? { thumbnail } : {}),
  });
}

export function xmpPacket(creator: string, tool: string): Buffer {
  return Buffer.from(
    `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="${tool}"><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Seq><rdf:li>${creator}</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`,
  );
}

/** A Photoshop resource. */
export function resource(id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.write('8BIM', 0, 'latin1');
  head.writeUInt16BE(id, 4);
  head.writeUInt32BE(data.length, 8);
  return Buffer.concat([head, padded(data)]);
}

/** An IPTC-IIM dataset of record 2. */
export function dataset(number: number, text: string): Buffer {
  const value = Buffer.from(text, 'utf8');
  const head = Buffer.from([0x1c, 2, number, 0, 0]);
  head.writeUInt16BE(value.length, 3);
  return Buffer.concat([head, value]);
}

type Tone = 'srgb' | 'gamma';

/** A version 2 RGB profile with texts: sRGB's own colours, or a wider green and a plain gamma. */
export function iccProfile(texts: { readonly description: string; readonly device: string }, tone: Tone): Buffer {
  const green = tone === 'srgb' ? [0.3851, 0.7169, 0.0971] : [0.2053, 0.6257, 0.0609];
  const red = tone === 'srgb' ? [0.4361, 0.2225, 0.0139] : [0.6097, 0.3111, 0.0195];
  const blue = tone === 'srgb' ? [0.1431, 0.0606, 0.7141] : [0.1492, 0.0632, 0.7446];
  const curve = tone === 'srgb' ? srgbCurve() : Buffer.from('curv\0\0\0\0\0\0\0\x01\x02\x33', 'latin1');
  const tags: readonly (readonly [string, Buffer])[] = [
    ['desc', description(texts.description)],
    ['dmnd', description(texts.device)],
    ['cprt', Buffer.from('text\0\0\0\0Copyright Vossenberg Atelier\0', 'latin1')],
    ['wtpt', xyz([0.9642, 1, 0.8249])],
    ['rXYZ', xyz(red)],
    ['gXYZ', xyz(green)],
    ['bXYZ', xyz(blue)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  const header = Buffer.alloc(128);
  header.write('test\x02\x10\0\0mntrRGB XYZ ', 4, 'latin1');
  header.writeUInt16BE(2019, 24);
  header.write('acspMSFT', 36, 'latin1');
  header.set([0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d], 68);
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length, 0);
  let end = 128 + table.length;
  const data = tags.map(([signature, content], i) => {
    const whole = Buffer.concat([content, Buffer.alloc((4 - (content.length % 4)) % 4)]);
    table.write(signature, 4 + i * 12, 'latin1');
    table.writeUInt32BE(end, 8 + i * 12);
    table.writeUInt32BE(content.length, 12 + i * 12);
    end += whole.length;
    return whole;
  });
  header.writeUInt32BE(end, 0);
  return Buffer.concat([header, table, ...data]);
}

function xyz(values: readonly number[]): Buffer {
  const data = Buffer.alloc(20);
  data.write('XYZ ', 0, 'latin1');
  for (const [i, value] of values.entries()) data.writeInt32BE(Math.round(value * 65536), 8 + 4 * i);
  return data;
}

function description(text: string): Buffer {
  const data = Buffer.alloc(12 + text.length + 1 + 78);
  data.write('desc', 0, 'latin1');
  data.writeUInt32BE(text.length + 1, 8);
  data.write(text, 12, 'latin1');
  return data;
}

function srgbCurve(): Buffer {
  const data = Buffer.alloc(12 + 2 * 1024);
  data.write('curv', 0, 'latin1');
  data.writeUInt32BE(1024, 8);
  for (let i = 0; i < 1024; i++) {
    const x = i / 1023;
    const y = x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
    data.writeUInt16BE(Math.round(y * 65535), 12 + 2 * i);
  }
  return data;
}

/** An archive of one stored member. */
export function zipOf(name: string, text: string): Buffer {
  const [title, data] = [Buffer.from(name), Buffer.from(text)];
  const local = Buffer.alloc(30);
  local.write('PK\x03\x04', 0, 'latin1');
  local.writeUInt32LE(data.length, 18);
  local.writeUInt32LE(data.length, 22);
  local.writeUInt16LE(title.length, 26);
  const entry = Buffer.alloc(46);
  entry.write('PK\x01\x02', 0, 'latin1');
  entry.writeUInt32LE(data.length, 20);
  entry.writeUInt32LE(data.length, 24);
  entry.writeUInt16LE(title.length, 28);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length + title.length, 12);
  end.writeUInt32LE(local.length + title.length + data.length, 16);
  return Buffer.concat([local, title, data, entry, title, end]);
}

/** The beginning of a film, as phones put it behind a photograph. */
export function shortFilm(text: string): Buffer {
  const box = (type: string, data: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + data.length, 0);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, data]);
  };
  return Buffer.concat([box('ftyp', Buffer.from('mp42\0\0\0\0mp42isom')), box('udta', Buffer.from(text))]);
}
