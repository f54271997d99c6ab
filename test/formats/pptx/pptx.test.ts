import { afterAll, describe, expect, it } from 'vitest';
import { readPolicy } from '../../../lib/core/policy.ts';
import { examine } from '../../../lib/core/sanitize.ts';
import { isPublicAction } from '../../../lib/formats/pptx/actions.ts';
import { isEmbeddedFont } from '../../../lib/formats/pptx/fonts.ts';
import { openWorkshop } from '../../../lib/tools.ts';
import { office } from '../../support/docx-file.ts';
import { pngOf } from '../../support/png-file.ts';
import { content, frame, pic, showFile, showPart, sp, xfrm } from '../../support/pptx-file.ts';
import { textOfPackage } from '../../support/visible-text.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());

const under = (rules: Record<string, string>, bytes: Uint8Array) =>
  examine(bytes, 'x.pptx', { ...workshop, policy: readPolicy({ version: 1, rules }) });

async function textUnder(rules: Record<string, string>, bytes: Uint8Array): Promise<string> {
  const verdict = await under(rules, bytes);
  if (verdict.outcome !== 'published') throw new Error(`${verdict.reason}: ${verdict.detail}`);
  return textOfPackage(verdict.body);
}

const HIDDEN = () => showFile({ slides: [{ shapes: sp('Open') }, { shapes: sp('Dicht'), attributes: ' show="0"' }] });
const BESIDE = () =>
  showFile({
    slides: [
      {
        shapes: `${sp('Erop')}<p:grpSp><p:nvGrpSpPr><p:cNvPr id="8" name="Group 7"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="100" y="100"/><a:ext cx="12192000" cy="6858000"/><a:chOff x="50" y="50"/><a:chExt cx="6096000" cy="3429000"/></a:xfrm></p:grpSpPr>${sp('Binnen', { xfrm: xfrm(50, 50) })}${sp('Buiten', { id: 3, xfrm: xfrm(7000000, 0) })}</p:grpSp>`,
      },
    ],
  });
const NOTED = () =>
  showFile({
    slides: [
      {
        shapes: sp('Dia'),
        rels: [{ id: 'rId7', type: office('notesSlide'), target: '../notesSlides/notesSlide1.xml' }],
      },
    ],
    lists: '<p:notesMasterIdLst><p:notesMasterId r:id="rId40"/></p:notesMasterIdLst>',
    rels: [{ id: 'rId40', type: office('notesMaster'), target: 'notesMasters/notesMaster1.xml' }],
    parts: [
      showPart('notesSlides/', 'notesSlide1', content('notes', sp('Zeg dit hardop')), [
        { id: 'rId1', type: office('slide'), target: '../slides/slide1.xml' },
        { id: 'rId2', type: office('notesMaster'), target: '../notesMasters/notesMaster1.xml' },
      ]),
      showPart('notesMasters/', 'notesMaster1', content('notesMaster', sp('Notities'))),
    ],
  });

describe('pptx under another policy', () => {
  it('takes hidden slides away with all that leads to them', async () => {
    const text = await textUnder({ 'pptx.slide.hidden': 'remove' }, HIDDEN());
    expect(text).toContain('Open');
    expect(text).not.toContain('Dicht');
  });

  it('keeps hidden slides', async () => {
    expect(await textUnder({ 'pptx.slide.hidden': 'keep' }, HIDDEN())).toContain('Dicht');
  });

  it('takes away what lies beside the slide, as the second reader does', async () => {
    const text = await textUnder({ 'pptx.shape.off-slide': 'remove' }, BESIDE());
    expect(text).toContain('Binnen');
    expect(text).not.toContain('Buiten');
  });

  it('keeps notes and their master, cleaned', async () => {
    const text = await textUnder({ 'pptx.notes': 'keep' }, NOTED());
    expect(text).toContain('Zeg dit hardop');
    expect(text).toContain('Notities');
  });

  it('names the slide that holds a presentation back', async () => {
    const verdict = await under({}, HIDDEN());
    expect(verdict.findings.filter(({ action }) => action === 'quarantined')).toMatchObject([
      { carrier: 'pptx.slide.hidden', at: 'slide 2' },
    ]);
  });
});

