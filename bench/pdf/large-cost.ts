// The third part: the large document, rebuilt and examined, each in a process of its own that is watched.

import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inFolder, treeRssBytes } from '../machine.ts';
import { largeDocument } from './large.ts';
import type { Staged } from './stages.ts';

export type LargeCost = {
  readonly what: 'rebuilt only' | 'with the whole proof';
  readonly inputBytes: number;
  readonly staged: Staged;
  /** Of the process and those it started, together, looked at twenty times a second. */
  readonly peakRssBytes: number;
};

const LOOK_MS = 50;
const STAGES = fileURLToPath(new URL('stages.ts', import.meta.url));

/** Makes the document and measures both; `pages` other than the usual ones make a smaller one. */
export async function benchLarge(says: (text: string) => void, pages?: number): Promise<readonly LargeCost[]> {
  says('making the large document …');
  const document = await largeDocument(pages);
  return inFolder(async (folder) => {
    const file = join(folder, 'large.pdf');
    await writeFile(file, document);
    const costs: LargeCost[] = [];
    for (const what of ['rebuilt only', 'with the whole proof'] as const) {
      says(`the large document, ${what} …`);
      const { stdout, peakRssBytes } = await watched([STAGES, file, what === 'rebuilt only' ? 'rebuild' : 'proof']);
      // Our own process, which answered by its own type.
      const staged: Staged = JSON.parse(stdout);
      costs.push({ what, inputBytes: document.length, staged, peakRssBytes });
    }
    return costs;
  });
}

async function watched(args: readonly string[]): Promise<{ readonly stdout: string; readonly peakRssBytes: number }> {
  const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let peakRssBytes = 0;
  const timer = setInterval(() => {
    peakRssBytes = Math.max(peakRssBytes, treeRssBytes(child.pid ?? 0));
  }, LOOK_MS);
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  try {
    const code = await new Promise((resolve, reject) => {
      child.on('close', resolve);
      child.on('error', reject);
    });
    if (code !== 0) throw new Error(`the measured process ended with ${code}`);
  } finally {
    clearInterval(timer);
  }
  return { stdout: Buffer.concat(parts).toString('utf8'), peakRssBytes };
}
