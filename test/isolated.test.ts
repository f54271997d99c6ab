import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../lib/core/limits.ts';
import { sha256 } from '../lib/core/verify.ts';
import { type IsolatedExaminer, isolatedExaminer } from '../lib/isolated.ts';
import { cases } from './fixtures/png/cases.ts';
import type { Case } from './support/case.ts';
import { ownTemporaryFolder, processesIn, until } from './support/processes.ts';

const temporary = ownTemporaryFolder();

/** The first fixture of each kind: test/formats runs all of them. */
function oneOf(...kinds: readonly Case['kind'][]): readonly Case[] {
  return kinds.flatMap((kind) => cases.find((row) => row.kind === kind) ?? []);
}

describe('what a worker answers is not believed', () => {
  const BODY = 'the rebuilt document';
  const PROOF = { sha256: sha256(Buffer.from(BODY)), bytes: BODY.length, checks: ['absence'] };
  const PUBLISHED = {
    outcome: 'published',
    format: 'png',
    mediaType: 'image/png',
    extension: 'png',
    renamed: false,
    findings: [],
    proof: PROOF,
  };
  const FINDING = { code: 'metadata', carrier: 'png.text', at: 'chunk 2', action: 'removed', tier: 'H', count: 1 };
  const rows = [
    {
      shows: 'another hash',
      answer: { ...PUBLISHED, proof: { ...PROOF, sha256: '0'.repeat(64) } },
      reason: 'unverified',
    },
    { shows: 'another length', answer: { ...PUBLISHED, proof: { ...PROOF, bytes: 3 } }, reason: 'unverified' },
    { shows: 'another body', answer: PUBLISHED, output: 'another body', reason: 'unverified' },
    { shows: 'an empty body', answer: PUBLISHED, output: '', reason: 'unverified' },
    { shows: 'no body', answer: PUBLISHED, output: undefined, reason: 'unverified' },
    { shows: 'no proof', answer: { ...PUBLISHED, proof: undefined }, reason: 'crashed' },
    { shows: 'a body inside the answer', answer: { ...PUBLISHED, body: BODY }, reason: 'crashed' },
    { shows: 'an outcome nobody knows', answer: { ...PUBLISHED, outcome: 'blessed' }, reason: 'crashed' },
    { shows: 'an extension that is a path', answer: { ...PUBLISHED, extension: '../x' }, reason: 'crashed' },
    {
      shows: 'a finding with a value',
      answer: { ...PUBLISHED, findings: [{ ...FINDING, value: 'Ada' }] },
      reason: 'crashed',
    },
    { shows: 'a reason nobody knows', answer: { outcome: 'quarantined', reason: 'bored' }, reason: 'crashed' },
    { shows: 'nothing', answer: null, reason: 'crashed' },
  ];
  const crashes: unknown[] = [];
  const examiner = isolatedExaminer({
    size: 1,
    script: new URL('./support/forging-worker.ts', import.meta.url),
    onCrash: (crash) => crashes.push(crash),
  });
  const forge = (forged: object) => examiner.examine(Buffer.from('original'), JSON.stringify(forged));

  test.each(rows)('$shows is quarantined: $reason', async ({ answer, reason, ...row }) => {
    const examined = await forge({ answer, output: 'output' in row ? row.output : BODY });
    expect(examined).toMatchObject({ outcome: 'quarantined', reason });
    expect(examined).not.toHaveProperty('body');
  });

  test('the body that its proof speaks of is published', async () => {
    const examined = await forge({ answer: { ...PUBLISHED, findings: [FINDING] }, output: BODY });
    expect(examined).toMatchObject({ ...PUBLISHED, findings: [FINDING], body: Buffer.from(BODY) });
  });

  test('an error of our own code is a crash, told by name and place and without its message', async () => {
    const examined = await forge({ throws: 'the secret of the document' });
    expect(examined).toMatchObject({ outcome: 'quarantined', reason: 'crashed', detail: 'RangeError in our own code' });
    expect(crashes).toEqual([{ thrown: 'RangeError', frames: expect.any(Array) }]);
    expect(JSON.stringify(crashes)).toContain('forging-worker.ts');
    expect(JSON.stringify([examined, crashes])).not.toContain('secret');
  });

  afterAll(() => examiner.close());
});

describe('documents are examined in another process', () => {
  let examiner: IsolatedExaminer | undefined;
  const open = (options: Partial<Parameters<typeof isolatedExaminer>[0]> = {}) => {
    examiner = isolatedExaminer({ size: 1, ...options });
    return examiner;
  };
  afterEach(() => examiner?.close());

  test.each(oneOf('clean', 'dirty', 'hostile'))('a picture: $shows', async (row) => {
    const examined = await open().examine(await row.bytes(), row.name ?? 'picture.png');
    expect(examined).toMatchObject({ outcome: row.outcome, ...(row.reason ? { reason: row.reason } : {}) });
    if (examined.outcome !== 'published') return;
    expect(examined.proof.sha256).toBe(sha256(examined.body));
    expect(examined.proof.checks).toContain('absence');
  });

  test('nothing of ours: unsupported', async () => {
    const examined = await open().examine(Buffer.from('plain words'), 'words');
    expect(examined).toMatchObject({ outcome: 'quarantined', reason: 'unsupported', format: null });
  });

  test('limits reach the worker', async () => {
    const small = open({ limits: { ...LIMITS, maxInputBytes: 10 } });
    expect(await small.examine(Buffer.alloc(11), 'x')).toMatchObject({ outcome: 'quarantined', reason: 'limit' });
  });

  test('a policy file that is not one rejects, and quarantines nothing', async () => {
    const broken = open({ policyFile: { version: 1, rules: { 'no.such.carrier': 'remove' } } });
    await expect(broken.examine(Buffer.from('x'), 'x')).rejects.toThrow('a worker does not start');
  });

  test('what is aborted rejects', async () => {
    await expect(open().examine(Buffer.from('x'), 'x', [], AbortSignal.abort(new Error('stopped')))).rejects.toThrow(
      'stopped',
    );
  });
});

// Registered last, so it runs after each examiner above is closed.
test('nothing is left of any of them', async () => {
  await until(() => processesIn(temporary.path).length === 0);
  expect(temporary.left()).toEqual([]);
});
