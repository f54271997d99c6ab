// The contract of a format (lib/core/format.ts), held against every format in the registry with the rows of its
// fixture folder. Adding a format adds its rows here by itself; a format without rows fails.

import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { findResidue } from '../../lib/core/absence.ts';
import defaults from '../../lib/core/default-policy.json' with { type: 'json' };
import type { Context, Format } from '../../lib/core/format.ts';
import { LIMITS } from '../../lib/core/limits.ts';
import { REASONS, Refusal } from '../../lib/core/refusal.ts';
import { carriersOf, type Examined, examine } from '../../lib/core/sanitize.ts';
import { formats } from '../../lib/formats/registry.ts';
import { formatsTable } from '../../lib/formats/table.ts';
import { openWorkshop } from '../../lib/tools.ts';
import type { Case } from '../support/case.ts';
import { mutations } from '../support/mutations.ts';
import { textOfPackage } from '../support/visible-text.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());

type Fixtures = {
  readonly cases: readonly Case[];
  /** Carriers that no row exercises, each with the reason. */
  readonly unexercised?: Readonly<Record<string, string>>;
};

async function fixturesOf({ id }: Format): Promise<Fixtures> {
  return (await import(`../fixtures/${id}/cases.ts`)) as Fixtures;
}

const nameOf = (row: Case, format: Format) => row.name ?? `document.${format.extensions[0]}`;

/** Each row's file is made once, by whichever format asks first. */
const made = new Map<Case, Promise<Uint8Array>>();

function bytesOf(row: Case): Promise<Uint8Array> {
  const known = made.get(row) ?? Promise.resolve(row.bytes());
  made.set(row, known);
  return known;
}

/** Each row is examined once for all checks that only look. */
const examined = new Map<Case, Promise<{ readonly bytes: Uint8Array; readonly verdict: Examined }>>();

function outcomeOf(row: Case, format: Format) {
  const known =
    examined.get(row) ??
    (async () => {
      const bytes = await bytesOf(row);
      return { bytes, verdict: await examine(bytes, nameOf(row, format), workshop) };
    })();
  examined.set(row, known);
  return known;
}

/** Whether the needle is in any byte view, visible text included. */
async function holds(bytes: Uint8Array, needle: string | Uint8Array): Promise<boolean> {
  return (await findResidue(bytes, [needle], new Map(), LIMITS)).length > 0;
}

/** Formats whose visible text is that of the XML in a zip. */
const PACKAGES = new Set(['docx', 'pptx', 'odf']);

/** Visible text as an independent reader sees it, or as text in one of the byte views: a title, a link. */
async function reads(format: Format, body: Uint8Array, text: string): Promise<boolean> {
  if (PACKAGES.has(format.id) && (await textOfPackage(body)).includes(text)) return true;
  if (format.id !== 'pdf') return holds(body, text);
  const squeezed = (untrusted: string) => untrusted.replace(/\s+/g, ' ');
  return workshop.engines.pdfium(body, (document) =>
    Array.from({ length: document.pageCount }, (_, page) => squeezed(document.text(page))).some((page) =>
      page.includes(squeezed(text)),
    ),
  );
}

function saysNothing(verdict: Examined, needles: readonly (string | Uint8Array)[]): void {
  const said = JSON.stringify([
    verdict.findings,
    verdict.outcome === 'quarantined' ? verdict.detail : '',
  ]).toLowerCase();
  for (const needle of needles) if (typeof needle === 'string') expect(said).not.toContain(needle.toLowerCase());
}

const loaded = await Promise.all(
  formats.map(async (format) => {
    // A folder that is missing or does not load must fail its own format's tests, not everyone's.
    const fixtures = await fixturesOf(format).catch((cause: unknown) => ({ cases: [], cause }));
    return { format, id: format.id, ...fixtures } as { format: Format; id: string; cause?: unknown } & Fixtures;
  }),
);

