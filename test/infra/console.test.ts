import { describe, expect, test } from 'vitest';
import { CALLBACK, SIGNED_OUT } from '../../lib/console/oidc-issuer.ts';
import { LIMITS } from '../../lib/core/limits.ts';
import { ROLES } from '../../lib/core/records-cases.ts';
import { readConsoleEnv } from '../../lib/env.ts';
import { parseConfig } from '../../lib/infra/config.ts';
import { ofType, only, resourcesOf, text } from '../support/template.ts';

const channel = (console: object) => parseConfig({ channels: [{ name: 'main', console }] });
const withConsole = (console: object) => resourcesOf(channel(console));
const POOL = { domainPrefix: 'example-review' };
const ISSUER = {
  ...{ url: 'https://login.example.org/', clientId: 'review', scopes: ['offline_access'], groupsClaim: 'roles' },
  clientSecretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:review-Ab12Cd',
};
const DOMAIN = {
  name: 'review.example.org',
  certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d-0000-4000-8000-000000000000',
};
const pooled = withConsole({ pool: POOL });
const issued = withConsole({ issuer: ISSUER, domain: DOMAIN, perSecond: 3, burst: 4, concurrency: 2 });

const environmentOf = (all: typeof pooled) => {
  const [, { Properties }] = only(all, 'AWS::Lambda::Function', 'ConsoleFunction');
  return Object(Properties.Environment).Variables;
};

describe('the console', () => {
  test('is there only where a channel asks for it', () => {
    expect(ofType(resourcesOf(), 'AWS::ApiGatewayV2::Api')).toEqual([]);
    expect(ofType(pooled, 'AWS::ApiGatewayV2::Api')).toHaveLength(1);
  });

  test('has one route to one function, answers so much and no more, and no other site asks in its name', () => {
    expect(ofType(pooled, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties.RouteKey)).toEqual([
      '$default',
    ]);
    const [, stage] = only(issued, 'AWS::ApiGatewayV2::Stage', 'Console');
    expect(stage.Properties.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 3, ThrottlingBurstLimit: 4 });
    const [, { Properties }] = only(issued, 'AWS::Lambda::Function', 'ConsoleFunction');
    expect(Properties.ReservedConcurrentExecutions).toBe(2);
    for (const [, api] of ofType(pooled, 'AWS::ApiGatewayV2::Api'))
      expect(api.Properties.CorsConfiguration).toBeUndefined();
  });

  test('writes down neither what was asked for nor who asked', () => {
    const [, { Properties }] = only(pooled, 'AWS::ApiGatewayV2::Stage', 'Console');
    const format = text(Properties.AccessLogSettings);
    expect(format).toContain('$context.requestId');
    expect(format).not.toMatch(/query|\$context\.(path|identity|authorizer\.(claims|principal))/);
  });

  test('with a domain is reached by that alone', () => {
    const [, api] = only(issued, 'AWS::ApiGatewayV2::Api', 'Console');
    expect(api.Properties.DisableExecuteApiEndpoint).toBe(true);
    const [, domain] = only(issued, 'AWS::ApiGatewayV2::DomainName', 'Console');
    expect(text(domain.Properties)).toMatch(/"SecurityPolicy":"TLS_1_2"|"DomainNameConfigurations"/);
    expect(ofType(issued, 'AWS::ApiGatewayV2::ApiMapping')).toHaveLength(1);
    expect(environmentOf(issued).SPOORLOOS_CONSOLE_URL).toBe('https://review.example.org');
  });

  test('is told of the issuer what its program reads', () => {
    const environment = environmentOf(issued);
    const queue = {
      SPOORLOOS_LIVE_QUEUE_URL: 'https://sqs.example/q',
      ...{ SPOORLOOS_PICTURES_URL: 'https://lambda.example/f', SPOORLOOS_ORIGINALS_URL: 'https://lambda.example/g' },
    };
    const places = { SPOORLOOS_LEDGER: 'l', SPOORLOOS_AUDIT: 'a', SPOORLOOS_QUARANTINE: 'q', SPOORLOOS_CHANNEL: 'c' };
    const events = { SPOORLOOS_TOPIC_ARN: 't', SPOORLOOS_EVENT_BUS: 'b' };
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(Object.keys(events)));
    const read = readConsoleEnv({ ...environment, ...places, ...queue, ...events });
    expect(read).toMatchObject({
      SPOORLOOS_OIDC_ISSUER: 'https://login.example.org/',
      SPOORLOOS_OIDC_SCOPES: ['offline_access'],
      SPOORLOOS_OIDC_GROUPS_CLAIM: 'roles',
      SPOORLOOS_OIDC_SECRET_ARN: ISSUER.clientSecretArn,
      SPOORLOOS_CONSOLES: [{ name: 'main', url: 'https://review.example.org' }],
      SPOORLOOS_CONSOLE_GROUPS: Object.fromEntries(ROLES.map((role) => [role, [role]])),
    });
    expect(Object.keys(environment)).toContain('SPOORLOOS_LIVE_QUEUE_URL');
    const [, policy] = only(issued, 'AWS::IAM::Policy', 'ConsoleRole');
    expect(text(policy.Properties)).toContain(
      `"Action":"secretsmanager:GetSecretValue","Effect":"Allow","Resource":"${ISSUER.clientSecretArn}"`,
    );
    expect(() =>
      readConsoleEnv({ ...environment, ...places, ...queue, ...events, SPOORLOOS_CONSOLE_GROUPS: '{' }),
    ).toThrow('SPOORLOOS_CONSOLE_GROUPS');
  });
});

