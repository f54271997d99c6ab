// What `cdk deploy` would bring to AWS: the app is synthesised, and its assets and its template are read.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NAMES = ['Sanitize', 'Promote', 'FailClosed'] as const;
export type FunctionName = (typeof NAMES)[number];

export type Synthesised = {
  /** The folder that Docker would get. */
  readonly context: string;
  /** The file of a bundled function that Lambda loads. */
  bundle(name: 'Promote' | 'FailClosed'): string;
  /**
   * The function's environment as the app sets it: values that stand in the template as they are, what AWS would fill
   * in from `places`. Throws where a variable has neither.
   */
  environment(name: FunctionName, places: Readonly<Record<string, string>>): Record<string, string>;
};

const Template = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown() })),
});
const Lambda = z.object({
  Handler: z.string().optional(),
  Code: z.object({ S3Key: z.string().optional() }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});
const Assets = z.object({
  files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })),
  dockerImages: z.record(
    z.string(),
    z.object({ source: z.object({ directory: z.string(), dockerFile: z.literal('Dockerfile') }) }),
  ),
});

// CloudFront is not stood in for here, and the image's own definitions are what its test signatures take the place of.
const SETTINGS = {
  channels: [{ name: 'main', delivery: { enabled: false }, scanner: { engine: 'clamd', definitions: 'image' } }],
};

/** Runs bin/app.ts as the CDK's CLI does, into `folder`. */
export function synthesise(folder: string): Synthesised {
  const { context } = z.object({ context: z.record(z.string(), z.unknown()) }).parse(json(join(ROOT, 'cdk.json')));
  execFileSync(process.execPath, [join(ROOT, 'bin/app.ts')], {
    cwd: ROOT,
    env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify({ ...context, spoorloos: SETTINGS }) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { Resources } = Template.parse(json(join(folder, 'Spoorloos.template.json')));
  const { files, dockerImages } = Assets.parse(json(join(folder, 'Spoorloos.assets.json')));
  const lambdaOf = (name: FunctionName) => {
    const found = Object.entries(Resources).filter(
      ([id, { Type }]) => Type === 'AWS::Lambda::Function' && new RegExp(`Pipeline${name}Function`).test(id),
    );
    if (found.length !== 1) throw new Error(`${found.length} functions ${name}`);
    return Lambda.parse(found[0]?.[1].Properties);
  };
  const images = Object.values(dockerImages);
  if (images.length !== 1 || !images[0]) throw new Error(`${images.length} images`);
  return {
    context: join(folder, images[0].source.directory),
    bundle(name) {
      const { Handler = '', Code } = lambdaOf(name);
      const asset = files[Code.S3Key?.replace(/\.zip$/, '') ?? ''];
      if (!asset || !Handler.endsWith('.handler')) throw new Error(`${name} is no bundle`);
      return join(folder, asset.source.path, `${Handler.slice(0, -'.handler'.length)}.mjs`);
    },
    environment: (name, places) =>
      Object.fromEntries(
        Object.entries(lambdaOf(name).Environment.Variables).map(([variable, value]) => {
          const set = typeof value === 'string' ? value : places[variable];
          if (set === undefined) throw new Error(`nothing stands for ${variable}`);
          return [variable, set];
        }),
      ),
  };
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