describe('an embedded workbook', () => {
  it('is cleaned and keeps the name that Office gave it, which proves nothing', async () => {
    const ole = `<p:oleObj name="Worksheet" r:id="rId6" imgW="9" imgH="9" progId="Excel.Sheet.12"><p:embed/>${pic('rId5')}</p:oleObj>`;
    const bytes = showFile({
      slides: [
        {
          shapes: frame('presentationml/2006/ole', ole),
          rels: [
            { id: 'rId5', type: office('image'), target: '../media/image1.png' },
            { id: 'rId6', type: office('package'), target: '../embeddings/Microsoft_Excel_Worksheet1.xlsx' },
          ],
        },
      ],
      parts: [
        { name: 'ppt/media/image1.png', type: 'image/png', content: pngOf() },
        // Whatever is embedded goes through its own format: here a presentation.
        { name: 'ppt/embeddings/Microsoft_Excel_Worksheet1.xlsx', type: 'application/x', content: showFile() },
      ],
    });
    const verdict = await under({}, bytes);
    expect(verdict).toMatchObject({ outcome: 'published' });
  });
});

describe('a click', () => {
  it.each([
    ['ppaction://hlinksldjump', true],
    ['ppaction://hlinkshowjump?jump=nextslide', true],
    ['ppaction://customshow?id=0&return=true', true],
    ['ppaction://program', false],
    ['ppaction://macro?name=Start', false],
    ['ppaction://hlinkfile', false],
    ['ppaction://hlinkpres?slideindex=1&slidetitle=Bod', false],
    ['ppaction://ole?verb=0', false],
    ['ppaction://media', false],
  ])('%s stays: %s', (action, stays) => {
    expect(isPublicAction(action)).toBe(stays);
  });
});

describe('an embedded font', () => {
  /** Embedded OpenType of the given version around a font of one table. */
  function embedded({ flags = 0, names = ['', '', '', ''], root = '', after = '' } = {}): Buffer {
    const font = Buffer.alloc(28 + 4);
    font.writeUInt32BE(0x00010000, 0);
    font.writeUInt16BE(1, 4);
    font.write('cmap', 12, 'latin1');
    font.writeUInt32BE(28, 20);
    font.writeUInt32BE(4, 24);
    const sized = (text: string) => {
      const bytes = Buffer.from(text, 'utf16le');
      const size = Buffer.alloc(2);
      size.writeUInt16LE(bytes.length);
      return Buffer.concat([size, bytes]);
    };
    const head = Buffer.alloc(82);
    const tail = Buffer.concat([
      ...names.flatMap((name) => [sized(name), Buffer.alloc(2)]),
      sized(root),
      font,
      Buffer.from(after),
    ]);
    head.writeUInt32LE(head.length + tail.length, 0);
    head.writeUInt32LE(font.length, 4);
    head.writeUInt32LE(0x00020001, 8);
    head.writeUInt32LE(flags, 12);
    head.writeUInt16LE(0x504c, 34);
    return Buffer.concat([head, tail]);
  }

  it('is one when there is nothing but names and a font', () => {
    expect(isEmbeddedFont(embedded())).toBe(true);
    expect(isEmbeddedFont(embedded({ names: ['Elzen', 'Regular', 'Version 1', 'Elzen Regular'] }))).toBe(true);
  });

  it.each([
    ['an address where it may be used', { root: 'https://intranet/' }],
    ['bytes behind the font', { after: 'van Rinse' }],
    ['compression', { flags: 4 }],
    ['data that are mixed and are no font when they are not', { flags: 0x10000000 }],
  ])('is none with %s', (_, changed) => {
    expect(isEmbeddedFont(embedded(changed))).toBe(false);
  });
});
