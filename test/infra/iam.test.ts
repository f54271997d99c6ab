import { describe, expect, test } from 'vitest';
import { type Caller, isAllowed, PlainStatement } from '../support/iam.ts';

const ARN = 'arn:aws:iam::111122223333:role/r';
const OBJECT = 'arn:aws:s3:::b/k';
const allow = (more: object = {}) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: OBJECT, ...more });
const deny = (more: object = {}) => ({
  ...allow({ Action: 's3:*', Resource: '*', Principal: '*' }),
  Effect: 'Deny',
  ...more,
});
const ROOT = { AWS: 'arn:aws:iam::111122223333:root' };
const role = (...statements: object[]): Caller => ({
  kind: 'identity',
  arn: ARN,
  statements: statements.map((one) => PlainStatement.parse(one)),
});
const elsewhere: Caller = {
  kind: 'identity',
  arn: 'arn:aws:iam::999988887777:role/r',
  statements: [PlainStatement.parse(allow())],
};
const service: Caller = { kind: 'service', name: 'x.amazonaws.com', context: { 'aws:SourceArn': 'arn:aws:x:::1' } };
const nobody: Caller = { kind: 'anonymous' };

describe('evaluation', () => {
  const rows: readonly { shows: string; caller: Caller; policy?: object[]; isKey?: true; is: boolean }[] = [
    { shows: 'nothing is allowed by itself', caller: role(), is: false },
    { shows: 'an identity policy allows in its own account', caller: role(allow()), is: true },
    { shows: 'not for another action', caller: role(allow({ Action: 's3:PutObject' })), is: false },
    { shows: 'not for another resource', caller: role(allow({ Resource: 'arn:aws:s3:::b' })), is: false },
    {
      shows: 'wildcards in actions and resources count',
      caller: role(allow({ Action: 's3:Get*', Resource: 'arn:aws:s3:::b/*' })),
      is: true,
    },
    {
      shows: 'a policy of the resource that names the role allows alone',
      caller: role(),
      policy: [allow({ Principal: { AWS: ARN } })],
      is: true,
    },
    {
      shows: 'one that names the account leaves it to IAM',
      caller: role(),
      policy: [allow({ Principal: ROOT })],
      is: false,
    },
    {
      shows: 'a deny wins over both',
      caller: role(allow()),
      policy: [allow({ Principal: { AWS: ARN } }), deny()],
      is: false,
    },
    { shows: 'a deny of the identity wins too', caller: role(allow(), deny({ Principal: undefined })), is: false },
    { shows: 'a key asks IAM only where it names the account', caller: role(allow()), isKey: true, is: false },
    { shows: 'and there it does', caller: role(allow()), policy: [allow({ Principal: ROOT })], isKey: true, is: true },
    { shows: 'another account needs both sides', caller: elsewhere, is: false },
    { shows: 'and has both here', caller: elsewhere, policy: [allow({ Principal: '*' })], is: true },
    { shows: 'anybody is let in by a star', caller: nobody, policy: [allow({ Principal: '*' })], is: true },
    { shows: 'a star inside AWS is one', caller: nobody, policy: [allow({ Principal: { AWS: '*' } })], is: true },
    { shows: 'anybody is not a role', caller: nobody, policy: [allow({ Principal: { AWS: ARN } })], is: false },
    {
      shows: 'a service is let in by its name',
      caller: service,
      policy: [allow({ Principal: { Service: 'x.amazonaws.com' } })],
      is: true,
    },
    {
      shows: 'and not by another',
      caller: service,
      policy: [allow({ Principal: { Service: 'y.amazonaws.com' } })],
      is: false,
    },
  ];
  for (const { shows, caller, policy = [], isKey, is } of rows)
    test(shows, () => expect(ask(caller, policy, isKey)).toBe(is));
});

describe('conditions', () => {
  const rows: readonly { shows: string; condition: object; caller?: Caller; is: boolean }[] = [
    {
      shows: 'an equal string holds',
      condition: { StringEquals: { 'aws:PrincipalAccount': '111122223333' } },
      is: true,
    },
    {
      shows: 'one of several is enough',
      condition: { StringEquals: { 'aws:PrincipalAccount': ['1', '111122223333'] } },
      is: true,
    },
    {
      shows: 'all keys have to hold',
      condition: { StringEquals: { 'aws:PrincipalAccount': '111122223333', other: 'x' } },
      is: false,
    },
    { shows: 'a missing key matches nothing', condition: { StringEquals: { other: 'x' } }, is: false },
    {
      shows: 'so what is negated holds',
      condition: { StringNotEquals: { other: 'x' }, ArnNotEquals: { other: 'y' } },
      is: true,
    },
    {
      shows: 'a negated match fails',
      condition: { ArnNotEquals: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/other', ARN] } },
      is: false,
    },
    {
      shows: 'ARNs have wildcards',
      condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/*' } },
      is: true,
    },
    { shows: 'booleans are compared', condition: { Bool: { 'aws:SecureTransport': 'false' } }, is: false },
    {
      shows: 'numbers are compared as numbers',
      condition: { NumericLessThan: { 's3:TlsVersion': '1.10' } },
      is: false,
    },
    {
      shows: 'a service brings its source',
      condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:x:::1' } },
      caller: service,
      is: true,
    },
  ];
  for (const { shows, condition, caller = role(), is } of rows)
    test(shows, () => expect(ask(caller, [allow({ Principal: '*', Condition: condition })])).toBe(is));
});

describe('what is not known', () => {
  test('is an error: an operator', () => {
    const policy = [allow({ Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })];
    expect(() => ask(role(), policy)).toThrow('IpAddress');
  });

  for (const element of ['NotAction', 'NotResource', 'NotPrincipal'])
    test(`is an error: ${element}`, () =>
      expect(() => PlainStatement.parse(allow({ [element]: '*' }))).toThrow(element));

  test('is an error: a policy of a resource for nobody', () => {
    expect(() => ask(role(), [allow()])).toThrow('without a principal');
  });
});

function ask(caller: Caller, policy: readonly object[], isKey?: true): boolean {
  return isAllowed({
    caller,
    action: 's3:GetObject',
    resource: OBJECT,
    policy: policy.map((one) => PlainStatement.parse(one)),
    account: '111122223333',
    context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' },
    ...(isKey && { isKey }),
  });
}
