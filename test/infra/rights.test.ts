// The rights in the synthesised template, evaluated as IAM does, against those that the handlers are seen to use.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sealKey, sealToldKey } from '../../lib/core/records-seals.ts';
import {
  Access,
  BUCKET_ACTIONS,
  isSending,
  matrixTable,
  OBJECT_ACTIONS,
  PARTS,
  peopledConfig,
  type Sending,
  sendingTable,
  wordsFor,
} from '../support/access.ts';
import { ACCOUNT, policiesOf } from '../support/deployment.ts';
import { askedByLambda, idleOf, pairsOf } from '../support/granted.ts';
import { list, type PlainStatement } from '../support/iam.ts';
import { ofType, only, resourcesOf } from '../support/template.ts';
import { type Used, usedRights } from '../support/used-rights.ts';
import { usedRightsOfConsole } from '../support/used-rights-console.ts';
import { usedRightsOfReminding } from '../support/used-rights-remind.ts';
import { usedRightsOfRuns } from '../support/used-rights-runs.ts';

const resources = resourcesOf(peopledConfig());
const access = new Access(resources);
const policies = policiesOf(resources);
const used = [
  ...(await usedRights()),
  ...(await usedRightsOfRuns()),
  ...(await usedRightsOfConsole()),
  ...(await usedRightsOfReminding()),
];
// What runs which handler: three lanes, one of which sends what is large on, and one of which has runs to report to.
const RUNS = {
  sanitize: 'sanitize',
  'heavy-sanitize': 'sanitize',
  'bulk-sanitize': 'sanitize',
  promote: 'promote',
  'fail-closed': 'fail-closed',
  sweep: 'sweep',
  canary: 'canary',
  status: 'status',
  audits: 'audits',
  collect: 'collect',
  planner: 'planner',
  console: 'console',
  remind: 'remind',
} as const;
const ROLES = Object.keys(RUNS) as (keyof typeof RUNS)[];
const usedBy = (role: keyof typeof RUNS) =>
  used.filter(({ role: one, place }) => one === RUNS[role] && (LANES[place]?.includes(role) ?? true));
const LANES: Readonly<Record<string, readonly string[]>> = {
  heavy: ['sanitize'],
  results: ['bulk-sanitize', 'fail-closed', 'audits', 'planner'],
};

const KEY_ACTIONS: Readonly<Record<string, string>> = {
  's3:GetObject': 'kms:Decrypt',
  's3:GetObjectVersion': 'kms:Decrypt',
  's3:PutObject': 'kms:GenerateDataKey',
};
const PLACES: Readonly<Record<string, string>> = {
  live: 'PipelineLiveQueue',
  'live dead letters': 'PipelineLiveDeadLetters',
  heavy: 'PipelineHeavyQueue',
  bulk: 'PipelineBulkQueue',
  audits: 'RunsAuditsLaneQueue',
  results: 'RunsResultsQueue',
  pictures: 'ConsolePicturesFunction',
  originals: 'ConsoleOriginalsFunction',
  promotions: 'PipelinePromotionsQueue',
  topic: 'EventsTopic',
  bus: 'EventsBus',
  'deny-list': 'DeliveryDenied',
  distribution: 'DeliveryDistribution',
};

/** Whether the role is let do what its handler was seen to do. */
function isLet(role: string, { action, place, key }: Used): boolean {
  const caller = access.caller(role);
  if (place === 'metrics') return access.canAnywhere(caller, action);
  if (isSending(action)) return access.canSend(caller, action, PLACES[place] ?? place);
  return key === undefined
    ? access.canBucket(caller, action, place)
    : access.canObject(caller, action, KEY_ACTIONS[action], place, key);
}

const PARTS_OF: Readonly<Record<string, string>> = {
  ...{ sweep: 'Watch', canary: 'Watch', status: 'StatusApi' },
  ...{ audits: 'Runs', collect: 'Runs', planner: 'Runs', console: '', remind: 'Reminders' },
};

