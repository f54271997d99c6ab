import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folders } from '../folder-pipeline.ts';
import { directoryStore } from '../stores/directory-store.ts';
import { UsageError } from './command.ts';

/** Where the folders of folder mode are. */
function foldersOf(data: string): Folders {
  return {
    staging: join(data, 'staging'),
    public: join(data, 'public'),
    quarantine: join(data, 'quarantine'),
    ledger: join(data, 'ledger'),
    audit: join(data, 'audit'),
    work: join(data, '.work'),
  };
}

/** What the sweep and the canaries look at. */
export function watchedFolders(data: string) {
  const { staging, public: published, ledger, audit } = foldersOf(data);
  return {
    staging: directoryStore(staging),
    public: directoryStore(published),
    ledger: directoryStore(ledger),
    audit: directoryStore(audit),
    now: () => new Date(),
  };
}

/** Makes the folders of folder mode where they are missing. */
export async function makeFolders(data: string): Promise<Folders> {
  const folders = foldersOf(data);
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o750 });
  return folders;
}

const MAX_TAKEOVERS = 5;

/**
 * Keeps a second process off the same folders: compare-and-swap on files holds within one process only. A lock whose
 * process is gone is taken over. Rejects with a UsageError where another process holds it; resolves with the release.
 */
export async function lockFolders(data: string): Promise<() => Promise<void>> {
  const path = join(data, '.lock');
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, `${process.pid} ${await startedAt(process.pid)}\n`, { flag: 'wx' });
  try {
    await hold(path, own, MAX_TAKEOVERS);
    return () => unlink(path);
  } catch (error) {
    if (!(error instanceof Held)) throw error;
    throw new FoldersHeld(`another process (${error.pid}) works on ${data}`, 'choose other folders with --data DIR');
  } finally {
    await unlink(own);
  }
}

/** Another process works on the folders. */
export class FoldersHeld extends UsageError {}

class Held extends Error {
  readonly pid: number;
  constructor(pid: number) {
    super('the lock is held');
    this.pid = pid;
  }
}

/**
 * Makes `path` a link to `own`. A link appears with its content in it, so that nobody sees a lock that does not say yet
 * whose it is. Of many that find one whose process is gone, the one may replace it that first holds a lock named after
 * it; whoever comes later sees that there is another in its place.
 */
async function hold(path: string, own: string, takeovers: number): Promise<void> {
  for (let attempt = 0; attempt < MAX_TAKEOVERS; attempt += 1) {
    if (await succeeds(link(own, path), 'EEXIST')) return;
    const holder = await contentOf(path);
    if (holder === undefined) continue;
    const [pid = '', started] = holder.trim().split(' ');
    if (started !== undefined && (await startedAt(Number(pid))) === started) throw new Held(Number(pid));
    if (takeovers === 0) break;
    const successor = `${path}.${createHash('sha256').update(holder).digest('hex').slice(0, 16)}`;
    await hold(successor, own, takeovers - 1);
    if ((await contentOf(path)) === holder) return rename(successor, path);
    await unlink(successor);
  }
  throw new Error('the lock of the data folder changes hands all the time');
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** False where it failed for the reason given; rejects for any other. */
async function succeeds(work: Promise<void>, expected: string): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === expected) return false;
    throw error;
  }
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
