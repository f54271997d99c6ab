// Pictures of a case: the original with boxes, what it would become, and what nobody is shown.

import { describe, expect, test } from 'vitest';
import { drawAfter, readEvidence } from '../../lib/console/pictures.ts';
import type { ConsolePorts } from '../../lib/console/ports.ts';
import { EN } from '../../lib/console/texts-en.ts';
import type { Thousandths } from '../../lib/core/evidence.ts';
import { putOnce, toJson } from '../../lib/core/ledger.ts';
import { Evidence, evidenceKey } from '../../lib/core/records-evidence.ts';
import type { Rebuilt } from '../../lib/rebuilt.ts';
import { readCase } from '../../lib/review/cases.ts';
import { consoleRig, PEOPLE } from '../support/console-rig.ts';

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const drawn: { text: string; page: number; covered: readonly Thousandths[] }[] = [];
const draw: ConsolePorts['draw'] = async (untrusted, _, page, covered = []) => {
  const text = Buffer.from(untrusted).toString();
  drawn.push({ text, page, covered });
  return { png: PNG, pages: 2 };
};
const rebuilding =
  (rebuilt: Rebuilt): ConsolePorts['rebuild'] =>
  async () =>
    rebuilt;
const REBUILT: Rebuilt = { outcome: 'rebuilt', body: Buffer.from('rebuilt'), format: 'pdf' };

describe('the page of a case', () => {
  test('shows the original with a box where something is, and beside it what it would become', async () => {
    const rig = consoleRig({ draw, rebuild: rebuilding(REBUILT) });
    const caseId = await rig.quarantined();
    const vera = await rig.signIn(PEOPLE.vera);
    const { text } = await vera.get(`/cases/${caseId}`);
    expect(text).toContain('<rect class="quarantined" x="100" y="100" width="400" height="50"/>');
    expect(text).toContain(`src="/cases/${caseId}/pages/1.png"`);
    expect(text).toContain(`src="/cases/${caseId}/rebuilt/1.png"`);
    expect(text).not.toMatch(/style=/);
    for (const what of ['pages', 'rebuilt']) {
      const { status, headers } = await vera.get(`/cases/${caseId}/${what}/1.png`);
      expect([status, headers.get('content-type')]).toEqual([200, 'image/png']);
    }
    expect(drawn.at(-1)?.text).toBe('rebuilt');
    expect((await vera.get(`/cases/${caseId}?page=2`)).text).not.toContain('<rect');
  });

  test('says why there is no picture of what it would become', async () => {
    const rig = consoleRig({ draw, rebuild: rebuilding({ outcome: 'refused', reason: 'unverified' }) });
    const caseId = await rig.quarantined();
    const vera = await rig.signIn(PEOPLE.vera);
    const { text } = await vera.get(`/cases/${caseId}`);
    expect(text).toContain(EN.explain('unverified').means);
    expect((await vera.get(`/cases/${caseId}/rebuilt/1.png`)).status).toBe(404);
  });

  test('draws and rebuilds nothing that a malware engine recognised', async () => {
    const asked: string[] = [];
    const noted = (what: string) => void asked.push(what);
    const rig = consoleRig({
      draw: async () => {
        noted('drawn');
        return { png: PNG, pages: 1 };
      },
      rebuild: async () => {
        noted('rebuilt');
        return REBUILT;
      },
    });
    const caseId = await rig.quarantined('virus');
    const ada = await rig.signIn(PEOPLE.ada);
    for (const path of ['', '/pages/1.png', '/rebuilt/1.png']) await ada.get(`/cases/${caseId}${path}`);
    expect(asked).toEqual([]);
    // The control.
    await ada.get(`/cases/${await rig.quarantined('bad one', 'b.txt')}`);
    expect(asked).toContain('rebuilt');
  });

  test('is not kept waiting by a document that takes long', async () => {
    const rig = consoleRig();
    const seen = await readCase(rig.stores.ledger, await rig.quarantined());
    if (!seen) throw new Error('there is no such case');
    const never = { review: rig.places, draw, rebuild: () => new Promise<Rebuilt>(() => {}) };
    expect(await drawAfter(never, seen.evidence, Buffer.from('x'), [], 1, 10)).toEqual({ is: 'waiting' });
  });

  test('paints over what lies under a failed redaction, and hints at nothing of it', async () => {
    const rig = consoleRig({ draw, rebuild: rebuilding(REBUILT) });
    const caseId = await rig.quarantined();
    const redacted = await caseWith(rig, caseId, 'failed-redaction');
    const ada = await rig.signIn(PEOPLE.ada);
    const { text } = await ada.get(`/cases/${redacted}`);
    for (const of of ['bad one', 'rebuilt'])
      expect(drawn.findLast(({ text }) => text === of)?.covered).toEqual([[100, 100, 500, 150]]);
    expect(text).not.toContain('j•••@•••.nl');
    // The control: of metadata it is shown, and nothing is painted over.
    const metadata = await caseWith(rig, caseId, 'metadata');
    expect((await ada.get(`/cases/${metadata}`)).text).toContain('j•••@•••.nl');
    expect(drawn.findLast(({ text }) => text === 'bad one')?.covered).toEqual([]);
  });
});

test('evidence goes when the original is deleted', async () => {
  const rig = consoleRig();
  const caseId = await rig.quarantined();
  expect((await readEvidence({ review: rig.places }, caseId)).length).toBeGreaterThan(0);
  await (await rig.signIn(PEOPLE.ada)).post(`/cases/${caseId}/delete`, { reason: 'asked by its author' });
  expect(await readEvidence({ review: rig.places }, caseId)).toEqual([]);
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
