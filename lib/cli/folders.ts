import { mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folders } from '../folder-pipeline.ts';
import { UsageError } from './command.ts';

/** Makes the folders of folder mode where they are missing. */
export async function makeFolders(data: string): Promise<Folders> {
  const folders = {
    staging: join(data, 'staging'),
    public: join(data, 'public'),
    quarantine: join(data, 'quarantine'),
    ledger: join(data, 'ledger'),
    work: join(data, '.work'),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o750 });
  return folders;
}

/**
 * Keeps a second process off the same folders: compare-and-swap on files holds within one process only. A lock whose
 * process is gone is taken over. Rejects with a UsageError where another process holds it; resolves with the release.
 */
export async function lockFolders(data: string): Promise<() => Promise<void>> {
  const path = join(data, '.lock');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(`${process.pid} ${await startedAt(process.pid)}\n`);
      await file.close();
      return () => unlink(path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const [pid, started] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ');
      if (pid !== undefined && started !== undefined && (await startedAt(Number(pid))) === started)
        throw new UsageError(
          `another process (${Number(pid)}) works on ${data}`,
          'choose other folders with --data DIR',
        );
      await unlink(path).catch(() => undefined);
    }
  }
  throw new Error('the lock of the data folder changes hands all the time');
}

/** Tells a process from a later one that was given its number; empty where there is none. */
async function startedAt(pid: number): Promise<string> {
  const proc = await stat(`/proc/${pid}`).catch(() => undefined);
  if (proc) return (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1)?.split(' ')[19] ?? '';
  try {
    process.kill(pid, 0);
    return 'running';
  } catch {
    return '';
  }
}
