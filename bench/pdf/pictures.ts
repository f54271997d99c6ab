// Pictures and a colour profile, small and made here, with a place for what their makers write in them: JPEG
// (ISO 10918-1), JPEG 2000 (ISO 15444-1), ICC profiles (ICC.1).

/** Sixteen by sixteen grey samples that get lighter, without any segment of a program. */
export const JPEG = Buffer.from(
  '/9j/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/wAALCAAQABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAABQL/xAAXEAEAAwAAAAAAAAAAAAAAAAAEACEx/9oACAEBAAA/AASmyoyU2VIKbKjRTZU//9k=',
  'base64',
);

export type JpegTexts = {
  readonly exif: string;
  readonly xmp: string;
  readonly iptc: string;
  readonly comment: string;
  readonly trailer: string;
};

/** The same picture with everything that cameras and editors add to one. */
export function jpegWith(texts: JpegTexts): Buffer {
  const xmp = `http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="${texts.xmp}"/></rdf:RDF></x:xmpmeta>`;
  return Buffer.concat([
    JPEG.subarray(0, 2),
    segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), artist(texts.exif)])),
    segment(0xe1, Buffer.from(xmp, 'latin1')),
    segment(0xed, Buffer.concat([Buffer.from('Photoshop 3.0\0', 'latin1'), byline(texts.iptc)])),
    segment(0xfe, Buffer.from(texts.comment, 'latin1')),
    JPEG.subarray(2),
    Buffer.from(texts.trailer, 'latin1'),
  ]);
}

function segment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

/** A TIFF directory of one field, Artist. */
function artist(name: string): Buffer {
  const value = Buffer.from(`${name}\0`, 'latin1');
  const head = Buffer.from('MM\0*\0\0\0\x08\0\x01\x01\x3b\0\x02\0\0\0\0\0\0\0\x1a\0\0\0\0', 'latin1');
  head.writeUInt32BE(value.length, 14);
  return Buffer.concat([head, value]);
}

/** A Photoshop resource with an IPTC by-line. */
function byline(name: string): Buffer {
  const value = Buffer.concat([Buffer.from([0x1c, 2, 80, 0, name.length]), Buffer.from(name, 'latin1')]);
  const head = Buffer.from('8BIM\x04\x04\0\0\0\0\0\0', 'latin1');
  head.writeUInt32BE(value.length, 8);
  return Buffer.concat([head, value, Buffer.alloc(value.length % 2)]);
}

/** A JPEG 2000 file of four by four grey samples, all in the middle, with boxes for XML and for another's data. */
export function jpeg2000With(xml: string, uuid: string): Buffer {
  const codestream = Buffer.from(
    'ff4fff51002900000000000400000004000000000000000000000004000000040000000000000000000107' +
      '0101ff52000c00000001000004040001ff5c00044040ff90000a0000000000000001ff9300ffd9',
    'hex',
  );
  // The length of the only tile part, from its marker to the end of its data.
  const tile = codestream.indexOf(Buffer.from('ff90', 'hex'));
  codestream.writeUInt32BE(codestream.length - 2 - tile, tile + 6);
  const header = Buffer.from('0000000400000004000107070000', 'hex');
  return Buffer.concat([
    box('jP  ', Buffer.from('0d0a870a', 'hex')),
    box('ftyp', Buffer.from('jp2 \0\0\0\0jp2 ', 'latin1')),
    box('jp2h', Buffer.concat([box('ihdr', header), box('colr', Buffer.from('01000000000011', 'hex'))])),
    box('xml ', Buffer.from(`<?xml version="1.0"?><maker>${xml}</maker>`, 'latin1')),
    box('uuid', Buffer.from(`0123456789abcdef${uuid}`, 'latin1')),
    box('jp2c', codestream),
  ]);
}

function box(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length + 8, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, data]);
}

export type ProfileTexts = { readonly description: string; readonly copyright: string; readonly maker?: string };

/** A version 2 display profile with a plain gamma, so that no reader takes it for a known one. */
export function profileOf({ description, copyright, maker }: ProfileTexts): Buffer {
  const curve = Buffer.from('curv\0\0\0\0\0\0\0\x01\x02\x33\0\0', 'latin1');
  const tags: readonly (readonly [string, Buffer])[] = [
    ['desc', described(description)],
    ['cprt', Buffer.from(`text\0\0\0\0${copyright}\0`, 'latin1')],
    ...(maker ? [['dmnd', described(maker)] as const, ['MSTR', Buffer.from(`text\0\0\0\0${maker}\0`)] as const] : []),
    ['wtpt', xyz(0.9642, 1, 0.8249)],
    ['rXYZ', xyz(0.6097, 0.3111, 0.0195)],
    ['gXYZ', xyz(0.2053, 0.6257, 0.0609)],
    ['bXYZ', xyz(0.1492, 0.0632, 0.7446)],
    ...(['rTRC', 'gTRC', 'bTRC'] as const).map((tag) => [tag, curve] as const),
  ];
  const header = Buffer.alloc(128);
  header.write('test\x02\x10\0\0mntrRGB XYZ ', 4, 'latin1');
  header.write('acspMSFT', 36, 'latin1');
  header.set([0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d], 68);
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length, 0);
  let end = header.length + table.length;
  const data = tags.map(([signature, content], index) => {
    const padded = Buffer.concat([content, Buffer.alloc((4 - (content.length % 4)) % 4)]);
    table.write(signature, 4 + index * 12, 'latin1');
    table.writeUInt32BE(end, 8 + index * 12);
    table.writeUInt32BE(content.length, 12 + index * 12);
    end += padded.length;
    return padded;
  });
  header.writeUInt32BE(end, 0);
  return Buffer.concat([header, table, ...data]);
}

function xyz(...values: readonly number[]): Buffer {
  const data = Buffer.alloc(20);
  data.write('XYZ ', 0, 'latin1');
  for (const [index, value] of values.entries()) data.writeInt32BE(Math.round(value * 65536), 8 + 4 * index);
  return data;
}

function described(text: string): Buffer {
  const data = Buffer.alloc(12 + text.length + 1 + 78);
  data.write('desc', 0, 'latin1');
  data.writeUInt32BE(text.length + 1, 8);
  data.write(text, 12, 'latin1');
  return data;
}
