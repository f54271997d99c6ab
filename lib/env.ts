// The settings that processes take from their environment, parsed once at the start. The constructs in lib/infra set
// exactly these names, so the two cannot drift apart.

import { z } from 'zod';
import { Role } from './core/records-cases.ts';
import { Reminders } from './core/records-reminders.ts';

const Name = z.string().min(1);
const Jobs = z.coerce.number().int().min(1).max(64);

const Port = z.coerce.number().int().min(1).max(65_535);
const Token = z.string().regex(/^[\w-]{32,256}$/);
const Seconds = z.coerce.number().int().min(5).max(86_400);

/** What tells these metrics from those of other channels and deployments. */
const CHANNEL = { SPOORLOOS_CHANNEL: Name.optional() };

/** Where events go. */
const EVENTS = {
  SPOORLOOS_TOPIC_ARN: z.string().optional(),
  SPOORLOOS_EVENT_BUS: z.string().optional(),
  /** A queue that events go to as well: who tells people takes them from there. */
  SPOORLOOS_EVENTS_QUEUE_URL: z.url().optional(),
};

const Common = z.object({
  SPOORLOOS_STAGING: Name,
  SPOORLOOS_LEDGER: Name,
  /** The bucket of the audit trail; the ledger when absent. */
  SPOORLOOS_AUDIT: Name.optional(),
  SPOORLOOS_LIVE_QUEUE_URL: z.url(),
  /** The policy file's JSON; the defaults when absent. */
  SPOORLOOS_POLICY: z.string().optional(),
  ...CHANNEL,
  ...EVENTS,
});

/** The bucket that clamd's definitions come from; the machine's own when absent. */
const DEFINITIONS = { SPOORLOOS_DEFINITIONS: Name.optional() };

/** How people are told. The address of a webhook lets anybody write there: it is a secret. */
const TELLING = {
  SPOORLOOS_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** To people: `slack`, `teams`, `plain`. To machines, each event by itself: `events`, `ocsf`, `asff`. */
  SPOORLOOS_WEBHOOK_FORMAT: z.enum(['slack', 'teams', 'plain', 'events', 'ocsf', 'asff']).default('slack'),
  /** What messages are signed with; two while one replaces the other. */
  SPOORLOOS_WEBHOOK_SECRETS: Name.optional(),
  /** The product of Security Hub whose findings `asff` says these are. */
  SPOORLOOS_ASFF_PRODUCT: Name.optional(),
  /** How long events are gathered for one message. */
  SPOORLOOS_DIGEST_SECONDS: Seconds.default(60),
  /** More than these in one message are told as numbers. */
  SPOORLOOS_DIGEST_ABOVE: z.coerce.number().int().min(1).max(20).default(10),
};

/** `guardduty`: on AWS, where it protects staging and what it says is put on record. */
const Scanner = z.enum(['auto', 'clamd', 'guardduty', 'none']).default('auto');