describe.each(ROLES)('%s', (role) => {
  const [id] = only(
    resources,
    'AWS::IAM::Role',
    `${PARTS_OF[role] ?? 'Pipeline'}${role.replace(/(^|-)(\w)/g, (_, _dash, one) => one.toUpperCase())}Role`,
  );
  const own = policies.ofRole(id);

  test('has every right that its handler uses', () => {
    expect(usedBy(role).length).toBeGreaterThan(4);
    expect(usedBy(role).filter((one) => !isLet(role, one))).toEqual([]);
  });

  test('has no right that neither its handler nor Lambda uses for it', () => {
    const asked = [
      ...usedBy(role).map(({ action, place, key }) => ({ action, arn: arnOf(place, key) })),
      ...askedByLambda(resources, id),
    ];
    const granted = own.filter(({ Effect }) => Effect === 'Allow').flatMap(pairsOf);
    expect(granted.length).toBeGreaterThan(7);
    expect(idleOf(granted, asked)).toEqual([]);
    const without = asked.filter(({ action }) => !['s3:GetObject', 's3:PutObject', 'sqs:SendMessage'].includes(action));
    expect(idleOf(granted, without), 'a control').not.toEqual([]);
  });

  test('uses each key that lets it, through S3 or the services of events', () => {
    const arn = `arn:aws:iam::${ACCOUNT}:role/${id}`;
    const names = (statement: PlainStatement) => JSON.stringify(statement.Principal).includes(`"${arn}"`);
    for (const [keyId] of ofType(resources, 'AWS::KMS::Key')) {
      const granted = policies
        .ofKey(keyId)
        .filter(names)
        .flatMap(({ Action }) => list(Action));
      const bucket = /Buckets([A-Z][a-z]+)Key/.exec(keyId)?.[1]?.toLowerCase();
      const needed = bucket
        ? usedBy(role).flatMap(({ place, action }) => (place === bucket ? (KEY_ACTIONS[action] ?? []) : []))
        : keyId.includes('EventsKey') && usedBy(role).some(({ place }) => place === 'topic')
          ? ['kms:Decrypt', 'kms:GenerateDataKey*']
          : [];
      expect([...new Set(granted)].sort(), keyId).toEqual([...new Set(needed)].sort());
      if (bucket && granted.length > 0)
        expect(access.canUseKey(access.caller(role), granted[0] ?? '', keyId, ''), `${keyId} directly`).toBe(false);
    }
  });
});

/** A resource of the template, or an object in it, as an ARN. */
function arnOf(place: string, key: string | undefined): string {
  if (place === 'metrics') return '*';
  const to = PLACES[place];
  if (to !== undefined) return access.arnOf(to);
  const bucket = `arn:aws:s3:::${access.bucket(place).name}`;
  return key === undefined ? bucket : `${bucket}/${key}`;
}

const OF_ORDERS = ['staging', 'ledger', 'audit'];
const BUCKETS = {
  observer: OF_ORDERS,
  operator: OF_ORDERS,
  recoverer: [...OF_ORDERS, 'public', 'quarantine'],
};

describe.each(['observer', 'operator', 'recoverer'] as const)('%s', (role) => {
  // Who orders a take-down is let change the edge's list by IAM, which no policy of ours can give.
  const asked = used.filter((one) => one.role === role && one.place !== 'deny-list');
  const statements = [
    ...BUCKETS[role].flatMap((bucket) => policies.ofBucket(access.bucket(bucket).name)),
    ...['PromotionsQueue', 'LiveQueue'].flatMap((part) =>
      policies.ofQueue(only(resources, 'AWS::SQS::Queue', part)[0]),
    ),
  ];

  test('has every right that its command uses', () => {
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((one) => !isLet(role, one))).toEqual([]);
  });

  test('has no other', () => {
    const granted = statements
      .filter(({ Effect, Principal }) => Effect === 'Allow' && JSON.stringify(Principal).includes(`role/${role}s`))
      .flatMap(pairsOf);
    expect(granted.length).toBeGreaterThan(3);
    const pairs = asked.map(({ action, place, key }) => ({ action, arn: arnOf(place, key) }));
    expect(idleOf(granted, pairs)).toEqual([]);
    for (const part of PARTS.filter((one) => !BUCKETS[role].includes(one.split('/')[0] ?? '')))
      expect(wordsFor(access, access.caller(role), part), part).toEqual([]);
  });
});

