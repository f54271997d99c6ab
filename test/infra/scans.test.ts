// GuardDuty as the malware engine: what is deployed for it, and what each role may do, against what handlers were seen to do.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkWithNag, SpoorloosStack } from '../../lib/infra/stack.ts';
import { Access, OBJECT_ACTIONS, peopledConfig, SCAN_PARTS, scansTable, wordsFor } from '../support/access.ts';
import { ACCOUNT, policiesOf, REGION, resolver } from '../support/deployment.ts';
import { list, matches } from '../support/iam.ts';
import { SCANS, type UsedForScans, usedForScans } from '../support/scans-access.ts';
import { exampleConfig, newApp, ofType, only, resourcesOf, text } from '../support/template.ts';

const resources = resourcesOf(peopledConfig('enforce', 'guardduty'));
const without = resourcesOf(peopledConfig());
const access = new Access(resources);
const policies = policiesOf(resources);
const used = await usedForScans();
const JUDGES = { sanitize: 'Live', 'heavy-sanitize': 'Heavy', 'bulk-sanitize': 'Bulk' } as const;
const ASKING = [...Object.keys(JUDGES), 'audits'];
const camel = (role: string) => role.replace(/(^|-)(\w)/g, (_, _dash, one) => one.toUpperCase());
const roleId = (part: string) => only(resources, 'AWS::IAM::Role', part)[0];

/** Where messages go, for that role. */
function queueOf(place: string, role: string): string | undefined {
  if (place === 'own lane' && role === 'audits') return 'RunsAuditsLaneQueue';
  if (place === 'own lane') return `Pipeline${JUDGES[role as keyof typeof JUDGES]}Queue`;
  return { live: 'PipelineLiveQueue', 'scan requests': 'ScansRequestsQueue' }[place];
}

function arnOf({ place, key }: UsedForScans, role: string): string {
  if (place === '*') return '*';
  const queue = queueOf(place, role);
  if (queue !== undefined) return access.arnOf(queue);
  return `arn:aws:s3:::${access.bucket(place).name}${key === undefined ? '' : `/${key}`}`;
}

const granted = (id: string) =>
  policies
    .ofRole(id)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource }) =>
      list(Action).flatMap((action) => list(Resource).map((arn) => ({ action, arn }))),
    );
const covers = (one: { readonly action: string; readonly arn: string }, action: string, arn: string) =>
  matches(one.action, action) && matches(one.arn, arn);

describe.each(['scan-results', 'scan-requests'] as const)('%s', (role) => {
  const own = granted(roleId(`Scans${camel(role)}Role`)).filter(
    ({ action }) => !/^(logs|xray):|ReceiveMessage|DeleteMessage|GetQueueAttributes/.test(action),
  );
  const seen = used.filter((one) => one.role === role);

  test('has every right that its handler uses, and no other', () => {
    expect(seen.length).toBeGreaterThan(2);
    const missing = seen.filter((one) => !own.some((grant) => covers(grant, one.action, arnOf(one, role))));
    expect(missing).toEqual([]);
    const idle = own.filter((grant) => !seen.some((one) => covers(grant, one.action, arnOf(one, role))));
    expect(idle).toEqual([]);
    expect(own.filter((grant) => !covers(grant, 's3:PutObject', 'x'))).not.toEqual([]);
  });

  test('has no right on documents, and on nothing else of the ledger', () => {
    const caller = access.caller(role);
    for (const part of ['staging', 'work', 'public', 'quarantine', 'ledger/heads', 'audit/audit'] as const)
      expect(
        wordsFor(access, caller, part).filter((word) => word !== 'list'),
        part,
      ).toEqual([]);
  });
});

