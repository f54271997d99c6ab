import type { BigIntStats } from 'node:fs';
import type { ObjectVersion } from '../core/store.ts';

export type Stat = Pick<BigIntStats, 'ino' | 'size' | 'mtimeNs' | 'ctimeNs' | 'ctimeMs'>;

/**
 * Another one after every change: the kernel sets ctime and nobody can set it back, so an edit that restores size and
 * mtime shows too. Our own puts have an mtime that no other put has, for when an inode number is used again.
 */
export function versionIdOf({ ino, size, mtimeNs, ctimeNs }: Stat): string {
  return [ino, size, mtimeNs, ctimeNs].map((part) => part.toString(36)).join('-');
}

export function etagOf(stat: Stat): string {
  return `"${versionIdOf(stat)}"`;
}

export function versionOf(key: string, stat: Stat): ObjectVersion {
  return {
    key,
    versionId: versionIdOf(stat),
    etag: etagOf(stat),
    size: Number(stat.size),
    modifiedAt: new Date(Number(stat.mtimeNs / 1_000_000n)).toISOString(),
  };
}

/**
 * True when a file of a directory store was last touched at least `quietMs` ago, so that nobody is writing it. A time
 * in the future counts too: a clock that was set back must not keep a file waiting.
 */
export function isSettled({ versionId }: Pick<ObjectVersion, 'versionId'>, nowMs: number, quietMs: number): boolean {
  const changedMs = Number.parseInt(versionId.slice(versionId.lastIndexOf('-') + 1), 36) / 1_000_000;
  return Math.abs(nowMs - changedMs) >= quietMs;
}
