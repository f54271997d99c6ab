import { describe, expect, test } from 'vitest';
import { Case } from '../../lib/core/records.ts';
import {
  CASE_STATES,
  type CaseState,
  type Deed,
  type DeedName,
  type ReviewState,
} from '../../lib/core/records-cases.ts';
import { REASONS } from '../../lib/core/refusal.ts';
import { MALWARE_RULE, waivableRules } from '../../lib/core/waivers.ts';
import { awsPrincipal, localPrincipal, oidcPrincipal, samePerson } from '../../lib/review/principals.ts';
import { type Actor, decide, possible, SYSTEM, unreviewed } from '../../lib/review/transitions.ts';
import { TERMS } from '../support/pipeline-rig.ts';
import { ada, glass, grace, lin, viewer } from '../support/review-rig.ts';

const NOW = new Date('2026-01-02T00:00:00.000Z');
const SHA = 'a'.repeat(64);
const REQUEST = '0b4f5b7e-58d5-4a31-8f4e-0a4f0c2d6b11';
const WAIVER = '7d1f3f0c-9b43-4c3a-b0de-7d7d9a3f6a55';

const evidence = Case.parse({
  ...{ v: 1, caseId: 'c'.repeat(32), state: 'open', key: 'k', reason: 'hidden-content', detail: 'x' },
  source: { versionId: 'v', etag: 'e', size: 1, sha256: SHA },
  ...{ format: 'xlsx', mediaType: null, scanner: 'none', ...TERMS, at: '2026-01-01T00:00:00.000Z' },
  findings: [
    { code: 'hidden-content', carrier: 'xlsx.sheet.hidden', at: 'sheet 2', action: 'quarantined', tier: 'M', count: 1 },
    { code: 'metadata', carrier: 'xlsx.core.creator', at: 'x', action: 'removed', tier: 'H', count: 1 },
  ],
});
const malware: Case = { ...evidence, reason: 'malware', findings: [] };

const allow = { owner: grace.principal };
const request = (rules: readonly string[] = ['xlsx.sheet.hidden'], by = ada.principal) => ({
  ...{ id: REQUEST, by, reason: 'fine', rules: [...rules] },
  ...{ expiresAt: '2026-01-03T00:00:00.000Z', at: '2026-01-01T12:00:00.000Z' },
});
function reviewIn(state: CaseState, more: Partial<ReviewState> = {}): ReviewState {
  const asked = state === 'release-requested' || state === 'approved' || state === 'released';
  const approval = { by: grace.principal, at: '2026-01-01T13:00:00.000Z', waiver: WAIVER };
  return {
    ...unreviewed(evidence, SHA),
    state,
    ...(asked && { request: request() }),
    ...(state === 'approved' || state === 'released' ? { approval } : {}),
    ...more,
  };
}

const everybody: Actor = { principal: 'local:all', roles: ['viewer', 'reviewer', 'approver', 'lead', 'break-glass'] };
const deeds: Record<DeedName, Deed> = {
  'request-release': { what: 'request-release', request: request() },
  withdraw: { what: 'withdraw', reason: 'x' },
  approve: { what: 'approve', request: REQUEST, waiver: WAIVER, reason: null },
  reject: { what: 'reject', reason: 'x' },
  reopen: { what: 'reopen', reason: 'x' },
  rerun: { what: 'rerun', reason: 'x', run: WAIVER },
  delete: { what: 'delete', reason: 'x' },
  assign: { what: 'assign', to: null },
  comment: { what: 'comment', text: 'x' },
  hold: { what: 'hold', reason: 'x' },
  unhold: { what: 'unhold', reason: 'x' },
  download: { what: 'download', reason: 'x' },
  revoke: { what: 'revoke', reason: 'x' },
  released: { what: 'released', waiver: WAIVER },
  superseded: { what: 'superseded', why: 'newer', caseId: null },
  lapsed: { what: 'lapsed' },
  resumed: { what: 'resumed' },
};

// One letter for each state that a deed leads to, in the order of CASE_STATES; '-' where it is refused.
const LETTERS: Record<string, CaseState> = {
  o: 'open',
  q: 'release-requested',
  a: 'approved',
  r: 'released',
  j: 'rejected',
  d: 'deleted',
  s: 'superseded',
};
const TABLE: Record<DeedName, string> = {
  //                 oqa rjds
  'request-release': 'q------',
  withdraw: '-oo----',
  approve: '-a-----',
  reject: 'jj-----',
  reopen: '----o--',
  rerun: 'o---o--',
  delete: 'd---d-d',
  assign: 'oqa-j--',
  comment: 'oqarjds',
  hold: 'oqarj-s',
  unhold: '-------',
  download: 'oqarj-s',
  revoke: '-------',
  released: '--r----',
  superseded: 'sss----',
  lapsed: '--o----',
  resumed: '------o',
};

describe('what each deed leads to, in every state', () => {
  for (const [what, row] of Object.entries(TABLE) as [DeedName, string][])
    test(what, () => {
      const actor = ['released', 'superseded', 'lapsed', 'resumed'].includes(what) ? SYSTEM : everybody;
      const reached = CASE_STATES.map((state) => {
        const decided = decide(evidence, reviewIn(state), actor, deeds[what], NOW);
        return 'to' in decided ? Object.keys(LETTERS).find((letter) => LETTERS[letter] === decided.to) : '-';
      });
      expect(reached.join('')).toBe(row);
    });
});

