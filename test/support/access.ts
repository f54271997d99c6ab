// Who can do what in a deployment: every principal asked about every thing, with the policies of roles, buckets, keys,
// queues and topics together. The matrix of docs/threat-model.md is printed from here.

import { type Config, parseConfig } from '../../lib/infra/config.ts';
import { ACCOUNT, policiesOf, REGION, resolver } from './deployment.ts';
import { type Caller, type Context, isAllowed, type PlainStatement } from './iam.ts';
import { ofType, only, type Resources } from './template.ts';

/** Where the inventories of the deployment's buckets are delivered: somebody else's bucket. */
export const INVENTORY = 'example-inventories';
export const OTHER_ACCOUNT = '999988887777';
const ANYTHING: readonly PlainStatement[] = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
const identity = (arn: string, statements: readonly PlainStatement[] = ANYTHING): Caller => ({
  kind: 'identity',
  arn,
  statements,
});
const person = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

/** The people of the matrix, by the roles that a channel's settings name. */
const PEOPLE = {
  publisher: person('editors'),
  reader: person('web-servers'),
  observer: person('observers'),
  operator: person('operators'),
  recoverer: person('recoverers'),
  reviewer: person('reviewers'),
} as const;

/** A deployment with every kind of people in it. */
export function peopledConfig(
  mode: 'enforce' | 'shadow' = 'enforce',
  engine: Config['channels'][number]['scanner']['engine'] = 'clamd',
  { hasConsole = true } = {},
): Config {
  const { publisher, reader, observer, operator, recoverer, reviewer } = PEOPLE;
  const people = {
    publishers: [publisher],
    readers: [reader],
    observers: [observer],
    operators: [operator],
    recoverers: [recoverer],
    reviewers: [reviewer],
  };
  return parseConfig({
    channels: [
      {
        ...{ name: 'main', mode, ...people, statusApi: {}, inventory: { bucket: INVENTORY }, scanner: { engine } },
        ...(hasConsole && { console: { pool: { domainPrefix: 'example-review' } } }),
      },
    ],
    breakGlassRoleArn: person('break-glass'),
  });
}

