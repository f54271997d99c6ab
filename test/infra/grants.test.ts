// How grants are written in the synthesised template, whoever they are for: to services, over TLS, and of no wildcard.

import { describe, expect, test } from 'vitest';
import { Access, peopledConfig } from '../support/access.ts';
import { ACCOUNT, policiesOf } from '../support/deployment.ts';
import { list, type PlainStatement } from '../support/iam.ts';
import { ofType, resourcesOf } from '../support/template.ts';

const resources = resourcesOf(peopledConfig());
const access = new Access(resources);
const policies = policiesOf(resources);

describe('grants', () => {
  const ids = (type: string) => ofType(resources, type).map(([id]) => id);
  const names = ids('AWS::S3::Bucket').map((id) => access.nameOf(id));
  const documents: readonly (readonly [string, readonly PlainStatement[]])[] = [
    ...names.map((name) => [name, policies.ofBucket(name)] as const),
    ...ids('AWS::KMS::Key').map((id) => [id, policies.ofKey(id)] as const),
    ...ids('AWS::SQS::Queue').map((id) => [id, policies.ofQueue(id)] as const),
    ...ids('AWS::SNS::Topic').map((id) => [id, policies.ofTopic(id)] as const),
  ];

  test('to a service name the account and the source that it has to come from', () => {
    const toServices = documents.flatMap(([id, statements]) =>
      statements.flatMap(({ Principal, Condition }) =>
        JSON.stringify(Principal).includes('"Service"') ? [{ id, condition: JSON.stringify(Condition) }] : [],
      ),
    );
    expect(toServices.length).toBeGreaterThan(5);
    for (const { id, condition } of toServices) {
      expect(condition, id).toContain('aws:SourceArn');
      expect(condition, id).toContain(ACCOUNT);
    }
  });

  test('are refused without TLS, by each bucket, queue and topic', () => {
    for (const [id, statements] of documents) {
      if (ids('AWS::KMS::Key').includes(id)) continue;
      const refusing = statements.filter(({ Effect, Condition }) => Effect === 'Deny' && Condition?.Bool);
      expect(JSON.stringify(refusing), id).toContain('"aws:SecureTransport":"false"');
    }
  });

  test('of no role come from a managed policy, and none is of everything', () => {
    for (const [id, { Properties }] of ofType(resources, 'AWS::IAM::Role')) {
      expect(Properties.ManagedPolicyArns, id).toBeUndefined();
      const allowed = policies.ofRole(id).filter(({ Effect }) => Effect === 'Allow');
      for (const action of allowed.flatMap(({ Action }) => list(Action))) expect(action, id).not.toContain('*');
    }
  });
});
