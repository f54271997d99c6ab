// Where a key stands in a folder. A key whose segments are plain names stands at its own path, so that people see
// staging/x/y.pdf; every other key ('../x', 'a//b', 'x/', names too long) stands under the digest of the key. A key
// never becomes a path by itself: only names that pass `isPlainName` do.

import { createHash } from 'node:crypto';

/** Our own folder inside a store's root. No key stands here and `list` never enters it. */
export const OWN = '.spoorloos';

const MAX_NAME_BYTES = 255;
// Linux takes 4,096 bytes with the final NUL; the rest is room for names that are put beside a file.
const MAX_PATH_BYTES = 4000;

// Names that programs give to files they are still writing, or leave behind for themselves: browsers, rsync, scp
// clients, editors, office suites, NFS, FUSE, GNOME, and what Finder and Explorer drop in every folder.
const TRANSIENT = [
  /\.(part|partial|filepart|crdownload|download|tmp|swp|swx)$/i,
  /^~\$/,
  /^\.~lock\..*#$/,
  /^\.nfs[0-9a-f]{16,}$/,
  /^\.fuse_hidden[0-9a-f]{8,}$/,
  /^\.goutputstream-/,
  /^\.[^/]*\.[A-Za-z0-9]{6}$/,
  /^(\.DS_Store|Thumbs\.db|desktop\.ini)$/i,
];

/** True for names of files that are still being written or that nobody means to publish; `list` passes over them. */
export function isTransientName(name: string): boolean {
  return TRANSIENT.some((pattern) => pattern.test(name));
}

function isPlainName(name: string): boolean {
  return (
    name !== '' && name !== '.' && name !== '..' && !name.includes('\0') && Buffer.byteLength(name) <= MAX_NAME_BYTES
  );
}

function isPlain(key: string): boolean {
  const names = key.split('/');
  return names[0] !== OWN && names.every((name) => isPlainName(name) && !isTransientName(name));
}

/** The key's own path, or undefined where it may not have one. */
export function plainPath(root: string, key: string): string | undefined {
  const path = `${root}/${key}`;
  return isPlain(key) && Buffer.byteLength(path) <= MAX_PATH_BYTES ? path : undefined;
}

export function oddFolder(root: string): string {
  return `${root}/${OWN}/odd`;
}

/** Where a key stands that has no path of its own; the key itself is written in `<path>.key`. */
export function oddPath(root: string, key: string): string {
  return `${oddFolder(root)}/${createHash('sha256').update(key).digest('hex')}`;
}
