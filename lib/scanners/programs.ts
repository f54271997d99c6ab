import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The program's path, undefined where it is not installed. Debian puts clamd where only root's PATH looks. */
export function findProgram(
  name: 'clamd' | 'freshclam',
  { PATH = '' }: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return [...PATH.split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin']
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
