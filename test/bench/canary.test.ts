// The canary of the PDF bench: every mark is really in its document, a sanitizer that does nothing is found out, and
// ours removes each class or holds the document back for a reason that is true.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLASSES, COMPARED, plain, single, whole } from '../../bench/pdf/canary.ts';
import { type ClassResult, classesRemoved, isDealtWith } from '../../bench/pdf/classes-removed.ts';
import { keptOf, render } from '../../bench/pdf/kept.ts';
import { inByteViews, marksLeft } from '../../bench/pdf/marks.ts';
import { printClasses } from '../../bench/pdf/print.ts';
import { rebuildOnly, spoorloos, type Tool } from '../../bench/pdf/tools.ts';
import { type OpenWorkshop, openWorkshop } from '../../lib/tools.ts';

const AT_A_TIME = 2;

/** Classes that are not dealt with. One that is mended has to leave this list. */
const GAPS: readonly string[] = [];

/** Of the compared classes, this many have to be dealt with. */
const WANTED = 76;

/** Hands back what it is given. */
const idle: Tool = {
  name: 'idle',
  version: async () => '1',
  clean: async (untrusted) => ({ outcome: 'written', bytes: untrusted, carriers: [] }),
};

let workshop: OpenWorkshop;
let results: readonly ClassResult[];

beforeAll(async () => {
  workshop = openWorkshop();
  results = await classesRemoved(spoorloos(workshop), AT_A_TIME);
}, 300_000);
afterAll(async () => {
  await workshop.close();
  // For people: which class fared how.
  process.stdout.write(printClasses(results));
});

describe('the canary', () => {
  test(`has ${COMPARED.length} classes on which sanitizers are compared, and more, each once`, () => {
    expect(COMPARED).toHaveLength(78);
    expect(new Set(CLASSES.map(({ id }) => id)).size).toBe(CLASSES.length);
  });

  test('has its marks in the byte views of the document of each class', () => {
    expect(results.filter(({ result }) => result === 'absent').map(({ carrierClass }) => carrierClass.id)).toEqual([]);
  });

  test('expects carriers that are in the table', () => {
    const known = new Set(workshop.formats.flatMap(({ carriers }) => carriers.map(({ id }) => id)));
    const named = CLASSES.flatMap(({ carriers }) => carriers);
    expect(named.filter((carrier) => !known.has(carrier))).toEqual([]);
  });

  test('is told: every class is among the findings', () => {
    expect(results.filter(({ told }) => !told).map(({ carrierClass }) => carrierClass.id)).toEqual([]);
  });

  test('has no mark where nothing was planted', async () => {
    const [carrierClass] = CLASSES;
    const marks = carrierClass ? [...single(carrierClass).marks.values()].flat() : [];
    expect(marks.length).toBeGreaterThan(0);
    expect(await marksLeft(plain(), marks)).toEqual([]);
  });

  test('is drawn by Poppler with every class in it, two pages like the document itself', async () => {
    const [drawn, bare] = [await render(whole().bytes), await render(plain())];
    expect(drawn?.pixels).toHaveLength(2);
    expect(drawn?.text).toContain('Het bezwaar is gegrond');
    expect(drawn?.pixels).not.toEqual(bare?.pixels);
  });
});

describe('a sanitizer that does nothing', () => {
  test('leaves every class', async () => {
    const some = COMPARED.filter((_, index) => index % 5 === 0);
    const found = await classesRemoved(idle, AT_A_TIME, some);
    expect(found.filter(({ result }) => result !== 'left').map(({ carrierClass }) => carrierClass.id)).toEqual([]);
  });
});

describe('ours', () => {
  test('removes every class or holds its document back, but for the known gaps', () => {
    const missed = results.filter((result) => !isDealtWith(result));
    const unknown = missed.filter(({ carrierClass }) => !GAPS.includes(carrierClass.id));
    expect(unknown.map(({ carrierClass, result, detail }) => `${carrierClass.id}: ${result}, ${detail}`)).toEqual([]);
    const ids = missed.map(({ carrierClass }) => carrierClass.id);
    expect(
      GAPS.filter((id) => !ids.includes(id)),
      'mended: take these out of the gaps',
    ).toEqual([]);
  });

  test(`deals with ${WANTED} of the ${COMPARED.length} compared classes`, () => {
    const compared = results.filter(({ carrierClass }) => COMPARED.includes(carrierClass));
    expect(compared.filter(isDealtWith).length).toBeGreaterThanOrEqual(WANTED);
  });

  test('keeps of the whole canary what readers see, hear and follow', async () => {
    const { bytes, marks } = whole();
    const rebuilt = await rebuildOnly(bytes, workshop);
    const kept = await keptOf(bytes, plain(), rebuilt, workshop.engines);
    expect(Object.entries(kept).filter(([, isKept]) => !isKept)).toEqual([]);
    const left = new Set(await inByteViews(rebuilt, [...marks.values()].flat()));
    const leaking = [...marks].filter(([, own]) => own.some((mark) => left.has(mark))).map(([{ id }]) => id);
    expect(leaking.filter((id) => !GAPS.includes(id))).toEqual([]);
  });
});
