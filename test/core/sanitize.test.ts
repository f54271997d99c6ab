import { afterAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../lib/core/finding.ts';
import type { Format } from '../../lib/core/format.ts';
import { LIMITS } from '../../lib/core/limits.ts';
import { readPolicy } from '../../lib/core/policy.ts';
import { type Examined, examine, judgeWith, type Workshop } from '../../lib/core/sanitize.ts';
import type { Scanner, ScanResult } from '../../lib/core/scanner.ts';
import { sha256 } from '../../lib/core/verify.ts';
import { jpeg } from '../../lib/formats/jpeg.ts';
import { png } from '../../lib/formats/png.ts';
import { atStart, jpegOf, segment } from '../support/jpeg-file.ts';
import { pictureBench } from '../support/picture-context.ts';
import { chunk, pngOf } from '../support/png-file.ts';

const bench = pictureBench();
afterAll(() => bench.close());
const { engines } = bench.context().context;

const MAGIC = Buffer.from('\0\0\0\x00box\0', 'latin1');

/** A format of a magic word and one embedded document, for what formats do with documents inside. */
const box: Format = {
  id: 'box',
  mediaType: 'application/example',
  extensions: ['box'],
  carriers: [{ id: 'box.content', code: 'hidden-content', tier: 'L', says: 'a document that could not be cleaned' }],
  allowedTags: ['File:*', 'ExifTool:*'],
  matches: (untrusted) => Buffer.compare(untrusted.subarray(0, MAGIC.length), MAGIC) === 0,
  async sanitize(untrusted, { embedded, found }) {
    const inner = untrusted.subarray(MAGIC.length);
    if (inner.length === 0) return { body: untrusted };
    const cleaned = await embedded(inner, 'place 1');
    if (cleaned.outcome === 'published') return { body: Buffer.concat([MAGIC, cleaned.body]) };
    found('box.content', 'place 1');
    return { body: MAGIC };
  },
  compare: async () => ['nothing'],
  visible: async () => new Map(),
};

const boxed = (inner: Uint8Array) => Buffer.concat([MAGIC, inner]);

function workshop({
  formats = [jpeg, png, box],
  rules = {},
  limits = {},
}: {
  formats?: readonly Format[];
  rules?: Record<string, string>;
  limits?: Partial<typeof LIMITS>;
} = {}): Workshop {
  const policy = readPolicy({ version: 1, rules: { 'box.*': 'remove', ...rules } });
  return { formats, engines, limits: { ...LIMITS, ...limits }, policy };
}

const commented = async (text = 'drawn by Zwaantje') => atStart(await jpegOf(), segment(0xfe, text));
const carriersIn = ({ findings }: Examined) => findings.map(({ carrier, at }) => `${carrier} at ${at}`);

describe('examine', () => {
  it('publishes the rebuilt document with what was removed and the proof of its bytes', async () => {
    const verdict = await examine(await commented(), 'a.jpg', workshop());
    expect(verdict).toMatchObject({
      outcome: 'published',
      format: 'jpeg',
      mediaType: 'image/jpeg',
      extension: 'jpg',
      renamed: false,
    });
    if (verdict.outcome !== 'published') return;
    expect(Buffer.compare(verdict.body, await jpegOf())).toBe(0);
    expect(verdict.proof).toMatchObject({ sha256: sha256(await jpegOf()), bytes: verdict.body.length });
    expect(verdict.proof.checks).toEqual(
      expect.arrayContaining(['samples', 'segments', 'absence', 'probes', 'exiftool']),
    );
    expect(verdict.findings).toEqual([
      { code: 'metadata', carrier: 'jpeg.comment', at: 'byte 2', action: 'removed', tier: 'M', count: 1 },
    ]);
  });

  it.each([
    ['a.png', ['file.name.extension at name']],
    ['a', ['file.name.extension at name']],
    ['jpg', ['file.name.extension at name']],
    ['A.JPEG', []],
    ['a.png.jpg', []],
  ])('goes by content and records what the name %s says', async (name, findings) => {
    const verdict = await examine(await jpegOf(), name, workshop());
    expect(verdict).toMatchObject({ outcome: 'published', format: 'jpeg' });
    expect(carriersIn(verdict)).toEqual(findings);
  });

  it('says of what format a refused document was', async () => {
    const cut = await examine((await commented()).subarray(0, -2), 'a.jpg', workshop());
    expect(cut).toMatchObject({ outcome: 'quarantined', reason: 'malformed', format: 'jpeg', mediaType: 'image/jpeg' });
    const unknown = await examine(Buffer.from('no format at all'), 'a.jpg', workshop());
    expect(unknown).toMatchObject({ outcome: 'quarantined', reason: 'unsupported', format: null, mediaType: null });
  });

  it.each([
    ['jpeg.comment', 'personal-data'],
    ['jpeg.trailer', 'hidden-content'],
  ])('quarantines what policy says, with the reason of %s', async (carrier, reason) => {
    const untrusted = Buffer.concat([await commented(), Buffer.from('behind the end')]);
    const verdict = await examine(untrusted, 'a.jpg', workshop({ rules: { [carrier]: 'quarantine' } }));
    expect(verdict).toMatchObject({ outcome: 'quarantined', reason });
    expect(verdict.findings.filter(({ action }) => action === 'quarantined').map((finding) => finding.carrier)).toEqual(
      [carrier],
    );
    expect(verdict.findings).toHaveLength(2);
  });

  it('does not publish what a format left in, and says so without repeating it', async () => {
    const careless: Format = {
      ...jpeg,
      sanitize: async (untrusted, context) => ({ body: (await jpeg.sanitize(untrusted, context)) && untrusted }),
      compare: async () => [],
    };
    const verdict = await examine(await commented('drawn by Zwaantje'), 'a.jpg', workshop({ formats: [careless] }));
    expect(verdict).toMatchObject({ outcome: 'quarantined', reason: 'unverified' });
    expect(JSON.stringify(verdict)).not.toContain('Zwaantje');
  });

  it('does not publish what is of no format any more', async () => {
    const broken: Format = { ...jpeg, sanitize: async () => ({ body: Buffer.from('gone wrong') }) };
    expect(await examine(await jpegOf(), 'a.jpg', workshop({ formats: [broken] }))).toMatchObject({
      outcome: 'quarantined',
      reason: 'unverified',
    });
  });

  it('rejects when an engine fails, for that is not the fault of the document', async () => {
    const failing = { ...engines, pixels: () => Promise.reject(new Error('the engine is not there')) };
    await expect(examine(await jpegOf(), 'a.jpg', { ...workshop(), engines: failing })).rejects.toThrow(
      'the engine is not there',
    );
  });
});

describe('documents inside documents', () => {
  it('go through the whole pipeline, and their findings join those of the outer one', async () => {
    const verdict = await examine(boxed(boxed(await commented())), 'a.box', workshop());
    expect(verdict).toMatchObject({ outcome: 'published', format: 'box' });
    expect(carriersIn(verdict)).toEqual(['jpeg.comment at place 1/place 1/byte 2']);
    if (verdict.outcome === 'published') expect(Buffer.compare(verdict.body, boxed(boxed(await jpegOf())))).toBe(0);
  });

  it('are handed back as refused when they cannot be cleaned', async () => {
    const verdict = await examine(boxed((await jpegOf()).subarray(0, -2)), 'a.box', workshop());
    expect(carriersIn(verdict)).toEqual(['box.content at place 1']);
    if (verdict.outcome === 'published') expect(Buffer.compare(verdict.body, MAGIC)).toBe(0);
  });

  it('quarantine the outer one where policy quarantines what is in them', async () => {
    const verdict = await examine(
      boxed(await commented()),
      'a.box',
      workshop({ rules: { 'jpeg.comment': 'quarantine' } }),
    );
    expect(verdict).toMatchObject({ outcome: 'quarantined', reason: 'personal-data', format: 'box' });
  });

  it('may not be nested deeper than allowed', async () => {
    const nested = boxed(boxed(boxed(await jpegOf())));
    expect(await examine(nested, 'a.box', workshop({ limits: { maxDepth: 2 } }))).toMatchObject({
      outcome: 'quarantined',
      reason: 'limit',
    });
    expect(await examine(nested, 'a.box', workshop({ limits: { maxDepth: 3 } }))).toMatchObject({
      outcome: 'published',
    });
  });

  it('may not leave in the outer one what was removed from them', async () => {
    const copying: Format = {
      ...box,
      async sanitize(untrusted, context) {
        await box.sanitize(untrusted, context);
        return { body: untrusted };
      },
    };
    const untrusted = boxed(pngOf([chunk('tEXt', 'Author\0Zwaantje Poelstra')]));
    expect(await examine(untrusted, 'a.box', workshop({ formats: [copying, png] }))).toMatchObject({
      outcome: 'quarantined',
      reason: 'unverified',
    });
  });
});

describe('judging', () => {
  const ORIGINAL = Buffer.from('x');
  const scanner = (original: ScanResult['result'], rebuilt: ScanResult['result']): Scanner => ({
    name: 'clamd',
    scan: async (untrusted) => ({ result: untrusted === ORIGINAL ? original : rebuilt }),
    close: async () => {},
  });
  const judged = (
    examiner: () => Promise<Examined>,
    result: ScanResult['result'],
    rebuilt: ScanResult['result'] = 'clean',
    policy = readPolicy(),
  ) => judgeWith(examiner, scanner(result, rebuilt), policy)(ORIGINAL, { name: 'x' });
  const refused = async (): Promise<Examined> => ({
    outcome: 'quarantined',
    reason: 'malformed',
    detail: 'cut off',
    format: 'jpeg',
    mediaType: 'image/jpeg',
    findings: [],
  });
  const accepted = async () => examine(await commented(), 'a.jpg', workshop());

  it('says with which definitions, as they were before the scan', async () => {
    let definitions = 7;
    const growing: Scanner = {
      ...scanner('clean', 'clean'),
      definitions: async () => definitions,
      scan: async () => {
        definitions = 8;
        return { result: 'clean' };
      },
    };
    expect(await judgeWith(accepted, growing, { actionFor: () => 'remove' })(ORIGINAL, { name: 'x' })).toMatchObject({
      definitions: 7,
    });
    expect(await judged(accepted, 'clean')).not.toHaveProperty('definitions');
  });

  it.each([
    ['malware', 'malware'],
    ['encrypted', 'encrypted'],
    ['limit', 'not-scanned'],
    ['not-scanned', 'not-scanned'],
  ] as const)('quarantines a good document of which the scanner says %s', async (result, reason) => {
    expect(await judged(accepted, result)).toMatchObject({
      outcome: 'quarantined',
      reason,
      format: 'jpeg',
      scanner: 'clamd',
    });
  });

  it.each([
    ['clean', 'malformed'],
    ['not-scanned', 'malformed'],
    ['malware', 'malware'],
  ] as const)('of a refused document with the scan %s says %s', async (result, reason) => {
    expect(await judged(refused, result)).toMatchObject({ outcome: 'quarantined', reason, scanner: 'clamd' });
  });

  it('publishes what both let pass, and names the scanner', async () => {
    expect(await judged(accepted, 'clean')).toMatchObject({ outcome: 'published', scanner: 'clamd' });
  });

  it('takes macros for active content that was removed', async () => {
    const verdict = await judged(accepted, 'macros');
    const macros: Finding = {
      code: 'active-content',
      carrier: 'file.macros',
      at: 'file',
      action: 'removed',
      tier: 'L',
      count: 1,
    };
    expect(verdict.outcome).toBe('published');
    expect(verdict.findings).toContainEqual(macros);
    expect(verdict.findings).toHaveLength(2);
  });

  it('holds them back where policy says so, and says first what else does', async () => {
    const policy = readPolicy({ version: 1, rules: { 'file.macros': 'quarantine' } });
    const verdict = await judged(accepted, 'macros', 'clean', policy);
    expect(verdict).toMatchObject({ outcome: 'quarantined', reason: 'active-content' });
    expect(verdict.findings.filter(({ carrier }) => carrier === 'file.macros')).toMatchObject([
      { action: 'quarantined' },
    ]);
    expect(await judged(refused, 'macros', 'clean', policy)).toMatchObject({ reason: 'malformed' });
    expect(await judged(accepted, 'clean', 'clean', policy)).toMatchObject({ outcome: 'published' });
  });

  it.each([
    ['macros', 'active-content'],
    ['encrypted', 'encrypted'],
    ['limit', 'not-scanned'],
    ['malware', 'malware'],
  ] as const)('looks behind macros: where the rebuilt document is %s, it is quarantined', async (rebuilt, reason) => {
    expect(await judged(accepted, 'macros', rebuilt)).toMatchObject({ outcome: 'quarantined', reason });
  });

  it('lets failures of ours through', async () => {
    const failing = () => Promise.reject(new Error('no memory'));
    await expect(judged(failing, 'clean')).rejects.toThrow('no memory');
  });
});
