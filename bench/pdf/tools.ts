// Who is compared: ourselves, in a warm process and as a command, and the tools that people use for this today.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collectFindings } from '../../lib/core/findings.ts';
import type { Context } from '../../lib/core/format.ts';
import { carriersOf, examine } from '../../lib/core/sanitize.ts';
import type { OpenWorkshop } from '../../lib/tools.ts';
import { inFolder, run } from '../machine.ts';

export type Cleaned =
  | { readonly outcome: 'written'; readonly bytes: Uint8Array; readonly carriers: readonly string[] }
  | { readonly outcome: 'refused'; readonly reason: string; readonly carriers: readonly string[] };

export type Tool = {
  readonly name: string;
  /** What it says its version is; undefined where it is not installed. */
  version(): Promise<string | undefined>;
  clean(untrusted: Uint8Array): Promise<Cleaned>;
};

export function spoorloos(workshop: OpenWorkshop): Tool {
  return {
    name: 'spoorloos',
    version: async () => 'this checkout',
    async clean(untrusted) {
      const examined = await examine(untrusted, 'canary.pdf', workshop);
      const carriers = examined.findings.map(({ carrier }) => carrier);
      return examined.outcome === 'published'
        ? { outcome: 'written', bytes: examined.body, carriers }
        : { outcome: 'refused', reason: `${examined.reason}: ${examined.detail}`, carriers };
    },
  };
}

/** The rebuilding alone, without any proof: what is published never comes from this. */
export async function rebuildOnly(untrusted: Uint8Array, workshop: OpenWorkshop): Promise<Uint8Array> {
  const { found } = collectFindings(carriersOf(workshop.formats), workshop.policy);
  const context: Context = {
    ...workshop,
    found,
    async embedded(inner) {
      const format = workshop.formats.find((candidate) => candidate.matches(inner));
      if (!format) return { outcome: 'refused' };
      const { body } = await format.sanitize(inner, context);
      return { outcome: 'published', body, mediaType: format.mediaType, extension: format.extensions[0] };
    },
  };
  const format = workshop.formats.find(({ id }) => id === 'pdf');
  if (!format) throw new Error('the registry has no PDF');
  return (await format.sanitize(untrusted, context)).body;
}

const CLI = fileURLToPath(new URL('../../bin/cli.ts', import.meta.url));

export const command: Tool = external(
  'spoorloos clean',
  [process.execPath, '--version'],
  async (input, output, folder) => {
    const { code } = await run(process.execPath, [
      CLI,
      'clean',
      '--quiet',
      '--scanner',
      'none',
      '--out',
      join(folder, 'out'),
      input,
    ]);
    return code === 0 && (await run('mv', [join(folder, 'out', 'in.pdf'), output])).code === 0;
  },
);

export const peers: readonly Tool[] = [
  // It writes beside its input and has no option for elsewhere.
  external('mat2', ['mat2', '--version'], async (input) => (await run('mat2', [input])).code === 0, 'in.cleaned.pdf'),
  external(
    'mat2 -L',
    ['mat2', '--version'],
    async (input) => (await run('mat2', ['-L', input])).code === 0,
    'in.cleaned.pdf',
  ),
  external('exiftool+qpdf', ['exiftool', '-ver'], async (input, output, folder) => {
    const between = join(folder, 'between.pdf');
    const { code } = await run('exiftool', ['-q', '-all=', '-o', between, input]);
    return code === 0 && isWritten(await run('qpdf', ['--linearize', between, output]));
  }),
  external('qpdf', ['qpdf', '--version'], async (input, output) => isWritten(await run('qpdf', [input, output]))),
];

/** Of qpdf: 3 means written, with warnings. */
function isWritten({ code }: { readonly code: number }): boolean {
  return code === 0 || code === 3;
}

function external(
  name: string,
  version: readonly [string, ...string[]],
  clean: (input: string, output: string, folder: string) => Promise<boolean>,
  outputName = 'out.pdf',
): Tool {
  return {
    name,
    async version() {
      const [program, ...args] = version;
      const { code, stdout } = await run(program, args);
      return code === 0 ? stdout.toString('utf8').split('\n')[0]?.trim() : undefined;
    },
    clean: (untrusted) =>
      inFolder(async (folder): Promise<Cleaned> => {
        const [input, output] = [join(folder, 'in.pdf'), join(folder, outputName)];
        await writeFile(input, untrusted);
        if (!(await clean(input, output, folder))) return { outcome: 'refused', reason: 'failed', carriers: [] };
        return { outcome: 'written', bytes: await readFile(output), carriers: [] };
      }),
  };
}
