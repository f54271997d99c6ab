import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type FreshclamOptions = {
  readonly program: string;
  /** `https://…` of a mirror of one's own; ClamAV's when left out. */
  readonly mirror?: string | undefined;
  readonly timeoutMs: number;
};

/** Definitions could not be brought up to date; the message says why, in our words. */
export class DefinitionsError extends Error {
  override readonly name = 'DefinitionsError';
}

/**
 * Brings the folder's definitions up to date, from differences where it can: whoever fetches whole files again and again is
 * refused by ClamAV's servers. Rejects with a DefinitionsError.
 */
export function freshclam({ program, mirror, timeoutMs }: FreshclamOptions): (folder: string) => Promise<void> {
  return async (folder) => {
    const own = mkdtempSync(join(tmpdir(), 'freshclam-'));
    try {
      const conf = join(own, 'freshclam.conf');
      writeFileSync(conf, configuration(folder, mirror));
      const args = [`--config-file=${conf}`, '--stdout', '--no-warnings'];
      const env = { PATH: process.env.PATH, LANG: 'C', TMPDIR: own, CURL_CA_BUNDLE: process.env.CURL_CA_BUNDLE };
      await promisify(execFile)(program, args, { cwd: '/', env, timeout: timeoutMs, maxBuffer: 1024 * 1024 });
      // What it knows about itself and a server's patience is no definition, and it makes it anew.
      for (const name of readdirSync(folder).filter((one) => one === 'freshclam.dat' || one.startsWith('tmp.')))
        rmSync(join(folder, name), { recursive: true, force: true });
    } catch (cause) {
      throw new DefinitionsError(`freshclam failed: ${reasonOf(cause)}`, { cause });
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  };
}

function configuration(folder: string, mirror: string | undefined): string {
  const lines = {
    DatabaseDirectory: folder,
    ...(mirror === undefined ? { DatabaseMirror: 'database.clamav.net' } : { PrivateMirror: mirror }),
    // Started as root it would become another user, who may not write here.
    DatabaseOwner: userName(),
    // Tested by whoever asked, with what it will be used by.
    TestDatabases: 'no',
    MaxAttempts: '3',
    ConnectTimeout: '30',
  };
  return Object.entries(lines)
    .map((line) => `${line.join(' ')}\n`)
    .join('');
}

/** Lambda's user is in no list of users; freshclam asks for the name only when it is root. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'clamav';
  }
}

/** Its exit code, and the words that it prints for what goes wrong most often; nothing of a document is in them. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'it did not run';
  const { code, stdout, killed } = Object.assign({ code: undefined, stdout: '', killed: false }, cause);
  if (killed) return 'it took too long';
  const said = /^(?:ERROR|WARNING): (.{1,200})/m.exec(String(stdout))?.[1];
  return `exit ${String(code)}${said === undefined ? '' : `, ${said}`}`;
}
