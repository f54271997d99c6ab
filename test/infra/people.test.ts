import { describe, expect, test } from 'vitest';
import type { Event } from '../../lib/core/records-events.ts';
import { Event as Schema } from '../../lib/core/records-events.ts';
import { isCaseNews } from '../../lib/notify/case-news.ts';
import { isForPeople } from '../../lib/notify/said.ts';
import { ACCOUNT, policiesOf, REGION } from '../support/deployment.ts';
import { changed, failed, progress, promoted, quarantined, released, removed } from '../support/events.ts';
import { list } from '../support/iam.ts';
import { exampleConfig, ofType, only, resourcesOf, text } from '../support/template.ts';

const resources = resourcesOf(exampleConfig('full'));
const policies = policiesOf(resources);
const SECRET = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:documents-chat-Ab12Cd';
const [roleId] = only(resources, 'AWS::IAM::Role', 'PeopleTellRole');
const [queueId, queue] = only(resources, 'AWS::SQS::Queue', 'PeopleQueue');
const [, tell] = only(resources, 'AWS::Lambda::Function', 'PeopleTellFunction');

describe('what tells people', () => {
  test('may take from its queue and read one secret, write its log, and nothing else', () => {
    const queueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${queueId}`;
    const granted = policies
      .ofRole(roleId)
      .flatMap(({ Action, Resource }) =>
        list(Action).flatMap((action) => list(Resource).map((arn) => `${action} ${arn}`)),
      )
      .filter((one) => !/^(logs|xray):/.test(one));
    expect(granted.toSorted()).toEqual(
      [
        `secretsmanager:GetSecretValue ${SECRET}`,
        `sqs:ReceiveMessage ${queueArn}`,
        `sqs:DeleteMessage ${queueArn}`,
        `sqs:ChangeMessageVisibility ${queueArn}`,
      ].toSorted(),
    );
  });

  test('decrypts with the key of the secret where that is one of its own', () => {
    const config = exampleConfig('full');
    const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d';
    const channels = config.channels.map((one) => ({ ...one, ...(one.chat && { chat: { ...one.chat, keyArn } }) }));
    const own = resourcesOf({ ...config, channels });
    const granted = policiesOf(own).ofRole(only(own, 'AWS::IAM::Role', 'PeopleTellRole')[0]);
    const using = granted.filter(({ Action }) => list(Action).includes('kms:Decrypt'));
    expect(using.map(({ Resource }) => list(Resource))).toEqual([[keyArn]]);
  });

  test('is called on a schedule, one at a time, outside of the network that has no way out', () => {
    expect([tell.Properties.ReservedConcurrentExecutions, tell.Properties.VpcConfig]).toEqual([1, undefined]);
    const [, rule] = only(resources, 'AWS::Events::Rule', 'PeopleSchedule');
    expect(rule.Properties.ScheduleExpression).toBe('rate(1 minute)');
    expect(Number(queue.Properties.VisibilityTimeout)).toBeGreaterThanOrEqual(6 * Number(tell.Properties.Timeout));
  });

  test('has the extension that reads secrets, and no address in the template', () => {
    expect(text(tell.Properties.Layers)).toContain('FindInMap');
    expect(tell.Properties.Environment).toMatchObject({
      Variables: { SPOORLOOS_WEBHOOK_SECRET_ARN: SECRET, SPOORLOOS_WEBHOOK_FORMAT: 'teams' },
    });
    expect(text([...resources])).not.toContain('WEBHOOK_URL');
  });

  test('is the only function with that extension, beside the console', () => {
    const ids = ofType(resources, 'AWS::Lambda::Function').flatMap(([id, { Properties }]) =>
      Properties.Layers ? [id] : [],
    );
    expect(ids.filter((id) => id.includes('PeopleTell'))).toHaveLength(1);
    expect(ids.filter((id) => !/PeopleTell|Console/.test(id))).toEqual([]);
  });

  test('is given the events that people are told of, and no others', () => {
    const [, subscription] = only(resources, 'AWS::SNS::Subscription', 'People');
    expect(subscription.Properties).toMatchObject({ Protocol: 'sqs', RawMessageDelivery: true });
    const at = '2026-11-26T14:02:00.000Z';
    const policy = `sha256:${'a'.repeat(64)}`;
    const events: Event[] = [
      { type: 'Processing Failed', key: 'k', at },
      { type: 'Document Removed', key: 'k', publicKeys: [], at },
      ...[
        { type: 'Document Quarantined', reason: 'limit', caseId: 'c' },
        { type: 'Document Promoted', publicKey: 'k', sha256: 'b'.repeat(64), mediaType: 'image/png' },
      ].map((more) => Schema.parse({ key: 'k', versionId: 'v', findings: 0, policy, version: '0', at, ...more })),
      Schema.parse({
        ...{ type: 'Document Released', key: 'k', versionId: 'v', publicKey: 'k', sha256: 'b'.repeat(64), at },
        ...{ caseId: 'c', waiver: '0b1c7d8e-0000-4000-8000-000000000000', rules: [] },
      }),
      Schema.parse({
        ...{ type: 'Case Waiting', caseId: '0'.repeat(32), state: 'open', reason: 'limit', tier: null, since: at },
        ...{ limitHours: 24, to: 'leads', at },
      }),
      Schema.parse({
        ...{
          type: 'Review Digest',
          from: at,
          opened: 0,
          ended: {},
          waiting: {},
          oldest: null,
          ending: [],
          isMore: false,
          at,
        },
      }),
      changed(),
      Schema.parse({
        ...{ type: 'Trails Sealed', day: '2026-11-26', sha256: 'b'.repeat(64), prev: null, trails: 1, at },
      }),
      Schema.parse({
        ...{ type: 'Replay Progress', run: '20261126T140000Z-0123abcd', mode: 'audit', of: 'staging', state: 'done' },
        ...{ why: null, entries: 1, sent: 1, reported: 1, outcomes: {}, at },
      }),
    ];
    expect(new Set(events.map(({ type }) => type)).size, 'each type').toBe(Schema.options.length);
    const told = events.filter(isForPeople).map(({ type }) => type);
    expect(subscription.Properties.FilterPolicy).toEqual({ type: expect.arrayContaining(told) });
    expect(text(subscription.Properties.FilterPolicy).match(/"[A-Z]/g)).toHaveLength(told.length);
  });

  test('is missed where nobody is told for an hour, and where events were given up', () => {
    const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').filter(([id]) => id.includes('People'));
    expect(alarms.map(([, { Properties }]) => [Properties.MetricName, Properties.Threshold]).toSorted()).toEqual([
      ['ApproximateAgeOfOldestMessage', 3600],
      ['ApproximateNumberOfMessagesVisible', 1],
    ]);
  });

  test('is left out where no chat is named', () => {
    const without = [...resourcesOf(exampleConfig('small')).keys()];
    expect(without.filter((id) => id.includes('People'))).toEqual([]);
  });
});

describe('what tells a machine', () => {
  const fedBy = (format: 'events' | 'ocsf' | 'asff') => {
    const config = exampleConfig('small');
    const feed = { webhookSecretArn: SECRET, format, everyMinutes: 1 };
    return resourcesOf({ ...config, channels: config.channels.map((one) => ({ ...one, feed })) });
  };
  const filterOf = (of: ReturnType<typeof fedBy>) =>
    only(of, 'AWS::SNS::Subscription', 'Feed')[1].Properties.FilterPolicy;

  test.each(['ocsf', 'asff'] as const)('in %s is given the events of cases, and no others', (format) => {
    const told = [quarantined(), released(), changed(), promoted(), removed(), failed(), progress()].filter(isCaseNews);
    expect(filterOf(fedBy(format))).toEqual({ type: told.map(({ type }) => type) });
  });

  test('of every event is given all', () => expect(filterOf(fedBy('events'))).toBeUndefined());

  test('has its secret, its queue and no other right, and knows whose findings they are', () => {
    const fed = fedBy('asff');
    const [feedQueue] = only(fed, 'AWS::SQS::Queue', 'FeedQueue');
    const granted = policiesOf(fed)
      .ofRole(only(fed, 'AWS::IAM::Role', 'FeedTellRole')[0])
      .flatMap(({ Action, Resource }) => list(Action).flatMap((action) => list(Resource).map((arn) => [action, arn])))
      .filter(([action = '']) => !/^(logs|xray):/.test(action));
    const queueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${feedQueue}`;
    expect(new Set(granted.map(([, arn]) => arn))).toEqual(new Set([SECRET, queueArn]));
    const [, { Properties }] = only(fed, 'AWS::Lambda::Function', 'FeedTellFunction');
    expect(Properties.Environment).toMatchObject({ Variables: { SPOORLOOS_WEBHOOK_FORMAT: 'asff' } });
    expect(text(Properties.Environment)).toMatch(/SPOORLOOS_ASFF_PRODUCT.*securityhub.*product.*default/);
  });

  test('is a function beside the one that tells people', () => {
    const config = exampleConfig('full');
    const feed = { webhookSecretArn: SECRET, format: 'events', everyMinutes: 5 } as const;
    const both = resourcesOf({ ...config, channels: config.channels.map((one) => ({ ...one, feed })) });
    expect(only(both, 'AWS::Lambda::Function', 'PeopleTellFunction')[0]).not.toBe(
      only(both, 'AWS::Lambda::Function', 'FeedTellFunction')[0],
    );
    expect(only(both, 'AWS::Events::Rule', 'FeedSchedule')[1].Properties.ScheduleExpression).toBe('rate(5 minutes)');
  });
});
