// The pages of the console at twice the size, on a small screen, on paper and in colours that people force: nothing is
// lost, and nobody scrolls sideways (WCAG 2.2, 1.4.4 and 1.4.10).

import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cases as pdfs } from '../fixtures/pdf/cases.ts';
import { broken } from '../support/axe.ts';
import { type BrowserRig, browserRig, openCase, until, upload } from '../support/browser-rig.ts';

const PICTURES = process.env.SPOORLOOS_PICTURES;
const LONG = `een-heel-lange-naam-zonder-een-enkele-spatie-die-nergens-kan-worden-afgebroken-${'x'.repeat(60)}.bin`;

let rig: BrowserRig;
let ada: Page;
let casePath: string;

beforeAll(async () => {
  rig = await browserRig();
  ada = await rig.signIn('Ada');
  await ada.goto(new URL('/', ada.url()).href);
  const redacted = pdfs.find(({ reason }) => reason === 'failed-redaction');
  await upload(ada, 'besluit.pdf', Buffer.from((await redacted?.bytes()) ?? []));
  await upload(ada, LONG, Buffer.from('of no kind'));
  await openCase(ada, LONG);
  await openCase(ada, 'besluit.pdf');
  casePath = new URL(ada.url()).pathname;
  await ada.getByText('Comment').first().click();
  await ada.getByLabel('Comment').first().fill('w'.repeat(300));
  await ada.getByRole('button', { name: 'Comment' }).click();
  await ada.getByText('Done.').waitFor();
});

afterAll(() => rig?.close());

/** Opens all that can be opened, and waits for what is drawn. */
async function open(path: string): Promise<void> {
  await ada.goto(new URL(path, ada.url()).href);
  await ada.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
  await until('pictures', () => ada.evaluate<boolean>('[...document.images].every((one) => one.complete)'));
}

async function picture(name: string): Promise<void> {
  const path = `${name.replaceAll(' ', '-')}.png`;
  if (PICTURES) await ada.screenshot({ path: join(PICTURES, path), fullPage: true });
}

async function tried(): Promise<void> {
  await open('/');
  for (const box of await ada.getByRole('checkbox', { name: 'Choose' }).all()) await box.check();
  await ada.getByLabel('Reason', { exact: true }).last().fill('not for the public');
  await ada.getByRole('button', { name: 'Reject' }).click();
  await ada.getByRole('button', { name: 'Reject: Do it with 2' }).waitFor();
}

const PAGES: Readonly<Record<string, () => Promise<void>>> = {
  list: () => open('/'),
  case: () => open(casePath),
  trend: () => open('/trend'),
  'many at once': tried,
  'allow-list': () => open('/allowed'),
};

/** What is wider than the window or its own box, or lies beside the window: parts that nobody sees without scrolling sideways. */
const LOST = `(() => {
  const root = document.documentElement;
  const lost = root.scrollWidth > root.clientWidth ? ['the page'] : [];
  for (const one of document.querySelectorAll('body *')) {
    if (one.closest('.unseen, .skip, svg, thead') || !one.checkVisibility()) continue;
    const { left, right, width } = one.getBoundingClientRect();
    const isCut = !one.matches('select, input, meter') && getComputedStyle(one).overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1;
    if ((width > 0 && (left < -1 || right > root.clientWidth + 1)) || isCut) lost.push(one.tagName + '.' + one.className + ' ' + one.textContent.slice(0, 40));
  }
  return lost;
})()`;

describe.each([
  { shows: 'at 320 CSS pixels', viewport: { width: 320, height: 640 }, text: '' },
  { shows: 'at twice the size in a window of 1280', viewport: { width: 640, height: 400 }, text: '' },
  { shows: 'with text twice as large', viewport: { width: 1280, height: 800 }, text: '200%' },
])('$shows', ({ viewport, text }) => {
  test.each(Object.keys(PAGES))('nothing of the page "%s" is lost', async (name) => {
    await ada.setViewportSize(viewport);
    await PAGES[name]?.();
    await ada.evaluate(`document.documentElement.style.fontSize = '${text}'`);
    expect(await ada.evaluate<string[]>(LOST)).toEqual([]);
    expect(await broken(ada)).toEqual([]);
    await picture(`${name}-${viewport.width}`);
  });
});