// Whom IAM lets do anything, to what no policy of its own says otherwise.
const ADMINISTERS = new Set(['administrator', 'who deploys', 'break glass']);

describe('a control', () => {
  test('without the guard rails an administrator would write documents', () => {
    const open = new Access(new Map([...resources].filter(([, { Type }]) => Type !== 'AWS::S3::BucketPolicy')));
    expect(open.canObject(open.caller('administrator'), 's3:PutObject', undefined, 'public', 'a')).toBe(true);
  });

  test('without a right that is used, it would be missed', () => {
    const poor = new Map(
      [...resources].filter(([id, { Type }]) => !(Type === 'AWS::IAM::Policy' && id.includes('PipelinePromote'))),
    );
    const caller = new Access(poor).caller('promote');
    expect(access.canBucket(access.caller('promote'), 's3:ListBucketVersions', 'public')).toBe(true);
    expect(new Access(poor).canBucket(caller, 's3:ListBucketVersions', 'public')).toBe(false);
  });
});

describe('whoever it is', () => {
  const WRITING = [
    ...OBJECT_ACTIONS.write.actions,
    ...OBJECT_ACTIONS['other writes'].actions,
    ...OBJECT_ACTIONS.delete.actions,
  ];
  const mayWrite = (bucket: string, key: string) =>
    [...access.callers]
      .filter(([, caller]) => WRITING.some((action) => access.canObject(caller, action, undefined, bucket, key)))
      .map(([name]) => name);

  test('promote alone changes public objects, by any door, but for a way around that is alarmed', () => {
    expect(mayWrite('public', 'a/b.pdf')).toEqual(['promote', 'break glass']);
  });

  test('what opens documents alone writes what promote believes', () => {
    const judges = ['sanitize', 'heavy-sanitize', 'bulk-sanitize', 'break glass'];
    expect(mayWrite('work', 'ab').toSorted()).toEqual(judges.toSorted());
    expect(mayWrite('ledger', 'verified/ab/cd.json').toSorted()).toEqual(judges.toSorted());
    expect(mayWrite('work', 'intake/ab'), 'what it is given of public').toEqual(['promote', 'break glass']);
  });

  const DECISIONS = ['reviews/ab.json', 'waivers/ab/cd.json'];

  test('the console alone decides about a case, waives a rule, writes in its trail and says who is signed in', () => {
    for (const key of [...DECISIONS, 'sessions/ab/cd.json', 'sign-ins/ab.json'])
      expect(mayWrite('ledger', key), key).toEqual(['console', 'break glass']);
    expect(mayWrite('audit', 'trail/ab/00000001.json')).toEqual(['console', 'break glass']);
    expect(mayWrite('audit', 'views/ab/1.json')).toEqual(['console', 'break glass']);
    for (const key of ['heads/ab/cd.json', 'cases/ab/case.json', 'verified/ab/cd.json', 'claims/ab/cd.json'])
      expect(mayWrite('ledger', key), key).not.toContain('console');
    expect(mayWrite('quarantine', 'downloads/ab/cd.zip'), 'archives').toEqual(['console', 'break glass']);
    for (const part of ['public', 'staging', 'work'] as const)
      expect(wordsFor(access, access.caller('console'), part), part).toEqual([]);
  });

  test('who reminds reads where cases stand, and writes but what was told, and seals, which nobody else may', () => {
    const words = (part: (typeof PARTS)[number]) => wordsFor(access, access.caller('remind'), part);
    for (const part of PARTS.filter((one) => !/^(ledger|audit)\//.test(one))) expect(words(part), part).toEqual([]);
    for (const part of ['audit/audit', 'audit/trail'] as const) expect(words(part), part).toEqual(['list']);
    expect(words('audit/seals')).toEqual(['read', 'write', 'list']);
    expect(mayWrite('audit', sealKey('2026-01-01'))).toEqual(['remind', 'break glass']);
    for (const part of ['ledger/cases', 'ledger/heads', 'ledger/reviews'] as const)
      expect(words(part), part).toEqual(['read', 'list']);
    expect(words('ledger/reminders')).toEqual(['read', 'write', 'list']);
  });

  test('reviewers read beside a console and write nothing; without one they decide, and nobody else', () => {
    const reviewer = access.caller('reviewer');
    for (const part of PARTS)
      for (const word of wordsFor(access, reviewer, part)) expect(['read', 'list'], part).toContain(word);
    // Who verifies trails holds them against their seals.
    for (const part of ['audit/trail', 'audit/seals'] as const)
      expect(wordsFor(access, reviewer, part), part).toEqual(['read', 'list']);
    for (const [key, may] of [
      [sealToldKey('2026-01-01'), true],
      ['reminders/digests/2026-01-01.json', false],
    ] as const)
      expect(access.canObject(reviewer, 's3:GetObject', undefined, 'ledger', key), key).toBe(may);
    const alone = new Access(resourcesOf(peopledConfig('enforce', 'clamd', { hasConsole: false })));
    const mayDecide = (bucket: string, key: string) =>
      [...alone.callers]
        .filter(([, one]) => alone.canObject(one, 's3:PutObject', undefined, bucket, key))
        .map(([name]) => name);
    for (const key of DECISIONS) expect(mayDecide('ledger', key), key).toEqual(['reviewer', 'break glass']);
    expect(mayDecide('audit', 'trail/ab/00000001.json')).toEqual(['reviewer', 'break glass']);
    expect(mayDecide('audit', 'audit/2026/01/01/00/x.json')).not.toContain('reviewer');
    // Whoever carries it out tells of it.
    for (const [one, isTelling] of [
      [alone, true],
      [access, false],
    ] as const)
      expect(one.canSend(one.caller('reviewer'), 'sns:Publish', 'EventsTopic')).toBe(isTelling);
    expect(mayDecide('ledger', 'heads/ab/cd.json')).not.toContain('reviewer');
  });

  test('who reviews alone reads what hints at values and places', () => {
    const readers = (key: string) =>
      [...access.callers]
        .filter(([, caller]) => access.canObject(caller, 's3:GetObject', 'kms:Decrypt', 'ledger', key))
        .map(([name]) => name)
        .toSorted();
    expect(readers('evidence/ab.json')).toEqual(['console', 'reviewer']);
    expect(readers('cases/ab/case.json'), 'a control').toContain('observer');
  });

  test('what opens documents for an audit writes nothing anywhere, and tells nobody but who collects', () => {
    const audits = access.caller('audits');
    for (const part of PARTS)
      for (const word of wordsFor(access, audits, part)) expect(['read', 'list'], part).toContain(word);
    const own = policies.ofRole(only(resources, 'AWS::IAM::Role', 'RunsAuditsRole')[0]);
    const sent = own
      .filter(({ Action }) => list(Action).includes('sqs:SendMessage'))
      .flatMap(({ Resource }) => Resource);
    expect(sent).toEqual([access.arnOf('RunsResultsQueue')]);
  });

  test.each([
    { shows: 'opens documents for pictures', name: 'console-pictures', part: 'ConsolePicturesRole' },
    { shows: 'packs originals', name: 'console-originals', part: 'ConsoleOriginalsRole' },
  ])('what $shows has no right on anything', ({ name, part }) => {
    for (const part of PARTS) expect(wordsFor(access, access.caller(name), part), part).toEqual([]);
    const [id] = only(resources, 'AWS::IAM::Role', part);
    const granted = policies.ofRole(id).filter(({ Effect }) => Effect === 'Allow');
    expect(idleOf(granted.flatMap(pairsOf), askedByLambda(resources, id))).toEqual([]);
    for (const [keyId] of ofType(resources, 'AWS::KMS::Key'))
      expect(access.canUseKey(access.caller(name), 'kms:Decrypt', keyId), keyId).toBe(false);
    expect(wordsFor(access, access.caller('console'), 'quarantine'), 'a control').toContain('read');
  });

  test('results of runs are written by who collects them, and the rest of runs by who plans and who orders them', () => {
    expect(mayWrite('ledger', 'runs/x/results/00000000/ab.jsonl')).toEqual(['collect', 'break glass']);
    for (const key of ['runs/x/state.json', 'runs/x/shards/00000000.jsonl'])
      expect(mayWrite('ledger', key).toSorted(), key).toEqual(['break glass', 'operator', 'planner']);
  });

  test('an administrator reads no original and writes no document, but may read what IAM lets him of nothing else', () => {
    const words = (part: (typeof PARTS)[number]) => wordsFor(access, access.caller('administrator'), part);
    for (const part of PARTS) expect(words(part), part).not.toContain('read');
    expect(words('public')).toEqual(['list']);
  });

  test('nobody else gets at anything', () => {
    for (const name of ['definitions updater', 'another account', 'anybody', "somebody else's CloudFront"])
      for (const part of PARTS) expect(wordsFor(access, access.caller(name), part), `${name} on ${part}`).toEqual([]);
  });

  test('nobody else sends a message or an event, and nobody else sets off an alarm', () => {
    const may = (action: Sending, part: string) =>
      [...access.callers, ...access.services].filter(([, caller]) => access.canSend(caller, action, part));
    const names = (found: ReturnType<typeof may>) =>
      found.map(([name]) => name).filter((name) => !ADMINISTERS.has(name));
    const judges = ['sanitize', 'bulk-sanitize', 'heavy-sanitize'];
    expect(names(may('sqs:SendMessage', 'LiveQueue'))).toEqual([
      'console',
      ...judges,
      'promote',
      'fail-closed',
      'sweep',
      'recoverer',
      'staging',
    ]);
    expect(names(may('sqs:SendMessage', 'PromotionsQueue'))).toEqual([
      ...judges,
      'fail-closed',
      'operator',
      'recoverer',
    ]);
    expect(names(may('sqs:SendMessage', 'HeavyQueue'))).toEqual(['sanitize']);
    expect(names(may('sqs:SendMessage', 'BulkQueue'))).toEqual(['promote', 'planner']);
    expect(names(may('sqs:SendMessage', 'AuditsLaneQueue'))).toEqual(['planner']);
    expect(names(may('sqs:SendMessage', 'ResultsQueue'))).toEqual(['bulk-sanitize', 'fail-closed', 'audits']);
    expect(names(may('sns:Publish', 'EventsTopic'))).toEqual([
      ...['console', 'remind'],
      ...[...judges, 'promote', 'fail-closed'],
      'planner',
    ]);
    expect(names(may('cloudfront:CreateInvalidation', 'DeliveryDistribution'))).toEqual(['promote']);
    expect(names(may('cloudfront-keyvaluestore:UpdateKeys', 'DeliveryDenied'))).toEqual(['promote']);
    for (const part of ['ConsolePicturesFunction', 'ConsoleOriginalsFunction'])
      expect(names(may('lambda:InvokeFunction', part)), part).toEqual(['console']);
    expect(names(may('sns:Publish', 'AlarmsTopic'))).toEqual(['alarms', 'rules']);
  });

  test('the planner alone reads metrics, which are of no single thing', () => {
    const may = [...access.callers].filter(([, caller]) => access.canAnywhere(caller, 'cloudwatch:GetMetricData'));
    expect(may.map(([name]) => name).filter((name) => !ADMINISTERS.has(name))).toEqual(['planner']);
  });

  test('CloudFront reads what is public, and neither old versions nor the list', () => {
    expect(wordsFor(access, access.caller('CloudFront'), 'public')).toEqual(['read']);
  });

  test('who deploys alone changes buckets, and can delete their policies', () => {
    for (const bucket of ['staging', 'work', 'public', 'quarantine', 'ledger', 'audit']) {
      const may = [...access.callers].filter(([, caller]) =>
        BUCKET_ACTIONS.configure.some((action) => access.canBucket(caller, action, bucket)),
      );
      expect(
        may.map(([name]) => name),
        bucket,
      ).toEqual(['who deploys', 'break glass']);
      expect(access.canBucket(access.caller('who deploys'), 's3:DeleteBucketPolicy', bucket)).toBe(true);
    }
  });
});

test('docs/threat-model.md shows this very matrix (npm run docs prints it)', () => {
  const threatModel = readFileSync(new URL('../../docs/threat-model.md', import.meta.url), 'utf8');
  expect(threatModel).toContain(matrixTable(access));
  expect(threatModel).toContain(sendingTable(access));
});
