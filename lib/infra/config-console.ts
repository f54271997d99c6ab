// The settings of a channel's console: who signs in with whom, and which of their groups may do what.

import { z } from 'zod';

const https = () => z.url({ protocol: /^https$/ });
const arn = (service: string, resource: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:${resource}`), `not an ARN of ${service}`);
const groups = (name: string, may: string) =>
  z.array(z.string().min(1).max(200)).min(1).max(20).default([name]).describe(`groups whose members ${may}`);

const Issuer = z
  .strictObject({
    url: https().describe('as in the `iss` of its tokens'),
    clientId: z.string().min(1).describe("the console's, with the addresses that the outputs name allowed"),
    clientSecretArn: arn('secretsmanager', 'secret:')
      .optional()
      .describe("the secret whose text is the client's; without one it is a public client, with PKCE"),
    secretKeyArn: arn('kms', 'key/').optional().describe("the secret's key, where it is not AWS's own"),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/))
      .default([])
      .describe('beside `openid`; `offline_access`, where the issuer gives refresh tokens for it only'),
    groupsClaim: z.string().min(1).default('groups').describe('the claim of the ID token that lists groups'),
  })
  .describe('any issuer of OpenID Connect; a Cognito user pool is made when absent');

const Pool = z
  .strictObject({
    domainPrefix: z
      .string()
      .regex(/^(?!.*(?:aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'not a prefix that Cognito takes')
      .describe('of the address of its sign-in pages, which nobody else in the region may have'),
  })
  .describe('a Cognito user pool with a second factor for everybody, and a group for each role');

const values = (may: string) =>
  z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(20)
    .optional()
    .describe(`values of the claim that let a program ${may}`);

const Api = z
  .strictObject({
    audience: z
      .array(z.string().min(1))
      .min(1)
      .max(50)
      .describe('one has to be the `aud` of a token, or its `client_id` where it has no `aud`'),
    claim: z
      .string()
      .min(1)
      .optional()
      .describe("the claim that lists groups; `scope` and `scp` are taken as a text, too. As people's, when absent"),
    groups: z
      .strictObject({
        viewer: values('look'),
        reviewer: values('reject, have judged again, assign, comment, put on hold'),
        approver: values('besides withdraw anything and reopen; it approves nothing'),
      })
      .refine((each) => Object.values(each).some((list) => list !== undefined), 'no group has a role'),
    mayRequest: z
      .boolean()
      .default(false)
      .describe('may ask for releases: only where nobody who approves holds such a token'),
  })
  .describe('programs bring tokens of the same issuer to `/api/` (`docs/api.md`); none do when absent');

export const ConsoleSettings = z
  .strictObject({
    issuer: Issuer.optional(),
    pool: Pool.optional(),
    groups: z
      .strictObject({
        viewer: groups('viewer', 'may look'),
        reviewer: groups('reviewer', 'may ask for a release, reject, have judged again, comment'),
        approver: groups('approver', 'may besides approve what somebody else asked for'),
        lead: groups('lead', 'may besides delete, end a hold, and approve a release of malware'),
        'break-glass': groups('break-glass', 'may ask for a release of malware, with another role'),
      })
      .prefault({}),
    domain: z
      .strictObject({
        name: z
          .string()
          .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'not a domain name')
          .describe('to be pointed at the address that the outputs name'),
        certificateArn: arn('acm', 'certificate/').describe("the domain's, in the deployment's own region"),
      })
      .optional()
      .describe('a domain of your own; the address that API Gateway gives, when absent'),
    api: Api.optional(),
    perSecond: z.int().min(1).max(1_000).default(50).describe('requests in a second; more are answered 429'),
    burst: z.int().min(1).max(2_000).default(100).describe('at once'),
    concurrency: z.int().min(1).max(100).default(10).describe('answers at the same time'),
    pictures: z
      .int()
      .min(0)
      .max(100)
      .default(5)
      .describe(
        'pages drawn at the same time, by a function that opens originals and has no right on anything; 0: no pictures',
      ),
  })
  .refine(({ issuer, pool }) => (issuer === undefined) !== (pool === undefined), 'either an issuer or a pool')
  .describe(
    'pages for who reviews what is held back (`docs/review.md`); none when absent. With it `reviewers` may only read: who decides, does it there',
  );

export type ConsoleConfig = z.infer<typeof ConsoleSettings>;
