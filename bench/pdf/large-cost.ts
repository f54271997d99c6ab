// The third part: the large document, rebuilt and examined, each in a process of its own that is watched.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inFolder } from '../machine.ts';
import { watched } from '../watched.ts';
import { largeDocument } from './large.ts';
import type { Staged } from './stages.ts';

export type LargeCost = {
  readonly what: 'rebuilt only' | 'with the whole proof';
  readonly inputBytes: number;
  readonly staged: Staged;
  /** Of the process and those it started, together, looked at twenty times a second. */
  readonly peakRssBytes: number;
};

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
