import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, parseConfig } from '../../lib/infra/config.ts';
import { readConfig } from '../../lib/infra/read-config.ts';
import { EXAMPLES, exampleConfig, newApp, resourcesOf } from '../support/template.ts';

const channel = (settings: object) => ({ channels: [{ name: 'main', ...settings }] });

describe('settings', () => {
  const wrong: readonly { shows: string; config: unknown; says: string }[] = [
    { shows: 'that do not exist are named', config: { chanels: [] }, says: 'chanels: ' },
    { shows: 'that do not exist in a channel are named', config: channel({ polcy: {} }), says: 'channels.0.polcy: ' },
    { shows: 'need a channel', config: { channels: [] }, says: 'channels: ' },
    {
      shows: 'give each channel a name of its own',
      config: { channels: [{ name: 'a' }, { name: 'a' }] },
      says: 'channels.1.name: another channel has it',
    },
    {
      shows: 'leave room for the rest of a bucket name',
      config: { name: 'Abcdefghijklmnopqrst', channels: [{ name: 'abcd' }] },
      says: 'channels.0.name: too long',
    },
    {
      shows: 'say of each bucket that was brought whose its policy is',
      config: channel({ buckets: { public: { bring: { name: 'mine' } } } }),
      says: 'channels.0.buckets.public.bring.attachPolicy: ',
    },
    {
      shows: 'take certificates of us-east-1 only',
      config: channel({
        delivery: { domain: { name: 'a.nl', certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/x' } },
      }),
      says: 'channels.0.delivery.domain.certificateArn: CloudFront takes',
    },
    {
      shows: 'take a key for a key',
      config: channel({ buckets: { ledger: { keyArn: 'arn:aws:s3:::ledger' } } }),
      says: 'channels.0.buckets.ledger.keyArn: not an ARN of kms',
    },
    {
      shows: 'hold the policy against its schema',
      config: channel({ policy: { version: 1, rules: { 'pdf.*': 'ignore' } } }),
      says: 'channels.0.policy.rules.pdf.*: ',
    },
    {
      shows: 'keep the policy within what Lambda takes',
      config: channel({ policy: { version: 1, rules: { ['a'.repeat(2500)]: 'keep' } } }),
      says: 'channels.0.policy: at most',
    },
    {
      shows: 'have no channel in shadow mode wait for GuardDuty',
      config: channel({ mode: 'shadow', scanner: { engine: 'guardduty' } }),
      says: 'channels.0.scanner.engine: shadow mode',
    },
    {
      shows: 'have no more channels than fit into a stack with GuardDuty',
      config: { channels: ['a', 'b', 'c'].map((name) => ({ name, scanner: { engine: 'guardduty' } })) },
      says: 'channels.2.scanner.engine: with GuardDuty, two channels',
    },
    { shows: 'are an object', config: 'small', says: 'config: ' },
  ];
  for (const { shows, config, says } of wrong)
    test(shows, () => {
      expect(() => parseConfig(config)).toThrow(ConfigError);
      expect(() => parseConfig(config)).toThrow(says);
    });

  test('have a default each, and one channel', () => {
    expect(parseConfig({})).toMatchObject({
      name: 'Spoorloos',
      channels: [
        {
          name: 'main',
          scanner: { engine: 'clamd', definitions: 'bucket' },
          delivery: { enabled: true },
          concurrency: { live: 50 },
        },
      ],
      audit: { lock: 'governance', years: 1 },
      network: { egress: 'open' },
    });
  });
});

describe('a deployment', () => {
  const wide = (live: number, count = 1) => ({
    channels: Array.from({ length: count }, (_, i) => ({ name: `c${i}`, concurrency: { live, promote: 2 } })),
  });

  test('of as many channels as there may be fits into one stack', () => {
    const channels = ['a', 'b', 'c'].map((name) => ({ name }));
    expect(resourcesOf(parseConfig({ channels, network: { egress: 'none' } })).size).toBeLessThanOrEqual(500);
    const scanned = ['a', 'b'].map((name) => ({ name, scanner: { engine: 'guardduty' }, statusApi: {} }));
    expect(resourcesOf(parseConfig({ channels: scanned, network: { egress: 'none' } })).size).toBeLessThanOrEqual(500);
    expect(() => parseConfig({ channels: [...channels, { name: 'd' }] })).toThrow('channels: ');
  });

  test('reserves no more than the account has, over all its channels', () => {
    expect(() => resourcesOf(parseConfig(wide(300, 2)))).not.toThrow();
    expect(() => resourcesOf(parseConfig(wide(400, 2)))).toThrow(ConfigError);
    expect(() => resourcesOf(parseConfig(wide(400, 2)))).toThrow(/accountConcurrency: functions reserve 9\d\d/);
    expect(() => resourcesOf(parseConfig({ ...wide(400, 2), accountConcurrency: 2000 }))).not.toThrow();
  });
});

describe('settings are read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spoorloos-config-'));
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  test('from a file, with the policy of a channel beside it', () => {
    const policy = { version: 1, rules: { 'pdf.attachment': 'keep' } };
    file('strict.json', JSON.stringify(policy));
    const config = file('config.json', JSON.stringify(channel({ policy: 'strict.json' })));
    expect(readConfig(newApp({ config }).node).channels[0]?.policy).toEqual(policy);
  });

  test('from the context', () => {
    expect(readConfig(newApp({ spoorloos: { name: 'Other' } }).node).name).toBe('Other');
    expect(readConfig(newApp().node)).toEqual(parseConfig({}));
  });

  const broken = {
    'config: ': { config: join(folder, 'nowhere.json') },
    'broken.json not JSON': { config: file('broken.json', '{') },
    'channels.0.policy: ': { config: file('lost.json', JSON.stringify(channel({ policy: 'lost.policy.json' }))) },
    'one of them has to go': { config: 'a.json', spoorloos: {} },
    'not a path': { config: 7 },
  };
  for (const [says, context] of Object.entries(broken))
    test(`or what is wrong is said: ${says}`, () => {
      expect(() => readConfig(newApp(context).node)).toThrow(ConfigError);
      expect(() => readConfig(newApp(context).node)).toThrow(says);
    });

  test('and the examples are such files', () => {
    for (const name of EXAMPLES) expect(exampleConfig(name).channels.length).toBeGreaterThan(0);
  });
});
