// The constraints are those of docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html (and
// API_Resource.html, API_BatchImportFindings.html), the categories those of
// docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-type-taxonomy.html.

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { REASONS } from '../../lib/core/refusal.ts';
import { asffOf, productOf } from '../../lib/notify/asff.ts';
import { CASE_ID, changed, failed, progress, promoted, quarantined, released, removed } from '../support/events.ts';

const Text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^.*\S.*$/);
const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  TTPs: ['Initial Access', 'Execution', 'Persistence', 'Privilege Escalation', 'Defense Evasion', 'Collection'],
  Effects: ['Data Exposure', 'Data Exfiltration', 'Data Destruction', 'Denial of Service', 'Resource Consumption'],
  'Unusual Behaviors': ['Application', 'Network Flow', 'IP address', 'User', 'Process', 'Database', 'Data'],
  'Sensitive Data Identifications': ['PII', 'Passwords', 'Legal', 'Financial', 'Security', 'Business'],
};
const Types = z
  .array(
    z.string().refine((type) => {
      const [namespace = '', category = ''] = type.split('/');
      return CATEGORIES[namespace]?.includes(category) ?? false;
    }),
  )
  .min(1)
  .max(50);
const Severity = z.strictObject({
  Label: z.enum(['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']),
  Original: Text(64),
});
const Finding = z.strictObject({
  SchemaVersion: z.literal('2018-10-08'),
  Id: Text(512),
  ProductArn: Text(2048).min(12),
  GeneratorId: Text(512),
  AwsAccountId: z.string().regex(/^\d{12}$/),
  Types,
  Severity,
  FindingProviderFields: z.strictObject({ Severity, Types }),
  CreatedAt: z.iso.datetime(),
  UpdatedAt: z.iso.datetime(),
  Title: Text(256).min(1),
  Description: Text(1024).min(1),
  Workflow: z.strictObject({ Status: z.enum(['NEW', 'NOTIFIED', 'RESOLVED', 'SUPPRESSED']) }),
  RecordState: z.enum(['ACTIVE', 'ARCHIVED']),
  Resources: z
    .array(
      z.strictObject({
        Type: Text(256).min(1),
        Id: Text(512),
        Region: Text(16).min(1),
        Details: z.strictObject({ Other: z.record(z.string().max(128), z.string().max(1024)) }).optional(),
      }),
    )
    .min(1)
    .max(32),
});
const Import = z.strictObject({ Findings: z.array(Finding).min(1).max(100) });

const ARN = 'arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default';
const product = productOf(ARN) ?? { arn: '', region: '', account: '' };
const findings = [
  ...REASONS.map((reason) => quarantined('k.pdf', reason)),
  ...REASONS.map((reason) => ({ ...released(), reason })),
  ...REASONS.map((reason) => changed({ reason })),
  released(),
];

describe('a case as a finding of Security Hub', () => {
  test.each(findings)('$type $reason is what BatchImportFindings takes', (event) => {
    expect(Import.safeParse(asffOf(event, product)).error?.issues).toBeUndefined();
  });

  test('is active when it is quarantined, and archived when it is released: one finding', () => {
    const Id = `${ARN}/case/${CASE_ID}`;
    expect(asffOf(quarantined('a.pdf', 'personal-data'), product)).toMatchObject({
      Findings: [
        {
          ...{ Id, RecordState: 'ACTIVE', AwsAccountId: '111122223333', Severity: { Label: 'HIGH' } },
          Workflow: { Status: 'NEW' },
          ...{ Types: ['Sensitive Data Identifications/PII'], Resources: [{ Details: { Other: { key: 'a.pdf' } } }] },
        },
      ],
    });
    expect(asffOf(released('a.pdf'), product)).toMatchObject({
      Findings: [
        { Id, RecordState: 'ARCHIVED', Workflow: { Status: 'SUPPRESSED' }, Severity: { Label: 'INFORMATIONAL' } },
      ],
    });
  });

  test.each([
    { to: 'release-requested', Status: 'NOTIFIED', RecordState: 'ACTIVE', Original: 'malware' },
    { to: 'approved', Status: 'NOTIFIED', RecordState: 'ACTIVE', Original: 'malware' },
    { to: 'open', Status: 'NEW', RecordState: 'ACTIVE', Original: 'malware' },
    { to: 'rejected', Status: 'RESOLVED', RecordState: 'ARCHIVED', Original: 'rejected' },
    { to: 'deleted', Status: 'RESOLVED', RecordState: 'ARCHIVED', Original: 'deleted' },
    { to: 'superseded', Status: 'RESOLVED', RecordState: 'ARCHIVED', Original: 'superseded' },
  ] as const)('stands where the case is $to, without the key', ({ to, Status, RecordState, Original }) => {
    const made = Import.parse(asffOf(changed({ to }), product));
    expect(made.Findings).toMatchObject([
      {
        ...{ Workflow: { Status }, RecordState, Severity: { Original }, Types: ['TTPs/Initial Access'] },
        ...{ CreatedAt: '2026-11-25T14:02:00.000Z', UpdatedAt: '2026-11-26T14:02:00.000Z' },
      },
    ]);
    expect(made.Findings[0]?.Resources[0]?.Details).toBeUndefined();
  });

  test('stays below the limits with the longest of keys', () => {
    for (const key of ['k'.repeat(1024), '\u202e'.repeat(341), '\u{1f4c4}'.repeat(256)]) {
      const made = asffOf(quarantined(key), product);
      expect(Buffer.byteLength(JSON.stringify(made))).toBeLessThan(240 * 1024);
      const shownKey = z
        .object({
          Findings: z.array(
            z.object({ Resources: z.array(z.object({ Details: z.object({ Other: z.object({ key: z.string() }) }) })) }),
          ),
        })
        .parse(made).Findings[0]?.Resources[0]?.Details.Other.key;
      expect(shownKey?.length).toBeLessThanOrEqual(1024);
    }
  });

  const others = [promoted(), removed(), failed(), progress(), quarantined('spoorloos-canary/malware.txt')];
  test.each(others)('is not $type of $key', (event) => expect(asffOf(event, product)).toBeUndefined());

  test('is refused by the constraints where they do not hold', () => {
    const made = Import.parse(asffOf(quarantined(), product));
    const [finding] = made.Findings;
    for (const wrong of [
      { Title: 'x'.repeat(257) },
      { Types: ['Malware/Virus'] },
      { AwsAccountId: '1' },
      { Extra: '' },
    ])
      expect(Import.safeParse({ Findings: [{ ...finding, ...wrong }] }).success, JSON.stringify(wrong)).toBe(false);
  });
});

describe('the product whose findings they are', () => {
  const rows = [
    { shows: 'says its region and account', arn: ARN, region: 'eu-central-1' },
    { shows: 'is of any partition', arn: ARN.replace('arn:aws:', 'arn:aws-us-gov:'), region: 'eu-central-1' },
    {
      shows: "is not one of AWS's own, without an account",
      arn: 'arn:aws:securityhub:eu-central-1::product/aws/macie',
    },
    { shows: 'is no other ARN', arn: 'arn:aws:sqs:eu-central-1:111122223333:queue' },
    { shows: 'is no address', arn: '' },
  ];
  test.each(rows)('$shows', ({ arn, region }) => expect(productOf(arn)?.region).toBe(region));
});