describe('who may do what', () => {
  const rows: readonly (readonly [string, Case, ReviewState, Actor, Deed, string])[] = [
    ['a viewer may not comment', evidence, reviewIn('open'), viewer, deeds.comment, 'role'],
    ['a reviewer may not approve', evidence, reviewIn('release-requested'), ada, deeds.approve, 'role'],
    ['an approver may not delete', evidence, reviewIn('open'), grace, deeds.delete, 'role'],
    [
      'malware is not put on the allow-list',
      malware,
      reviewIn('open'),
      glass,
      { what: 'request-release', request: { ...request([MALWARE_RULE]), allow } },
      'key-only',
    ],
    [
      'what was revoked is not revoked again',
      evidence,
      reviewIn('released', {
        request: { ...request(), allow },
        revoked: { by: ada.principal, at: '2026-01-01T14:00:00.000Z' },
      }),
      ada,
      deeds.revoke,
      'state',
    ],
    [
      'nobody says that something happened by itself',
      evidence,
      reviewIn('approved'),
      everybody,
      deeds.released,
      'role',
    ],
    [
      'a request is not approved by who made it',
      evidence,
      reviewIn('release-requested', { request: request(undefined, lin.principal) }),
      lin,
      deeds.approve,
      'same-person',
    ],
    [
      'nor by the same person in other letters',
      evidence,
      reviewIn('release-requested', { request: request(undefined, 'LOCAL: Lin'.replace(' ', '')) }),
      lin,
      deeds.approve,
      'same-person',
    ],
    [
      'a request that was not looked at is not approved',
      evidence,
      reviewIn('release-requested'),
      grace,
      { ...deeds.approve, request: WAIVER } as Deed,
      'other-request',
    ],
    [
      'an expired request is not approved',
      evidence,
      reviewIn('release-requested', { request: { ...request(), expiresAt: '2026-01-01T23:00:00.000Z' } }),
      grace,
      deeds.approve,
      'expired',
    ],
    [
      'what did not hold it back is not waived',
      evidence,
      reviewIn('open'),
      ada,
      { what: 'request-release', request: request(['xlsx.core.creator']) },
      'other-rules',
    ],
    [
      'malware is not asked for without break-glass',
      malware,
      reviewIn('open'),
      lin,
      { what: 'request-release', request: request([MALWARE_RULE]) },
      'role',
    ],
    [
      'malware is not approved without a lead',
      malware,
      reviewIn('release-requested', { request: request([MALWARE_RULE], glass.principal) }),
      grace,
      deeds.approve,
      'role',
    ],
    [
      'what was never read is not released',
      { ...evidence, source: { ...evidence.source, sha256: null } },
      reviewIn('open'),
      ada,
      deeds['request-release'],
      'not-waivable',
    ],
    [
      'what somebody else asked for is not withdrawn by any reviewer',
      evidence,
      reviewIn('release-requested'),
      glass,
      deeds.withdraw,
      'role',
    ],
  ];
  test.each(rows)('%s', (_, about, review, actor, deed, refused) => {
    expect(decide(about, review, actor, deed, NOW)).toEqual({ refused });
  });

  test('malware is released by break-glass and lead together', () => {
    const asked: Deed = { what: 'request-release', request: request([MALWARE_RULE], glass.principal) };
    expect(decide(malware, reviewIn('open'), glass, asked, NOW)).toEqual({ to: 'release-requested' });
    const review = reviewIn('release-requested', { request: request([MALWARE_RULE], glass.principal) });
    expect(decide(malware, review, lin, deeds.approve, NOW)).toEqual({ to: 'approved' });
  });

  test('buttons are those of the table', () => {
    expect(possible(evidence, reviewIn('release-requested'), grace)).toContain('approve');
    expect(possible(evidence, reviewIn('release-requested'), ada)).not.toContain('approve');
    expect(possible(malware, reviewIn('open'), ada)).not.toContain('request-release');
    expect(possible(evidence, reviewIn('open'), viewer)).toEqual([]);
  });
});

describe('what a waiver may excuse', () => {
  test.each(REASONS)('%s', (reason) => {
    const isPolicy = ['active-content', 'hidden-content', 'failed-redaction', 'personal-data'].includes(reason);
    const expected = isPolicy ? ['xlsx.sheet.hidden'] : undefined;
    const rules = waivableRules({ ...evidence, reason });
    expect(rules).toEqual(reason === 'malware' ? [MALWARE_RULE, 'xlsx.sheet.hidden'] : expected);
  });
});

describe('two principals', () => {
  const sts = 'arn:aws:sts::123456789012:assumed-role';
  const rows: readonly (readonly [string, string, string, boolean])[] = [
    ['two sessions of one role', awsPrincipal(`${sts}/Review/one`), awsPrincipal(`${sts}/Review/two`), true],
    ['one session name in two roles', awsPrincipal(`${sts}/Review/ada`), awsPrincipal(`${sts}/Approve/ada`), false],
    [
      'one person with two permission sets',
      awsPrincipal(`${sts}/AWSReservedSSO_Review_0123/ada@example.org`),
      awsPrincipal('arn:aws:sts::210987654321:assumed-role/AWSReservedSSO_Lead_4567/Ada@example.org'),
      true,
    ],
    [
      'two people with one permission set',
      awsPrincipal(`${sts}/AWSReservedSSO_Review_0123/ada@example.org`),
      awsPrincipal(`${sts}/AWSReservedSSO_Review_0123/lin@example.org`),
      false,
    ],
    ['one name in other letters', localPrincipal('Ada  L'), localPrincipal(' ada l'), true],
    ['one name in full-width letters', localPrincipal('ａｄａ'), localPrincipal('ada'), true],
    [
      'one subject of two issuers',
      oidcPrincipal('https://a.example', '1'),
      oidcPrincipal('https://b.example', '1'),
      false,
    ],
  ];
  test.each(rows)('%s: are they one? %s and %s', (_, one, other, isOne) => {
    expect(samePerson(one, other)).toBe(isOne);
  });
});
