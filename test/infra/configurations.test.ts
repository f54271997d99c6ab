import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Config } from '../../lib/infra/config.ts';
import { checkWithNag, SpoorloosStack } from '../../lib/infra/stack.ts';
import { settingsTable } from '../support/settings-table.ts';
import {
  documentOf,
  EXAMPLES,
  exampleConfig,
  newApp,
  ofType,
  only,
  type Resources,
  resourcesOf,
  type Statement,
  text,
} from '../support/template.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const all = new Map(EXAMPLES.map((name) => [name, resourcesOf(exampleConfig(name))]));
const templateOf = (name: (typeof EXAMPLES)[number]): Resources => {
  const resources = all.get(name);
  if (!resources) throw new Error(`no example ${name}`);
  return resources;
};

describe("cdk-nag's AWS Solutions rules", () => {
  const synth = (config: Config, spoil: (stack: SpoorloosStack) => unknown) => () => {
    const app = newApp();
    checkWithNag(app);
    spoil(new SpoorloosStack(app, config));
    app.synth();
  };

  for (const name of EXAMPLES)
    test(`are all met or acknowledged with a reason by the example ${name}`, () => {
      expect(synth(exampleConfig(name), () => {})).not.toThrow();
    });

  test('fail a stack that breaks one', () => {
    const allowPlainHttp = ({ channels: [channel] }: SpoorloosStack) =>
      channel?.pipeline.live.queue.node.tryRemoveChild('Policy');
    expect(synth(exampleConfig('small'), allowPlainHttp)).toThrow('AwsSolutions-SQS4');
  });
});

