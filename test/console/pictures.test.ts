// Pictures of a case: the original with boxes, what it would become, and what nobody is shown.

import { describe, expect, test } from 'vitest';
import { pictureOf } from '../../lib/console/pictures.ts';
import { type Pictures, picturesSection } from '../../lib/console/pictures-section.ts';
import type { ConsolePorts } from '../../lib/console/ports.ts';
import { EN } from '../../lib/console/texts-en.ts';
import { NL } from '../../lib/console/texts-nl.ts';
import { putOnce, toJson } from '../../lib/core/ledger.ts';
import { Evidence, evidenceKey } from '../../lib/core/records-evidence.ts';
import type { PictureAnswer, PictureOrder } from '../../lib/picture-orders.ts';
import { readCase } from '../../lib/review/cases.ts';
import { readEvidence } from '../../lib/review/masked.ts';
import { consoleRig, PEOPLE } from '../support/console-rig.ts';

const PICTURE: PictureAnswer = { is: 'picture', png: Buffer.from('89504e470d0a1a0a', 'hex'), pages: 2 };

/** Draws the original, answers so of what it would become, and keeps what it was asked. */
function drawing(after: PictureAnswer = PICTURE) {
  const asked: PictureOrder[] = [];
  const pictures: ConsolePorts['pictures'] = async (order) => {
    asked.push(order);
    return order.what === 'before' ? PICTURE : after;
  };
  return { asked, pictures };
}

describe('the page of a case', () => {
  test('shows the original with a box where something is, and beside it what it would become', async () => {
    const { pictures, asked } = drawing();
    const rig = consoleRig({ pictures });
    const caseId = await rig.quarantined();
    const vera = await rig.signIn(PEOPLE.vera);
    const { text } = await vera.get(`/cases/${caseId}`);
    expect(text).toContain('<rect class="quarantined" x="100" y="100" width="400" height="50"/>');
    expect(text).toContain(`src="/cases/${caseId}/pages/1.png"`);
    expect(text).toContain(`src="/cases/${caseId}/rebuilt/1.png"`);
    expect(text).not.toMatch(/style=/);
    for (const [place, what] of Object.entries({ pages: 'before', rebuilt: 'after' })) {
      const { status, headers } = await vera.get(`/cases/${caseId}/${place}/1.png`);
      expect([status, headers.get('content-type')]).toEqual([200, 'image/png']);
      expect(asked.at(-1)).toMatchObject({ caseId, what, page: 1, rules: ['test.hidden'] });
    }
    expect((await vera.get(`/cases/${caseId}?page=2`)).text).not.toContain('<rect');
  });

  test('says why there is no picture of what it would become', async () => {
    const rig = consoleRig(drawing({ is: 'none', reason: 'unverified' }));
    const caseId = await rig.quarantined();
    const vera = await rig.signIn(PEOPLE.vera);
    const { text } = await vera.get(`/cases/${caseId}`);
    expect(text).toContain(EN.explain('unverified').means);
    expect((await vera.get(`/cases/${caseId}/rebuilt/1.png`)).status).toBe(404);
  });

  test('has nothing drawn that a malware engine recognised', async () => {
    const { pictures, asked } = drawing();
    const rig = consoleRig({ pictures });
    const caseId = await rig.quarantined('virus');
    const ada = await rig.signIn(PEOPLE.ada);
    for (const path of ['', '/pages/1.png', '/rebuilt/1.png']) await ada.get(`/cases/${caseId}${path}`);
    expect(asked).toEqual([]);
    // The control.
    await ada.get(`/cases/${await rig.quarantined('bad one', 'b.txt')}`);
    expect(asked.map(({ what }) => what)).toEqual(['before', 'after']);
  });

  test('is not kept waiting by a document that takes long, and has it given up', async () => {
    const rig = consoleRig();
    const seen = await readCase(rig.stores.ledger, await rig.quarantined());
    if (!seen) throw new Error('there is no such case');
    const given: AbortSignal[] = [];
    const never: ConsolePorts['pictures'] = (_, signal) => {
      given.push(signal);
      return new Promise((_, reject) => signal.addEventListener('abort', reject));
    };
    const failures: unknown[] = [];
    const ports = { pictures: never, onFailure: (error: unknown) => void failures.push(error) };
    expect(await pictureOf(ports, seen, [], { what: 'after', page: 1 }, 10)).toEqual({ is: 'waiting' });
    expect([given.map(({ aborted }) => aborted), failures]).toEqual([[true], []]);
  });

  test.each([
    { shows: 'the original that is being drawn', of: 'before', is: 'waiting', says: EN.case.pictureWaits },
    { shows: 'the original that could not be drawn', of: 'before', is: 'failed', says: EN.case.pictureFailed },
    { shows: 'what is being rebuilt', of: 'after', is: 'waiting', says: EN.case.afterWaits },
    { shows: 'what could not be drawn', of: 'after', is: 'failed', says: EN.case.pictureFailed },
  ])('is there without $shows, and says to look again', async ({ of, is, says }) => {
    const pictures: ConsolePorts['pictures'] = async ({ what }) => {
      if (what !== of) return PICTURE;
      if (is === 'failed') throw new Error('quotes J. Voorbeeld');
      return { is: 'waiting' };
    };
    const rig = consoleRig({ pictures });
    const caseId = await rig.quarantined();
    const vera = await rig.signIn(PEOPLE.vera);
    const { status, text } = await vera.get(`/cases/${caseId}`);
    expect(status).toBe(200);
    expect(text).toContain(`${says} <a href="/cases/${caseId}?page=1#pages">${EN.case.lookAgain}</a>`);
    expect(text).not.toContain('Voorbeeld');
    expect(rig.failures).toHaveLength(is === 'failed' ? 1 : 0);
  });

  test('has what lies under a failed redaction painted over, and hints at nothing of it', async () => {
    const { pictures, asked } = drawing();
    const rig = consoleRig({ pictures });
    const caseId = await rig.quarantined();
    const redacted = await caseWith(rig, caseId, 'failed-redaction');
    const ada = await rig.signIn(PEOPLE.ada);
    const { text } = await ada.get(`/cases/${redacted}`);
    const covered = [{ page: 1, box: [100, 100, 500, 150] }];
    // Whichever page is asked for: who draws knows which one it is.
    await ada.get(`/cases/${redacted}/pages/99.png`);
    for (const what of ['before', 'after'])
      expect(asked.filter((one) => one.what === what).map((one) => one.covered)).toContainEqual(covered);
    expect(asked.at(-1)).toMatchObject({ page: 99, covered });
    expect(text).not.toContain('j•••@•••.nl');
    // The control: of metadata it is shown, and nothing is painted over.
    const metadata = await caseWith(rig, caseId, 'metadata');
    expect((await ada.get(`/cases/${metadata}`)).text).toContain('j•••@•••.nl');
    expect(asked.at(-1)?.covered).toEqual([]);
  });
});