const FailClosed = Common.extend({
  SPOORLOOS_QUARANTINE: Name,
  SPOORLOOS_PROMOTE_QUEUE_URL: z.url(),
  /** Where the results of runs go; without it there are no runs. */
  SPOORLOOS_RESULTS_QUEUE_URL: z.url().optional(),
});
const Sanitize = FailClosed.extend({
  ...DEFINITIONS,
  SPOORLOOS_WORK: Name,
  SPOORLOOS_SCANNER: Scanner,
  /** Where word is left that GuardDuty has to be asked for a scan; it is not asked when absent. */
  SPOORLOOS_SCAN_REQUESTS_QUEUE_URL: z.url().optional(),
  /** Of a function: its own queue, where what GuardDuty has not looked at comes again; the live one when absent. */
  SPOORLOOS_LATER_QUEUE_URL: z.url().optional(),
  /** Of a function: which lane it judges for. A worker judges for all. */
  SPOORLOOS_LANE: z.enum(['live', 'heavy', 'bulk']).default('live'),
  /** Where live sends what is larger than SPOORLOOS_MAX_LIVE_BYTES; without it live judges everything. */
  SPOORLOOS_HEAVY_QUEUE_URL: z.url().optional(),
  SPOORLOOS_MAX_LIVE_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(64 * 1024 * 1024),
});
const EDGE = {
  /** The CloudFront KeyValueStore of what was taken down; a worker keeps the list in the ledger when absent. */
  SPOORLOOS_DENY_LIST_ARN: Name.optional(),
};
const PUBLISHING = {
  SPOORLOOS_PUBLIC: Name,
  /** The Cache-Control of everything published. */
  SPOORLOOS_CACHE_CONTROL: Name.optional(),
  /** The CloudFront distribution that is told of what is removed or replaced. */
  SPOORLOOS_DISTRIBUTION_ID: Name.optional(),
  ...EDGE,
};
const Status = Common.pick({ SPOORLOOS_STAGING: true, SPOORLOOS_LEDGER: true });
const Promote = Common.extend({
  SPOORLOOS_WORK: Name,
  /** Where what was looked at in public is judged; without it nothing is cleaned in place. */
  SPOORLOOS_BULK_QUEUE_URL: z.url().optional(),
  ...PUBLISHING,
});
const Sweep = Common.extend({
  SPOORLOOS_PUBLIC: Name,
  SPOORLOOS_SWEEP_HOURS: z.coerce.number().positive().default(24),
});
const Canary = Common.pick({ SPOORLOOS_STAGING: true, SPOORLOOS_LEDGER: true, SPOORLOOS_CHANNEL: true }).extend({
  SPOORLOOS_PUBLIC: Name,
});
const MODE = {
  /** `shadow`: what is staged is judged and put on record, and nothing else is done. */
  SPOORLOOS_MODE: z.enum(['enforce', 'shadow']).default('enforce'),
};
const Worker = Sanitize.extend({
  ...MODE,
  ...PUBLISHING,
  SPOORLOOS_DEAD_LETTERS_QUEUE_URL: z.url(),
  SPOORLOOS_BULK_QUEUE_URL: z.url().optional(),
  /** A lane of its own for audits; by bulk when absent. */
  SPOORLOOS_AUDITS_QUEUE_URL: z.url().optional(),
  SPOORLOOS_JOBS: Jobs.default(2),
  SPOORLOOS_BULK_JOBS: Jobs.default(1),
  /** Where health and metrics are shown, and pushed events taken; nowhere when absent. */
  SPOORLOOS_METRICS_PORT: Port.optional(),
  SPOORLOOS_METRICS_ADDRESS: Name.default('127.0.0.1'),
  /** What a server that pushes events has to know; none are taken when absent. */
  SPOORLOOS_NOTIFY_TOKEN: Token.optional(),
  /** What who asks where a document is has to know; nobody is told when absent. */
  SPOORLOOS_STATUS_TOKEN: Token.optional(),
  /** How often staging is looked through, where no events come; never when absent. */
  SPOORLOOS_POLL_SECONDS: Seconds.optional(),
  ...TELLING,
});

/** A worker in shadow mode: it needs nothing to write to but the ledger, and public only to be audited. */
const ShadowWorker = Worker.omit({
  SPOORLOOS_WORK: true,
  SPOORLOOS_QUARANTINE: true,
  SPOORLOOS_PROMOTE_QUEUE_URL: true,
});

/** Functions of a channel in shadow mode. */
const Shadow = Sanitize.pick({
  SPOORLOOS_STAGING: true,
  SPOORLOOS_LEDGER: true,
  SPOORLOOS_LIVE_QUEUE_URL: true,
  SPOORLOOS_POLICY: true,
  SPOORLOOS_CHANNEL: true,
  SPOORLOOS_DEFINITIONS: true,
  SPOORLOOS_SCANNER: true,
  SPOORLOOS_LANE: true,
  SPOORLOOS_HEAVY_QUEUE_URL: true,
  SPOORLOOS_MAX_LIVE_BYTES: true,
});
export const readShadowEnv = (env: Env): z.infer<typeof Shadow> => parse(Shadow, env);

