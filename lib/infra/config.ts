// Every setting of a deployment, with its default and the reason for it. `docs/configuration.md` is printed from here.
// Strict: a misspelt setting is an error that names it, not a setting that is silently left at its default.

import { z } from 'zod';
import { PolicyFile } from '../core/policy.ts';
import { Reminders } from '../core/records-reminders.ts';
import { ConsoleSettings } from './config-console.ts';

const arn = (service: string, resource: string) =>
  z
    .string()
    .regex(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:(\\d{12})?:${resource}`), `not an ARN of ${service}`);
const KeyArn = arn('kms', 'key/').describe(
  'a KMS key of your own; its policy has to leave use to IAM (`docs/deploy.md`)',
);
const Principal = arn('iam', '(role|user)/');
const days = (most = 3_653) => z.int().min(1).max(most);

const BroughtName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'not a bucket name');

const BucketSettings = z.strictObject({
  bring: z
    .strictObject({
      name: BroughtName.describe(
        'the bucket; staging and public have to be versioned, and staging to send its events to EventBridge',
      ),
      attachPolicy: z
        .boolean()
        .describe(
          'true: the guard rails become its bucket policy, which it must not have yet; false: they are printed into the template (`Metadata`), and merging them is yours',
        ),
    })
    .optional()
    .describe('a bucket that exists, with its key as `keyArn`; made by the deployment when absent'),
  keyArn: KeyArn.optional(),
});

const OneBucket = BucketSettings.prefault({});

const Inventory = z.strictObject({
  bucket: BroughtName.describe('the bucket that they are delivered to; its policy is yours'),
  prefix: z.string().default('').describe('what the keys of their files start with'),
  keyArn: KeyArn.optional(),
});

const concurrency = (standard: number, why: string) =>
  z.int().min(2).max(1_000).default(standard).describe(`documents at the same time; ${why}`);

const Delivery = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('CloudFront in front of the public bucket; without it only `readers` can read what is published'),
  domain: z
    .strictObject({
      name: z
        .string()
        .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'not a domain name')
        .describe('to be pointed at the distribution, whose name is an output of the stack'),
      certificateArn: arn('acm', 'certificate/')
        .refine((value) => value.split(':')[3] === 'us-east-1', 'CloudFront takes certificates of us-east-1 only')
        .describe("the domain's, in us-east-1"),
    })
    .optional()
    .describe('a domain of your own; TLS 1.2 and later is enforced with one, CloudFront decides for its own names'),
  webAclArn: arn('wafv2', 'global/webacl/').optional().describe('a web ACL of AWS WAF; none, because files are static'),
  maxAgeSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .default(300)
    .describe('`Cache-Control` of what is published; short, because a copy at a reader outlives a take-down'),
});

const StatusApi = z
  .strictObject({
    jwt: z
      .strictObject({
        issuer: z.url({ protocol: /^https$/ }).describe('of the tokens, as in their `iss`'),
        audience: z.array(z.string().min(1)).min(1).describe('at least one has to be the `aud` of a token'),
        scopes: z.array(z.string().min(1)).default([]).describe('one of these, where any is named'),
      })
      .optional()
      .describe('callers bring a token of this issuer; when absent, they sign with IAM (SigV4), which has to let them'),
    perSecond: z.int().min(1).max(1_000).default(10).describe('questions in a second; more are answered 429'),
    burst: z.int().min(1).max(2_000).default(20).describe('at once'),
    concurrency: z.int().min(1).max(100).default(5).describe('answers at the same time'),
  })
  .describe(
    'an API that tells who may ask where a document is (`{}` for the defaults); none when absent. Whoever may ask may ask about every key',
  );

const SECRET_KEY = arn('kms', 'key/').optional().describe("the secret's key, where it is not AWS's own");

const Chat = z.strictObject({
  webhookSecretArn: arn('secretsmanager', 'secret:').describe(
    'the secret whose text is the address of the webhook, by https; whoever knows it can write into the chat',
  ),
  keyArn: SECRET_KEY,
  kind: z.enum(['slack', 'teams', 'plain']).default('slack').describe('`teams`: of a workflow; `plain`: `{"text": …}`'),
  everyMinutes: z.int().min(1).max(60).default(1).describe('events are gathered this long for one message'),
  above: z.int().min(1).max(20).default(10).describe('more than these in one message are told as numbers'),
});

const Feed = z.strictObject({
  webhookSecretArn: arn('secretsmanager', 'secret:').describe(
    'the secret whose text is the address of the webhook, by https, or that and what messages are signed with (`docs/webhooks.md`)',
  ),
  keyArn: SECRET_KEY,
  format: z
    .enum(['events', 'ocsf', 'asff'])
    .default('events')
    .describe("every event as it is; or each case as a finding, `asff` of this account's own product of Security Hub"),
  everyMinutes: z.int().min(1).max(60).default(1).describe('events are sent this often'),
});

const Channel = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,13}$/, 'a lower-case word of at most 14 letters and digits')
    .describe('part of the names of its buckets; never change it'),
  mode: z
    .enum(['enforce', 'shadow'])
    .default('enforce')
    .describe(
      '`shadow`: what is staged is judged and put on record, and nothing is published, quarantined or removed (`docs/shadow.md`)',
    ),
  policy: PolicyFile.optional().describe('a policy file (its path, or what is in it); the defaults when absent'),
  scanner: z
    .strictObject({
      engine: z
        .enum(['clamd', 'guardduty', 'none'])
        .default('clamd')
        .describe(
          '`clamd`: without official signatures nothing is published; `guardduty`: Malware Protection for S3 looks at each upload, and documents wait for it (`docs/deploy.md`); `none` stands in every record',
        ),
      definitions: z
        .enum(['bucket', 'image'])
        .default('bucket')
        .describe(
          "clamd's: `bucket`, which a function brings up to date every three hours; or `image`, as old as the last deployment",
        ),
    })
    .prefault({}),
  buckets: z
    .strictObject({
      staging: OneBucket,
      work: OneBucket,
      public: OneBucket,
      quarantine: OneBucket,
      ledger: OneBucket,
      audit: OneBucket,
    })
    .prefault({}),
  publishers: z
    .array(Principal)
    .default([])
    .describe('roles that may put into and delete from staging; when empty, IAM policies of the account decide'),
  readers: z.array(Principal).default([]).describe('roles that may read what is published without CloudFront'),
  observers: z
    .array(Principal)
    .default([])
    .describe(
      'roles that may ask for the `status` of a document; they can read staging, because asking is reading to IAM',
    ),
  operators: z
    .array(Principal)
    .default([])
    .describe(
      'roles that may order and end take-downs; where CloudFront delivers, IAM has to let them change its store (`docs/deploy.md`)',
    ),
  recoverers: z
    .array(Principal)
    .default([])
    .describe(
      'roles that may rebuild a ledger that is lost (`recover`); name one when it is needed, and take it away afterwards',
    ),
  reviewers: z
    .array(Principal)
    .default([])
    .describe(
      'roles that may read quarantine and cases, and decide about them where there is no `console`; nobody by default, because these are the originals',
    ),
  delivery: Delivery.prefault({}),
  concurrency: z
    .strictObject({
      live: concurrency(50, 'small enough for an account with the standard quota of 1,000'),
      heavy: concurrency(5, 'large documents are rare, and take the most memory that Lambda has'),
      bulk: concurrency(20, 'of a run that enforces: what live leaves of the account'),
      audits: concurrency(20, 'of a run that says what would happen'),
      promote: concurrency(50, 'it takes a fraction of the time that the others take'),
    })
    .prefault({}),
  maxLiveBytes: z
    .int()
    .min(1)
    .default(64 * 1024 * 1024)
    .describe('what is larger goes to the heavy lane: one such document takes the time and the memory of hundreds'),
  statusApi: StatusApi.optional(),
  console: ConsoleSettings.optional(),
  reminders: Reminders.prefault({}).describe(
    'of a channel with a `console` or `reviewers`, whom an hourly function reminds',
  ),
  chat: Chat.optional().describe('where people are told of what was quarantined or could not be handled; nowhere'),
  feed: Feed.optional().describe(
    'a webhook that a machine is told by, each event by itself (`docs/webhooks.md`); none',
  ),
  inventory: Inventory.optional().describe('S3 Inventories of staging or public, which runs may go by; none'),
  sweepHours: z
    .int()
    .min(1)
    .max(24 * 31)
    .default(24)
    .describe('staging, public and ledger are compared this often: a lost event is found within a day'),
  canaryMinutes: z
    .int()
    .min(0)
    .max(12 * 60)
    .refine((minutes) => minutes === 0 || minutes >= 15, 'at least 15 minutes apart, or 0 for none')
    .default(15)
    .describe('a test virus and a picture with a position are put into staging this often; 0: never'),
});

export const Config = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Z][A-Za-z0-9]{0,21}$/, 'a word of letters and digits that starts with a capital')
      .default('Spoorloos')
      .describe('of the stack, and the start of bucket names; never change it'),
    channels: z
      .array(Channel)
      .min(1)
      .max(3)
      .default([Channel.parse({ name: 'main' })])
      .describe(
        'publication channels; three, or fewer with much of what a channel can have, because CloudFormation takes 500 resources in a stack: more go into another deployment, with another name',
      ),
    network: z
      .strictObject({
        egress: z
          .enum(['open', 'none'])
          .default('open')
          .describe(
            '`none`: what opens documents runs in a VPC without a way out; its three endpoints cost some 25 dollars a month for each zone',
          ),
        vpc: z
          .strictObject({
            id: z
              .string()
              .regex(/^vpc-[0-9a-f]{8,17}$/, 'not a VPC id')
              .describe('the VPC'),
            subnetIds: z
              .array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, 'not a subnet id'))
              .min(1)
              .describe('where functions are put'),
            zones: z.array(z.string().min(1)).min(1).describe('availability zones of the subnets, in their order'),
            securityGroupIds: z
              .array(z.string().regex(/^sg-[0-9a-f]{8,17}$/, 'not a security group id'))
              .min(1)
              .describe('what lets functions reach the endpoints, and nothing else'),
          })
          .optional()
          .describe('a VPC of your own, with endpoints for S3, SQS, SNS and EventBridge; made when absent'),
      })
      .prefault({}),
    audit: z
      .strictObject({
        lock: z
          .enum(['none', 'governance', 'compliance'])
          .default('governance')
          .describe(
            'Object Lock on the audit trail; `compliance` binds even the root user for the whole time, so it has to be asked for',
          ),
        years: z
          .int()
          .min(1)
          .max(100)
          .default(1)
          .describe('how long; longer can be set later, shorter not for what is written'),
      })
      .prefault({}),
    retention: z
      .strictObject({
        stagingOldVersionsDays: days().default(30).describe('old versions of uploads, to go back to'),
        publicOldVersionsDays: days().default(1).describe('what promote missed to purge may be what was taken down'),
        ledgerOldVersionsDays: days().default(90).describe('old heads, to see what happened'),
        accessLogsDays: days()
          .default(400)
          .describe('a year and some, for the reports on a breach; they hold addresses of readers'),
        functionLogsDays: z
          .literal([30, 90, 180, 365, 731])
          .default(180)
          .describe('CloudWatch takes these only; lines hold no keys and no values'),
      })
      .prefault({}),
    alarms: z
      .strictObject({
        email: z.email().optional().describe('subscribed to the topic of alarms'),
        oldestMessageMinutes: z
          .int()
          .min(1)
          .max(1_440)
          .default(15)
          .describe('a document takes seconds; a quarter of an hour means that something is wrong'),
        quarantinedPercent: z
          .int()
          .min(1)
          .max(100)
          .default(30)
          .describe('of the documents of an hour, of twenty at least: few are quarantined where nothing has changed'),
        cloudTrail: z
          .enum(['none', 'management', 'data'])
          .default('none')
          .describe(
            'what is heard of CloudTrail, for which the account needs a trail: `management`, a refused use of a key; `data`, a write into public by somebody else as well (`docs/deploy.md`: data events cost money)',
          ),
      })
      .prefault({}),
    accountConcurrency: z
      .int()
      .min(1)
      .max(100_000)
      .default(1_000)
      .describe(
        'what the account may run at the same time (the quota of Lambda in the region): functions reserve their part of it, and 100 have to stay unreserved',
      ),
    tracing: z.boolean().default(true).describe('X-Ray; traces hold no keys, and the sampled ones cost cents'),
    deployRoleArns: z
      .array(arn('iam', 'role/'))
      .default([])
      .describe("who may change bucket policies and notifications; CDK's execution role for CloudFormation when empty"),
    breakGlassRoleArn: arn('iam', 'role/')
      .optional()
      .describe(
        'a role that the guard rails let through, with an alarm when it is assumed; none, because it is a way around them',
      ),
  })
  .superRefine(({ name, channels }, context) => {
    const names = channels.map((channel) => channel.name);
    for (const [i, channel] of names.entries()) {
      const path = ['channels', i, 'name'];
      if (names.indexOf(channel) < i) context.addIssue({ code: 'custom', path, message: 'another channel has it' });
      // 63 characters for NAME-CHANNEL-quarantine-ACCOUNT-REGION, with the longest region name.
      if (name.length + channel.length > 23)
        context.addIssue({ code: 'custom', path, message: `too long beside the name ${name}: 23 characters together` });
    }
    for (const [i, { mode, scanner }] of channels.entries()) {
      const path = ['channels', i, 'scanner', 'engine'];
      if (scanner.engine !== 'guardduty') continue;
      if (mode === 'shadow')
        context.addIssue({ code: 'custom', path, message: 'shadow mode does not wait for GuardDuty; clamd or none' });
      // Such a channel is some 25 resources more.
      if (channels.length > 2)
        context.addIssue({ code: 'custom', path, message: 'with GuardDuty, two channels fit into one deployment' });
    }
    // Lambda takes 4 KB for all of a function's environment.
    for (const [i, { policy }] of channels.entries())
      if (policy && JSON.stringify(policy).length > 2_500)
        context.addIssue({ code: 'custom', path: ['channels', i, 'policy'], message: 'at most 2,500 characters' });
    for (const [i, { reminders }] of channels.entries())
      if (JSON.stringify(reminders).length > 2_500)
        context.addIssue({ code: 'custom', path: ['channels', i, 'reminders'], message: 'at most 2,500 characters' });
  });

export type Config = z.infer<typeof Config>;
export type ChannelConfig = Config['channels'][number];
export type BucketName = keyof ChannelConfig['buckets'];
export type ReadConfig = NonNullable<ChannelConfig['inventory']>;
export type BucketConfig = ChannelConfig['buckets'][BucketName];

/** A setting is wrong; the message names each that is. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The settings, with defaults for what is not said. Rejects with a ConfigError. */
export function parseConfig(untrusted: unknown): Config {
  const parsed = Config.safeParse(untrusted);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [''];
    return unknown.map((key) => `${[...issue.path, ...(key ? [key] : [])].join('.') || 'config'}: ${issue.message}`);
  });
  throw new ConfigError(lines.flat().join('\n'));
}
