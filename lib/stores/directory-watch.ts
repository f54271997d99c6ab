// Says which keys of a folder changed, once they have been left alone for a while. Full scans decide; fs.watch only
// makes us look sooner, because it loses events, has too few watches for large trees, and is silent on network disks.

import { type FSWatcher, watch } from 'node:fs';
import { plainPath } from './directory-place.ts';
import { type Root, rootOf } from './directory-root.ts';
import { isSettled, type Stat, versionIdOf } from './directory-version.ts';
import { type Skipped, statAt, statInside, walk } from './directory-walk.ts';

export type WatchOptions = {
  /** Called for one key at a time. A key whose call rejects is reported again. */
  readonly onChange: (key: string) => void | Promise<void>;
  readonly signal: AbortSignal;
  /** How long a file's inode, size and times must not have changed. */
  readonly quietMs?: number;
  /** Time between full scans. A scan that takes long is followed by a pause ten times as long. */
  readonly scanMs?: number;
  /** Told once of everything that is not an object. */
  readonly onSkipped?: (skipped: Skipped) => void;
};

type Pending = {
  /** Undefined: it is gone. */
  readonly version: string | undefined;
  readonly since: number;
  round: number;
};

// The kernel gives a user 8,192 watches or more; other programs want some.
const MAX_WATCHERS = 2000;
const MAX_HINTS = 10_000;
const MAX_REPORTED = 10_000;
const PAUSE_PER_SCAN = 10;
const MAX_FAILURES = 5;
const GATHER_MS = 25;
const MAX_WAIT_MS = 60_000;

/**
 * Reports each key that is there at the start, and from then on each that appeared, changed or went away. What a store
 * keeps under a digest is not watched. Resolves when aborted; rejects when the folder cannot be read five times in a row.
 */
export async function watchDirectory(folder: string, options: WatchOptions): Promise<void> {
  const { signal, scanMs = 1000 } = options;
  const open = rootOf(folder, false);
  const root = await open();
  const hints = watchFolders(root);
  const changing = changes(root, options);
  let nextScan = 0;
  let soonestScan = 0;
  let failures = 0;
  try {
    while (!signal.aborted) {
      let pauseMs: number;
      try {
        const start = performance.now();
        const hinted = hints.take();
        const isScan = start >= nextScan || hinted === 'all';
        if (isScan) {
          hints.keep(await changing.scan(hints.add));
          const end = performance.now();
          nextScan = end + Math.max(scanMs, PAUSE_PER_SCAN * (end - start));
          soonestScan = end + (end - start);
        } else {
          // A folder that went away took keys with it that only a scan can name.
          for (const key of hinted) if (await changing.look(key, hints.add)) nextScan = Math.min(nextScan, soonestScan);
        }
        await changing.report();
        if (isScan) failures = 0;
        pauseMs = Math.max(0, Math.min(nextScan, changing.nextDue()) - performance.now());
      } catch (error) {
        failures += 1;
        if (failures === MAX_FAILURES) throw error;
        nextScan = 0;
        pauseMs = scanMs;
      }
      await hints.wait(pauseMs, signal);
    }
  } finally {
    hints.close();
  }
}

