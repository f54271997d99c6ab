import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { UsageError } from './command.ts';

/** A regular file to judge. */
export type Input = {
  /** As the user would write it. */
  readonly file: string;
  /** From the parent of the PATH under which it was found. */
  readonly relative: string;
  /** Device and inode: the file itself, whatever it is called. */
  readonly identity: string;
};

/** Something that cannot be read as a file. `code` is the system's, or 'special' or 'name'. */
export type Unreadable = { readonly file: string; readonly code: string };

export type Listing = {
  readonly inputs: readonly Input[];
  readonly unreadable: readonly Unreadable[];
  /** Directories that were given or walked, as absolute paths. */
  readonly roots: readonly string[];
  readonly linksSkipped: number;
};

/**
 * Every regular file under the paths, sorted within its folder. Links are not followed: met on the way they are
 * counted, given as a path they are a UsageError.
 */
export async function listInputs(paths: readonly string[]): Promise<Listing> {
  if (paths.length === 0) throw new UsageError('no file or folder given');
  const inputs: Input[] = [];
  const unreadable: Unreadable[] = [];
  const roots: string[] = [];
  let linksSkipped = 0;

  for (const path of paths) {
    const parent = dirname(resolve(path));
    // Depth-first with the next entry on top, so that what is printed is in the order of a sorted listing.
    const top = join(path).replace(/(?<=.)\/+$/, '');
    const open = [top];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      const stat = await attempt(() => lstat(file));
      if ('code' in stat) {
        unreadable.push({ file, code: stat.code });
      } else if (stat.value.isSymbolicLink()) {
        if (file === top)
          throw new UsageError(`${path} is a link, and links are not followed`, 'give what it leads to');
        linksSkipped += 1;
      } else if (stat.value.isDirectory()) {
        if (file === top) roots.push(resolve(path));
        const names = await attempt(() => namesIn(file, unreadable));
        if ('code' in names) unreadable.push({ file, code: names.code });
        else open.push(...names.value.map((name) => join(file, name)).reverse());
      } else if (stat.value.isFile()) {
        inputs.push({ file, relative: relative(parent, resolve(file)), identity: identityOf(stat.value) });
      } else {
        // Opening a pipe would wait for a writer, a device may do anything.
        unreadable.push({ file, code: 'special' });
      }
    }
  }
  return { inputs, unreadable, roots, linksSkipped };
}

export function identityOf({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`;
}

async function namesIn(folder: string, unreadable: Unreadable[]): Promise<readonly string[]> {
  const names: string[] = [];
  for (const bytes of (await readdir(folder, { encoding: 'buffer' })).sort(Buffer.compare)) {
    const name = bytes.toString();
    // A name in another encoding cannot be opened by its UTF-8 reading, and would be written under another name.
    if (Buffer.from(name).equals(bytes)) names.push(name);
    else unreadable.push({ file: join(folder, name), code: 'name' });
  }
  return names;
}

async function attempt<T>(work: () => Promise<T>): Promise<{ readonly value: T } | { readonly code: string }> {
  try {
    return { value: await work() };
  } catch (error) {
    return { code: codeOf(error) };
  }
}

/** The system's code of an error, or 'failed'. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'failed';
}
