// What a document costs, counted in work rather than in time: how often each program is started, each stream inflated,
// each page drawn. Times differ from machine to machine; these numbers do not.

import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { largeDocument } from '../../../bench/pdf/large.ts';
import type { Engines } from '../../../lib/core/engines.ts';
import type { Format } from '../../../lib/core/format.ts';
import { examine } from '../../../lib/core/sanitize.ts';
import { type OpenWorkshop, openWorkshop } from '../../../lib/tools.ts';

const FEW = 8;
const MANY = 16;

type Work = Record<'qpdf' | 'checks' | 'exiftool' | 'opened' | 'drawn' | 'inflated', number>;

let workshop: OpenWorkshop;
let [few, many]: readonly (Buffer | undefined)[] = [];

beforeAll(async () => {
  workshop = openWorkshop();
  [few, many] = [await largeDocument(FEW), await largeDocument(MANY)];
});
afterAll(() => workshop.close());

/** Examines the document and counts. `changed` swaps the format for one that works differently. */
async function workOf(document: Buffer | undefined, changed = (format: Format) => format): Promise<Work> {
  if (!document) throw new Error('there is no document');
  const work: Work = { qpdf: 0, checks: 0, exiftool: 0, opened: 0, drawn: 0, inflated: 0 };
  const { inflateSync, inflateRawSync } = zlib;
  zlib.inflateSync = (...args) => {
    work.inflated++;
    return inflateSync(...args);
  };
  zlib.inflateRawSync = (...args) => {
    work.inflated++;
    return inflateRawSync(...args);
  };
  syncBuiltinESMExports();
  try {
    const formats = workshop.formats.map((format) => (format.id === 'pdf' ? changed(format) : format));
    const examined = await examine(document, 'large.pdf', {
      ...workshop,
      formats,
      engines: counted(workshop.engines, work),
    });
    expect(examined.outcome).toBe('published');
    return work;
  } finally {
    Object.assign(zlib, { inflateSync, inflateRawSync });
    syncBuiltinESMExports();
  }
}

function counted(engines: Engines, work: Work): Engines {
  const qpdf: Engines['qpdf'] = Object.assign(
    (...args: Parameters<Engines['qpdf']>) => {
      work.qpdf++;
      return engines.qpdf(...args);
    },
    {
      check: (untrusted: Uint8Array) => {
        work.checks++;
        return engines.qpdf.check(untrusted);
      },
    },
  );
  return {
    ...engines,
    qpdf,
    exiftool: (...args) => {
      work.exiftool++;
      return engines.exiftool(...args);
    },
    pdfium: (untrusted, use, options) => {
      work.opened++;
      const render =
        (document: Parameters<typeof use>[0]): typeof document.render =>
        (...args) => {
          work.drawn++;
          return document.render(...args);
        };
      return engines.pdfium(untrusted, (document) => use({ ...document, render: render(document) }), options);
    },
  };
}

// A page's content is inflated when it is copied, when its visible text is looked for, and in both walks of the byte
// views; pictures and packs of objects, of which there is less than one a page, as often.
const INFLATED_PER_PAGE = 7;

describe('a document', () => {
  test('starts each program once, is opened once on either side, and each page is drawn once', async () => {
    const { inflated, ...work } = await workOf(few);
    expect(work).toEqual({ qpdf: 1, checks: 1, exiftool: 1, opened: 2, drawn: 2 * FEW });
    expect(inflated).toBeGreaterThan(0);
  });

  test('of twice the pages takes no more than so much more work', async () => {
    const [less, more] = [await workOf(few), await workOf(many)];
    expect(more).toMatchObject({ qpdf: 1, checks: 1, exiftool: 1, opened: 2, drawn: 2 * MANY });
    expect((more.inflated - less.inflated) / (MANY - FEW)).toBeLessThanOrEqual(INFLATED_PER_PAGE);
  });

  test('that is looked at twice is noticed', async () => {
    const twice = (format: Format): Format => ({
      ...format,
      async visible(body, context) {
        await format.compare(body, body, context);
        await format.visible(body, context);
        return format.visible(body, context);
      },
    });
    const [less, more] = [await workOf(few, twice), await workOf(many, twice)];
    expect(less).toMatchObject({ checks: 2, opened: 4, drawn: 4 * FEW });
    expect((more.inflated - less.inflated) / (MANY - FEW)).toBeGreaterThan(INFLATED_PER_PAGE);
  });
});
