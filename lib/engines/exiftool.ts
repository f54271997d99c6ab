// ExifTool (https://exiftool.org) as a reader and second opinion, never as a writer: one Perl process in -stay_open
// mode, fed through private temporary files. No configuration file is read, `-fast` is off so that trailers are seen,
// and what ExifTool says about our own temporary file (System:*) or makes up itself (Composite:*) is left out.

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExifTool } from 'exiftool-vendored';
import type { ExifTool as ReadTags } from '../core/engines.ts';
import type { Limits } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';

/**
 * A reader of tags whose process starts with the first read. It rejects with Refusal('timeout' or 'crashed') when
 * ExifTool does not survive the bytes, and with another error when Perl or ExifTool is missing.
 */
export function exiftool(limits: Limits): { readonly read: ReadTags; close(): Promise<void> } {
  let opened: Promise<ExifTool> | undefined;

  return {
    async read(untrusted, extension) {
      opened ??= open(limits.cpuMs);
      const tool = await opened.catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      const folder = await mkdtemp(join(tmpdir(), 'exiftool-'));
      try {
        const file = join(folder, `${randomBytes(8).toString('hex')}.${plain(extension)}`);
        await writeFile(file, untrusted, { flag: 'wx', mode: 0o600 });
        return tagsOf(await tool.readRaw(file, { readArgs: READ_ARGS, useMWG: false }).catch(refuse));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },

    async close() {
      const closing = opened;
      opened = undefined;
      await closing?.then(
        (tool) => tool.end(),
        // It never started: nothing to end.
        () => undefined,
      );
    },
  };
}

/** ExifTool's version. Rejects with a clear error when it or Perl is missing. */
export async function exiftoolVersion(): Promise<string> {
  const tool = await open(VERSION_TIMEOUT_MS);
  try {
    return await tool.version();
  } finally {
    await tool.end();
  }
}

const VERSION_TIMEOUT_MS = 30_000;

// Perl frees little of what a document made it allocate.
const TASKS_PER_PROCESS = 200;

// Group 1 names the place in the file, group 4 numbers the copies; without it JSON output drops all copies but one.
const READ_ARGS = ['-json', '-G1:4', '-a', '-u', '-e', '-api', 'LargeFileSupport=1', '--System:all'];

/** Starts the process once, so that a missing Perl is told apart from a document that ExifTool does not survive. */
async function open(taskTimeoutMillis: number): Promise<ExifTool> {
  const tool = new ExifTool({
    maxProcs: 1,
    maxTasksPerProcess: TASKS_PER_PROCESS,
    taskTimeoutMillis,
    taskRetries: 0,
    ignoreShebang: true,
    // '-config' has to be the first argument; empty means that no user's configuration (which is Perl code) is run.
    exiftoolArgs: ['-config', '', '-stay_open', 'True', '-@', '-'],
    exiftoolEnv: { PATH: process.env.PATH, HOME: tmpdir(), TMPDIR: tmpdir() },
    readArgs: READ_ARGS,
    // The library's own messages quote what ExifTool read.
    logger: () => SILENT,
  });
  try {
    await tool.version();
    return tool;
  } catch (cause) {
    await tool.end();
    throw new Error('exiftool does not start: install perl (Debian: apt-get install perl libarchive-zip-perl)', {
      cause,
    });
  }
}

const quiet = () => undefined;
const SILENT = { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };

/** The process is dead or talks nonsense; the library replaces it. Its message is dropped: it can quote the document. */
function refuse(error: unknown): never {
  if (error instanceof Error && error.name === 'TaskTimeoutError')
    throw new Refusal('timeout', 'ExifTool took too long');
  throw new Refusal('crashed', 'ExifTool gave no answer');
}

// What the library adds, what names our own temporary file, and the tool's own version.
const NOT_TAGS = new Set(['SourceFile', 'errors', 'warnings', 'invalidUtf8Bytes', 'ExifTool:ExifToolVersion']);

/** 'Group1:Copy2:Name' becomes 'Group1:Name'; copies are joined by line feeds. */
function tagsOf(read: object): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const [key, value] of Object.entries(read)) {
    if (NOT_TAGS.has(key)) continue;
    const parts = key.split(':');
    const name = parts.length > 2 ? `${parts[0]}:${parts.at(-1)}` : key;
    const before = tags.get(name);
    tags.set(name, cut(before === undefined ? textOf(value) : `${before}\n${textOf(value)}`));
  }
  return tags;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value) ?? '';
}

const MAX_VALUE_CHARS = 65_536;

function cut(text: string): string {
  return text.length > MAX_VALUE_CHARS ? text.slice(0, MAX_VALUE_CHARS) : text;
}

function plain(extension: string): string {
  return /^[a-z0-9]{1,8}$/i.test(extension) ? extension : 'bin';
}