describe.each(Object.keys(JUDGES))('%s', (role) => {
  const caller = access.caller(role);

  test('may read what was said, ask for what was not, and have a document come again by its own lane', () => {
    const own = granted(roleId(`Pipeline${camel(role)}Role`));
    const seen = used.filter(({ role: one, place, key = '' }) => {
      const isOfScans = /^scan/.test(key) || place === 'scan requests' || place === 'own lane';
      return one === 'sanitize' && isOfScans;
    });
    expect(new Set(seen.map(({ action }) => action))).toEqual(
      new Set(['s3:GetObject', 's3:PutObject', 'sqs:SendMessage']),
    );
    expect(seen.filter((one) => !own.some((grant) => covers(grant, one.action, arnOf(one, role))))).toEqual([]);
    const more = own.filter(
      ({ action, arn }) => /\/scan/.test(arn) || (action === 'sqs:SendMessage' && /Scans/.test(arn)),
    );
    expect(more.length).toBeGreaterThan(3);
    expect(more.filter((grant) => !seen.some((one) => covers(grant, one.action, arnOf(one, role))))).toEqual([]);
  });

  test('writes nothing of what GuardDuty is taken to have said', () => {
    expect(wordsFor(access, caller, 'ledger/scans')).toEqual(['read', 'list']);
    expect(access.canSend(caller, 'sqs:SendMessage', 'ScansResultsQueue')).toBe(false);
  });

  test('is told where to ask and where to come again', () => {
    const [, { Properties }] = only(resources, 'AWS::Lambda::Function', `Pipeline${camel(role)}Function`);
    const lane = `Pipeline${JUDGES[role as keyof typeof JUDGES]}Queue`;
    expect(text(Properties.Environment)).toMatch(new RegExp(`"SPOORLOOS_LATER_QUEUE_URL":\\{"Ref":"\\w*${lane}`));
    expect(text(Properties.Environment)).toMatch(/"SPOORLOOS_SCAN_REQUESTS_QUEUE_URL":\{"Ref":"\w*ScansRequestsQueue/);
    expect(text(Properties.Environment)).toContain('"SPOORLOOS_SCANNER":"guardduty"');
  });
});

describe('whoever it is', () => {
  const names = (may: (caller: ReturnType<typeof access.caller>) => boolean) =>
    [...access.callers, ...access.services].filter(([, caller]) => may(caller)).map(([name]) => name);

  test('one function alone writes what was said, by any door', () => {
    const doors = [OBJECT_ACTIONS.write, OBJECT_ACTIONS['other writes'], OBJECT_ACTIONS.delete].flatMap(
      ({ actions }) => actions,
    );
    const may = names((caller) =>
      doors.some((action) => access.canObject(caller, action, undefined, 'ledger', 'scans/ab/cd/FAILED.json')),
    );
    expect(may).toEqual(['scan-results', 'break glass']);
  });

  test("only the rule for GuardDuty's results sends any, and only what judges asks for scans", () => {
    const administers = new Set(['administrator', 'who deploys', 'break glass']);
    const may = (part: string) =>
      names((caller) => access.canSend(caller, 'sqs:SendMessage', part)).filter((name) => !administers.has(name));
    expect(may('ScansResultsQueue')).toEqual(["GuardDuty's results"]);
    expect(may('ScansRequestsQueue').toSorted()).toEqual(ASKING.toSorted());
  });

  test('one function alone asks GuardDuty for a scan', () => {
    const may = ofType(resources, 'AWS::IAM::Role').filter(([id]) =>
      granted(id).some(({ action }) => action.startsWith('guardduty:')),
    );
    expect(may.map(([id]) => id)).toEqual([expect.stringContaining('ScansScanRequestsRole')]);
  });

  test('audits read what was said, ask for what was not, come again by their lane, and write nothing of it', () => {
    for (const part of SCAN_PARTS)
      expect(wordsFor(access, access.caller('audits'), part)).toEqual(
        part === 'ledger/scans' ? ['read', 'list'] : ['list'],
      );
    const own = granted(roleId('RunsAuditsRole'));
    const seen = used.filter(
      ({ role, place, key = '' }) => role === 'audits' && (place !== 'ledger' || /^scan/.test(key)),
    );
    const more = seen.filter(({ place }) => place !== 'staging');
    expect(new Set(more.map(({ action }) => action))).toEqual(new Set(['s3:GetObject', 'sqs:SendMessage']));
    expect(more.filter((one) => !own.some((grant) => covers(grant, one.action, arnOf(one, 'audits'))))).toEqual([]);
    const sent = own.filter(({ action }) => action === 'sqs:SendMessage').map(({ arn }) => arn);
    const queues = ['RunsResultsQueue', 'ScansRequestsQueue', 'RunsAuditsLaneQueue'].map((part) => access.arnOf(part));
    expect(sent.toSorted()).toEqual(queues.toSorted());
  });
});

describe("GuardDuty's own role", () => {
  const [id, role] = only(resources, 'AWS::IAM::Role', 'ScansScanningRole');
  const caller = access.caller('GuardDuty');

  test('is taken on by the service for a plan of this account alone', () => {
    const resolve = resolver(resources);
    expect(resolve(role.Properties.AssumeRolePolicyDocument)).toMatchObject({
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'malware-protection-plan.guardduty.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': ACCOUNT },
            ArnLike: { 'aws:SourceArn': `arn:aws:guardduty:${REGION}:${ACCOUNT}:malware-protection-plan/*` },
          },
        },
      ],
    });
  });

  test('has the rights that its documentation asks for, without those on tags', () => {
    const { name } = access.bucket('staging');
    const rule = `arn:aws:events:${REGION}:${ACCOUNT}:rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*`;
    const asked: Readonly<Record<string, string>> = {
      'events:PutRule': rule,
      'events:DeleteRule': rule,
      'events:PutTargets': rule,
      'events:RemoveTargets': rule,
      'events:DescribeRule': rule,
      'events:ListTargetsByRule': rule,
      's3:GetBucketNotification': `arn:aws:s3:::${name}`,
      's3:PutBucketNotification': `arn:aws:s3:::${name}`,
      's3:ListBucket': `arn:aws:s3:::${name}`,
      's3:GetObject': `arn:aws:s3:::${name}/*`,
      's3:GetObjectVersion': `arn:aws:s3:::${name}/*`,
      's3:PutObject': `arn:aws:s3:::${name}/malware-protection-resource-validation-object*`,
    };
    expect(Object.fromEntries(granted(id).map(({ action, arn }) => [action, arn]))).toEqual(asked);
    const managed = policies.ofRole(id).filter(({ Action }) => list(Action).includes('events:PutRule'));
    expect(managed.map(({ Condition }) => Condition)).toEqual([
      { StringLike: { 'events:ManagedBy': 'malware-protection-plan.guardduty.amazonaws.com' } },
    ]);
  });

  test('reads every upload, and gets at nothing else', () => {
    expect(wordsFor(access, caller, 'staging')).toEqual(['read', 'old versions', 'list', 'configure']);
    expect(access.canObject(caller, 's3:PutObject', 'kms:GenerateDataKey', 'staging', 'a.pdf')).toBe(false);
    const probe = 'malware-protection-resource-validation-object';
    expect(access.canObject(caller, 's3:PutObject', 'kms:GenerateDataKey', 'staging', probe)).toBe(true);
    for (const part of ['work', 'public', 'quarantine', 'ledger/heads', 'ledger/scans', 'audit/audit'] as const)
      expect(wordsFor(access, caller, part), part).toEqual([]);
  });

  test('is let through the guard rails of staging for notifications, and for nothing else', () => {
    const may = (action: string) =>
      [...access.callers].filter(([, one]) => access.canBucket(one, action, 'staging')).map(([name]) => name);
    expect(may('s3:PutBucketNotification')).toEqual(['GuardDuty', 'who deploys', 'break glass']);
    for (const action of ['s3:PutBucketPolicy', 's3:PutReplicationConfiguration', 's3:PutLifecycleConfiguration'])
      expect(may(action), action).toEqual(['who deploys', 'break glass']);
    expect(new Access(without).canBucket(caller, 's3:PutBucketNotification', 'staging'), 'a control').toBe(false);
  });
});

