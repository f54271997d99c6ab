import type { BigIntStats } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { isTransientName, OWN, plainPath } from './directory-place.ts';
import { compareKeys, isKey } from './keys.ts';

/** Something in the folder that is not an object, and why. A name that is not UTF-8 shows U+FFFD for what it cannot. */
export type Skipped = {
  readonly folder: string;
  readonly name: string;
  readonly why: 'not-utf8' | 'too-long' | 'link' | 'special' | 'unreadable' | 'transient';
};

export type FolderEntry = { readonly key: string; readonly stat: BigIntStats };

export type WalkOptions = {
  readonly onSkipped?: (skipped: Skipped) => void;
  /** Called with the key prefix ('' or 'a/b/') of each folder before its entries. */
  readonly onFolder?: (prefix: string) => void;
  /** Folders and files that come before this key are not looked into. */
  readonly after?: string;
};

type Name = { readonly text: string; readonly isFolder: boolean };

// Enough to keep the thread pool busy, few enough to hold.
const STATS_AT_ONCE = 64;

/**
 * The regular files under `root` whose key starts with `prefix`, in UTF-8 order. Links are not followed. Names that
 * cannot be keys and folders that cannot be read go to `onSkipped`; without it an unreadable folder rejects.
 */
export async function* walk(root: string, prefix: string, options: WalkOptions = {}): AsyncGenerator<FolderEntry> {
  const { after = '' } = options;
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  if (folder !== '' && !(await isInside(root, folder.slice(0, -1)))) return;
  const stack: { readonly prefix: string; readonly names: readonly Name[]; next: number }[] = [
    { prefix: folder, names: await namesOf(root, folder, prefix, options), next: 0 },
  ];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const name = top.names[top.next];
    if (!name) {
      stack.pop();
    } else if (name.isFolder) {
      top.next += 1;
      const inner = `${top.prefix}${name.text}/`;
      // Everything in it starts with its name, so that it lies before the key unless the key lies in it.
      if (compareKeys(inner, after) < 0 && !after.startsWith(inner)) continue;
      stack.push({ prefix: inner, names: await namesOf(root, inner, prefix, options), next: 0 });
    } else {
      const files: string[] = [];
      for (let file = top.names[top.next]; file && !file.isFolder && files.length < STATS_AT_ONCE; ) {
        const key = `${top.prefix}${file.text}`;
        if (compareKeys(key, after) > 0) files.push(key);
        top.next += 1;
        file = top.names[top.next];
      }
      const stats = await Promise.all(files.map((key) => statFile(`${root}/${key}`)));
      for (const [index, key] of files.entries()) {
        const stat = stats[index];
        if (stat) yield { key, stat };
      }
    }
  }
}

async function isInside(root: string, key: string): Promise<boolean> {
  const path = plainPath(root, key);
  if (path === undefined) return false;
  try {
    return (await realpath(path)) === path;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

/** One folder's names in key order: a folder sorts as its name with the slash that its keys have. */
async function namesOf(
  root: string,
  folder: string,
  prefix: string,
  { onSkipped, onFolder }: WalkOptions,
): Promise<Name[]> {
  onFolder?.(folder);
  const names: Name[] = [];
  try {
    for (const entry of await readdir(`${root}/${folder}`, { withFileTypes: true, encoding: 'buffer' })) {
      const text = entry.name.toString();
      if (folder === '' && text === OWN) continue;
      const skip = (why: Skipped['why']) => onSkipped?.({ folder, name: text, why });
      if (!entry.name.equals(Buffer.from(text))) skip('not-utf8');
      else if (isTransientName(text)) skip('transient');
      else if (!isKey(folder + text) || plainPath(root, folder + text) === undefined) skip('too-long');
      else if (entry.isSymbolicLink()) skip('link');
      else if (entry.isDirectory()) names.push({ text: text, isFolder: true });
      else if (entry.isFile()) names.push({ text, isFolder: false });
      else skip('special');
    }
  } catch (error) {
    if (isAbsence(error)) return [];
    if (!onSkipped) throw error;
    onSkipped({ folder, name: '', why: 'unreadable' });
  }
  const sorting = ({ text, isFolder }: Name) => folder + text + (isFolder ? '/' : '');
  const wanted = (name: Name) => {
    const key = sorting(name);
    return key.startsWith(prefix) || (name.isFolder && prefix.startsWith(key));
  };
  return names.filter(wanted).sort((a, b) => compareKeys(sorting(a), sorting(b)));
}

/** What is at the path itself, a link not followed; undefined when nothing is. */
export async function statAt(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** The regular file at a path whose folder is known to be real. */
async function statFile(path: string): Promise<BigIntStats | undefined> {
  const stat = await statAt(path);
  return stat?.isFile() ? stat : undefined;
}

/** The regular file at `path`, when no folder on the way there is a link. */
export async function statInside(path: string): Promise<BigIntStats | undefined> {
  const stat = await statFile(path);
  if (!stat) return undefined;
  const folder = path.slice(0, path.lastIndexOf('/'));
  try {
    return (await realpath(folder)) === folder ? stat : undefined;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

const ABSENCES = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

/** True where the error says that nothing is at the path, not that it could not be looked at. */
export function isAbsence(error: unknown): boolean {
  return ABSENCES.has(codeOf(error) ?? '');
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