/** Who plans runs, and asks after them, and leaves it to another to feed them. */
const ReplayOrders = z.object({
  SPOORLOOS_STAGING: Name,
  SPOORLOOS_PUBLIC: Name,
  SPOORLOOS_LEDGER: Name,
  SPOORLOOS_POLICY: z.string().optional(),
});
export const readReplayOrdersEnv = (env: Env): z.infer<typeof ReplayOrders> => parse(ReplayOrders, env);

/** Who feeds runs. */
const Replay = ReplayOrders.extend({
  ...CHANNEL,
  ...EVENTS,
  SPOORLOOS_LIVE_QUEUE_URL: z.url(),
  SPOORLOOS_BULK_QUEUE_URL: z.url(),
  SPOORLOOS_AUDITS_QUEUE_URL: z.url().optional(),
  SPOORLOOS_RESULTS_QUEUE_URL: z.url(),
  SPOORLOOS_DEAD_LETTERS_QUEUE_URL: z.url().optional(),
  /** `cloudwatch`: it is asked for what SQS does not tell of the live queue. Elsewhere there is nobody to ask. */
  SPOORLOOS_QUEUE_METRICS: z.enum(['none', 'cloudwatch']).default('none'),
});
export type ReplayEnv = z.infer<typeof Replay>;
export const readReplayEnv = (env: Env): ReplayEnv => parse(Replay, env);

/** Who judges for audits. */
const Audits = z.object({
  ...CHANNEL,
  ...DEFINITIONS,
  SPOORLOOS_STAGING: Name,
  SPOORLOOS_PUBLIC: Name,
  SPOORLOOS_LEDGER: Name,
  SPOORLOOS_RESULTS_QUEUE_URL: z.url(),
  SPOORLOOS_POLICY: z.string().optional(),
  SPOORLOOS_SCANNER: Scanner,
  /** Both, where GuardDuty is waited for: who asks it, and the lane that audits come by. */
  SPOORLOOS_SCAN_REQUESTS_QUEUE_URL: z.url().optional(),
  SPOORLOOS_LATER_QUEUE_URL: z.url().optional(),
});
export type AuditsEnv = z.infer<typeof Audits>;
export const readAuditsEnv = (env: Env): AuditsEnv => parse(Audits, env);

/** Who writes results into the ledger. */
const Collect = z.object({ ...CHANNEL, SPOORLOOS_LEDGER: Name });
export const readCollectEnv = (env: Env): z.infer<typeof Collect> => parse(Collect, env);

/** Who looks at cases, and who decides about them. */
const ReviewLook = z.object({ SPOORLOOS_LEDGER: Name, SPOORLOOS_AUDIT: Name.optional() });
const Review = ReviewLook.extend({ SPOORLOOS_QUARANTINE: Name, SPOORLOOS_LIVE_QUEUE_URL: z.url(), ...EVENTS });
export const readReviewLookEnv = (env: Env): z.infer<typeof ReviewLook> => parse(ReviewLook, env);
export const readReviewEnv = (env: Env): z.infer<typeof Review> => parse(Review, env);

/** Who compares policies, from records alone. */
const PolicyDiff = z.object({ SPOORLOOS_LEDGER: Name, SPOORLOOS_POLICY: z.string().optional() });
export const readPolicyDiffEnv = (env: Env): z.infer<typeof PolicyDiff> => parse(PolicyDiff, env);

/** Who puts on record what GuardDuty says. */
const ScanResults = z.object({
  ...CHANNEL,
  SPOORLOOS_STAGING: Name,
  SPOORLOOS_LEDGER: Name,
  SPOORLOOS_LIVE_QUEUE_URL: z.url(),
});
export const readScanResultsEnv = (env: Env): z.infer<typeof ScanResults> => parse(ScanResults, env);