describe('pictures of an Office document', () => {
  const NONE = { is: 'no-converter' } as const;
  async function shown(texts: typeof EN, format: string, pictures: Pick<Pictures, 'before' | 'after'>) {
    const rig = consoleRig();
    const seen = await readCase(rig.stores.ledger, await rig.quarantined());
    if (!seen) throw new Error('there is no such case');
    return String(await picturesSection(texts, { ...seen.evidence, format }, { page: 1, rows: [], ...pictures }));
  }

  test.each([EN, NL])('are said to be what LibreOffice prints, and those of others are not', async (texts) => {
    const says = texts.case.printed(200).slice(0, 40);
    expect(await shown(texts, 'docx', { before: PICTURE, after: PICTURE })).toContain(says);
    expect(await shown(texts, 'pdf', { before: PICTURE, after: PICTURE })).not.toContain(says);
  });

  test.each([EN, NL])('are said to be missing where LibreOffice or its sandbox is', async (texts) => {
    const says = texts.case.noConverter;
    const text = await shown(texts, 'docx', { before: NONE, after: NONE });
    expect(text).toContain(says);
    expect(text).not.toContain(texts.case.noPicture);
    expect(await shown(texts, 'docx', { before: PICTURE, after: NONE })).toContain(says);
    const none = await shown(texts, 'docx', { before: { is: 'none', reason: null }, after: NONE });
    expect(none).toContain(texts.case.noPicture);
    expect(none).not.toContain(says);
  });
});

test('evidence goes when the original is deleted', async () => {
  const rig = consoleRig();
  const caseId = await rig.quarantined();
  expect((await readEvidence(rig.stores.ledger, caseId)).length).toBeGreaterThan(0);
  await (await rig.signIn(PEOPLE.ada)).post(`/cases/${caseId}/delete`, { reason: 'asked by its author' });
  expect(await readEvidence(rig.stores.ledger, caseId)).toEqual([]);
});

/** The same case with findings of another kind. */
async function caseWith(
  { stores: { ledger, quarantine } }: ReturnType<typeof consoleRig>,
  from: string,
  code: 'failed-redaction' | 'metadata',
): Promise<string> {
  const seen = await readCase(ledger, from);
  if (!seen) throw new Error('there is no such case');
  const caseId = (code === 'metadata' ? 'a' : 'b').repeat(32);
  const findings = seen.evidence.findings.map((finding) => ({ ...finding, code }));
  await putOnce(ledger, `cases/${caseId}/case.json`, toJson({ ...seen.evidence, caseId, findings }));
  const rows = findings.map(({ carrier, at, action }) => ({
    ...{ carrier, at, action, masked: ['j•••@•••.nl'] },
    on: [{ page: 1, box: [100, 100, 500, 150] }],
  }));
  await putOnce(ledger, evidenceKey(caseId), toJson(Evidence.parse({ v: 1, caseId, rows })));
  await quarantine.put(`${caseId}/payload`, Buffer.from('bad one'));
  return caseId;
}