describe.each(loaded)('$id', ({ format, cases, unexercised = {}, cause }) => {
  it('has a clean, a dirty and a hostile fixture', () => {
    expect(cause).toBeUndefined();
    expect(new Set(cases.map(({ kind }) => kind))).toEqual(new Set(['clean', 'dirty', 'hostile']));
    expect(cases.some(({ kind, gone = [] }) => kind === 'dirty' && gone.length > 0)).toBe(true);
  });

  if (format.isNeverPublished) {
    it('is never published, whatever is in it, and vouches for no result', async () => {
      expect(cases.filter(({ outcome }) => outcome === 'published')).toEqual([]);
      for (const row of cases) {
        const bytes = await row.bytes();
        const context: Context = { ...workshop, found: () => 'keep', embedded: async () => ({ outcome: 'refused' }) };
        await expect(format.sanitize(bytes, context)).rejects.toThrow(Refusal);
        await expect(format.compare(bytes, bytes, context)).rejects.toThrow('unverified');
        await expect(format.visible(bytes, context)).rejects.toThrow('unverified');
      }
    });
  }

  it('has carriers of its own, each once, each with a rule of policy', () => {
    const ids = format.carriers.map(({ id }) => id);
    expect(ids.filter((id) => !id.startsWith(`${format.id}.`))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !hasRule(id))).toEqual([]);
  });

  it('exercises every carrier in a row, or says why not', () => {
    const exercised = new Set(cases.flatMap(({ finds = [] }) => finds));
    const missing = format.carriers.filter(({ id }) => !exercised.has(id) && !unexercised[id]);
    expect(missing.map(({ id }) => id)).toEqual([]);
    const idle = Object.keys(unexercised).filter(
      (id) => exercised.has(id) || !format.carriers.some((carrier) => carrier.id === id),
    );
    expect(idle).toEqual([]);
  });

  it('recognises its own files and not those of others', async () => {
    for (const { format: other, cases: rows } of loaded) {
      for (const row of rows.filter(({ kind }) => kind !== 'hostile')) {
        const bytes = await bytesOf(row);
        expect([row.shows, format.matches(bytes)]).toEqual([row.shows, other === format]);
      }
    }
  });

  describe.each(cases)('$shows', (row) => {
    const { kind, outcome, reason, finds = [], gone = [], kept = [] } = row;

    it('has the outcome and the findings it should', async () => {
      const { verdict } = await outcomeOf(row, format);
      const detail = verdict.outcome === 'quarantined' ? verdict.detail : '';
      expect({ outcome: verdict.outcome, detail }).toMatchObject({
        outcome,
        ...(outcome === 'published' ? { detail: '' } : {}),
      });
      if (verdict.outcome === 'quarantined') expect(verdict.reason).toBe(reason);
      const carriers = new Set(verdict.findings.map(({ carrier }) => carrier));
      expect(finds.filter((carrier) => !carriers.has(carrier))).toEqual([]);
      if (kind === 'clean') expect([...carriers].sort()).toEqual([...finds].sort());
      saysNothing(verdict, gone);
    });

    if (outcome === 'published') {
      it('is the same bytes at every run, and when run on its own result', async () => {
        const { bytes, verdict } = await outcomeOf(row, format);
        const again = await examine(bytes, nameOf(row, format), workshop);
        const { body, extension } = published(verdict);
        expect(Buffer.compare(published(again).body, body)).toBe(0);
        const after = published(await examine(body, `document.${extension}`, workshop));
        expect(Buffer.compare(after.body, body)).toBe(0);
        expect(after.findings.filter(({ action }) => action === 'removed')).toEqual([]);
      });
    }

    if (gone.length > 0) {
      it('had every needle, and has none of them', async () => {
        const { bytes, verdict } = await outcomeOf(row, format);
        for (const needle of gone) {
          expect([needle, await holds(bytes, needle)]).toEqual([needle, true]);
          if (verdict.outcome === 'published')
            expect([needle, await holds(verdict.body, needle)]).toEqual([needle, false]);
        }
      });
    }

    if (kept.length > 0) {
      it('keeps its visible texts', async () => {
        const { verdict } = await outcomeOf(row, format);
        for (const text of kept)
          expect([text, await reads(format, published(verdict).body, text)]).toEqual([text, true]);
      });
    }

    if (kind === 'dirty' && outcome === 'published' && !row.unseen) {
      it('is not published by a sanitizer that finds everything and removes nothing', async () => {
        const idle: Format = {
          ...format,
          async sanitize(untrusted, context) {
            const { became } = await format.sanitize(untrusted, context);
            return became ? { body: untrusted, became } : { body: untrusted };
          },
        };
        const others = formats.filter((other) => other !== format);
        const { bytes } = await outcomeOf(row, format);
        const verdict = await examine(bytes, nameOf(row, format), { ...workshop, formats: [idle, ...others] });
        expect(verdict).toMatchObject({ outcome: 'quarantined', reason: row.untouched ?? 'unverified' });
      });
    }
  });

  it('leaks and breaks nothing when bytes are cut off or flipped', { timeout: 300_000 }, async () => {
    const rows = cases.filter(({ kind }) => kind === 'dirty');
    for (const row of rows) {
      const bytes = await row.bytes();
      for (const { how, mutated } of mutations(bytes, Math.max(2, Math.ceil(MUTATIONS / rows.length)))) {
        const verdict = await examine(mutated, nameOf(row, format), workshop);
        saysNothing(verdict, row.gone ?? []);
        if (verdict.outcome === 'quarantined') {
          expect(REASONS).toContain(verdict.reason);
          continue;
        }
        for (const needle of row.gone ?? [])
          expect([row.shows, how, needle, await holds(verdict.body, needle)]).toEqual([row.shows, how, needle, false]);
      }
    }
  });
});

/** Mutated documents per format, spread over its dirty rows. */
const MUTATIONS = 48;

function published(verdict: Examined) {
  if (verdict.outcome !== 'published') throw new Error(`quarantined: ${verdict.reason}, ${verdict.detail}`);
  return verdict;
}

/** Whether a rule other than the one for everything names the carrier. */
function hasRule(id: string): boolean {
  return Object.keys(defaults.rules).some((glob) => {
    const pattern = glob.split('*').map((part) => part.replaceAll('.', '\\.'));
    return glob !== '*' && new RegExp(`^${pattern.join('.*')}$`).test(id);
  });
}

describe('the registry', () => {
  it('has every carrier id once and a rule for each', () => {
    const ids = carriersOf(formats).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !hasRule(id))).toEqual([]);
    expect(hasRule('format.of.another.world')).toBe(false);
  });

  it('has no two formats with one name', () => {
    expect(new Set(formats.map(({ id }) => id)).size).toBe(formats.length);
  });

  it('is what README says', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const [, table = ''] = readme.split(/<!-- \/?formats -->/);
    expect(table.trim()).toBe(formatsTable());
  });
});
