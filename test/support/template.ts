// A synthesised template as plain data, and the questions that tests ask of it. Nothing is bundled and nothing built.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { z } from 'zod';
import { type Config, parseConfig } from '../../lib/infra/config.ts';
import { readConfig } from '../../lib/infra/read-config.ts';
import { SpoorloosStack } from '../../lib/infra/stack.ts';

const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});
export type Resource = z.infer<typeof Resource>;
const OneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
/** Strict: an element that no reader of ours knows must not be passed over. */
export const Statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.unknown().optional(),
  Action: OneOrMore,
  Resource: z.unknown(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
export type Statement = z.infer<typeof Statement>;
const Document = z.strictObject({ Version: z.literal('2012-10-17'), Statement: z.array(Statement) });

const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));

export function newApp(extra: Readonly<Record<string, unknown>> = {}): App {
  return new App({ context: { ...context, 'aws:cdk:bundling-stacks': [], ...extra } });
}

export const example = (name: string) => fileURLToPath(new URL(`../../examples/aws/${name}.json`, import.meta.url));
export const EXAMPLES = ['small', 'full', 'brought', 'guardduty'] as const;

/** The settings of an example, read as `cdk synth -c config=FILE` reads them. */
export function exampleConfig(name: (typeof EXAMPLES)[number]): Config {
  return readConfig(newApp({ config: example(name) }).node);
}

export type Resources = ReadonlyMap<string, Resource>;

export function resourcesOf(config: Config = parseConfig({})): Resources {
  return synthesised(config).resources;
}

export function metadataOf(config: Config): Record<string, unknown> {
  return synthesised(config).metadata;
}

type Synthesised = { readonly resources: Resources; readonly metadata: Record<string, unknown> };
// A synthesis takes a second or more, and is a pure function of the settings.
const known = new Map<string, Synthesised>();

function synthesised(config: Config): Synthesised {
  const key = JSON.stringify(config);
  const found = known.get(key);
  if (found) return found;
  const template = Template.fromStack(new SpoorloosStack(newApp(), config)).toJSON();
  const made = {
    resources: new Map(Object.entries(z.record(z.string(), Resource).parse(template.Resources))),
    metadata: z.record(z.string(), z.unknown()).parse(template.Metadata ?? {}),
  };
  known.set(key, made);
  return made;
}

export function ofType(resources: Resources, type: string): (readonly [string, Resource])[] {
  return [...resources].filter(([, resource]) => resource.Type === type);
}

/** The one resource of the type whose logical id has the part in it. */
export function only(resources: Resources, type: string, part: string): readonly [string, Resource] {
  const [found, ...others] = ofType(resources, type).filter(([id]) => id.includes(part));
  if (!found || others.length > 0) throw new Error(`${found ? others.length + 1 : 0} of ${type} ${part}`);
  return found;
}

export function documentOf(properties: Resource['Properties'], name = 'PolicyDocument'): readonly Statement[] {
  return Document.parse(properties[name]).Statement;
}

export const text = (value: unknown) => JSON.stringify(value);