/** Who serves the console. */
const Console = Common.pick({ SPOORLOOS_LEDGER: true, SPOORLOOS_LIVE_QUEUE_URL: true, SPOORLOOS_CHANNEL: true }).extend(
  {
    SPOORLOOS_AUDIT: Name,
    SPOORLOOS_QUARANTINE: Name,
    ...EVENTS,
    /** Where browsers reach it, without a path. */
    SPOORLOOS_CONSOLE_URL: z.url({ protocol: /^https$/ }).transform((url) => new URL(url).origin),
    /** JSON: of each role the groups that give it. */
    SPOORLOOS_CONSOLE_GROUPS: z
      .string()
      .transform(jsonIn)
      .pipe(z.partialRecord(Role, z.array(Name))),
    SPOORLOOS_OIDC_ISSUER: z.url({ protocol: /^https$/ }),
    SPOORLOOS_OIDC_CLIENT_ID: Name,
    /** The secret that holds the client's; a public client when absent. */
    SPOORLOOS_OIDC_SECRET_ARN: Name.optional(),
    /** Beside `openid`, with blanks between them. */
    SPOORLOOS_OIDC_SCOPES: z
      .string()
      .default('')
      .transform((text) => text.split(' ').filter((one) => one !== '')),
    SPOORLOOS_OIDC_GROUPS_CLAIM: Name.default('groups'),
    /** JSON: the consoles of the deployment's channels, its own first. */
    SPOORLOOS_CONSOLES: z
      .string()
      .transform(jsonIn)
      .pipe(z.array(z.strictObject({ name: Name, url: z.url({ protocol: /^https$/ }) })).min(1))
      .optional(),
    /** JSON: whose tokens programs bring, and what these let them do. None do when absent. */
    SPOORLOOS_CONSOLE_API: z
      .string()
      .transform(jsonIn)
      .pipe(
        z.strictObject({
          audience: z.array(Name).min(1),
          claim: Name,
          groups: z.partialRecord(Role.extract(['viewer', 'reviewer', 'approver']), z.array(Name)),
          mayRequest: z.boolean(),
        }),
      )
      .optional(),
    /** Of the invocations of the function that draws; there are no pictures when absent. */
    SPOORLOOS_PICTURES_URL: z.url().optional(),
    /** The same of the function that packs originals. */
    SPOORLOOS_ORIGINALS_URL: z.url(),
  },
);
export type ConsoleEnv = z.infer<typeof Console>;
export const readConsoleEnv = (env: Env): ConsoleEnv => parse(Console, env);

/** Who draws what quarantine holds. */
const Pictures = Common.pick({ SPOORLOOS_POLICY: true });
export const readPicturesEnv = (env: Env): z.infer<typeof Pictures> => parse(Pictures, env);

/** Who asks GuardDuty for scans. */
const ScanRequests = z.object({ ...CHANNEL, SPOORLOOS_STAGING: Name, SPOORLOOS_LEDGER: Name });
export const readScanRequestsEnv = (env: Env): z.infer<typeof ScanRequests> => parse(ScanRequests, env);

/** Who tells people, as a function. */
const Tell = z.object({
  SPOORLOOS_EVENTS_QUEUE_URL: z.url(),
  /** The secret that holds the webhook's address, and what it is signed with. */
  SPOORLOOS_WEBHOOK_SECRET_ARN: Name,
  SPOORLOOS_WEBHOOK_FORMAT: TELLING.SPOORLOOS_WEBHOOK_FORMAT,
  SPOORLOOS_ASFF_PRODUCT: TELLING.SPOORLOOS_ASFF_PRODUCT,
  SPOORLOOS_DIGEST_ABOVE: TELLING.SPOORLOOS_DIGEST_ABOVE,
});
export const readTellEnv = (env: Env): z.infer<typeof Tell> => parse(Tell, env);

/** When people are reminded of cases, as JSON; the defaults when absent. */
const Limits = z.object({ SPOORLOOS_REMINDERS: z.string().default('{}').transform(jsonIn).pipe(Reminders) });
export const readRemindersEnv = (env: Env): Reminders => parse(Limits, env).SPOORLOOS_REMINDERS;

