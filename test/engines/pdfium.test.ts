import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../lib/core/limits.ts';
import { Refusal } from '../../lib/core/refusal.ts';
import { pdfium } from '../../lib/engines/pdfium.ts';
import { type Instance, startInstance } from '../../lib/engines/pdfium-instance.ts';
import { qpdf } from '../../lib/engines/qpdf.ts';
import { pdfFile } from '../support/pdf-file.ts';
import { reportPdf } from '../support/pdf-report.ts';

const open = pdfium(LIMITS);

describe('pdfium', () => {
  it('reads pages, text, boxes and pixels', () =>
    open(reportPdf(), (document) => {
      expect(document.pageCount).toBe(2);
      expect(document.pageSize(0)).toEqual({ width: 300, height: 200 });
      expect(document.text(0)).toBe('Water levels rose');
      const chars = document.chars(0);
      expect(chars.map(({ codePoint }) => String.fromCodePoint(codePoint)).join('')).toBe('Water levels rose');
      const [left, bottom, right, top] = chars[0]?.box ?? [0, 0, 0, 0];
      expect([left > 19, right > left, bottom > 99, top > bottom]).toEqual([true, true, true, true]);
      const page = document.render(1, { dpi: 72, annotations: false });
      expect([page.width, page.height, page.pixels.length]).toEqual([300, 200, 300 * 200 * 4]);
      // The grey square stands 50 points from the left and from the bottom.
      const pixelAt = (x: number, y: number) => [...page.pixels.subarray((y * 300 + x) * 4, (y * 300 + x) * 4 + 3)];
      expect(pixelAt(70, 130)).toEqual([128, 128, 128]);
      expect(pixelAt(5, 5)).toEqual([255, 255, 255]);
    }));

  it('reads bookmarks, links, language, title and structure', () =>
    open(reportPdf(), (document) => {
      expect(document.bookmarks()).toEqual([{ level: 0, title: 'Chapter one', page: 1 }]);
      expect(document.links(0)).toEqual(['https://www.example.org/levels']);
      expect(document.linkTargets(0)).toEqual([0]);
      expect(document.language()).toBe('en-GB');
      expect(document.title()).toBe('Annual report');
      expect(document.isTagged()).toBe(true);
      expect(document.structure(0)).toEqual([
        { depth: 0, type: 'Figure', alt: 'A chart of levels', actualText: '', language: 'en', contentIds: [0] },
      ]);
      expect(document.structure(1)).toEqual([]);
    }));

  it('draws annotations when asked, and not those that were dropped', () =>
    open(reportPdf({ markup: '1 0 0 rg 0 0 80 40 re f' }), (document) => {
      const plain = document.render(0, { dpi: 50, annotations: false }).pixels;
      const marked = document.render(0, { dpi: 50, annotations: true }).pixels;
      expect(Buffer.compare(plain, marked)).not.toBe(0);
      expect(document.annotations(0).map(({ subtype, hasAppearance }) => [subtype, hasAppearance])).toEqual([
        [2, false],
        [2, false],
        [13, true],
      ]);
      expect(document.annotations(0)[2]).toMatchObject({ box: [200, 20, 280, 60], flags: 4 });
      expect(document.toPixels(0, 72, [200, 20, 280, 60])).toEqual([200, 140, 280, 180]);
      document.keepAnnotations(0, [0, 1]);
      expect(document.annotations(0)).toHaveLength(2);
      expect(Buffer.compare(plain, document.render(0, { dpi: 50, annotations: true }).pixels)).toBe(0);
    }));

  it('draws a form field as the picture it shows', async () => {
    const field = pdfFile(
      [
        '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>',
        '<</Type/Pages/Count 1/Kids[3 0 R]>>',
        '<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Annots[4 0 R]>>',
        '<</Type/Annot/Subtype/Widget/FT/Btn/T(x)/F 4/Rect[10 10 50 50]/AS/On/AP<</N<</On 5 0 R/Off 6 0 R>>>>>>',
        { dict: '/Type/XObject/Subtype/Form/BBox[0 0 40 40]', data: '1 0 0 rg 0 0 40 40 re f' },
        { dict: '/Type/XObject/Subtype/Form/BBox[0 0 40 40]', data: '' },
      ],
      '/Root 1 0 R',
    );
    const drawn = await open(field, (document) => {
      const middle = () => [
        ...document
          .render(0, { dpi: 72, annotations: true })
          .pixels.subarray((69 * 99 + 30) * 4, (69 * 99 + 30) * 4 + 3),
      ];
      const asField = middle();
      document.keepAnnotations(0, [0]);
      return { asField, asPicture: middle() };
    });
    expect(drawn).toEqual({ asField: [255, 255, 255], asPicture: [255, 0, 0] });
  });

  it('reads content as if its replacement texts were others', () => {
    const marked = (text: string, shown: string, at: number) =>
      `/Span<</ActualText(${text})>>BDC BT /F1 10 Tf 10 ${at} Td (${shown}) Tj ET EMC`;
    const parts = [
      '<</Type/Catalog/Pages 2 0 R>>',
      '<</Type/Pages/Count 1/Kids[3 0 R]>>',
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F1 6 0 R>>/XObject<</Fm1 5 0 R>>>>>>',
      { data: `${marked('een', 'x', 80)} ${marked('twee', 'y', 60)} /Fm1 Do` },
      {
        dict: '/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<</Font<</F1 6 0 R>>>>',
        data: marked('drie', 'z', 40),
      },
      '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
    ];
    return open(pdfFile(parts, '/Root 1 0 R'), (document) => {
      const said = () => document.text(0).replace(/\s+/g, '');
      expect(said()).toBe('eentweedrie');
      const asked: string[] = [];
      document.rewordReplacements(0, (text) => {
        asked.push(text);
        return { een: '', drie: 'vierën' }[text];
      });
      expect(asked).toEqual(['een', 'twee', 'drie']);
      expect(said()).toBe('xtweevierën');
    });
  });

  it('draws the same pixels again, in a fresh instance too', async () => {
    const draw = (fresh: boolean) =>
      open(reportPdf(), (document) => Buffer.from(document.render(0, { dpi: 50, annotations: false }).pixels), {
        fresh,
      });
    expect(Buffer.compare(await draw(false), await draw(true))).toBe(0);
  });

  it('opens what is encrypted with the empty password, and refuses what needs another', async () => {
    const run = qpdf(LIMITS);
    const openable = await run(reportPdf(), ['--encrypt', '', 'owner', '256', '--']);
    expect(await open(openable, (document) => document.text(0))).toBe('Water levels rose');
    const locked = await run(reportPdf(), ['--encrypt', 'user', 'owner', '256', '--']);
    await expect(open(locked, () => 0)).rejects.toMatchObject({ name: 'Refusal', reason: 'encrypted' });
  });

  it.each([
    ['bytes that are no PDF', Buffer.from('nothing'), {}, 'malformed'],
    ['zero bytes', Buffer.alloc(0), {}, 'malformed'],
    ['more bytes than allowed', reportPdf(), { maxPdfBytes: 100 }, 'limit'],
  ])('refuses %s', async (_, untrusted, tighter, reason) => {
    await expect(pdfium({ ...LIMITS, ...tighter })(untrusted, () => 0)).rejects.toMatchObject({
      name: 'Refusal',
      reason,
    });
  });

  it('refuses a page that is not there, and one with more pixels than allowed', async () => {
    await expect(open(reportPdf(), (document) => document.text(2))).rejects.toMatchObject({ reason: 'malformed' });
    const draw = pdfium({ ...LIMITS, maxPixels: 1000 })(reportPdf(), (document) =>
      document.render(0, { dpi: 50, annotations: false }),
    );
    await expect(draw).rejects.toMatchObject({ reason: 'limit' });
  });

  it('takes code points that are none for the replacement character', async () => {
    const cmap =
      'begincmap 1 begincodespacerange <00><ff> endcodespacerange 1 beginbfchar <41><D800> endbfchar endcmap';
    const hostile = pdfFile(
      [
        '<</Type/Catalog/Pages 2 0 R>>',
        '<</Type/Pages/Count 1/Kids[3 0 R]>>',
        '<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 5 0 R/Resources<</Font<</F 4 0 R>>>>>>',
        '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>',
        { data: 'BT /F 9 Tf 9 9 Td (A) Tj ET' },
        { data: cmap },
      ],
      '/Root 1 0 R',
    );
    const codePoints = await open(hostile, (document) => document.chars(0).map(({ codePoint }) => codePoint));
    expect(codePoints.every((codePoint) => String.fromCodePoint(codePoint).length > 0)).toBe(true);
  });

  it('ends a walk along bookmarks that go in a circle', async () => {
    const circular = pdfFile(
      [
        '<</Type/Catalog/Pages 2 0 R/Outlines 4 0 R>>',
        '<</Type/Pages/Count 1/Kids[3 0 R]>>',
        '<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>',
        '<</Type/Outlines/First 5 0 R/Last 6 0 R>>',
        '<</Title(one)/Parent 4 0 R/Next 6 0 R>>',
        '<</Title(two)/Parent 4 0 R/Next 5 0 R/First 5 0 R>>',
      ],
      '/Root 1 0 R',
    );
    const titles = await open(circular, (document) => document.bookmarks().map(({ title }) => title));
    expect(titles).toEqual(['one', 'two']);
  });

  it('opens two documents at once, and closes them whatever happens', async () => {
    const failing = open(reportPdf(), () =>
      open(reportPdf({ words: 'Other words' }), (inner) => {
        expect(inner.text(0)).toBe('Other words');
        throw new Error('our own');
      }),
    );
    await expect(failing).rejects.toThrow('our own');
    expect(await open(reportPdf(), (document) => document.text(0))).toBe('Water levels rose');
  });

  it('gives back the memory of a document', async () => {
    const instances: Instance[] = [];
    const watched = pdfium(LIMITS, async () => {
      const instance = await startInstance();
      instances.push(instance);
      return instance;
    });
    const size = () => instances[0]?.memory().length ?? 0;
    const large = reportPdf({ words: 'x'.repeat(4_000_000), deflate: false });
    const use = () => watched(large, (document) => document.pageCount);
    await use();
    const before = size();
    for (let round = 0; round < 20; round++) await use();
    expect(size()).toBe(before);
  });
});

describe('an instance that traps', () => {
  it('is the crash of its documents, and is never used again', async () => {
    const instances: Instance[] = [];
    const watched = pdfium(LIMITS, async () => {
      const instance = await startInstance();
      instances.push(instance);
      return instance;
    });
    const crash = (instance: Instance | undefined) =>
      instance?.guard(() => instance.direct('FPDF_ClosePage')(0x7ffffff0));

    const crashed = watched(reportPdf(), (document) => {
      expect(() => crash(instances[0])).toThrow(Refusal);
      return document.text(0);
    });
    await expect(crashed).rejects.toMatchObject({ name: 'Refusal', reason: 'crashed' });
    expect(await watched(reportPdf(), (document) => document.text(0))).toBe('Water levels rose');
    expect(instances).toHaveLength(2);
  });
});
