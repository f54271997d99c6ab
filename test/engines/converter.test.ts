import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../lib/core/limits.ts';
import { converter, sandboxed } from '../../lib/engines/converter.ts';

const DOCUMENT = Buffer.from('een oud document');

/** A converter that is this script, in the directory of the document. */
function scripted(script: string, limits = LIMITS) {
  return converter(limits, ['sh', '-c', script, 'sh']);
}

describe('a converter', () => {
  it('answers what the program leaves', async () => {
    const made = await scripted('mkdir out; cat in.doc > out/in.docx; echo nieuw >> out/in.docx')(DOCUMENT, 'doc');
    expect(Buffer.from(made).toString()).toBe('een oud documentnieuw\n');
  });

  it.each([
    ['xls', 'xlsx'],
    ['ppt', 'pptx'],
  ] as const)('makes of %s the format that came after', async (kind, extension) => {
    const made = await scripted(`mkdir out; cp in.${kind} out/in.${extension}`)(DOCUMENT, kind);
    expect(Buffer.from(made)).toEqual(DOCUMENT);
  });

  it.each([
    ['leaves nothing and says that all is well', 'exit 0', 'malformed'],
    ['leaves a link to another file', 'mkdir out; ln -s /etc/hostname out/in.docx', 'malformed'],
    ['leaves a folder that is a link', 'mkdir other; cp in.doc other/in.docx; ln -s other out', 'malformed'],
    ['leaves a folder', 'mkdir -p out/in.docx', 'malformed'],
    ['fails', 'exit 3', 'crashed'],
    ['is ended', 'kill -SEGV $$', 'crashed'],
    ['leaves a pipe for what it printed', 'rm stderr; mkfifo stderr; exit 1', 'crashed'],
    ['leaves folders that nobody may look into', 'mkdir -p a/b; chmod 000 a/b a; exit 3', 'crashed'],
    ['cannot be put in a sandbox', 'echo "bwrap: no such file" >&2; exit 1', 'legacy-format'],
    ['says the name of the sandbox later on', 'echo "een zin met bwrap: erin" >&2; exit 1', 'crashed'],
  ])('refuses a document when the program %s', async (_, script, reason) => {
    await expect(scripted(script)(DOCUMENT, 'doc')).rejects.toMatchObject({ reason });
  });

  it('refuses a document where there is no such program', async () => {
    const missing = converter(LIMITS, ['spoorloos-no-such-program']);
    await expect(missing(DOCUMENT, 'doc')).rejects.toMatchObject({ reason: 'legacy-format' });
  });

  it.each([
    ['too long', 'sleep 60', { wallMs: 300 }, 'timeout'],
    ['more memory', 'x=$(head -c 100000000 /dev/zero | tr "\\0" x)', { maxRssBytes: 50_000_000 }, 'crashed'],
    ['more space', 'mkdir out; head -c 100000 /dev/zero > out/in.docx', { maxInputBytes: 1000 }, 'limit'],
  ] as const)('refuses what takes %s than it may', async (_, script, changed, reason) => {
    await expect(scripted(script, { ...LIMITS, ...changed })(DOCUMENT, 'doc')).rejects.toMatchObject({ reason });
  });
});

const hasBubblewrap = spawnSync('bwrap', ['--ro-bind', '/', '/', 'true']).status === 0;

// Where bubblewrap cannot make a sandbox there is no converter either.
describe.skipIf(!hasBubblewrap)('the sandbox', () => {
  const inSandbox = (script: string) =>
    converter(LIMITS, [...sandboxed('sh'), '-c', `mkdir out; (${script}) > out/in.docx 2>&1`, 'sh'])(DOCUMENT, 'doc');
  const said = async (script: string) =>
    Buffer.from(await inSandbox(script))
      .toString()
      .trim();

  it('holds the document', async () => {
    expect(await said('cat in.doc')).toBe('een oud document');
  });

  it.each([
    ['files of the machine', 'ls /home /root /var /etc/passwd 2>/dev/null; echo none'],
    [
      'programs that are not the distribution’s',
      'ls -d /opt/* /usr/local/* 2>/dev/null | grep -v "libreoffice\\|share$"; echo none',
    ],
    ['a network', 'tail -n +3 /proc/net/dev | grep -v lo: ; echo none'],
    ['other processes', 'ls /proc | grep -c "^[0-9]*$" | grep -v "^[1-9]$"; echo none'],
    ['what our process was told', 'env | grep -v "^\\(HOME\\|PATH\\|LC_ALL\\|PWD\\|OLDPWD\\|SHLVL\\|_\\)="; echo none'],
  ])('has no %s', async (_, script) => {
    expect(await said(script)).toBe('none');
  });
});