/** Who reminds them, and seals the trails. */
const Remind = Limits.extend({ SPOORLOOS_LEDGER: Name, SPOORLOOS_AUDIT: Name.optional(), ...EVENTS });
export const readRemindEnv = (env: Env): z.infer<typeof Remind> => parse(Remind, env);

const Resending = z.object({
  SPOORLOOS_LEDGER: Name.optional(),
  SPOORLOOS_AUDIT: Name.optional(),
  SPOORLOOS_WEBHOOK_SECRETS: TELLING.SPOORLOOS_WEBHOOK_SECRETS,
  SPOORLOOS_ASFF_PRODUCT: TELLING.SPOORLOOS_ASFF_PRODUCT,
});
export type EventsEnv = z.infer<typeof Resending>;
/** Who tells again what was told; from buckets, or from folders that need no setting. */
export const readEventsEnv =
  (areBuckets: boolean) =>
  (env: Env): EventsEnv =>
    parse<EventsEnv>(areBuckets ? Resending.extend({ SPOORLOOS_LEDGER: Name }) : Resending, env);

/** Who brings definitions up to date. */
const Definitions = z.object({ SPOORLOOS_DEFINITIONS: Name });
export const readDefinitionsEnv = (env: Env): z.infer<typeof Definitions> => parse(Definitions, env);

type Env = Readonly<Record<string, string | undefined>>;

/** Who orders take-downs. */
const TakeDown = z.object({
  SPOORLOOS_STAGING: Name,
  SPOORLOOS_LEDGER: Name,
  SPOORLOOS_AUDIT: Name.optional(),
  SPOORLOOS_PROMOTE_QUEUE_URL: z.url(),
  ...EDGE,
});
/** Who rebuilds a ledger. */
const Recovery = TakeDown.extend({
  SPOORLOOS_PUBLIC: Name,
  SPOORLOOS_QUARANTINE: Name,
  SPOORLOOS_LIVE_QUEUE_URL: z.url(),
  SPOORLOOS_POLICY: z.string().optional(),
});
export type RecoveryEnv = z.infer<typeof Recovery>;
export const readRecoveryEnv = (env: Env): RecoveryEnv => parse(Recovery, env);

export type TakeDownEnv = z.infer<typeof TakeDown>;
export const readTakeDownEnv = (env: Env): TakeDownEnv => parse(TakeDown, env);

export type StatusEnv = z.infer<typeof Status>;
export type CommonEnv = z.infer<typeof Common>;
export type FailClosedEnv = z.infer<typeof FailClosed>;
export type SanitizeEnv = z.infer<typeof Sanitize>;
export type PromoteEnv = z.infer<typeof Promote>;
export type SweepEnv = z.infer<typeof Sweep>;
export type CanaryEnv = z.infer<typeof Canary>;
export type WorkerEnv = z.infer<typeof Worker>;
export type ShadowWorkerEnv = z.infer<typeof ShadowWorker>;

/** A setting is missing or wrong; the message names it, without its value. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

export const readSanitizeEnv = (env: NodeJS.ProcessEnv): SanitizeEnv => parse(Sanitize, env);
export const readStatusEnv = (env: NodeJS.ProcessEnv): StatusEnv => parse(Status, env);
export const readFailClosedEnv = (env: NodeJS.ProcessEnv): FailClosedEnv => parse(FailClosed, env);
export const readPromoteEnv = (env: NodeJS.ProcessEnv): PromoteEnv => parse(Promote, env);
export const readCanaryEnv = (env: NodeJS.ProcessEnv): CanaryEnv => parse(Canary, env);
export const readSweepEnv = (env: NodeJS.ProcessEnv): SweepEnv => parse(Sweep, env);
export const readWorkerEnv = (env: NodeJS.ProcessEnv): WorkerEnv => parse(Worker, env);
export const readShadowWorkerEnv = (env: NodeJS.ProcessEnv): ShadowWorkerEnv => parse(ShadowWorker, env);

function parse<T>(schema: z.ZodType<T>, env: Env): T {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))];
  throw new EnvError(`missing or not valid in the environment: ${names.join(', ')}`);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