describe('functions', () => {
  test('are one image with the limits of its lane, and bundles on Node 24', () => {
    const lanes = {
      PipelineSanitize: [4096, 300],
      PipelineBulkSanitize: [6144, 900],
      PipelineHeavySanitize: [10_240, 900],
      RunsAudits: [6144, 900],
    };
    for (const [lane, [MemorySize, Timeout]] of Object.entries(lanes)) {
      const [, { Properties }] = only(templateOf('small'), 'AWS::Lambda::Function', lane);
      expect(Properties, lane).toMatchObject({ PackageType: 'Image', MemorySize, Timeout });
      const [, live] = only(templateOf('small'), 'AWS::Lambda::Function', 'PipelineSanitize');
      expect(Properties.Code, lane).toEqual(live.Properties.Code);
    }
    const bundled = ofType(templateOf('small'), 'AWS::Lambda::Function').filter(([, one]) => one.Properties.Runtime);
    expect(bundled).toHaveLength(6);
    for (const [, { Properties }] of bundled) expect(Properties.Runtime).toBe('nodejs24.x');
    const scanning = ofType(templateOf('guardduty'), 'AWS::Lambda::Function').filter(
      ([, one]) => one.Properties.Runtime,
    );
    expect(scanning).toHaveLength(bundled.length + 2);
  });

  test('send what is large on to the heavy lane, which judges it, save what comes by a run', () => {
    const environment = (lane: string) =>
      text(only(templateOf('small'), 'AWS::Lambda::Function', `Pipeline${lane}`)[1].Properties.Environment);
    expect(environment('Sanitize')).toMatch(/"SPOORLOOS_HEAVY_QUEUE_URL":\{"Ref":"\w*PipelineHeavyQueue/);
    expect(environment('Sanitize')).toContain('"SPOORLOOS_MAX_LIVE_BYTES":"67108864"');
    for (const lane of ['HeavySanitize', 'BulkSanitize']) expect(environment(lane), lane).not.toContain('HEAVY_QUEUE');
  });

  test('say in their metrics which channel it is, and measure ages of the live lane only', () => {
    const lanes = Object.entries({ Sanitize: undefined, HeavySanitize: 'heavy', BulkSanitize: 'bulk' });
    for (const [lane, SPOORLOOS_LANE] of lanes) {
      const [, { Properties }] = only(templateOf('small'), 'AWS::Lambda::Function', `Pipeline${lane}`);
      expect(Properties.Environment, lane).toMatchObject({ Variables: { SPOORLOOS_CHANNEL: 'Spoorloos-main' } });
      const named = SPOORLOOS_LANE === undefined ? expect(Properties.Environment).not : expect(Properties.Environment);
      named.toMatchObject({ Variables: { SPOORLOOS_LANE: SPOORLOOS_LANE ?? expect.any(String) } });
    }
  });

  test('look for malware with official signatures unless a channel says otherwise', () => {
    const scanner = (channel: string) => {
      const [, { Properties }] = only(templateOf('brought'), 'AWS::Lambda::Function', `${channel}PipelineSanitize`);
      return z.object({ Variables: z.record(z.string(), z.unknown()) }).parse(Properties.Environment).Variables;
    };
    expect(scanner('press')).toMatchObject({ SPOORLOOS_SCANNER: 'clamd' });
    expect(scanner('archive')).toMatchObject({ SPOORLOOS_SCANNER: 'none' });
  });

  test("get their channel's policy, concurrency and Cache-Control", () => {
    const [, sanitize] = only(templateOf('full'), 'AWS::Lambda::Function', 'PipelineSanitize');
    expect(text(sanitize.Properties.Environment)).toContain('withhold');
    expect(sanitize.Properties.ReservedConcurrentExecutions).toBe(100);
    const [, promote] = only(templateOf('full'), 'AWS::Lambda::Function', 'PipelinePromote');
    expect(text(promote.Properties.Environment)).toContain('"SPOORLOOS_CACHE_CONTROL":"public, max-age=60"');
  });

  test('are traced unless told otherwise', () => {
    const modes = (name: (typeof EXAMPLES)[number]) =>
      ofType(templateOf(name), 'AWS::Lambda::Function').map(([, { Properties }]) => text(Properties.TracingConfig));
    expect(new Set(modes('small'))).toEqual(new Set(['{"Mode":"Active"}']));
    expect(new Set(modes('brought'))).toEqual(new Set([undefined]));
  });
});

describe('without egress', () => {
  const closed = templateOf('full');

  test('what opens documents runs in subnets from which no route leads out, and nothing else does', () => {
    const inside = ofType(closed, 'AWS::Lambda::Function').filter(([, { Properties }]) => Properties.VpcConfig);
    expect(inside).toHaveLength(5);
    for (const [id] of inside) expect(id).toMatch(/Sanitize|Audits|ConsolePictures/);
    for (const type of ['InternetGateway', 'NatGateway', 'EgressOnlyInternetGateway', 'Route'])
      expect(ofType(closed, `AWS::EC2::${type}`), type).toEqual([]);
  });

  test('it reaches four services, for this account alone', () => {
    const endpoints = ofType(closed, 'AWS::EC2::VPCEndpoint');
    const names = endpoints.map(
      ([, { Properties }]) => text(Properties.ServiceName).match(/\.(s3|sqs|sns|events)\b/)?.[1],
    );
    expect(names.sort()).toEqual(['events', 's3', 'sns', 'sqs']);
    for (const [id, { Properties }] of endpoints) {
      expect(text(Properties.PolicyDocument), id).toContain('"aws:PrincipalAccount":{"Ref":"AWS::AccountId"}');
      expect(text(Properties.PolicyDocument), id).not.toContain('"Action":"*"');
    }
    const s3 = endpoints.find(([, { Properties }]) => Properties.VpcEndpointType === 'Gateway');
    const toPublic = documentOf(s3?.[1].Properties ?? {}).filter((one) => text(one).includes('BucketsPublic'));
    expect(toPublic, 'for audits, to read').toHaveLength(1);
    for (const { Action, Condition } of toPublic) {
      expect(Action).toEqual(['s3:GetObject', 's3:ListBucket']);
      expect(text(Condition)).toMatch(/"ArnEquals":\{"aws:PrincipalArn":\{"Fn::GetAtt":\["\w*RunsAuditsRole/);
    }
  });

  test('the way to S3 is as wide as the rights of those who go it, and no wider', () => {
    const actions = (statements: readonly Statement[]) =>
      new Set(
        statements
          .flatMap(({ Effect, Action }) => (Effect === 'Allow' ? Action : []))
          .filter((one) => one.startsWith('s3:')),
      );
    const inside = ofType(closed, 'AWS::IAM::Policy').filter(([id]) => /Pipeline\w*Sanitize|RunsAudits/.test(id));
    const needed = actions(inside.flatMap(([, { Properties }]) => documentOf(Properties)));
    const [, gateway] = only(closed, 'AWS::EC2::VPCEndpoint', 'NetworkS3');
    expect([...actions(documentOf(gateway.Properties))].sort()).toEqual([...needed].sort());
  });

  test('it finds no other names', () => {
    const [, rules] = only(closed, 'AWS::Route53Resolver::FirewallRuleGroup', 'Names');
    expect(text(rules.Properties.FirewallRules)).toMatch(
      /"Action":"ALLOW".*"Priority":1.*"Action":"BLOCK".*"Priority":2/,
    );
    const [, known] = only(closed, 'AWS::Route53Resolver::FirewallDomainList', 'KnownNames');
    expect(known.Properties.Domains).toHaveLength(5);
    expect(ofType(closed, 'AWS::Route53Resolver::FirewallRuleGroupAssociation')).toHaveLength(1);
  });

  test('its code may not do to the network what Lambda does for it', () => {
    const [, policy] = only(closed, 'AWS::IAM::Policy', 'PipelineSanitize');
    expect(text(policy)).toMatch(/"Condition":\{"ArnLike":\{"lambda:SourceFunctionArn":[^}]*.*"Effect":"Deny"/);
  });

  test('a VPC that was brought is used as it is', () => {
    const [, { Properties }] = only(templateOf('brought'), 'AWS::Lambda::Function', 'pressPipelineSanitize');
    expect(Properties.VpcConfig).toMatchObject({ SecurityGroupIds: ['sg-0a1b2c3d4e5f60718'] });
    expect(ofType(templateOf('brought'), 'AWS::EC2::VPC')).toEqual([]);
  });
});

describe('delivery', () => {
  const [, { Properties }] = only(templateOf('full'), 'AWS::CloudFront::Distribution', 'Delivery');
  const config = text(Properties.DistributionConfig);

  test('is by TLS 1.2 and later, logged, for reading only', () => {
    expect(config).toContain('"MinimumProtocolVersion":"TLSv1.2_2021"');
    expect(config).toContain('"ViewerProtocolPolicy":"redirect-to-https"');
    expect(config).toContain('"AllowedMethods":["GET","HEAD"]');
    expect(config).toMatch(/"Logging":\{"Bucket":.*"IncludeCookies":false|"Logging":\{"Bucket"/);
    expect(config).toContain('"Aliases":["documents.example.org"]');
  });

  test('asks the bucket under its own name, which alone is let in', () => {
    expect(config).toMatch(/"OriginAccessControlId":\{"Fn::GetAtt"/);
    const [, control] = only(templateOf('full'), 'AWS::CloudFront::OriginAccessControl', 'Delivery');
    expect(control.Properties.OriginAccessControlConfig).toMatchObject({
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    });
  });

  test('refuses what was taken down before it looks for it, on every path', () => {
    const [id, { Properties: deny }] = only(templateOf('full'), 'AWS::CloudFront::Function', 'Deny');
    expect(deny).toMatchObject({ AutoPublish: true, FunctionConfig: { Runtime: 'cloudfront-js-2.0' } });
    expect(deny.FunctionCode).toBe(read('lib/edge/deny.js'));
    const [store] = only(templateOf('full'), 'AWS::CloudFront::KeyValueStore', 'Denied');
    expect(text(deny.FunctionConfig)).toContain(store);
    const asked = config.match(/"FunctionAssociations":\[\{"EventType":"viewer-request"/g) ?? [];
    expect(asked).toHaveLength(config.match(/"ViewerProtocolPolicy"/g)?.length ?? 0);
    expect(config).toContain(`"FunctionARN":{"Fn::GetAtt":["${id}","FunctionARN"]}`);
  });

  test('says how browsers are to treat what they get', () => {
    const headers = (part: string) =>
      text(only(templateOf('full'), 'AWS::CloudFront::ResponseHeadersPolicy', part)[1].Properties);
    for (const part of ['DeliveryHeaders', 'DeliveryPdfHeaders']) {
      expect(headers(part)).toContain('"ContentTypeOptions":{"Override":true}');
      expect(headers(part)).toContain('"AccessControlMaxAgeSec":31536000');
      expect(headers(part)).toContain('"ReferrerPolicy":"no-referrer"');
    }
    expect(headers('DeliveryHeaders')).toMatch(/default-src 'none';.*sandbox/);
    expect(headers('DeliveryPdfHeaders')).not.toContain('sandbox');
  });

  test('is left out where the settings say so', () => {
    expect(ofType(templateOf('small'), 'AWS::CloudFront::Distribution')).toEqual([]);
    const delivered = ofType(templateOf('brought'), 'AWS::CloudFront::Distribution').map(([id]) => id);
    expect(delivered).toEqual([expect.stringContaining('Channelarchive')]);
  });
});

describe('the dashboard', () => {
  test('shows each queue and each function of each channel', () => {
    const body = text(only(templateOf('brought'), 'AWS::CloudWatch::Dashboard', 'Dashboard')[1].Properties);
    for (const type of ['AWS::SQS::Queue', 'AWS::Lambda::Function'])
      for (const [id] of ofType(templateOf('brought'), type)) expect(body, id).toContain(id);
    for (const channel of ['press', 'archive']) expect(body).toContain(`# ${channel}`);
  });
});

describe('docs', () => {
  const ANCHOR = /docs\/runbook\.md#([a-z-]+)/;

  test('each alarm has its section in the runbook, and each section of alarms an alarm', () => {
    const described = (name: (typeof EXAMPLES)[number]) => [
      ...ofType(templateOf(name), 'AWS::CloudWatch::Alarm').map(([, one]) => String(one.Properties.AlarmDescription)),
      ...ofType(templateOf(name), 'AWS::Events::Rule')
        .map(([, one]) => String(one.Properties.Description))
        .filter((description) => description.includes('docs/runbook.md')),
    ];
    const linked = EXAMPLES.flatMap(described).map((description) => ANCHOR.exec(description)?.[1]);
    const [, alarms = ''] = read('docs/runbook.md').split(/^## Alarms$/m);
    const sections = [...(alarms.split(/^## /m)[0] ?? '').matchAll(/^### (.+)$/gm)].map(([, title = '']) =>
      title.toLowerCase().replaceAll(' ', '-'),
    );
    expect([...new Set(linked)].sort()).toEqual(sections.sort());
  });

  test('docs/configuration.md is what the settings say (npm run docs prints it)', () => {
    expect(read('docs/configuration.md')).toContain(settingsTable());
  });
});
