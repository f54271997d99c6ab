// A clamd of our own: a child process with a configuration of ours, on a Unix socket in a private directory. A shell
// stands between us and it, because a shell outlives our `kill -9`: when its standard input ends, so does clamd.

import { type ChildProcess, spawn } from 'node:child_process';
import {
  chownSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, ask } from './clamd-protocol.ts';
import { faultOf } from './self-test.ts';

export type ClamdProcessOptions = {
  /** The clamd program. */
  readonly program: string;
  /** A directory of signatures. `copied` where the user that clamd runs as may not be able to read it. */
  readonly database: { readonly folder: string; readonly copied: boolean };
  readonly limits: ClamdLimits;
  /** Signatures may take this long to load. */
  readonly startMs: number;
  readonly signal?: AbortSignal;
};

export type ClamdLimits = {
  readonly maxInputBytes: number;
  readonly maxExpandedBytes: number;
  readonly maxMembers: number;
  readonly wallMs: number;
};

export type ClamdProcess = {
  readonly address: Address;
  alive(): boolean;
  close(): Promise<void>;
};

const PAUSE_MS = 50;
const TEST_MS = 60_000;

/** Resolves when it detects what it has to. Rejects, with what clamd said, when it ends before or is not to be believed. */
export async function startClamd(options: ClamdProcessOptions): Promise<ClamdProcess> {
  const user = clamavUser();
  const folder = mkdtempSync(join(parentFolder(user), 'clamd-'));
  const path = join(folder, 'socket');
  furnish(folder, path, user, options);
  const child = spawn('/bin/sh', ['-c', WATCHED, 'clamd', options.program, folder], {
    cwd: '/',
    env: { PATH: process.env.PATH, LANG: 'C', TMPDIR: folder },
    // Not of our terminal's group: an interrupt is for us, and clamd serves until the documents in hand are done.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = tailOf(child);
  let alive = true;
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      alive = false;
      child.stdin.destroy();
      rmSync(folder, { recursive: true, force: true });
      resolve();
    };
    child.once('exit', end).once('error', end);
  });
  const close = async () => {
    // Its end has to be waited for, though a running clamd keeps nobody waiting.
    child.ref();
    child.stdin.end();
    await ended;
  };
  child.stdin.on('error', () => undefined);
  child.unref();
  for (const pipe of child.stdio) if (pipe instanceof Socket) pipe.unref();
  options.signal?.addEventListener('abort', () => void close(), { once: true });

  const address = { path };
  try {
    await untilAnswers(address, () => alive, options.startMs);
    const fault = await faultOf(address, TEST_MS);
    if (fault) throw new Error(fault);
  } catch (cause) {
    await close();
    throw new Error(`clamd does not start: ${cause instanceof Error ? cause.message : ''}\n${said()}`, { cause });
  }
  return { address, alive: () => alive, close };
}

// $1 is clamd, $2 our directory. `cat` ends when we do, however we end; `wait` when clamd does. Either way clamd is
// gone and the directory, which may hold parts of documents, is wiped. The shell itself writes to no pipe: one that
// nobody reads any more would end it before it has wiped.
const WATCHED = `
exec 3<&0 </dev/null
"$1" --config-file="$2/clamd.conf" 3<&- &
clamd=$!
exec >/dev/null 2>&1
{ cat <&3; kill -KILL "$clamd"; } &
wait "$clamd"
code=$?
rm -rf "$2"
exit "$code"
`;

async function untilAnswers(address: Address, alive: () => boolean, startMs: number): Promise<void> {
  const since = performance.now();
  while (alive() && performance.now() - since < startMs) {
    if ((await ask(address, 'PING', TEST_MS).catch(() => '')) === 'PONG') return;
    await sleep(PAUSE_MS);
  }
  throw new Error(alive() ? `no answer in ${startMs} ms` : 'it ended');
}

