// Writes a draft as a file (ISO 32000-2 7.5): header, objects, table, trailer, and a second revision where an object was
// another one before.

import { deflateSync } from 'node:zlib';
import { type Body, type Draft, numberOf } from './draft.ts';

/** The finished file. `root` and `info` are references of the trailer. */
export function write(draft: Draft, trailer: string): Buffer {
  const out: Buffer[] = [];
  let length = 0;
  const put = (bytes: string | Buffer) => {
    const part = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    out.push(part);
    length += part.length;
  };

  for (const leading of draft.syntax.leading) put(`${leading}\n`);
  // Offsets count from the header (7.5.2, and every reader's practice).
  const start = length;
  put('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n');
  const between = [...draft.syntax.between];
  const offsets = draft.objects.map((body, index) => {
    const next = between.shift();
    if (next !== undefined) put(`${next}\n`);
    const at = length - start;
    const number = index + 1;
    put(objectOf(number, draft.earlier.get(`${number} 0 R`) ?? body));
    return draft.freed.has(`${number} 0 R`) ? undefined : at;
  });
  const first = length - start;
  const rows = offsets.map((at) => (at === undefined ? '0000000000 00001 f \n' : row(at)));
  const size = `/Size ${draft.objects.length + 1}`;
  put(`xref\n0 ${rows.length + 1}\n0000000000 65535 f \n${rows.join('')}`);
  put(`trailer\n<<${size}${trailer}>>\nstartxref\n${first}\n%%EOF\n`);

  if (draft.earlier.size > 0) {
    const changed = [...draft.earlier.keys()].map((reference) => {
      const number = numberOf(reference);
      const at = length - start;
      put(objectOf(number, draft.objects[number - 1]));
      return `${number} 1\n${row(at)}`;
    });
    const second = length - start;
    put(`xref\n${changed.join('')}trailer\n<<${size}${trailer}/Prev ${first}>>\nstartxref\n${second}\n%%EOF\n`);
  }
  for (const trailing of draft.syntax.trailing) put(`${trailing}\n`);
  return Buffer.concat(out);
}

function row(at: number): string {
  return `${String(at).padStart(10, '0')} 00000 n \n`;
}

function objectOf(number: number, body: Body | undefined): Buffer {
  if (body === undefined) throw new Error(`object ${number} was never given`);
  if (typeof body === 'string') return Buffer.from(`${number} 0 obj\n${body}\nendobj\n`, 'latin1');
  const given = typeof body.data === 'string' ? Buffer.from(body.data, 'latin1') : Buffer.from(body.data);
  const data = Buffer.concat([body.deflate ? deflateSync(given) : given, Buffer.from(body.afterData ?? '', 'latin1')]);
  const filter = body.deflate ? '/Filter/FlateDecode' : '';
  return Buffer.concat([
    Buffer.from(`${number} 0 obj\n<<${body.dict ?? ''}${filter}/Length ${data.length}>>\nstream\n`, 'latin1'),
    data,
    Buffer.from(`\nendstream\n${body.afterEndstream ?? ''}endobj\n`, 'latin1'),
  ]);
}
