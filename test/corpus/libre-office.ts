// LibreOffice as a reader that had no part in cleaning: documents become PDFs, each in a process of its own, whose group
// is killed when its time is over. It opens originals, and may fetch what they link to.

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from '../../bench/machine.ts';
import { killGroup } from '../../lib/engines/process-group.ts';

export const PACKAGES =
  'libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui libreoffice-draw-nogui fonts-liberation';
const TIMEOUT_MS = 120_000;

export async function hasLibreOffice(): Promise<boolean> {
  return (await run('soffice', ['--version'])).code === 0;
}

/** What LibreOffice prints of a document, as PDF; undefined where it cannot open it in time. */
export type Printer = (bytes: Uint8Array, extension: string) => Promise<Buffer | undefined>;

/** Its profile and files are in `folder`. To be called for one document at a time: a profile serves one process. */
export function libreOffice(folder: string, timeoutMs = TIMEOUT_MS): Printer {
  return async (bytes, extension) => {
    const work = await mkdtemp(join(folder, 'document-'));
    try {
      // Always the same name: fields may show it.
      const file = join(work, `document.${extension}`);
      await writeFile(file, bytes);
      if (!(await convert(file, work, folder, timeoutMs))) return undefined;
      return await readFile(join(work, 'document.pdf')).catch(() => undefined);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  };
}

async function convert(file: string, work: string, folder: string, timeoutMs: number): Promise<boolean> {
  const profile = join(folder, 'profile');
  await mkdir(profile, { recursive: true });
  const child = spawn(
    'soffice',
    [
      ...[`-env:UserInstallation=${pathToFileURL(profile)}`, '--headless', '--norestore', '--nologo'],
      ...['--convert-to', 'pdf', '--outdir', work, file],
    ],
    { detached: true, stdio: 'ignore', env: { ...process.env, HOME: work, TMPDIR: work } },
  );
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    if (child.pid !== undefined) killGroup(child.pid, work);
  }, timeoutMs);
  try {
    const code = await new Promise((resolve, reject) => {
      child.on('close', resolve);
      child.on('error', reject);
    });
    // A profile that was in use when its process was killed may ask for recovery.
    if (isLate) await rm(profile, { recursive: true, force: true });
    return code === 0 && !isLate;
  } finally {
    clearTimeout(timer);
  }
}
