// The console of folder mode in a real browser: people sign in by the addresses that it prints, upload, and open cases.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { office } from './docx-file.ts';
import { startCli } from './run-cli.ts';
import { inline, row, sheetType, xlsxFile } from './xlsx-file.ts';

const CHROMIUM = process.env.SPOORLOOS_CHROMIUM ?? '/usr/bin/chromium';

export type BrowserRig = {
  /** The data folder of `local`. */
  readonly data: string;
  readonly browser: Browser;
  /** With the newest address that was made for that person. */
  signIn(name: string, options?: Parameters<Browser['newContext']>[0]): Promise<Page>;
  /** The address to sign in with that was printed for that person last. */
  addressOf(name: string): string;
  close(): Promise<void>;
};

/** Ada and Grace review; no malware engine. */
export async function browserRig(): Promise<BrowserRig> {
  const data = await mkdtemp(join(tmpdir(), 'spoorloos-browser-'));
  const run = startCli(data, ['local', '--data', data, '--port', '0', '--scanner', 'none', '--people', 'Ada,Grace']);
  let said = '';
  run.child.stderr?.on('data', (chunk) => (said += chunk));
  await until('an address for each', async () => /for Grace +http:\S+/.test(said));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  const addressOf = (name: string) => [...said.matchAll(new RegExp(`for ${name} +(http:\\S+)`, 'g'))].at(-1)?.[1] ?? '';
  return {
    ...{ data, browser, addressOf },
    async signIn(name, options = {}) {
      const context: BrowserContext = await browser.newContext({ locale: 'en-GB', ...options });
      const page = await context.newPage();
      await page.goto(addressOf(name));
      await page.getByRole('button', { name: new RegExp(`^(?:Sign in as|Aanmelden als) ${name}$`) }).click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      return page;
    },
    async close() {
      await browser.close();
      run.child.kill('SIGTERM');
      await run.ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 120_000;
  while (Date.now() < end) {
    if (await isSo()) return;
    await delay(250);
  }
  throw new Error(`not within two minutes: ${what}`);
}

export async function upload(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.getByLabel('Documents').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.getByText('Uploaded.').waitFor();
}

export async function openCase(page: Page, name: string): Promise<void> {
  await until(`a case of ${name}`, async () => {
    await page.goto(new URL('/', page.url()).href);
    return (await page.getByRole('link', { name }).count()) > 0;
  });
  await page.getByRole('link', { name }).click();
}

/** A workbook that is held back for a sheet with that text, and that people may release. */
export const hiddenSheet = (text: string) =>
  xlsxFile({
    rows: row(1, inline('A1', 'Begroting')),
    sheets: '<sheet name="Toelichting" sheetId="2" state="hidden" r:id="rId5"/>',
    rels: [{ id: 'rId5', type: office('worksheet'), target: 'worksheets/sheet2.xml' }],
    parts: [
      {
        name: 'xl/worksheets/sheet2.xml',
        type: sheetType('worksheet'),
        content: `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${row(1, inline('A1', text))}</sheetData></worksheet>`,
      },
    ],
  });
