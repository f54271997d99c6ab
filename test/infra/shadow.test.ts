// A channel in shadow mode: what its functions may do, evaluated as IAM does, against what their handlers were seen to do.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkWithNag, SpoorloosStack } from '../../lib/infra/stack.ts';
import { Access, matrixTable, OBJECT_ACTIONS, PARTS, peopledConfig, wordsFor } from '../support/access.ts';
import { policiesOf } from '../support/deployment.ts';
import { list, matches } from '../support/iam.ts';
import { usedInShadow } from '../support/shadow-access.ts';
import { newApp, ofType, only, resourcesOf, text } from '../support/template.ts';

const config = peopledConfig('shadow');
const resources = resourcesOf(config);
const enforcing = resourcesOf(peopledConfig());
const access = new Access(resources);
const used = await usedInShadow();
const RUNS = { sanitize: 'sanitize', 'heavy-sanitize': 'sanitize', 'fail-closed': 'fail-closed' } as const;
const ROLES = Object.keys(RUNS) as (keyof typeof RUNS)[];
const QUEUES: Readonly<Record<string, string>> = { live: 'PipelineLiveQueue', heavy: 'PipelineHeavyQueue' };
const KEY_ACTIONS: Readonly<Record<string, string>> = {
  's3:GetObject': 'kms:Decrypt',
  's3:GetObjectVersion': 'kms:Decrypt',
  's3:PutObject': 'kms:GenerateDataKey',
};
const usedBy = (role: keyof typeof RUNS) =>
  used.filter(({ role: one, place }) => one === RUNS[role] && !(role === 'heavy-sanitize' && place === 'heavy'));

describe.each(ROLES)('%s', (role) => {
  const caller = access.caller(role);

  test('has every right that its handler uses', () => {
    expect(usedBy(role).length).toBeGreaterThan(5);
    const missing = usedBy(role).filter(({ action, place, key }) => {
      const queue = QUEUES[place];
      if (queue !== undefined) return !access.canSend(caller, 'sqs:SendMessage', queue);
      return key === undefined
        ? !access.canBucket(caller, action, place)
        : !access.canObject(caller, action, KEY_ACTIONS[action], place, key);
    });
    expect(missing).toEqual([]);
  });

  test('has no right on objects that its handler does not use', () => {
    const [id] = only(
      resources,
      'AWS::IAM::Role',
      `Pipeline${role.replace(/(^|-)(\w)/g, (_, _d, one) => one.toUpperCase())}Role`,
    );
    const asked = usedBy(role).map(({ action, place, key = '' }) => ({
      action,
      arn: QUEUES[place] ? access.arnOf(QUEUES[place]) : `arn:aws:s3:::${access.bucket(place).name}${key && `/${key}`}`,
    }));
    const granted = policiesOf(resources)
      .ofRole(id)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action, Resource }) =>
        list(Action).flatMap((action) => list(Resource).map((arn) => ({ action, arn }))),
      )
      .filter(({ action }) => /^s3:|SendMessage|sns:|events:|cloudfront/.test(action));
    expect(granted.length).toBeGreaterThan(5);
    const idle = granted.filter(
      ({ action, arn }) => !asked.some((one) => matches(action, one.action) && matches(arn, one.arn)),
    );
    expect(idle).toEqual([]);
  });

  test('writes records of what would be, and nothing else; and has no right on public at all', () => {
    const writes = PARTS.filter((part) => wordsFor(access, caller, part).some((word) => /write|delete/.test(word)));
    expect(writes).toEqual(['ledger/shadow']);
    for (const part of ['public', 'work', 'quarantine'] as const)
      expect(wordsFor(access, caller, part), part).toEqual([]);
  });
});

test('a control: enforcing, the same functions write work and quarantine, and promote writes public', () => {
  const other = new Access(enforcing);
  for (const part of ['work', 'quarantine'] as const)
    expect(wordsFor(other, other.caller('sanitize'), part)).toContain('write');
  expect(wordsFor(other, other.caller('promote'), 'public')).toContain('write');
});

test('there is no promote, no queue to it, and nobody tells anybody anything', () => {
  expect([...access.callers.keys()].filter((name) => /promote|sweep|canary|bulk/.test(name))).toEqual([]);
  expect(ofType(resources, 'AWS::SQS::Queue').filter(([id]) => id.includes('Promotions'))).toEqual([]);
  for (const role of ROLES) expect(access.canSend(access.caller(role), 'sns:Publish', 'EventsTopic')).toBe(false);
});

test('whoever publishes today goes on writing public as IAM lets them; what enforcing writes nobody writes', () => {
  const administrator = access.caller('administrator');
  const { actions } = OBJECT_ACTIONS.write;
  const mayWrite = (bucket: string, key: string) =>
    actions.some((action) => access.canObject(administrator, action, undefined, bucket, key));
  expect(mayWrite('public', 'a.pdf')).toBe(true);
  for (const [bucket, key] of [
    ['work', 'ab'],
    ['quarantine', 'ab/payload'],
    ['ledger', 'verified/ab/cd.json'],
    ['ledger', 'shadow/ab/cd.json'],
    ['audit', 'audit/x'],
  ] as const)
    expect(mayWrite(bucket, key), bucket).toBe(false);
  expect(wordsFor(access, access.caller('observer'), 'ledger/shadow')).toContain('read');
});

test('changing the mode keeps buckets, keys, queues, functions, the topic and the distribution', () => {
  const kept = (from: typeof resources, types: RegExp) =>
    [...from].filter(([, { Type }]) => types.test(Type)).map(([id]) => id);
  const types =
    /^AWS::(S3::Bucket|KMS::Key|SQS::Queue|Lambda::Function|SNS::Topic|CloudFront::Distribution|Events::EventBus)$/;
  const both = new Set(kept(enforcing, types));
  expect(kept(resources, types).filter((id) => !both.has(id))).toEqual([]);
  expect(kept(resources, /^AWS::(S3::Bucket|SNS::Topic|CloudFront::Distribution)$/)).toEqual(
    kept(enforcing, /^AWS::(S3::Bucket|SNS::Topic|CloudFront::Distribution)$/),
  );
});

test('the functions run the handlers of shadow mode, which are named nothing that they could write to', () => {
  for (const name of ['Sanitize', 'HeavySanitize']) {
    const [, { Properties }] = only(resources, 'AWS::Lambda::Function', `Pipeline${name}`);
    expect(text(Properties.ImageConfig)).toContain('/app/lambdas/shadow.ts');
  }
  for (const [id, { Properties }] of ofType(resources, 'AWS::Lambda::Function').filter(([one]) =>
    one.includes('Pipeline'),
  ))
    expect(text(Properties.Environment), id).not.toMatch(/SPOORLOOS_(WORK|PUBLIC|QUARANTINE|PROMOTE|TOPIC|AUDIT)/);
});

test("keeps cdk-nag's rules, alone and without a way out", () => {
  for (const network of [{}, { egress: 'none' as const }]) {
    const app = newApp();
    checkWithNag(app);
    new SpoorloosStack(app, { ...config, network: { ...config.network, ...network } });
    expect(() => app.synth(), JSON.stringify(network)).not.toThrow();
  }
});

test('docs/threat-model.md shows this very matrix (npm run docs prints it)', () => {
  const threatModel = readFileSync(new URL('../../docs/threat-model.md', import.meta.url), 'utf8');
  expect(threatModel).toContain(matrixTable(access));
});