/** Lays the configuration, directories and signatures where clamd can read them, whomever it runs as. */
function furnish(
  folder: string,
  socket: string,
  user: User | undefined,
  { database, limits }: ClamdProcessOptions,
): void {
  const scratch = join(folder, 'scratch');
  const copies = join(folder, 'signatures');
  mkdirSync(scratch, { mode: 0o700 });
  mkdirSync(copies, { mode: 0o700 });
  const files = database.copied ? readdirSync(database.folder) : [];
  for (const file of files) writeFileSync(join(copies, file), readFileSync(join(database.folder, file)));
  const lines = {
    ...CONFIGURATION,
    ...limitLines(limits),
    LocalSocket: socket,
    TemporaryDirectory: scratch,
    DatabaseDirectory: database.copied ? copies : database.folder,
    ...(user ? { User: user.name } : {}),
  };
  const conf = join(folder, 'clamd.conf');
  writeFileSync(
    conf,
    Object.entries(lines)
      .map((line) => `${line.join(' ')}\n`)
      .join(''),
  );
  if (!user) return;
  for (const path of [folder, scratch, copies, conf, ...files.map((file) => join(copies, file))])
    chownSync(path, user.uid, user.gid);
}

const CONFIGURATION: Readonly<Record<string, string>> = {
  Foreground: 'yes',
  LocalSocketMode: '600',
  // Without these three, what could not be looked at is OK (measured with 1.4.6).
  AlertEncrypted: 'yes',
  AlertExceedsMax: 'yes',
  AlertOLE2Macros: 'yes',
  // Clean files are remembered by MD5, for which a harmless twin of a harmful file can be made.
  DisableCache: 'yes',
  // Two sets of signatures at a time would need twice the memory.
  ConcurrentDatabaseReload: 'no',
  // Restarted by the next scan; half out of memory it would miss things.
  ExitOnOOM: 'yes',
  MaxThreads: '8',
  MaxRecursion: '30',
};

// ClamAV reads no file of more than 2 GB.
const MAX_FILE_BYTES = 2 ** 31 - 1;
const MAX_SCAN_BYTES = 2 ** 32 - 1;

function limitLines({ maxInputBytes, maxExpandedBytes, maxMembers, wallMs }: ClamdLimits): Record<string, string> {
  return {
    StreamMaxLength: `${Math.min(maxInputBytes, MAX_FILE_BYTES)}`,
    MaxFileSize: `${Math.min(Math.max(maxInputBytes, maxExpandedBytes), MAX_FILE_BYTES)}`,
    MaxScanSize: `${Math.min(maxInputBytes + maxExpandedBytes, MAX_SCAN_BYTES)}`,
    MaxFiles: `${maxMembers}`,
    MaxScanTime: `${wallMs}`,
  };
}

type User = { readonly name: string; readonly uid: number; readonly gid: number };

/** Whom clamd becomes when we are root: what reads hostile bytes does not stay root. */
function clamavUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, uid, gid] = /^clamav:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
  return uid && gid ? { name: 'clamav', uid: Number(uid), gid: Number(gid) } : undefined;
}

// sockaddr_un holds 108 bytes on Linux and 104 elsewhere; what we add to the folder is less than 30.
const MAX_FOLDER_CHARS = 70;

/** The usual temporary directory, where another user can reach it and a socket's path fits. */
function parentFolder(user: User | undefined): string {
  const usual = tmpdir();
  return usual.length > MAX_FOLDER_CHARS || (user && !isOpenToAll(usual)) ? '/tmp' : usual;
}

function isOpenToAll(folder: string): boolean {
  const above = dirname(folder);
  return (statSync(folder).mode & constants.S_IXOTH) !== 0 && (above === folder || isOpenToAll(above));
}

const MAX_SAID_CHARS = 2000;

/** The last of what clamd said: about its start only, since later lines can name what is in documents. */
function tailOf({ stdout, stderr }: ChildProcess): () => string {
  let tail = '';
  for (const pipe of [stdout, stderr])
    pipe?.on('data', (chunk: Buffer) => {
      tail = (tail + chunk.toString('utf8')).slice(-MAX_SAID_CHARS);
    });
  return () => tail.trim();
}
