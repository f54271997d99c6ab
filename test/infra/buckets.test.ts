import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SESSION_MS } from '../../lib/console/oidc-sessions.ts';
import { ATTEMPT_S } from '../../lib/console/sign-in-oidc.ts';
import { INDEX } from '../../lib/core/case-index.ts';
import { sessionKey, signInKey } from '../../lib/core/records-console.ts';
import { ARCHIVES } from '../../lib/hand-out.ts';
import { exampleConfig, metadataOf, ofType, only, type Resources, resourcesOf, text } from '../support/template.ts';

const NAMES = ['Staging', 'Work', 'Public', 'Quarantine', 'Ledger', 'Audit'] as const;
const DAY_MS = 24 * 3_600_000;
const Rules = z.object({
  Rules: z.array(z.looseObject({ Prefix: z.string().optional(), ExpirationInDays: z.number().optional() })),
});
const EVENTS = ['s3:LifecycleExpiration:*', 's3:ObjectCreated:*', 's3:ObjectRemoved:*'];
let resources: Resources;
beforeAll(() => {
  resources = resourcesOf();
});
const bucket = (name: string) => only(resources, 'AWS::S3::Bucket', `Buckets${name}`);

describe('buckets', () => {
  test('are private, encrypted, and refuse what is not TLS 1.2', () => {
    const buckets = ofType(resources, 'AWS::S3::Bucket');
    expect(buckets).toHaveLength(NAMES.length + 3);
    for (const [id, { Properties }] of buckets) {
      expect(Properties.PublicAccessBlockConfiguration, id).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(Properties.BucketEncryption, id).toBeDefined();
      const policy = ofType(resources, 'AWS::S3::BucketPolicy').find(([, other]) =>
        text(other.Properties.Bucket).includes(id),
      );
      expect(text(policy), id).toContain('"aws:SecureTransport":"false"');
      expect(text(policy), id).toContain('"s3:TlsVersion"');
    }
  });

  test('of a channel have a key each, which turns', () => {
    const keys = NAMES.map((name) => text(bucket(name)[1].Properties.BucketEncryption));
    expect(new Set(keys).size).toBe(NAMES.length);
    for (const key of keys) expect(key).toContain('aws:kms');
    for (const [id, { Properties }] of ofType(resources, 'AWS::KMS::Key'))
      expect(Properties.EnableKeyRotation, id).toBe(true);
  });

  test('keep old versions where a version is pinned or something could be lost', () => {
    const versioned = NAMES.filter((name) => bucket(name)[1].Properties.VersioningConfiguration !== undefined);
    expect(versioned).toEqual(['Staging', 'Public', 'Quarantine', 'Ledger', 'Audit']);
  });

  test('of the ledger: marks of cases that were decided leave nothing that a list would have to pass', () => {
    const rules = bucket('Ledger')[1].Properties.LifecycleConfiguration;
    expect(rules).toMatchObject({
      Rules: expect.arrayContaining([
        expect.objectContaining({
          Prefix: INDEX,
          ExpiredObjectDeleteMarker: true,
          NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        }),
      ]),
    });
    expect(text(bucket('Staging')[1].Properties.LifecycleConfiguration)).not.toContain('ExpiredObjectDeleteMarker');
  });

  test('of quarantine: archives that were handed out go after a day, with all their versions, and nothing else does', () => {
    const { Rules: rules } = Rules.parse(bucket('Quarantine')[1].Properties.LifecycleConfiguration);
    const ending = rules.filter((one) => one.ExpirationInDays !== undefined || one.NoncurrentVersionExpiration);
    expect(ending).toEqual([
      expect.objectContaining({
        ...{ Prefix: ARCHIVES, ExpirationInDays: 1, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
      }),
    ]);
  });

  test('of the ledger: records of sign-ins go, with all their versions, when none can be used any more, and no others', () => {
    const rules = Rules.parse(bucket('Ledger')[1].Properties.LifecycleConfiguration).Rules;
    const expiring = rules.filter(({ ExpirationInDays }) => ExpirationInDays !== undefined);
    const whose = (key: string) => expiring.filter(({ Prefix }) => key.startsWith(Prefix ?? ''));
    for (const [key, ms] of [
      [sessionKey('a', 'b'), SESSION_MS],
      [signInKey('a'), ATTEMPT_S * 1000],
    ] as const) {
      expect(whose(key), key).toEqual([
        expect.objectContaining({ ExpirationInDays: 1, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
      ]);
      // S3 rounds up to the next midnight.
      expect(ms, key).toBeLessThan(DAY_MS);
    }
    for (const key of [
      'heads/ab/cd.json',
      'cases/ab/case.json',
      'reviews/ab.json',
      'waivers/ab/cd.json',
      'reminders/x',
    ])
      expect(whose(key), key).toEqual([]);
  });

  test('of a deployment: only staging tells anyone, so nothing can go round in circles', () => {
    const two = resourcesOf(exampleConfig('brought'));
    for (const [all, staging] of [
      [resources, ['ChannelmainBucketsStaging']],
      [two, ['ChannelarchiveBucketsStaging']],
    ] as const) {
      const telling = ofType(all, 'AWS::S3::Bucket').filter(
        ([, { Properties }]) => Properties.NotificationConfiguration,
      );
      expect(telling.map(([id]) => id.slice(0, -8))).toEqual(staging);
      expect(ofType(all, 'Custom::S3BucketNotifications')).toEqual([]);
    }
    const told = bucket('Staging')[1].Properties.NotificationConfiguration;
    for (const event of EVENTS) expect(text(told)).toContain(event);
  });
});

describe('the audit trail', () => {
  const rows = [
    { lock: 'governance', config: exampleConfig('small'), mode: 'GOVERNANCE', days: 365 },
    { lock: 'compliance', config: exampleConfig('full'), mode: 'COMPLIANCE', days: 7 * 365 },
  ] as const;
  for (const { lock, config, mode, days } of rows)
    test(`is locked in its bucket: ${lock}`, () => {
      const { Properties } = only(resourcesOf(config), 'AWS::S3::Bucket', 'BucketsAudit')[1];
      expect(Properties.ObjectLockConfiguration).toEqual({
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: mode, Days: days } },
      });
    });

  test('is where it was with the lock left out, and no other bucket is locked', () => {
    const config = exampleConfig('small');
    const none = resourcesOf({ ...config, audit: { ...config.audit, lock: 'none' } });
    const locked = (all: Resources) =>
      ofType(all, 'AWS::S3::Bucket').filter(([, { Properties }]) => Properties.ObjectLockEnabled);
    expect(locked(none)).toEqual([]);
    expect(locked(resources)).toHaveLength(1);
  });
});

describe('a bucket that was brought', () => {
  const config = exampleConfig('brought');
  const brought = resourcesOf(config);

  test('is not made, and its key neither', () => {
    const made = ofType(brought, 'AWS::S3::Bucket').filter(([id]) => id.startsWith('Channelpress'));
    expect(made.map(([id]) => id.slice('ChannelpressBuckets'.length, -8)).sort()).toEqual(
      ['Audit', 'Ledger', 'Quarantine', 'Work'].sort(),
    );
    const keys = ofType(brought, 'AWS::KMS::Key').filter(([id]) => id.startsWith('ChannelpressBuckets'));
    expect(keys.map(([id]) => id.slice('ChannelpressBuckets'.length, -11)).sort()).toEqual(['Audit', 'Ledger', 'Work']);
  });

  test('gets the guard rails as its policy, or has them printed for its owner to merge', () => {
    const attached = ofType(brought, 'AWS::S3::BucketPolicy').filter(
      ([, { Properties }]) => Properties.Bucket === 'example-press-files',
    );
    expect(attached).toHaveLength(1);
    expect(text(attached)).toContain('OnlyTheseChangeObjects');
    const printed = metadataOf(config)['spoorloos:bucket-policy:example-press-incoming'];
    expect(text(printed)).toContain('OnlyDeploymentChangesTheBucket');
    expect(text(printed)).toContain('aws:SecureTransport');
    expect(ofType(brought, 'AWS::S3::BucketPolicy').some(([, one]) => text(one).includes('press-incoming'))).toBe(
      false,
    );
  });

  test('tells of its events by EventBridge, of that bucket alone', () => {
    const [, { Properties }] = only(brought, 'AWS::Events::Rule', 'StagingEvents');
    expect(Properties.EventPattern).toEqual({
      source: ['aws.s3'],
      'detail-type': ['Object Created', 'Object Deleted'],
      detail: { bucket: { name: ['example-press-incoming'] } },
    });
  });
});

describe('what holds documents, keys or evidence', () => {
  const KEPT = [
    'AWS::S3::Bucket',
    'AWS::S3::BucketPolicy',
    'AWS::KMS::Key',
    'AWS::Logs::LogGroup',
    'AWS::CloudFront::KeyValueStore',
  ];

  test('outlives the stack, and a resource that takes its place', () => {
    const kept = KEPT.flatMap((type) => ofType(resourcesOf(exampleConfig('full')), type));
    expect(kept.length).toBeGreaterThan(20);
    for (const [id, resource] of kept)
      expect(resource, id).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  // CloudFormation knows a resource by this id alone: with another one, an upgrade would make an empty bucket, and the
  // full one would be nobody's. What is here may grow, and never change.
  test('keeps its logical id from one version to the next', () => {
    const ids = KEPT.filter((type) => type !== 'AWS::S3::BucketPolicy').flatMap((type) =>
      ofType(resources, type).map(([id]) => id),
    );
    expect(ids.sort()).toEqual(LOGICAL_IDS);
  });
});

const LOGICAL_IDS: readonly string[] = [
  'AccessLogs8B620ECA',
  'AlarmsKey3C2381B3',
  'ChannelmainBucketsAuditFC2B338A',
  'ChannelmainBucketsAuditKey8BA37DAD',
  'ChannelmainBucketsLedger76422331',
  'ChannelmainBucketsLedgerKey89EE0CDD',
  'ChannelmainBucketsPublicC3B6D4F8',
  'ChannelmainBucketsPublicKeyAD583EA1',
  'ChannelmainBucketsQuarantineB3078D91',
  'ChannelmainBucketsQuarantineKey9F713509',
  'ChannelmainBucketsStagingE619EC49',
  'ChannelmainBucketsStagingKey0553AFD3',
  'ChannelmainBucketsWork712E0E7A',
  'ChannelmainBucketsWorkKey58848C0E',
  'ChannelmainDeliveryDeniedCF85A640',
  'ChannelmainEventsKeyFF0728DE',
  'ChannelmainPipelineBulkSanitizeLogs28FC4ECF',
  'ChannelmainPipelineFailClosedLogs744B79C6',
  'ChannelmainPipelineHeavySanitizeLogs6E949A19',
  'ChannelmainPipelinePromoteLogsF5CDE857',
  'ChannelmainPipelineSanitizeLogs70F851A9',
  'ChannelmainRunsAuditsLogsD0BA35B5',
  'ChannelmainRunsCollectLogs585ED4C1',
  'ChannelmainRunsPlannerLogs355CEC50',
  'ChannelmainWatchCanaryLogs2B57EAD5',
  'ChannelmainWatchSweepLogs70EA2E8D',
  'DefinitionsBucketD803DEA1',
  'DefinitionsUpdaterLogsC19555D8',
  'EdgeLogs3E8D2A9E',
];
