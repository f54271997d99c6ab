import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../../lib/core/limits.ts';
import { qpdf, qpdfVersion } from '../../lib/engines/qpdf.ts';
import { pdfFile } from '../support/pdf-file.ts';
import { reportPdf } from '../support/pdf-report.ts';

const run = qpdf(LIMITS);
const path = process.env.PATH;
const temporary = process.env.TMPDIR;
const made: string[] = [];

// A directory of its own: others may be running qpdf at this moment.
beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'qpdf-test-'));
  made.push(directory);
  process.env.TMPDIR = directory;
});

afterEach(async () => {
  process.env.PATH = path;
  if (temporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary;
  for (const directory of made.splice(0)) await rm(directory, { recursive: true, force: true });
});

/** Puts a program named qpdf that misbehaves in front of the real one. */
async function misbehaving(script: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'misbehaving-'));
  made.push(directory);
  await writeFile(join(directory, 'qpdf'), `#!/bin/bash\n${script}\n`);
  await chmod(join(directory, 'qpdf'), 0o755);
  process.env.PATH = `${directory}:${path}`;
}

describe('qpdf', () => {
  it('says which version it is', async () => {
    expect(await qpdfVersion(LIMITS)).toMatch(/^\d+\.\d+/);
  });

  it('writes the document anew', async () => {
    const written = Buffer.from(await run(reportPdf(), ['--decrypt', '--object-streams=disable']));
    expect(written.subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('repairs a document without a cross-reference table, and takes its warnings for success', async () => {
    const damaged = reportPdf()
      .toString('latin1')
      .replace(/xref\n0.*trailer/s, 'trailer');
    const written = await run(Buffer.from(damaged, 'latin1'), ['--decrypt']);
    expect(await run.check(written)).toBe('clean');
  });

  it.each([
    ['random bytes', Buffer.from('%PDF-1.7\nnothing of the kind'), 'malformed'],
    ['zero bytes', Buffer.alloc(0), 'malformed'],
  ])('refuses %s', async (_, untrusted, reason) => {
    await expect(run(untrusted, ['--decrypt'])).rejects.toMatchObject({ name: 'Refusal', reason });
  });

  it('opens what is encrypted with the empty password, and refuses what needs another', async () => {
    const open = await run(reportPdf(), ['--encrypt', '', 'owner', '256', '--']);
    expect(Buffer.from(await run(open, ['--decrypt'])).includes('/Encrypt')).toBe(false);
    const locked = await run(reportPdf(), ['--encrypt', 'user', 'owner', '256', '--']);
    await expect(run(locked, ['--decrypt'])).rejects.toMatchObject({ name: 'Refusal', reason: 'encrypted' });
  });

  it('quotes nothing of the document', async () => {
    const hostile = pdfFile(['<</Type/Catalog/Pages 2 0 R>>', '<</Jansen (Jansen) Jansen'], '/Root 1 0 R /Jansen <');
    const error = await run(hostile, ['--decrypt', '--no-such-option']).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toContain('Jansen');
  });

  it.each([
    ['is clean', reportPdf(), 'clean'],
    [
      'earns warnings',
      Buffer.from(
        reportPdf()
          .toString('latin1')
          .replace(/startxref\n\d+/, 'startxref\n7'),
        'latin1',
      ),
      'warnings',
    ],
    ['is none', Buffer.from('nothing'), 'errors'],
  ])('checks a document that %s', async (_, untrusted, outcome) => {
    expect(await run.check(untrusted)).toBe(outcome);
  });
});

describe('a qpdf that misbehaves', () => {
  it.each([
    ['uses up its CPU time', 'while :; do :; done', 'timeout', { cpuMs: 1000 }],
    ['waits for ever', 'sleep 600 & wait', 'timeout', { wallMs: 300 }],
    ['fills the disk', 'head -c 1000000 /dev/zero > out.pdf; kill -XFSZ $$', 'limit', { maxExpandedBytes: 4096 }],
    ['runs out of memory', 'echo std::bad_alloc >&2; exit 2', 'limit', {}],
    ['is killed', 'kill -KILL $$', 'limit', {}],
    ['crashes', 'kill -SEGV $$', 'crashed', {}],
    ['exits as never heard of', 'exit 42', 'crashed', {}],
    ['fails', 'exit 2', 'malformed', {}],
  ])('that %s', async (_, script, reason, tighter) => {
    await misbehaving(script);
    await expect(qpdf({ ...LIMITS, ...tighter })(reportPdf(), [])).rejects.toMatchObject({ name: 'Refusal', reason });
  });

  it('is stopped by the kernel before it fills the disk', async () => {
    await misbehaving('trap "" XFSZ; head -c 1000000 /dev/zero > out.pdf; exit 0');
    const written = await qpdf({ ...LIMITS, maxExpandedBytes: 4096 })(reportPdf().subarray(0, 4000), []);
    expect(written.length).toBeLessThanOrEqual(4096);
  });

  it('does not block on what it prints, and none of it comes back', async () => {
    await misbehaving('head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; echo Jansen >&2; exit 2');
    await expect(run(reportPdf(), [])).rejects.toThrow(/^malformed: qpdf cannot read the document$/);
  });

  it('ends with all the processes it has started', async () => {
    await misbehaving('(sleep 1; touch ../qpdf-outlived-its-limit) & wait');
    await expect(qpdf({ ...LIMITS, wallMs: 200 })(reportPdf(), [])).rejects.toMatchObject({ reason: 'timeout' });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await readdir(tmpdir())).not.toContain('qpdf-outlived-its-limit');
  });

  it('is a refusal where it is not installed', async () => {
    process.env.PATH = '/nonexistent';
    await expect(run(reportPdf(), [])).rejects.toMatchObject({
      reason: 'crashed',
      detail: expect.stringContaining('not installed'),
    });
    expect(await qpdfVersion(LIMITS)).toBeUndefined();
  });
});

it('leaves no files behind', async () => {
  await run(reportPdf(), []).catch(() => {});
  await run(Buffer.from('nothing'), []).catch(() => {});
  expect(await readdir(tmpdir())).toEqual([]);
  await misbehaving('mkdir -p deep/er; touch deep/er/file; kill -KILL $$');
  const before = await readdir(tmpdir());
  await run(reportPdf(), []).catch(() => {});
  expect(await readdir(tmpdir())).toEqual(before);
});
