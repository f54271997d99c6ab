// Documents that LibreOffice prints: the limits, with a program in bubblewrap's place that does as it likes, and the real
// thing where both are installed.

import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../lib/core/limits.ts';
import type { Printable } from '../lib/core/printed-formats.ts';
import { converterVersion, printer, sandboxed } from '../lib/engines/converter.ts';
import { pdfium } from '../lib/engines/pdfium.ts';
import { openPictures } from '../lib/pictures.ts';
import { openPreviewer } from '../lib/preview.ts';
import { openPress } from '../lib/printed.ts';
import { cases as bmp } from './fixtures/bmp/cases.ts';
import { cases as docx } from './fixtures/docx/cases.ts';
import { cases as emf } from './fixtures/emf/cases.ts';
import { cases as odf } from './fixtures/odf/cases.ts';
import { cases as ole } from './fixtures/ole/cases.ts';
import { cases as pdf } from './fixtures/pdf/cases.ts';
import { cases as pptx } from './fixtures/pptx/cases.ts';
import { cases as rtf } from './fixtures/rtf/cases.ts';
import { cases as wmf } from './fixtures/wmf/cases.ts';
import { cases as xlsx } from './fixtures/xlsx/cases.ts';
import type { Case } from './support/case.ts';

const [FIRST, SECOND] = [Buffer.from('een'), Buffer.from('twee')];
const NONE = { is: 'none', reason: null };

describe('a program in place of the sandbox', () => {
  const path = process.env.PATH;
  let folder: string;
  let close: () => Promise<void>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'printed-'));
    process.env.PATH = `${folder}:${path}`;
  });
  afterEach(async () => {
    await close();
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  });

  const log = () => readFileSync(join(folder, 'log'), 'utf8').trim().split(/\s+/);
  const program = (script: string) => {
    writeFileSync(join(folder, 'bwrap'), `#!/bin/sh\nlog=${folder}/log\nmkdir -p out\n${script}\n`);
    chmodSync(join(folder, 'bwrap'), 0o755);
  };
  const press = (script: string, limits = LIMITS) => {
    program(script);
    const opened = openPress(limits);
    close = opened.close;
    return opened;
  };
  const PRINTS = 'cp in.docx out/in.pdf';

  test('prints one document at a time, and each once', async () => {
    const { print } = press(`echo begin >> $log; sleep 0.3; echo end >> $log; ${PRINTS}`);
    const printed = await Promise.all([FIRST, SECOND, FIRST].map((bytes) => print(bytes, 'docx')));
    expect(printed.map((one) => one.is === 'printed' && Buffer.from(one.pdf).toString())).toEqual([
      ...['een', 'twee', 'een'],
    ]);
    expect(await print(SECOND, 'docx')).toMatchObject({ is: 'printed' });
    expect(log()).toEqual(['begin', 'end', 'begin', 'end']);
  });

  test('is waited for by so many only, and begins with what is asked for again', async () => {
    const { print } = press(`sleep 0.2; ${PRINTS}`);
    const asked = [1, 2, 3, 4, 5].map((byte) => print(Buffer.from([byte]), 'docx'));
    expect((await Promise.all(asked)).map(({ is }) => is)).toEqual([
      ...['printed', 'printed', 'printed', 'printed', 'waiting'],
    ]);
    expect(await print(Buffer.from([5]), 'docx')).toMatchObject({ is: 'printed' });
  });

  test.each([
    ['leaves nothing', 'exit 0', 'none'],
    ['fails', `${PRINTS}; exit 3`, 'none'],
    ['leaves too much', 'head -c 33554433 /dev/zero > out/in.pdf', 'none'],
    ['leaves as much as it may', 'head -c 33554432 /dev/zero > out/in.pdf', 'printed'],
    ['leaves a link', 'ln -s /etc/hostname out/in.pdf', 'none'],
    ['cannot be put in a sandbox', 'echo "bwrap: no such file" >&2; exit 1', 'no-converter'],
  ])('that %s', async (_, script, is) => {
    expect(await press(script).print(FIRST, 'docx')).toMatchObject({ is });
  });

  test('is asked again once there is a sandbox', async () => {
    const { print } = press('echo "bwrap: no such file" >&2; exit 1');
    expect(await print(FIRST, 'docx')).toEqual({ is: 'no-converter' });
    program(PRINTS);
    expect(await print(FIRST, 'docx')).toMatchObject({ is: 'printed' });
  });

  const HANGS = 'sleep 600 & echo $$ $! >> $log; wait';
  const isGone = () => log().every((pid) => !existsSync(`/proc/${pid}`) || isZombie(pid));

  test('that hangs is killed with what it started, and the next document is printed', async () => {
    const { print } = press(`if grep -q een in.docx; then ${HANGS}; fi; ${PRINTS}`, { ...LIMITS, wallMs: 2000 });
    const [hung, next] = await Promise.all([print(FIRST, 'docx'), print(SECOND, 'docx')]);
    expect([hung, next.is]).toEqual([{ is: 'none' }, 'printed']);
    await expect.poll(isGone).toBe(true);
    // It is not tried again with each look.
    await print(FIRST, 'docx');
    expect(log()).toHaveLength(2);
  });

  test('is killed when nobody needs it any more', async () => {
    const { print } = press(HANGS);
    const hung = print(FIRST, 'docx').catch((error: unknown) => error);
    await expect.poll(() => existsSync(join(folder, 'log')), { timeout: 5000 }).toBe(true);
    // The control.
    expect(isGone()).toBe(false);
    await close();
    expect(await hung).toBeInstanceOf(Error);
    await expect.poll(isGone).toBe(true);
  });

  test('is run once for all pages of a document, and what it leaves may be hostile', async () => {
    const document = await bytesOf(pdf, 'holds back a text under a black rectangle');
    writeFileSync(join(folder, 'document.pdf'), document);
    program(`echo run >> $log; grep -q een in.docx && cp ${folder}/document.pdf out/in.pdf || ${PRINTS}`);
    const previewer = openPreviewer();
    close = previewer.close;
    const drawn = await Promise.all([1, 2, 1].map((page) => previewer.draw(FIRST, 'docx', page)));
    expect(drawn.map(({ is }) => is)).toEqual(['picture', 'picture', 'picture']);
    expect(log()).toEqual(['run']);
    expect(await previewer.draw(SECOND, 'docx', 1), 'garbage').toEqual(NONE);
    expect(await previewer.draw(FIRST, 'svg', 1), 'what nobody prints').toEqual(NONE);
    expect(log()).toEqual(['run', 'run']);
  });
});

