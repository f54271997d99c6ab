// A template as it would be in an account: every intrinsic function resolved to the value that the resource would get.

import { z } from 'zod';
import { PlainStatement } from './iam.ts';
import { documentOf, ofType, type Resource, type Resources } from './template.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'Spoorloos',
};

const Ref = z.strictObject({ Ref: z.string() });
const GetAtt = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const Join = z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });

export type Resolve = (value: unknown) => unknown;

/** Throws on a function or an attribute that it does not know. */
export function resolver(resources: Resources): Resolve {
  const named = (id: string): Resource => {
    const resource = resources.get(id);
    if (!resource) throw new Error(`no resource ${id}`);
    return resource;
  };
  const resolve: Resolve = (value) => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(resolve);
    const ref = Ref.safeParse(value);
    if (ref.success) return PSEUDO[ref.data.Ref] ?? reference(ref.data.Ref, named(ref.data.Ref), resolve);
    const att = GetAtt.safeParse(value);
    if (att.success) {
      const [id, attribute] = att.data['Fn::GetAtt'];
      return attributeOf(id, named(id), attribute, resolve);
    }
    const join = Join.safeParse(value);
    if (join.success) return join.data['Fn::Join'][1].map(resolve).join(join.data['Fn::Join'][0]);
    const unknown = Object.keys(value).find((key) => key.startsWith('Fn::'));
    if (unknown) throw new Error(`a function that is not known: ${unknown}`);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
  };
  return resolve;
}

function reference(id: string, { Type, Properties }: Resource, resolve: Resolve): unknown {
  switch (Type) {
    case 'AWS::S3::Bucket':
      return Properties.BucketName === undefined ? id.toLowerCase() : resolve(Properties.BucketName);
    case 'AWS::SNS::Topic':
      return `arn:aws:sns:${REGION}:${ACCOUNT}:${id}`;
    case 'AWS::SQS::Queue':
      return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${id}`;
    default:
      return id;
  }
}

function attributeOf(id: string, resource: Resource, attribute: string, resolve: Resolve): unknown {
  if (attribute !== 'Arn') throw new Error(`an attribute that is not known: ${attribute} of ${resource.Type}`);
  switch (resource.Type) {
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${String(reference(id, resource, resolve))}`;
    case 'AWS::IAM::Role':
      return `arn:aws:iam::${ACCOUNT}:role/${id}`;
    case 'AWS::KMS::Key':
      return `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;
    case 'AWS::SQS::Queue':
      return `arn:aws:sqs:${REGION}:${ACCOUNT}:${id}`;
    case 'AWS::Events::EventBus':
      return `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${String(resource.Properties.Name)}`;
    case 'AWS::Lambda::Function':
      return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${id}`;
    case 'AWS::CloudFront::KeyValueStore':
      return `arn:aws:cloudfront::${ACCOUNT}:key-value-store/${id}`;
    case 'AWS::Events::Rule':
      return `arn:aws:events:${REGION}:${ACCOUNT}:rule/${id}`;
    case 'AWS::Logs::LogGroup':
      return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${id}:*`;
    default:
      throw new Error(`an ARN that is not known: of ${resource.Type}`);
  }
}

/** What a resource's own policy says, by the ARN or name of the resource. */
export function policiesOf(resources: Resources): {
  readonly ofBucket: (name: string) => readonly PlainStatement[];
  readonly ofKey: (id: string) => readonly PlainStatement[];
  readonly ofQueue: (id: string) => readonly PlainStatement[];
  readonly ofTopic: (id: string) => readonly PlainStatement[];
  readonly ofRole: (id: string) => readonly PlainStatement[];
} {
  const resolve = resolver(resources);
  const plain = (properties: Resource['Properties'], name?: string) =>
    documentOf(properties, name).map((statement) => PlainStatement.parse(resolve(statement)));
  const attached = (type: string, property: string, wanted: (value: unknown) => boolean) =>
    ofType(resources, type)
      .filter(([, { Properties }]) => [Properties[property]].flat().some(wanted))
      .flatMap(([, { Properties }]) => plain(Properties));
  const once = (read: (of: string) => readonly PlainStatement[]) => {
    const known = new Map<string, readonly PlainStatement[]>();
    return (of: string) => {
      const found = known.get(of) ?? read(of);
      known.set(of, found);
      return found;
    };
  };
  return {
    ofBucket: once((name) => attached('AWS::S3::BucketPolicy', 'Bucket', (value) => resolve(value) === name)),
    ofKey: once((id) => plain(resources.get(id)?.Properties ?? {}, 'KeyPolicy')),
    ofQueue: once((id) => attached('AWS::SQS::QueuePolicy', 'Queues', (value) => isRef(value, id))),
    ofTopic: once((id) => attached('AWS::SNS::TopicPolicy', 'Topics', (value) => isRef(value, id))),
    ofRole: once((id) => attached('AWS::IAM::Policy', 'Roles', (value) => isRef(value, id))),
  };
}

function isRef(value: unknown, id: string): boolean {
  const ref = Ref.safeParse(value);
  return ref.success && ref.data.Ref === id;
}
