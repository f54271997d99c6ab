// Which events of CloudTrail set off an alarm, and what it says of them.

import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../lib/infra/config.ts';
import { ACCOUNT, REGION, resolver } from '../support/deployment.ts';
import { matchesPattern } from '../support/event-pattern.ts';
import { exampleConfig, ofType, only, resourcesOf, text } from '../support/template.ts';

const resources = resourcesOf(parseConfig({ alarms: { cloudTrail: 'data' } }));
const resolve = resolver(resources);
const rule = (part: string) => only(resources, 'AWS::Events::Rule', part)[1].Properties;
const arnOfKey = (part: string) =>
  String(resolve({ 'Fn::GetAtt': [only(resources, 'AWS::KMS::Key', part)[0], 'Arn'] }));
const bucket = (part: string) => String(resolve({ Ref: only(resources, 'AWS::S3::Bucket', part)[0] }));
const role = (part: string) => String(resolve({ 'Fn::GetAtt': [only(resources, 'AWS::IAM::Role', part)[0], 'Arn'] }));

const base = { 'detail-type': 'AWS API Call via CloudTrail', region: REGION, account: ACCOUNT };
const SECRET = 'brief van J. Voorbeeld.pdf';

const write = (detail: object, bucketName = bucket('BucketsPublic')) => ({
  ...{ ...base, source: 'aws.s3' },
  detail: {
    ...{ eventCategory: 'Data', eventName: 'PutObject', readOnly: false, eventID: 'e' },
    ...{ requestParameters: { bucketName, key: SECRET }, userIdentity: session('administrator'), ...detail },
  },
});
const session = (arn: string) => ({ type: 'AssumedRole', sessionContext: { sessionIssuer: { arn } } });

const refused = (detail: object) => ({
  ...{ ...base, source: 'aws.kms' },
  detail: { ...{ eventName: 'Decrypt', errorCode: 'AccessDenied', requestParameters: null }, ...detail },
});
const named = (arn: string) => ({ resources: [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: arn }] });
const said = (arn: string) => ({
  errorMessage: `User: x is not authorized to perform: kms:Decrypt on resource: ${arn} because`,
});

describe('a write into public', () => {
  const rows: readonly { readonly shows: string; readonly event: () => object; readonly isTold: boolean }[] = [
    { shows: 'by a role', event: () => write({}), isTold: true },
    { shows: 'that was refused', event: () => write({ errorCode: 'AccessDenied' }), isTold: true },
    {
      shows: 'by a user',
      event: () => write({ userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::1:user/x' } }),
      isTold: true,
    },
    {
      shows: 'by nobody known',
      event: () => write({ userIdentity: { type: 'AWSAccount', principalId: '' } }),
      isTold: true,
    },
    { shows: 'that deletes', event: () => write({ eventName: 'DeleteObjects' }), isTold: true },
    { shows: 'by sanitize', event: () => write({ userIdentity: session(role('PipelineSanitizeRole')) }), isTold: true },
    {
      shows: 'by promote, a control',
      event: () => write({ userIdentity: session(role('PipelinePromoteRole')) }),
      isTold: false,
    },
    { shows: 'into staging, a control', event: () => write({}, bucket('BucketsStaging')), isTold: false },
    {
      shows: 'that only reads, a control',
      event: () => write({ readOnly: true, eventName: 'GetObject' }),
      isTold: false,
    },
    {
      shows: 'of a deployment, a control',
      event: () => write({ eventCategory: 'Management', eventName: 'PutBucketPolicy' }),
      isTold: false,
    },
  ];
  test.each(rows)('$shows', ({ event, isTold }) => {
    expect(matchesPattern(resolve(rule('PublicWritten').EventPattern), event())).toBe(isTold);
  });
});

describe('a use of a key', () => {
  const rows: readonly { readonly shows: string; readonly event: () => object; readonly isTold: boolean }[] = [
    {
      shows: 'that was refused, named as a resource',
      event: () => refused(named(arnOfKey('BucketsQuarantineKey'))),
      isTold: true,
    },
    {
      shows: 'that was refused, named in the message',
      event: () => refused(said(arnOfKey('BucketsStagingKey'))),
      isTold: true,
    },
    {
      shows: 'that was let, a control',
      event: () => refused({ ...named(arnOfKey('BucketsStagingKey')), errorCode: undefined }),
      isTold: false,
    },
    {
      shows: 'of another key, a control',
      event: () => refused({ ...named('arn:aws:kms:x'), ...said('arn:aws:kms:x') }),
      isTold: false,
    },
    {
      shows: 'with the wrong ciphertext, a control',
      event: () => refused({ ...named(arnOfKey('BucketsStagingKey')), errorCode: 'IncorrectKeyException' }),
      isTold: false,
    },
  ];
  test.each(rows)('$shows', ({ event, isTold }) => {
    expect(matchesPattern(resolve(rule('KeyRefused').EventPattern), event())).toBe(isTold);
  });

  test('is heard of for each key of the channel, in a pattern that EventBridge takes', () => {
    const pattern = resolve(rule('KeyRefused').EventPattern);
    for (const part of ['Staging', 'Work', 'Public', 'Quarantine', 'Ledger', 'Audit'])
      expect(matchesPattern(pattern, refused(named(arnOfKey(`Buckets${part}Key`)))), part).toBe(true);
    expect(JSON.stringify(pattern).length).toBeLessThan(2048);
  });
});

describe('what is told', () => {
  test('goes to the topic of alarms and names the call in CloudTrail, never an object or a person', () => {
    for (const part of ['KeyRefused', 'PublicWritten']) {
      const [target] = [rule(part).Targets].flat();
      const words = text(target);
      expect(words, part).toContain('AlarmsTopic');
      expect(words, part).toContain('$.detail.eventID');
      const paths = [...words.matchAll(/\$\.[A-Za-z.]+/g)].map(([path]) => path);
      expect(new Set(paths)).toEqual(
        new Set(['$.detail.eventID', '$.detail.eventName', '$.detail.errorCode', '$.time']),
      );
    }
  });

  test('is as much as the settings say', () => {
    const heard = (cloudTrail: string) =>
      ofType(resourcesOf(parseConfig({ alarms: { cloudTrail } })), 'AWS::Events::Rule').flatMap(
        ([id]) => /KeyRefused|PublicWritten/.exec(id)?.[0] ?? [],
      );
    expect(heard('none')).toEqual([]);
    expect(heard('management')).toEqual(['KeyRefused']);
    expect(exampleConfig('full').alarms.cloudTrail).toBe('data');
  });
});
