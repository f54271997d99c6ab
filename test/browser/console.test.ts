// The console in a real browser: a workbook with a hidden sheet is uploaded, held back, asked for, approved by somebody
// else, and public. On the way each page is held against WCAG 2.2 AA by axe, in light and dark, and used without scripts.
// With SPOORLOOS_PICTURES, pictures of each page are left in that folder.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cases as pdfs } from '../fixtures/pdf/cases.ts';
import { broken } from '../support/axe.ts';
import { type BrowserRig, browserRig, hiddenSheet, openCase, until, upload } from '../support/browser-rig.ts';

const PICTURES = process.env.SPOORLOOS_PICTURES;

const WORKBOOK = hiddenSheet('Toelichting bij de begroting');
const OTHER_WORKBOOK = hiddenSheet('Toelichting bij de lijst');

let rig: BrowserRig;
beforeAll(async () => {
  rig = await browserRig();
});
afterAll(() => rig?.close());
const signIn: BrowserRig['signIn'] = (...asked) => rig.signIn(...asked);

async function lookedAt(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect([name, colorScheme, await broken(page)]).toEqual([name, colorScheme, []]);
    if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

describe('the console', () => {
  test('axe notices a page that breaks its rules', async () => {
    const page = await (await rig.browser.newContext()).newPage();
    await page.setContent('<html><body><img src="data:,"><p style="color:#ccc;background:#fff">grey</p></body></html>');
    expect((await broken(page)).map((one) => one.split(' ')[0])).toContain('image-alt');
  });

  test('a workbook is uploaded, held back, asked for, approved by somebody else, and public', async () => {
    const ada = await signIn('Ada');
    await lookedAt(ada, 'empty');
    await upload(ada, 'begroting.xlsx', WORKBOOK);
    await openCase(ada, 'begroting.xlsx');
    await lookedAt(ada, 'case');
    await ada.getByText('Ask for its release').first().click();
    await ada.getByLabel('Reason').first().fill('the hidden sheet explains the figures');
    await lookedAt(ada, 'request');
    await ada.getByRole('button', { name: 'Ask for its release' }).click();
    await ada.getByText('Done.').waitFor();
    expect(await ada.getByRole('button', { name: 'Approve the release' }).count()).toBe(0);

    const grace = await signIn('Grace', { javaScriptEnabled: false });
    await openCase(grace, 'begroting.xlsx');
    await grace.getByText('Approve the release').first().click();
    await grace.getByRole('button', { name: 'Approve the release' }).click();
    await grace.getByText('Done.').waitFor();
    await until('public', async () => (await readdir(join(rig.data, 'public'))).includes('begroting.xlsx'));
    await until('the end of the case', async () => {
      await ada.reload();
      return (await ada.getByText('it was released').count()) > 0;
    });
    await lookedAt(ada, 'released');
  });

  test('a false positive is put on the allow-list by two people, and the same bytes are public under another name', async () => {
    const ada = await signIn('Ada');
    await upload(ada, 'lijst.xlsx', OTHER_WORKBOOK);
    await openCase(ada, 'lijst.xlsx');
    await ada.getByText('Ask for its release').first().click();
    await ada.getByLabel('Publish these bytes under any name').check();
    await ada.getByLabel('Reason').first().fill('the sheet is part of the form');
    await lookedAt(ada, 'request-allow');
    await ada.getByRole('button', { name: 'Ask for its release' }).click();
    await ada.getByText('Done.').waitFor();
    const grace = await signIn('Grace', { javaScriptEnabled: false });
    await openCase(grace, 'lijst.xlsx');
    await grace.getByText('Approve the release').first().click();
    await grace.getByRole('button', { name: 'Approve the release' }).click();
    await grace.getByText('Done.').waitFor();
    await ada.goto(new URL('/allowed', ada.url()).href);
    await ada.getByText('approved by grace').waitFor();
    await lookedAt(ada, 'allowed');
    await ada.goto(new URL('/', ada.url()).href);
    await upload(ada, 'lijst-2027.xlsx', OTHER_WORKBOOK);
    for (const name of ['lijst.xlsx', 'lijst-2027.xlsx'])
      await until(`${name} is public`, async () => (await readdir(join(rig.data, 'public'))).includes(name));
  });

  test('the page of a document that is held back is shown as a picture, and many cases are rejected at once', async () => {
    const redacted = pdfs.find(({ reason }) => reason === 'failed-redaction');
    const ada = await signIn('Ada', { locale: 'nl-NL' });
    await ada.getByRole('button', { name: 'English' }).click();
    await upload(ada, 'besluit.pdf', Buffer.from((await redacted?.bytes()) ?? []));
    await upload(ada, 'onbekend.bin', Buffer.from('of no kind'));
    await openCase(ada, 'besluit.pdf');
    const picture = ada.getByRole('img').first();
    await picture.scrollIntoViewIfNeeded();
    await until('a picture', () => ada.evaluate<boolean>('document.querySelector("main img").naturalWidth > 100'));
    await until('what it would become', async () => {
      await ada.reload();
      return (await ada.getByAltText(/as it would be published/).count()) > 0;
    });
    expect(await ada.locator('.boxed rect.quarantined').count()).toBeGreaterThan(0);
    await lookedAt(ada, 'redaction');
    await ada.setViewportSize({ width: 320, height: 800 });
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await ada.evaluate<number>(overflow)).toBe(0);
    await lookedAt(ada, 'redaction-narrow');
    await ada.setViewportSize({ width: 1280, height: 800 });
    await openCase(ada, 'onbekend.bin');
    await ada.goto(new URL('/', ada.url()).href);
    for (const box of await ada.getByRole('checkbox', { name: 'Choose' }).all()) await box.check();
    await ada.getByLabel('Reason', { exact: true }).last().fill('not for the public');
    await lookedAt(ada, 'list');
    await ada.getByRole('button', { name: 'Reject' }).click();
    await lookedAt(ada, 'tried');
    await ada.getByRole('button', { name: 'Reject: Do it with 2' }).click();
    await ada.getByText('Done with 2').waitFor();
    await ada.goto(new URL('/?show=ended', ada.url()).href);
    await lookedAt(ada, 'ended');
    await ada.goto(new URL('/trend', ada.url()).href);
    await lookedAt(ada, 'trend');
  });

  test('takes a document that is dropped on the page, and nothing where no file is', async () => {
    const ada = await signIn('Ada');
    const drop = (name: string | undefined) =>
      ada.evaluate<boolean>(
        `{ const files = new DataTransfer(); const name = ${JSON.stringify(name ?? null)}; if (name) files.items.add(new File(['of no kind'], name)); !document.dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true })) }`,
      );
    // The browser itself would open what is dropped, in place of the page.
    expect(await drop(undefined)).toBe(true);
    expect(await ada.getByText('Uploaded.').count()).toBe(0);
    await drop('gesleept.bin');
    await ada.getByText('Uploaded.').waitFor();
    await openCase(ada, 'gesleept.bin');
    expect(await ada.locator('dl.facts').first().textContent()).toContain('ada');
  });

  test('is worked with keys alone', async () => {
    const ada = await signIn('Ada');
    await upload(ada, 'toets.bin', Buffer.from('of no kind'));
    await until('a case', async () => {
      await ada.reload();
      return (await ada.getByRole('link', { name: 'toets.bin' }).count()) > 0;
    });
    await ada.keyboard.press('j');
    await ada.keyboard.press('Enter');
    await ada.getByRole('heading', { name: /^Case / }).waitFor();
    await ada.goBack();
    await ada.keyboard.press('/');
    await ada.keyboard.type('toets');
    await ada.keyboard.press('Enter');
    await ada.waitForURL(/prefix=toets/);
  });
});