const hasLibreOffice = (await converterVersion(LIMITS)) !== undefined;

// Where it is not installed, or bubblewrap cannot make a sandbox, there are no such pictures either.
describe.skipIf(!hasLibreOffice)('LibreOffice in its sandbox', { timeout: 120_000 }, () => {
  const pictures = openPictures(undefined);
  afterAll(pictures.close);
  const ORDER = { caseId: 'a'.repeat(32), page: 1, covered: [], rules: [] };

  test.each<[string, Printable, readonly Case[], string]>([
    ['a Word document', 'docx', docx, 'leaves a plain document alone'],
    ['a workbook', 'xlsx', xlsx, 'leaves a plain workbook alone'],
    ['a presentation', 'pptx', pptx, 'leaves a plain presentation alone'],
    ['an OpenDocument text', 'odf', odf, 'leaves a plain text alone'],
    ['a flat OpenDocument spreadsheet', 'odf', odf, 'makes a package of a flat spreadsheet'],
    ['an OpenDocument drawing', 'odf', odf, 'leaves a template a template'],
    ['rich text', 'rtf', rtf, 'leaves a document alone in which nothing is hidden'],
    ['an enhanced metafile', 'emf', emf, 'leaves text, shapes and pictures alone'],
    ['a metafile', 'wmf', wmf, 'leaves text, shapes and pictures alone'],
    ['a bitmap', 'bmp', bmp, 'leaves a picture alone'],
    ['a Word document from before 2007', 'ole', ole, 'refuses a Word document in which nothing is found'],
  ])('draws %s', async (_, format, cases, shows) => {
    const drawn = await pictures.make({ ...ORDER, what: 'before', format, extension: '' }, await bytesOf(cases, shows));
    if (drawn.is !== 'picture') throw new Error(`there is no picture: ${drawn.is}`);
    expect(drawn.pages).toBe(format === 'pptx' ? 2 : 1);
    const { channels } = await sharp(drawn.png).stats();
    expect(channels.some(({ min, max }) => min < max)).toBe(true);
  });

  test('draws what a document would become', async () => {
    const order = { ...ORDER, what: 'after', format: 'docx', extension: 'docx' } as const;
    expect(await pictures.make(order, await bytesOf(docx, 'leaves a plain document alone'))).toMatchObject({
      ...{ is: 'picture', pages: 1 },
    });
  });

  test('has no picture of what it cannot read', async () => {
    const message = await bytesOf(ole, 'refuses a message in which nothing is found');
    const { is } = await pictures.make({ ...ORDER, what: 'before', format: 'ole', extension: '' }, message);
    expect(is).toBe('none');
  });

  const open = pdfium(LIMITS);
  const pagesOf = async (printing: Promise<Uint8Array>) => open(await printing, ({ pageCount }) => pageCount);

  test('prints a document of many pages up to a limit', async () => {
    const long = flat('<text:p>blad</text:p><text:p text:style-name="new">blad</text:p>'.repeat(3));
    expect(await pagesOf(printer(LIMITS)(long, 'odf'))).toBe(4);
    expect(await pagesOf(printer({ ...LIMITS, maxRenderedPages: 2 })(long, 'odf'))).toBe(2);
  });

  test.each<[string, Printable, readonly Case[], string, string]>([
    ['sheets', 'xlsx', xlsx, 'asks about a hidden sheet', 'Begroting'],
    ['slides', 'pptx', pptx, 'holds back a presentation with a hidden slide, and says which', 'Dia'],
    ['texts', 'docx', docx, 'drops hidden text', 'Zichtbaar blijft'],
    ['annotations', 'odf', odf, 'drops annotations', 'Tekst'],
  ])('prints no hidden %s', async (_, format, cases, shows, says) => {
    const printed = await printer(LIMITS)(await bytesOf(cases, shows), format);
    const seen = await open(printed, (document) => ({
      ...{ text: document.text(0).trim(), annotations: document.annotations(0), pages: document.pageCount },
    }));
    expect(seen).toEqual({ text: says, annotations: [], pages: 1 });
  });

  test('follows no link to a picture', async () => {
    const linked = flat(
      '<text:p><draw:frame text:anchor-type="paragraph" svg:width="5cm" svg:height="5cm"><draw:image xlink:href="in.png" xlink:type="simple"/></draw:frame></text:p>',
    );
    const red = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    const printed = (before: string) => {
      // The picture lies beside the document.
      const script = `echo ${red.toString('base64')} | base64 -d > in.png; ${before} exec "$@"`;
      return printer(LIMITS, ['sh', '-c', script, 'sh', ...sandboxed('soffice')])(linked, 'odf');
    };
    const isRed = async (printing: Promise<Uint8Array>) => {
      const { pixels } = await open(await printing, (document) => document.render(0, { dpi: 30, annotations: true }));
      return Array.from({ length: pixels.length / 4 }, (_, at) => pixels.subarray(at * 4, at * 4 + 3)).some(
        ([red = 0, green = 0, blue = 0]) => red > 200 && green < 50 && blue < 50,
      );
    };
    expect(await isRed(printed(''))).toBe(false);
    // The control: without our settings it does.
    expect(await isRed(printed('rm -r profile;'))).toBe(true);
  });
});

async function bytesOf(cases: readonly Case[], shown: string): Promise<Uint8Array> {
  const found = cases.find(({ shows }) => shows === shown);
  if (!found) throw new Error(`there is no case that ${shown}`);
  return found.bytes();
}

function isZombie(pid: string): boolean {
  return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

/** An OpenDocument text in one file of XML, with a style that begins a page. */
function flat(content: string): Uint8Array {
  const names = { office: 'office', style: 'style', draw: 'drawing', svg: 'svg-compatible', fo: 'xsl-fo-compatible' };
  const spaces = Object.entries({ ...names, text: 'text' }).map(
    ([prefix, name]) => `xmlns:${prefix}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`,
  );
  return Buffer.from(
    `<?xml version="1.0"?><office:document ${spaces.join(' ')} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles><style:style style:name="new" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/></style:style></office:automatic-styles><office:body><office:text>${content}</office:text></office:body></office:document>`,
  );
}
