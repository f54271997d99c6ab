import { expect, test } from 'vitest';
import { ALLOW_EN } from '../../lib/console/texts-allow.ts';
import { allowKey } from '../../lib/core/records-cases.ts';
import { sha256 } from '../../lib/core/verify.ts';
import { readCase } from '../../lib/review/cases.ts';
import { type ConsoleRig, consoleRig, PEOPLE } from '../support/console-rig.ts';

const REQUEST = { reason: 'a <b>heading</b>', rule: 'test.hidden', hours: '24', allow: 'yes', days: '90', owner: 'me' };
const reviewOf = async (rig: ConsoleRig, caseId: string) => (await readCase(rig.stores.ledger, caseId))?.review;

async function approved(rig: ConsoleRig, fields: Record<string, string> = {}): Promise<string> {
  const caseId = await rig.quarantined();
  const [ada, grace] = [await rig.signIn(PEOPLE.ada), await rig.signIn(PEOPLE.grace)];
  await ada.post(`/cases/${caseId}/request-release`, { ...REQUEST, ...fields });
  const page = (await grace.get(`/cases/${caseId}`)).text;
  expect(page).toContain(ALLOW_EN.asked(fields.owner === undefined ? 'ada' : 'olga'));
  const request = /name="request" value="([\w-]+)"/.exec(page)?.[1] ?? '';
  expect((await grace.post(`/cases/${caseId}/approve`, { request })).status).toBe(303);
  return caseId;
}

test('an entry of the allow-list is asked for, approved by somebody else, listed with who answers for it, and revoked', async () => {
  const rig = consoleRig();
  const ada = await rig.signIn(PEOPLE.ada);
  expect((await ada.get('/allowed')).text).toContain(ALLOW_EN.empty);
  expect((await ada.get('/')).text).toContain('href="/allowed"');
  const caseId = await approved(rig, { owner: 'local:olga' });
  const listed = (await ada.get('/allowed')).text;
  for (const part of [`/cases/${caseId}`, '<code>test.hidden</code>', '<bdi>olga</bdi>', 'grace'])
    expect(listed).toContain(part);
  expect((await ada.get(`/cases/${caseId}`)).text).toContain(`/cases/${caseId}/revoke`);
  expect((await ada.post(`/cases/${caseId}/revoke`, { reason: 'no' })).status).toBe(303);
  expect((await ada.get('/allowed')).text).toContain(ALLOW_EN.empty);
  const after = (await ada.get(`/cases/${caseId}`)).text;
  expect(after).toContain(
    ALLOW_EN.revoked('ada', new Date((await reviewOf(rig, caseId))?.revoked?.at ?? '').toISOString().slice(0, 10)),
  );
  expect(after).not.toContain(`/cases/${caseId}/revoke`);
});

test('a release of one document is on no list', async () => {
  const rig = consoleRig();
  const caseId = await rig.quarantined();
  const [ada, grace] = [await rig.signIn(PEOPLE.ada), await rig.signIn(PEOPLE.grace)];
  const { allow: _, ...one } = REQUEST;
  await ada.post(`/cases/${caseId}/request-release`, one);
  await grace.post(`/cases/${caseId}/approve`, { request: (await reviewOf(rig, caseId))?.request?.id });
  expect((await reviewOf(rig, caseId))?.state).toBe('approved');
  expect((await ada.get('/allowed')).text).toContain(ALLOW_EN.empty);
});

test.each([
  { shows: 'a time that is not offered', fields: { days: '3660' } },
  { shows: 'no owner', fields: { owner: '' } },
  { shows: 'an owner without end', fields: { owner: 'x'.repeat(301) } },
])('no form asks for an entry with $shows', async ({ fields }) => {
  const rig = consoleRig();
  const caseId = await rig.quarantined();
  const { status } = await (await rig.signIn(PEOPLE.ada)).post(`/cases/${caseId}/request-release`, {
    ...REQUEST,
    ...fields,
  });
  expect([status, (await reviewOf(rig, caseId))?.state]).toEqual([422, 'open']);
});

test('an entry that was edited is counted, and shows nothing of what stands in it', async () => {
  const rig = consoleRig();
  await approved(rig);
  const hash = sha256(Buffer.from('bad one'));
  await rig.stores.ledger.put(allowKey(hash), Buffer.from('{"owner":"<script>"}'));
  const { status, text } = await (await rig.signIn(PEOPLE.vera)).get('/allowed');
  expect([status, text.includes(ALLOW_EN.unreadable(1)), text.includes('<script>')]).toEqual([200, true, false]);
});

test('nobody without a role sees the list', async () => {
  const rig = consoleRig();
  expect((await (await rig.signIn(PEOPLE.nobody)).get('/allowed')).status).toBe(401);
});