test('each console knows which channel it is of, and where the others are', () => {
  const channels = ['main', 'press'].map((name) => ({
    ...{ name, console: { issuer: ISSUER, domain: { ...DOMAIN, name: `${name}.example.org` } } },
  }));
  const functions = ofType(resourcesOf(parseConfig({ channels })), 'AWS::Lambda::Function');
  const told = functions.flatMap(
    ([, { Properties }]) => Object(Properties.Environment).Variables?.SPOORLOOS_CONSOLES ?? [],
  );
  const [main, press] = ['main', 'press'].map((name) => ({ name, url: `https://${name}.example.org` }));
  expect(told.map((one) => JSON.parse(String(one)))).toEqual([
    [main, press],
    [press, main],
  ]);
  expect(environmentOf(issued).SPOORLOOS_CONSOLES).toBe('[{"name":"main","url":"https://review.example.org"}]');
});

const API = {
  ...{ audience: ['tickets', 'other'], claim: 'scope', mayRequest: true },
  groups: { reviewer: ['spoorloos/reviewer'] },
};

describe('the API for programs', () => {
  const withApi = withConsole({ issuer: ISSUER, api: API });
  const route = (all: typeof pooled, key: string) =>
    ofType(all, 'AWS::ApiGatewayV2::Route').find(([, { Properties }]) => Properties.RouteKey === key)?.[1].Properties;

  test('is there only where a console asks for it, and no page is behind its tokens', () => {
    for (const all of [pooled, issued]) {
      expect(ofType(all, 'AWS::ApiGatewayV2::Authorizer')).toEqual([]);
      expect(Object.keys(environmentOf(all))).not.toContain('SPOORLOOS_CONSOLE_API');
    }
    expect(route(withApi, 'ANY /api/{proxy+}')?.AuthorizationType).toBe('JWT');
    expect(route(withApi, '$default')?.AuthorizationType ?? 'NONE').toBe('NONE');
    expect(ofType(withApi, 'AWS::ApiGatewayV2::Route')).toHaveLength(2);
  });

  test('takes tokens of the issuer that people sign in with, for its own audience', () => {
    const [[id, { Properties }] = ['', { Properties: {} }]] = ofType(withApi, 'AWS::ApiGatewayV2::Authorizer');
    expect(Properties).toMatchObject({
      ...{ AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'] },
      JwtConfiguration: { Audience: API.audience, Issuer: ISSUER.url },
    });
    expect(route(withApi, 'ANY /api/{proxy+}')?.AuthorizerId).toEqual({ Ref: id });
    const ofPool = ofType(withConsole({ pool: POOL, api: API }), 'AWS::ApiGatewayV2::Authorizer');
    expect(text(ofPool[0]?.[1].Properties.JwtConfiguration)).toMatch(/https:\/\/cognito-idp\./);
  });

  test.each([
    { shows: 'the claim that it names', console: { issuer: ISSUER, api: API }, claim: 'scope' },
    {
      shows: "the claim of people's groups",
      console: { issuer: ISSUER, api: { ...API, claim: undefined } },
      claim: 'roles',
    },
    {
      shows: 'the groups of Cognito',
      console: { pool: POOL, api: { ...API, claim: undefined } },
      claim: 'cognito:groups',
    },
  ])('is told of $shows', ({ console, claim }) => {
    const environment = environmentOf(withConsole(console));
    const rest = { SPOORLOOS_LEDGER: 'l', SPOORLOOS_AUDIT: 'a', SPOORLOOS_QUARANTINE: 'q', SPOORLOOS_CHANNEL: 'c' };
    const urls = {
      ...{ SPOORLOOS_LIVE_QUEUE_URL: 'https://sqs.example/q', SPOORLOOS_CONSOLE_URL: 'https://review.example.org' },
      ...{ SPOORLOOS_OIDC_ISSUER: 'https://login.example.org', SPOORLOOS_OIDC_CLIENT_ID: 'review' },
      ...{ SPOORLOOS_TOPIC_ARN: 't', SPOORLOOS_EVENT_BUS: 'b' },
      ...{ SPOORLOOS_PICTURES_URL: 'https://lambda.example/f', SPOORLOOS_ORIGINALS_URL: 'https://lambda.example/g' },
    };
    const read = readConsoleEnv({ ...environment, ...rest, ...urls, SPOORLOOS_CONSOLES: undefined });
    expect(read.SPOORLOOS_CONSOLE_API).toEqual({ ...API, claim });
  });
});

describe('pictures', () => {
  const functions = (all: typeof pooled) => ofType(all, 'AWS::Lambda::Function').map(([id]) => id);

  test('are drawn by a function of the image with a time, a memory and a number of its own', () => {
    const [id, { Properties }] = only(withConsole({ pool: POOL, pictures: 3 }), 'AWS::Lambda::Function', 'Pictures');
    expect(Properties).toMatchObject({ PackageType: 'Image', MemorySize: 3072, Timeout: 170 });
    expect(Properties.ReservedConcurrentExecutions).toBe(3);
    expect(text(Properties.ImageConfig)).toContain('/app/lambdas/pictures.ts');
    // A document has its two minutes, and whoever draws it a while more.
    expect(Number(Properties.Timeout) * 1000).toBeGreaterThan(LIMITS.wallMs + 20_000);
    expect(environmentOf(pooled).SPOORLOOS_PICTURES_URL).toEqual({
      'Fn::Join': [
        '',
        [
          ...['https://lambda.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }, '/2015-03-31/functions/'],
          ...[{ Ref: id }, '/invocations'],
        ],
      ],
    });
  });

  test('are left out where the settings say so, and nobody is asked then', () => {
    const without = withConsole({ pool: POOL, pictures: 0 });
    expect(functions(without).filter((id) => id.includes('Pictures'))).toEqual([]);
    expect(functions(pooled).filter((id) => id.includes('Pictures'))).toHaveLength(1);
    expect(environmentOf(without).SPOORLOOS_PICTURES_URL).toBeUndefined();
    const asked = text(only(without, 'AWS::IAM::Policy', 'ConsoleRole')[1].Properties).match(/lambda:/g);
    expect(asked, 'who packs originals').toHaveLength(1);
  });
});

test('originals are packed by a function without a parser, with a memory and a time of its own', () => {
  const [id, { Properties }] = only(pooled, 'AWS::Lambda::Function', 'Originals');
  expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', MemorySize: 1769, Timeout: 60 });
  expect(text(environmentOf(pooled).SPOORLOOS_ORIGINALS_URL)).toContain(`functions/",{"Ref":"${id}"},"/invocations"`);
});

describe('a user pool', () => {
  test('lets nobody in who was not let in, and nobody without a second factor', () => {
    const [, { Properties }] = only(pooled, 'AWS::Cognito::UserPool', 'UsersPool');
    expect(Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      DeletionProtection: 'ACTIVE',
    });
  });

  test('has a group for each role, and signs in by code to the addresses of the console alone', () => {
    const groups = ofType(pooled, 'AWS::Cognito::UserPoolGroup').map(([, { Properties }]) => Properties.GroupName);
    expect(groups.sort()).toEqual([...ROLES].sort());
    const [, { Properties }] = only(pooled, 'AWS::Cognito::UserPoolClient', 'Client');
    expect(Properties).toMatchObject({ AllowedOAuthFlows: ['code'], AllowedOAuthScopes: ['openid', 'email'] });
    expect(text(Properties.CallbackURLs)).toMatch(new RegExp(`${CALLBACK}"\\]\\]}\\]$`));
    expect(text(Properties.LogoutURLs)).toMatch(new RegExp(`${SIGNED_OUT}"\\]\\]}\\]$`));
    expect(Properties.ExplicitAuthFlows ?? []).toEqual(['ALLOW_REFRESH_TOKEN_AUTH']);
  });

  test('is what the console asks', () => {
    expect(environmentOf(pooled)).toMatchObject({
      SPOORLOOS_OIDC_GROUPS_CLAIM: 'cognito:groups',
      SPOORLOOS_OIDC_SCOPES: 'email',
    });
    expect(text(environmentOf(pooled).SPOORLOOS_OIDC_ISSUER)).toMatch(/https:\/\/cognito-idp\./);
  });
});

test.each([
  { shows: 'neither an issuer nor a pool', console: {} },
  { shows: 'both', console: { issuer: ISSUER, pool: POOL } },
  { shows: 'an issuer without TLS', console: { issuer: { ...ISSUER, url: 'http://login.example.org' } } },
  { shows: 'a role that there is not', console: { pool: POOL, groups: { admin: ['admins'] } } },
  { shows: 'a role without any group', console: { pool: POOL, groups: { lead: [] } } },
  { shows: 'programs of no audience', console: { pool: POOL, api: { ...API, audience: [] } } },
  { shows: 'programs without a role', console: { pool: POOL, api: { ...API, groups: {} } } },
  { shows: 'programs that delete', console: { pool: POOL, api: { ...API, groups: { lead: ['leads'] } } } },
  {
    shows: 'programs that break the glass',
    console: { pool: POOL, api: { ...API, groups: { 'break-glass': ['x'] } } },
  },
  { shows: 'a prefix that Cognito refuses', console: { pool: { domainPrefix: 'my-cognito' } } },
])('settings with $shows are refused', ({ console }) => {
  expect(() => channel(console)).toThrow('console');
});