/** What was reported of each key, and what is waiting to be quiet. */
function changes(root: Root, { onChange, onSkipped, signal, quietMs = 500 }: WatchOptions) {
  const reported = new Map<string, { readonly version: string; round: number }>();
  const pending = new Map<string, Pending>();
  const skippedBefore = new Set<string>();
  let round = 0;

  function observe(key: string, stat: Stat | undefined): void {
    const version = stat && versionIdOf(stat);
    const known = reported.get(key);
    if (known) known.round = round;
    if (known?.version === version) {
      pending.delete(key);
      return;
    }
    const waiting = pending.get(key);
    if (waiting && waiting.version === version) waiting.round = round;
    else {
      // What was there long before we looked need not wait for us.
      const isOld = stat !== undefined && !waiting && isSettled({ versionId: versionIdOf(stat) }, Date.now(), quietMs);
      pending.set(key, { version, since: isOld ? Number.NEGATIVE_INFINITY : performance.now(), round });
    }
  }

  function tell(skipped: Skipped): void {
    const name = JSON.stringify(skipped);
    if (skippedBefore.has(name) || skippedBefore.size >= MAX_REPORTED) return;
    skippedBefore.add(name);
    onSkipped?.(skipped);
  }

  async function scan(onFolder: (prefix: string) => void): Promise<ReadonlySet<string>> {
    round += 1;
    const folders = new Set<string>();
    let isComplete = true;
    const walking = walk(root.path, '', {
      onFolder(prefix) {
        folders.add(prefix);
        onFolder(prefix);
      },
      onSkipped(skipped) {
        if (skipped.why === 'unreadable') isComplete = false;
        tell(skipped);
      },
    });
    for await (const { key, stat } of walking) {
      if (signal.aborted) return folders;
      observe(key, stat);
    }
    await root.check();
    // Files in a folder that cannot be read may well be there.
    if (isComplete) {
      for (const [key, known] of reported) if (known.round !== round) observe(key, undefined);
      for (const [key, waiting] of pending) if (waiting.round !== round) observe(key, undefined);
    }
    return folders;
  }

  /** Looks at one name; true when it may have been a folder that is gone. */
  async function look(key: string, onFolder: (prefix: string) => void): Promise<boolean> {
    const path = plainPath(root.path, key);
    if (path === undefined) return false;
    const stat = await statInside(path);
    if (stat) observe(key, stat);
    else if ((await statAt(path))?.isDirectory()) {
      for await (const inner of walk(root.path, `${key}/`, { onFolder, onSkipped: tell }))
        observe(inner.key, inner.stat);
    } else if (reported.has(key) || pending.has(key)) {
      await root.check();
      observe(key, undefined);
    } else return true;
    return false;
  }

  async function report(): Promise<void> {
    for (const [key, waiting] of pending) {
      if (signal.aborted) return;
      if (performance.now() - waiting.since < quietMs) continue;
      if (waiting.round !== round || waiting.since > Number.NEGATIVE_INFINITY) {
        const path = plainPath(root.path, key);
        const stat = path === undefined ? undefined : await statInside(path);
        if (!stat) await root.check();
        observe(key, stat);
        if (pending.get(key) !== waiting) continue;
      }
      await onChange(key);
      pending.delete(key);
      if (waiting.version === undefined) reported.delete(key);
      else reported.set(key, { version: waiting.version, round });
    }
  }

  function nextDue(): number {
    let due = Number.POSITIVE_INFINITY;
    for (const { since } of pending.values()) due = Math.min(due, since + quietMs);
    return due;
  }

  return { scan, look, report, nextDue };
}

/** Watches folders for names that may have changed, as many as there are watches for. */
function watchFolders(root: Root) {
  const watchers = new Map<string, FSWatcher>();
  const names = new Set<string>();
  let wake = () => {};

  const drop = (prefix: string) => {
    watchers.get(prefix)?.close();
    watchers.delete(prefix);
  };

  return {
    add(this: void, prefix: string): void {
      if (watchers.has(prefix) || watchers.size >= MAX_WATCHERS) return;
      try {
        const watcher = watch(`${root.path}/${prefix}`, (_event, name) => {
          if (name !== null && names.size <= MAX_HINTS) names.add(prefix + name);
          wake();
        });
        watcher.on('error', () => drop(prefix));
        watchers.set(prefix, watcher);
      } catch {
        // No watches left, or the folder is gone: the scans see everything that a watch would.
      }
    },

    /** Ends the watches of folders that are no more. */
    keep(folders: ReadonlySet<string>): void {
      for (const prefix of [...watchers.keys()]) if (!folders.has(prefix)) drop(prefix);
    },

    /** The names since the last call; 'all' when they were too many to keep. */
    take(): 'all' | readonly string[] {
      const taken = names.size > MAX_HINTS ? 'all' : [...names];
      names.clear();
      return taken;
    },

    wait(ms: number, signal: AbortSignal): Promise<void> {
      if (signal.aborted) return Promise.resolve();
      if (names.size > 0) ms = Math.min(ms, GATHER_MS);
      return new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          wake = () => {};
          resolve();
        };
        let timer = setTimeout(done, Math.min(ms, MAX_WAIT_MS));
        signal.addEventListener('abort', done);
        // A file that is being written makes events by the thousand.
        wake = () => {
          wake = () => {};
          clearTimeout(timer);
          timer = setTimeout(done, Math.min(ms, GATHER_MS));
        };
      });
    },

    close(): void {
      for (const prefix of [...watchers.keys()]) drop(prefix);
    },
  };
}
