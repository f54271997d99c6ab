// How many channels fit into a stack: CloudFormation takes 500 resources, and each channel has its own of nearly all.

import { CfnResource } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { type Config, parseConfig } from '../../lib/infra/config.ts';
import { SpoorloosStack } from '../../lib/infra/stack.ts';
import { exampleConfig, newApp, resourcesOf } from '../support/template.ts';

const person = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const NAMES = ['press', 'archive', 'council'];
const EVERYTHING = {
  statusApi: { jwt: { issuer: 'https://id.example.org', audience: ['documents'] } },
  chat: { webhookSecretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:chat-Ab12Cd' },
  ...{ publishers: [person('editors')], readers: [person('web-servers')], observers: [person('observers')] },
  ...{ operators: [person('operators')], recoverers: [person('recoverers')], reviewers: [person('reviewers')] },
  inventory: { bucket: 'example-inventories' },
  scanner: { engine: 'guardduty' },
  console: exampleConfig('full').channels[0]?.console,
};

function config(channels: number, each: object, rest: object = {}): Config {
  return parseConfig({
    ...{ channels: NAMES.slice(0, channels).map((name) => ({ name, ...each })), accountConcurrency: 2000, ...rest },
  });
}
const CLOSED = {
  network: { egress: 'none' },
  breakGlassRoleArn: person('break-glass'),
  alarms: { cloudTrail: 'data' },
};
const stackOf = (of: Config) => new SpoorloosStack(newApp(), of);

describe('a stack', () => {
  test.each([
    {
      shows: 'two channels with all that a channel can have, in a closed network',
      channels: 2,
      each: EVERYTHING,
      rest: CLOSED,
    },
    { shows: 'three channels as they come', channels: 3, each: {}, rest: {} },
  ])('takes $shows', { timeout: 240_000 }, ({ channels, each, rest }) => {
    expect(() => stackOf(config(channels, each, rest))).not.toThrow();
  });

  test('refuses three channels with everything, and says what to do', { timeout: 240_000 }, () => {
    const build = () => stackOf(config(3, { ...EVERYTHING, scanner: {} }, CLOSED));
    expect(build).toThrow(
      /^channels: 3 of them with these settings are [5-9]\d\d resources.*leave a channel to another/,
    );
  });

  test('counts what stands in the template', { timeout: 240_000 }, () => {
    const counted = stackOf(parseConfig({}))
      .node.findAll()
      .filter((one) => CfnResource.isCfnResource(one));
    expect(counted).toHaveLength(resourcesOf().size);
  });
});
