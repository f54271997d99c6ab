import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes the whole file or nothing: readers see the old one or the new one. Rejects with the system's error. */
export async function writeOutput(output: string, body: Uint8Array): Promise<void> {
  const folder = dirname(output);
  await mkdir(folder, { recursive: true });
  const part = join(folder, `.spoorloos-${randomUUID()}.part`);
  try {
    const handle = await open(part, 'wx');
    try {
      await handle.writeFile(body);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, output);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