describe('the plan', () => {
  const [, plan] = only(resources, 'AWS::GuardDuty::MalwareProtectionPlan', 'ScansPlan');

  test('protects all of staging, writes no tags, and is made after what it may do', () => {
    expect(plan.Properties).toMatchObject({
      Actions: { Tagging: { Status: 'DISABLED' } },
      ProtectedResource: { S3Bucket: { BucketName: { Ref: expect.stringContaining('BucketsStaging') } } },
    });
    const after = text(plan.DependsOn);
    for (const part of ['ScansScanningRoleDefaultPolicy', 'BucketsStagingPolicy']) expect(after).toContain(part);
  });

  test('staging tells EventBridge as well, and its own queue as before', () => {
    const told = (of: typeof resources) =>
      only(of, 'AWS::S3::Bucket', 'BucketsStaging')[1].Properties.NotificationConfiguration;
    expect(told(resources)).toEqual({
      ...Object(told(without)),
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    expect(text(told(resources))).toContain('QueueConfigurations');
  });

  test('somebody is told when it is not well, and when results or requests are given up', () => {
    const [, rule] = only(resources, 'AWS::Events::Rule', 'ScansPlanStatus');
    expect(text(rule.Properties.EventPattern)).toMatch(/Status Warning.*Status Error.*BucketsStaging/);
    expect(text(rule.Properties.Targets)).toContain('AlarmsTopic');
    const rules = access.services.get('rules');
    expect(rules && access.canSend(rules, 'sns:Publish', 'AlarmsTopic')).toBe(true);
    for (const lane of ['Results', 'Requests']) {
      const [, alarm] = only(resources, 'AWS::CloudWatch::Alarm', `Scans${lane}`);
      expect(alarm.Properties).toMatchObject({ MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 1 });
      expect(text(alarm.Properties.Dimensions)).toContain(`Scans${lane}DeadLetters`);
      expect(text(alarm.Properties.AlarmActions)).toContain('AlarmsTopic');
    }
  });

  test('results are taken of this bucket alone, and what the rule cannot deliver is kept', () => {
    const [, rule] = only(resources, 'AWS::Events::Rule', 'ScansFound');
    expect(resolver(resources)(rule.Properties.EventPattern)).toEqual({
      source: ['aws.guardduty'],
      'detail-type': ['GuardDuty Malware Protection Object Scan Result'],
      detail: { s3ObjectDetails: { bucketName: [access.bucket('staging').name] } },
    });
    expect(text(rule.Properties.Targets)).toMatch(/ScansResultsQueue.*ScansResultsDeadLetters|DeadLetterConfig/);
  });

  test('and nothing of it is there where another engine is chosen, nor definitions where this one is', () => {
    expect([...without].filter(([id, { Type }]) => /Scans/.test(id) || /GuardDuty/.test(Type))).toEqual([]);
    expect([...resources.keys()].filter((id) => id.startsWith('Definitions'))).toEqual([]);
  });

  test('a staging bucket that was brought is protected where it stands', () => {
    const brought = exampleConfig('brought');
    const channels = brought.channels.map((one) => ({
      ...one,
      scanner: { ...one.scanner, engine: 'guardduty' as const },
    }));
    const app = newApp();
    checkWithNag(app);
    const stack = new SpoorloosStack(app, { ...brought, channels });
    expect(() => app.synth()).not.toThrow();
    expect(stack.channels.map(({ scans }) => scans?.handlers.length)).toEqual([2, 2]);
    const own = resourcesOf({ ...brought, channels });
    const plans = ofType(own, 'AWS::GuardDuty::MalwareProtectionPlan').map(([, one]) => text(one.Properties));
    expect(plans.join()).toContain('example-press-incoming');
    expect(ofType(own, 'AWS::S3::Bucket').filter(([one]) => one.includes('pressBucketsStaging'))).toEqual([]);
  });
});

test('docs/threat-model.md shows who has to do with it (npm run docs prints it)', () => {
  const threatModel = readFileSync(new URL('../../docs/threat-model.md', import.meta.url), 'utf8');
  expect(threatModel).toContain(`${SCANS}\n\n${scansTable(access)}`);
});