test('a part that is too wide, and one that is cut off, are noticed', async () => {
  const page = await (await rig.browser.newContext({ viewport: { width: 320, height: 640 } })).newPage();
  await page.setContent('<p>fine</p>');
  expect(await page.evaluate(LOST)).toEqual([]);
  await page.setContent('<p style="width:400px">wide</p>');
  expect(await page.evaluate(LOST)).toContain('the page');
  await page.setContent('<p style="width:90px;overflow:hidden;white-space:nowrap">much longer than its box</p>');
  expect(await page.evaluate(LOST)).toEqual(['P. much longer than its box']);
});

test('a table that is read row by row is a table to who hears it, and each cell says its column', async () => {
  await ada.setViewportSize({ width: 320, height: 640 });
  await open('/');
  const session = await ada.context().newCDPSession(ada);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const count = (role: string) => nodes.filter((node) => node.role?.value === role && !node.ignored).length;
  expect([count('table'), count('columnheader')]).toEqual([2, 9]);
  expect(count('row')).toBeGreaterThanOrEqual(6);
  const before = 'getComputedStyle(document.querySelector(".cases td:nth-child(3)"), "::before").content';
  expect(await ada.evaluate(before)).toMatch(/Why/);
});

describe('on paper', () => {
  const shown = async () => (await ada.locator('body').innerText()).replaceAll(/\s+/g, ' ');
  const controls = () => ada.locator('button:visible, input:visible, select:visible, textarea:visible').count();

  test.each([
    { shows: 'the list', page: 'list', says: ['2 waiting', 'besluit.pdf', LONG, 'failed redaction', 'Waiting for'] },
    {
      shows: 'a case',
      page: 'case',
      says: ['besluit.pdf', 'Why it was held back', 'What was found', 'pdf.redaction', 'w'.repeat(300), 'SHA-256'],
    },
    { shows: 'the trend', page: 'trend', says: ['Held back', 'Waiting at its end'] },
  ])('$shows has all that it says and nothing to press, in colours for paper', async ({ page, says }) => {
    await ada.setViewportSize({ width: 1280, height: 800 });
    await PAGES[page]?.();
    const onScreen = await controls();
    // Somebody who reads in the dark prints on white paper.
    await ada.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const text = await shown();
    for (const one of says) expect(text).toContain(one);
    expect([onScreen > 0, await controls()]).toEqual([true, 0]);
    expect(text).not.toMatch(/Sign out|Ask for its release|Keys: j|Choose/);
    expect(await broken(ada)).toEqual([]);
    // A4 is 794 wide, and has margins.
    await ada.setViewportSize({ width: 718, height: 1000 });
    expect(await ada.evaluate<string[]>(LOST)).toEqual([]);
    await picture(`${page}-paper`);
    await ada.emulateMedia({ media: 'screen', colorScheme: 'light' });
  });

  test('a list says of each document where its case is', async () => {
    await open('/');
    await ada.emulateMedia({ media: 'print' });
    const after = `getComputedStyle(document.querySelector('.cases a[href="${casePath}"]'), '::after').content`;
    expect(await ada.evaluate<string>(after)).toContain(casePath);
    await ada.emulateMedia({ media: 'screen' });
  });
});

test.each(Object.keys(PAGES))('the page "%s" can be read in forced colours, and nothing on it moves', async (name) => {
  await ada.setViewportSize({ width: 1280, height: 800 });
  await PAGES[name]?.();
  await ada.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  expect(await broken(ada)).toEqual([]);
  expect(await ada.evaluate('document.getAnimations().length')).toBe(0);
  await ada.emulateMedia({ forcedColors: 'none', reducedMotion: 'no-preference' });
});