/** What one can do to the objects of a bucket, as actions of S3, with what the bucket's key has to allow. */
export const OBJECT_ACTIONS = {
  read: { actions: ['s3:GetObject'], key: 'kms:Decrypt' },
  'old versions': { actions: ['s3:GetObjectVersion'], key: 'kms:Decrypt' },
  write: { actions: ['s3:PutObject'], key: 'kms:GenerateDataKey' },
  // Doors into a bucket that need no key of the caller's own.
  'other writes': {
    actions: ['s3:PutObjectTagging', 's3:PutObjectAcl', 's3:ReplicateObject', 's3:RestoreObject'],
    key: undefined,
  },
  delete: { actions: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:ReplicateDelete'], key: undefined },
} as const;
export const BUCKET_ACTIONS = {
  list: ['s3:ListBucket', 's3:ListBucketVersions'],
  configure: [
    's3:PutBucketPolicy',
    's3:DeleteBucketPolicy',
    's3:PutBucketNotification',
    's3:PutReplicationConfiguration',
    's3:PutLifecycleConfiguration',
    's3:PutBucketVersioning',
    's3:PutBucketPublicAccessBlock',
    's3:PutBucketAcl',
    's3:DeleteBucket',
  ],
} as const;

/** The parts of a channel's buckets that differ in who may do what. */
export const PARTS = [
  'staging',
  'work',
  'work/intake',
  'public',
  'quarantine',
  'quarantine/downloads',
  'ledger/heads',
  'ledger/cases',
  'ledger/claims',
  'ledger/verified',
  'ledger/shadow',
  'ledger/sweeps',
  'ledger/canaries',
  'ledger/reviews',
  'ledger/waivers',
  'ledger/sessions',
  'ledger/reminders',
  'ledger/runs',
  'ledger/runs/RUN/results',
  'audit/audit',
  'audit/trail',
  'audit/views',
  'audit/seals',
] as const;
/** Those that are there for GuardDuty alone. */
export const SCAN_PARTS = ['ledger/scans', 'ledger/scan-requests'] as const;
export type Part = (typeof PARTS)[number] | (typeof SCAN_PARTS)[number];

export class Access {
  readonly callers: ReadonlyMap<string, Caller>;
  /** AWS's services, on behalf of something of this account or of another. */
  readonly services: ReadonlyMap<string, Caller>;
  private readonly resources: Resources;
  private readonly policies: ReturnType<typeof policiesOf>;

  /** Of a template with one channel, in which the people of `peopledConfig` are named. */
  constructor(resources: Resources) {
    this.resources = resources;
    this.policies = policiesOf(resources);
    const role = (part: string) => {
      const [id] = only(resources, 'AWS::IAM::Role', part);
      return identity(`arn:aws:iam::${ACCOUNT}:role/${id}`, this.policies.ofRole(id));
    };
    const lambdas = ofType(resources, 'AWS::Lambda::Function').flatMap(
      ([id]) =>
        /(?:Pipeline|Runs|Scans|Watch|StatusApi|Reminders)[A-Za-z]+?(?=Function)|Console(?:Pictures|Originals)?(?=Function)/.exec(
          id,
        )?.[0] ?? [],
    );
    const [distribution] = ofType(resources, 'AWS::CloudFront::Distribution').map(([id]) => id);
    const cloudFront = (account: string, id: string): Caller => ({
      kind: 'service',
      name: 'cloudfront.amazonaws.com',
      context: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/${id}` },
    });
    this.callers = new Map<string, Caller>([
      ...lambdas.map(
        (name) =>
          [
            kebab(name.replace(/^Pipeline|^Runs|^Scans(?=Scan)|^Watch|^StatusApi|^Reminders/, '')),
            role(`${name}Role`),
          ] as const,
      ),
      ...(ofType(resources, 'AWS::IAM::Role').some(([id]) => id.startsWith('DefinitionsUpdater'))
        ? [['definitions updater', role('DefinitionsUpdaterRole')] as const]
        : []),
      ...(ofType(resources, 'AWS::IAM::Role').some(([id]) => id.includes('ScansScanningRole'))
        ? [['GuardDuty', role('ScansScanningRole')] as const]
        : []),
      ...Object.entries(PEOPLE).map(([name, arn]) => [name, identity(arn, [])] as const),
      ['administrator', identity(person('administrator'))],
      ['who deploys', identity(person(`cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-${REGION}`))],
      ['break glass', identity(person('break-glass'))],
      ['CloudFront', cloudFront(ACCOUNT, distribution ?? 'none')],
      ["somebody else's CloudFront", cloudFront(OTHER_ACCOUNT, distribution ?? 'none')],
      ['another account', identity(`arn:aws:iam::${OTHER_ACCOUNT}:role/administrator`)],
      ['anybody', { kind: 'anonymous' }],
    ]);
    this.services = this.servicesFor();
  }

  private servicesFor(): ReadonlyMap<string, Caller> {
    const on = (name: string, account: string, source: string): Caller => ({
      kind: 'service',
      name: `${name}.amazonaws.com`,
      context: { 'aws:SourceAccount': account, 'aws:SourceArn': source },
    });
    const of = (account: string, owner: string) =>
      [
        [`${owner}alarms`, on('cloudwatch', account, `arn:aws:cloudwatch:${REGION}:${account}:alarm:x`)],
        [`${owner}rules`, on('events', account, `arn:aws:events:${REGION}:${account}:rule/x`)],
      ] as const;
    return new Map([
      ['staging', on('s3', ACCOUNT, `arn:aws:s3:::${this.bucket('staging').name}`)],
      ...ofType(this.resources, 'AWS::Events::Rule')
        .filter(([id]) => id.includes('ScansFound'))
        .map(
          ([id]) =>
            ["GuardDuty's results", on('events', ACCOUNT, `arn:aws:events:${REGION}:${ACCOUNT}:rule/${id}`)] as const,
        ),
      ['another bucket', on('s3', ACCOUNT, `arn:aws:s3:::${this.bucket('public').name}`)],
      ["somebody else's bucket", on('s3', OTHER_ACCOUNT, 'arn:aws:s3:::theirs')],
      ...of(ACCOUNT, ''),
      ...of(OTHER_ACCOUNT, "somebody else's "),
    ]);
  }

  caller(name: string): Caller {
    const caller = this.callers.get(name);
    if (!caller) throw new Error(`nobody called ${name}`);
    return caller;
  }

  /** Whether an action on an object, with what it needs of the bucket's key, is let through. */
  canObject(caller: Caller, action: string, keyAction: string | undefined, bucket: string, key: string): boolean {
    const { name, keyId } = this.bucket(bucket);
    const resource = `arn:aws:s3:::${name}/${key}`;
    if (!this.s3(caller, action, name, resource)) return false;
    return keyAction === undefined || keyId === '' || this.canUseKey(caller, keyAction, keyId);
  }

  canBucket(caller: Caller, action: string, bucket: string): boolean {
    const { name } = this.bucket(bucket);
    return this.s3(caller, action, name, `arn:aws:s3:::${name}`);
  }

  /** On a queue, topic or bus, by a part of its logical id. */
  canSend(caller: Caller, action: Sending, part: string): boolean {
    const [type, policy] = SENDING[action];
    const [id] = only(this.resources, type, part);
    const own = policy === undefined ? [] : this.policies[policy](id);
    return isAllowed({ caller, action, resource: this.arnOf(part), policy: own, account: ACCOUNT, context: SECURE });
  }

  /** What IAM gives for everything or not at all. */
  canAnywhere(caller: Caller, action: string): boolean {
    return isAllowed({ caller, action, resource: '*', policy: [], account: ACCOUNT, context: SECURE });
  }

  /** The ARN of the channel's queue, topic or bus with the part in its logical id. */
  arnOf(part: string): string {
    const found = Object.values(SENDING)
      .flatMap(([type]) => ofType(this.resources, type))
      .find(([id]) => id.includes(part));
    if (!found) throw new Error(`nothing called ${part}`);
    const [id, { Type }] = found;
    const resolve = resolver(this.resources);
    if (Type === 'AWS::CloudFront::Distribution') return `arn:aws:cloudfront::${ACCOUNT}:distribution/${id}`;
    return String(resolve(Type === 'AWS::SNS::Topic' ? { Ref: id } : { 'Fn::GetAtt': [id, 'Arn'] }));
  }

  nameOf(bucketId: string): string {
    return String(resolver(this.resources)({ Ref: bucketId }));
  }

  /** `via` is the service through which it is used; none is a call of KMS itself. */
  canUseKey(caller: Caller, action: string, keyId: string, via = `s3.${REGION}.amazonaws.com`): boolean {
    const context: Record<string, string> = { ...SECURE };
    if (via !== '') context['kms:ViaService'] = via;
    if (caller.kind === 'identity') context['kms:CallerAccount'] = caller.arn.split(':')[4] ?? '';
    const resource = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${keyId}`;
    const policy = this.policies.ofKey(keyId);
    return isAllowed({ caller, action, resource, policy, account: ACCOUNT, isKey: true, context });
  }

  /** The keys that decrypt for the caller without a service in between, by what they are of. */
  keysUsedBy(caller: Caller): readonly string[] {
    return ofType(this.resources, 'AWS::KMS::Key')
      .filter(([id]) => this.canUseKey(caller, 'kms:Decrypt', id, ''))
      .map(([id]) => kebab(id.replace(/^Channel[a-z]+|Buckets|Key\w*$/g, '')));
  }

  /** The name and the key of a bucket of the one channel; of that of definitions, which has no key of ours. */
  bucket(bucket: string): { readonly name: string; readonly keyId: string } {
    if (bucket === 'inventory') return { name: INVENTORY, keyId: '' };
    if (bucket === 'definitions')
      return { name: this.nameOf(only(this.resources, 'AWS::S3::Bucket', 'DefinitionsBucket')[0]), keyId: '' };
    const part = `Buckets${bucket.charAt(0).toUpperCase()}${bucket.slice(1)}`;
    const [id] = only(this.resources, 'AWS::S3::Bucket', part);
    const [keyId] = only(this.resources, 'AWS::KMS::Key', `${part}Key`);
    return { name: this.nameOf(id), keyId };
  }

  private s3(caller: Caller, action: string, name: string, resource: string): boolean {
    const policy = this.policies.ofBucket(name);
    return isAllowed({ caller, action, resource, policy, account: ACCOUNT, context: SECURE });
  }
}

const SECURE: Context = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
/** What has no policy of its own is IAM's alone to give. */
const SENDING = {
  'sqs:SendMessage': ['AWS::SQS::Queue', 'ofQueue'],
  'sqs:GetQueueAttributes': ['AWS::SQS::Queue', 'ofQueue'],
  'sns:Publish': ['AWS::SNS::Topic', 'ofTopic'],
  'events:PutEvents': ['AWS::Events::EventBus', undefined],
  'cloudfront:CreateInvalidation': ['AWS::CloudFront::Distribution', undefined],
  'cloudfront-keyvaluestore:DescribeKeyValueStore': ['AWS::CloudFront::KeyValueStore', undefined],
  'cloudfront-keyvaluestore:GetKey': ['AWS::CloudFront::KeyValueStore', undefined],
  'cloudfront-keyvaluestore:UpdateKeys': ['AWS::CloudFront::KeyValueStore', undefined],
  'lambda:InvokeFunction': ['AWS::Lambda::Function', undefined],
} as const;

export type Sending = keyof typeof SENDING;
export const isSending = (action: string): action is Sending => action in SENDING;

/** The words of one cell: each is there when any action that it stands for is let through. */
export function wordsFor(access: Access, caller: Caller, part: Part): readonly string[] {
  const [bucket = '', ...folders] = part.split('/');
  const key = folders.length === 0 ? 'a/b.pdf' : `${folders.join('/')}/ab/cd.json`;
  const onObjects = Object.entries(OBJECT_ACTIONS).filter(([, { actions, key: keyAction }]) =>
    actions.some((action) => access.canObject(caller, action, keyAction, bucket, key)),
  );
  const onBucket = Object.entries(BUCKET_ACTIONS).filter(([, actions]) =>
    actions.some((action) => access.canBucket(caller, action, bucket)),
  );
  return [...onObjects, ...onBucket].map(([word]) => word);
}

/** The table of docs/threat-model.md. */
export function matrixTable(access: Access, parts: readonly Part[] = PARTS): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = [...access.callers].map(([name, caller]) =>
    row([name, ...parts.map((part) => wordsFor(access, caller, part).join(', ') || '–')]),
  );
  return [row(['', ...parts]), row(['---', ...parts.map(() => '---')]), ...rows].join('\n');
}

const SENT_TO = {
  'live queue': ['sqs:SendMessage', 'LiveQueue'],
  'heavy queue': ['sqs:SendMessage', 'HeavyQueue'],
  'bulk queue': ['sqs:SendMessage', 'BulkQueue'],
  'audits queue': ['sqs:SendMessage', 'AuditsLaneQueue'],
  'results queue': ['sqs:SendMessage', 'ResultsQueue'],
  'promote queue': ['sqs:SendMessage', 'PromotionsQueue'],
  'events topic': ['sns:Publish', 'EventsTopic'],
  'event bus': ['events:PutEvents', 'EventsBus'],
  'alarms topic': ['sns:Publish', 'AlarmsTopic'],
  'deny-list': ['cloudfront-keyvaluestore:UpdateKeys', 'DeliveryDenied'],
  caches: ['cloudfront:CreateInvalidation', 'DeliveryDistribution'],
  'console pictures': ['lambda:InvokeFunction', 'ConsolePicturesFunction'],
  'console originals': ['lambda:InvokeFunction', 'ConsoleOriginalsFunction'],
} as const;

/** Beside these, with GuardDuty. */
const SCANS_SENT_TO = {
  'scan requests': ['sqs:SendMessage', 'ScansRequestsQueue'],
  'scan results': ['sqs:SendMessage', 'ScansResultsQueue'],
  'live queue': ['sqs:SendMessage', 'LiveQueue'],
} as const;

/** Who has to do with what GuardDuty says: whoever may do anything of it, and nobody else. */
export function scansTable(access: Access): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const parts: readonly Part[] = ['staging', ...SCAN_PARTS];
  const columns = [...parts, ...Object.keys(SCANS_SENT_TO)];
  const rows = [...access.callers, ...access.services].map(([name, caller]) => [
    name,
    ...parts.map((part) => wordsFor(access, caller, part).join(', ') || '–'),
    ...Object.values(SCANS_SENT_TO).map(([action, part]) => (access.canSend(caller, action, part) ? 'send' : '–')),
  ]);
  const concerned = rows.filter(([, ...cells]) => cells.some((cell) => cell !== '–'));
  return [row(['', ...columns]), row(['---', ...columns.map(() => '---')]), ...concerned.map(row)].join('\n');
}

/** Who may send to what, and whose keys can be used without the service that they are for. */
export function sendingTable(access: Access): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const columns = [...Object.keys(SENT_TO), 'a key, by itself'];
  const rows = [...access.callers, ...access.services].map(([name, caller]) =>
    row([
      name,
      ...Object.values(SENT_TO).map(([action, part]) => (access.canSend(caller, action, part) ? 'send' : '–')),
      access.keysUsedBy(caller).join(', ') || '–',
    ]),
  );
  return [row(['', ...columns]), row(['---', ...columns.map(() => '---')]), ...rows].join('\n');
}

function kebab(name: string): string {
  return name.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
