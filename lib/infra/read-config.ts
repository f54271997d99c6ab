import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Node } from 'constructs';
import { type Config, ConfigError, parseConfig } from './config.ts';

/**
 * The settings from `-c config=FILE`, or else from the context key `spoorloos` of cdk.json; the defaults without both.
 * Paths of policies are taken from the file's folder. Throws a ConfigError that names what is wrong.
 */
export function readConfig(node: Node): Config {
  const file: unknown = node.tryGetContext('config');
  const inline: unknown = node.tryGetContext('spoorloos');
  if (file !== undefined && inline !== undefined)
    throw new ConfigError('config: there are settings in a file and in the context; one of them has to go');
  if (file === undefined) return parseConfig(withPolicies(inline ?? {}, process.cwd()));
  if (typeof file !== 'string') throw new ConfigError('config: not a path');
  return parseConfig(withPolicies(readJson(file, 'config'), dirname(resolve(file))));
}

/** Channels whose policy is a path get what is in that file; what has another shape is left to the schema. */
function withPolicies(untrusted: unknown, folder: string): unknown {
  if (!isObject(untrusted) || !Array.isArray(untrusted.channels)) return untrusted;
  const channels = untrusted.channels.map((channel: unknown, i) =>
    isObject(channel) && typeof channel.policy === 'string'
      ? { ...channel, policy: readJson(resolve(folder, channel.policy), `channels.${i}.policy`) }
      : channel,
  );
  return { ...untrusted, channels };
}

function readJson(file: string, setting: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'not JSON' : 'cannot be read';
    throw new ConfigError(`${setting}: ${file} ${why}`, { cause: error });
  }
}

function isObject(untrusted: unknown): untrusted is Record<string, unknown> {
  return typeof untrusted === 'object' && untrusted !== null && !Array.isArray(untrusted);
}
