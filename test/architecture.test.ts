// Holds the code against the import table of the house style and the rules that a reader relies on. Each rule is a
// function from sources to violations, and is shown to fail on a made-up offender.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

type Source = { readonly path: string; readonly text: string };
type Rule = {
  /** A sentence about the code, true when there is no violation. */
  readonly says: string;
  readonly violations: (sources: readonly Source[]) => readonly string[];
  readonly offender: Source | readonly Source[];
};

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAX_LINES = 400;

// Folder to what it may import of ours. `lib/*.ts` are the files at the root of lib, which join folders into the things
// that edges open (a judge, a pipeline, the places of a role). They may import any folder but the commands and the
// constructs; only tools.ts may import formats and detectors.
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'lib/core': [],
  'lib/formats': ['lib/core'],
  'lib/detectors': ['lib/core'],
  'lib/engines': ['lib/core'],
  'lib/scanners': ['lib/core'],
  'lib/report': ['lib/core', 'lib/stores'],
  'lib/review': ['lib/core', 'lib/stores'],
  'lib/replay': ['lib/core', 'lib/stores'],
  'lib/stores': ['lib/core'],
  'lib/canary': ['lib/core', 'lib/scanners', 'lib/stores'],
  'lib/edge': ['lib/core'],
  // Canaries are not told to people.
  'lib/notify': ['lib/core', 'lib/canary', 'lib/secret-text.ts'],
  'lib/status': ['lib/core', 'lib/stores'],
  'lib/sweep': ['lib/core', 'lib/stores'],
  // What it brings back are take-downs as well.
  'lib/recovery': ['lib/core', 'lib/stores', 'lib/take-down.ts'],
  // `local` serves the console.
  'lib/cli': [
    'lib/core',
    'lib/stores',
    'lib/replay',
    'lib/review',
    'lib/report',
    'lib/status',
    'lib/sweep',
    'lib/recovery',
    'lib/canary',
    'lib/notify',
    'lib/*.ts',
    'lib/console',
    'lib/edge',
  ],
  'lib/console': ['lib/core', 'lib/stores', 'lib/review', 'lib/report', 'lib/status', 'lib/*.ts'],
  // What a function would refuse at its start is held against its schema before it is deployed.
  'lib/infra': ['lib/env.ts', 'lib/core/policy.ts', 'lib/core/records-reminders.ts'],
  'lib/*.ts': [
    'lib/core',
    'lib/engines',
    'lib/scanners',
    'lib/stores',
    'lib/replay',
    'lib/report',
    'lib/review',
    'lib/edge',
    'lib/status',
    'lib/sweep',
    'lib/canary',
    'lib/recovery',
    'lib/console',
    'lib/*.ts',
  ],
  'lib/tools.ts': ['lib/core', 'lib/formats', 'lib/detectors', 'lib/engines', 'lib/scanners'],
  lambdas: [
    'lib/core',
    'lib/stores',
    'lib/replay',
    'lib/review',
    'lib/sweep',
    'lib/canary',
    'lib/status',
    'lib/notify',
    'lib/*.ts',
    'lib/console',
  ],
  bin: ['lib/cli', 'lib/infra', 'lib/*.ts'],
};

// The core and the formats compute; whatever reaches outside the process is at the edges.
const PURE = ['lib/core', 'lib/formats', 'lib/detectors'];
const PURE_BUILT_INS = ['node:crypto', 'node:zlib', 'node:buffer', 'node:util'];
const IMPURE =
  /\bprocess\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bconsole\.|\bfetch\(|\bset(Timeout|Interval|Immediate)\b/;

const VARYING = /\brandom(UUID|Bytes|Int|FillSync)\b|\bgetRandomValues\b|\bperformance\b/;

const rules: readonly Rule[] = [
  {
    says: 'a folder imports only what the table allows',
    violations: (sources) =>
      edges(sources).flatMap(({ from, to }) => (isAllowed(from, to) ? [] : [`${from} imports ${to}`])),
    offender: { path: 'lib/core/offender.ts', text: "import { s3Store } from '../stores/s3-store.ts';" },
  },
  {
    says: 'nothing of ours is imported from bin, lambdas or test',
    violations: (sources) =>
      edges(sources).flatMap(({ from, to }) =>
        from.split('/')[0] !== to.split('/')[0] && /^(bin|lambdas|test)\//.test(to) ? [`${from} imports ${to}`] : [],
      ),
    offender: { path: 'lib/cli/offender.ts', text: "import type { Case } from '../../test/support/case.ts';" },
  },
  {
    says: 'no format imports another',
    violations: (sources) =>
      edges(sources).flatMap(({ from, to }) => {
        const [one, other] = [formatOf(from), formatOf(to)];
        return one && other && one !== other ? [`${from} imports ${to}`] : [];
      }),
    offender: { path: 'lib/formats/docx/offender.ts', text: "import {\n  png,\n} from '../png.ts';" },
  },
  {
    says: 'no file imports itself through others, types apart',
    violations: cycles,
    offender: [
      { path: 'lib/core/a.ts', text: "import { b } from './b.ts';" },
      { path: 'lib/core/b.ts', text: "export { a } from './a.ts';" },
    ],
  },
  {
    says: 'core, formats and detectors import no built-in that reaches outside',
    violations: (sources) =>
      sources.filter(isPure).flatMap((source) =>
        importsOf(source.text)
          .filter((name) => name.startsWith('node:') && !PURE_BUILT_INS.includes(name))
          .map((name) => `${source.path} imports ${name}`),
      ),
    offender: { path: 'lib/formats/offender.ts', text: "const { readFile } = await import('node:fs/promises');" },
  },
  {
    says: 'core, formats and detectors use no clock, no chance, no environment, no console',
    violations: (sources) =>
      sources.filter(isPure).flatMap(({ path, text }) => {
        const used = IMPURE.exec(withoutComments(text));
        return used ? [`${path} uses ${used[0]}`] : [];
      }),
    offender: { path: 'lib/core/offender.ts', text: '/* fine */ const id = Date.now();' },
  },
  {
    says: 'the same document gives the same bytes: formats and detectors neither draw numbers nor measure time',
    violations: (sources) =>
      sources
        .filter(({ path, text }) => isPure({ path, text }) && folderOf(path) !== 'lib/core' && VARYING.test(text))
        .map(({ path }) => path),
    offender: { path: 'lib/formats/offender.ts', text: "import { randomUUID } from 'node:crypto';" },
  },
  {
    says: 'there are no barrel files',
    violations: (sources) =>
      sources
        .filter(({ path, text }) => /(^|\/)index\.ts$/.test(path) || /^export \*/m.test(text))
        .map(({ path }) => path),
    offender: { path: 'lib/formats/pdf/offender.ts', text: "export * from './pdf.ts';" },
  },
  {
    says: 'there are no default exports',
    violations: (sources) =>
      sources
        .filter(({ text }) => /^export default\b|^export \{[^}]*\bas default\b/m.test(text))
        .map(({ path }) => path),
    offender: { path: 'lib/stores/offender.ts', text: 'export default {};' },
  },
  {
    says: `no file has more than ${MAX_LINES} lines`,
    violations: (sources) =>
      sources.filter(({ text }) => text.trimEnd().split('\n').length > MAX_LINES).map(({ path }) => path),
    offender: { path: 'lib/core/offender.ts', text: 'const line = 1;\n'.repeat(MAX_LINES + 1) },
  },
];

const product = sourcesIn('bin', 'lambdas', 'lib');

describe.each(rules)('$says', ({ violations, offender }) => {
  test('in this project', () => expect(violations(product)).toEqual([]));
  test('and an offender would be seen', () => expect(violations([offender].flat())).not.toEqual([]));
});

test('every folder of lib stands in the table', () => {
  const folders = new Set(product.map(({ path }) => folderOf(path)));
  expect([...folders].filter((folder) => !(folder in MAY_IMPORT))).toEqual([]);
});

test('the imports of this very file are read in full', () => {
  const own = readFileSync(fileURLToPath(import.meta.url), 'utf8');
  expect(importsOf(own).slice(0, 4)).toEqual(['node:fs', 'node:path', 'node:url', 'vitest']);
});

function sourcesIn(...folders: readonly string[]): readonly Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name))
      .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })),
  );
}

function importsOf(text: string): readonly string[] {
  const statements = text.matchAll(/^\s*(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|^\s*import\s*'([^']+)'/gm);
  const calls = text.matchAll(/\bimport\(\s*'([^']+)'/g);
  return [...statements, ...calls].map(([, from, bare]) => from ?? bare ?? '');
}

/** Imports of our own files, as paths from the root. JSON is data, not a module that imports. */
function edges(sources: readonly Source[]): readonly { readonly from: string; readonly to: string }[] {
  return sources.flatMap(({ path: from, text }) =>
    importsOf(text)
      .filter((name) => name.startsWith('.') && name.endsWith('.ts'))
      .map((name) => ({ from, to: normalize(join(dirname(from), name)) })),
  );
}

function isAllowed(from: string, to: string): boolean {
  const [own, other] = [folderOf(from), folderOf(to)];
  // A file at the root of lib is its own folder: nothing follows from its neighbours' rights.
  if (own === other && own !== 'lib/*.ts') return true;
  const allowed = MAY_IMPORT[own] ?? [];
  return allowed.includes(other) || allowed.includes(to) || (other === 'lib/tools.ts' && allowed.includes('lib/*.ts'));
}

function folderOf(path: string): string {
  const [top = '', folder = '', ...rest] = path.split('/');
  if (top !== 'lib') return top;
  if (rest.length > 0) return `lib/${folder}`;
  return path === 'lib/tools.ts' ? path : 'lib/*.ts';
}

/** The format a file belongs to. The registry and what is made from it know all of them, `shared` none. */
function formatOf(path: string): string | undefined {
  const [, format] = /^lib\/formats\/([^/.]+)/.exec(path) ?? [];
  return format === 'shared' || format === 'registry' || format === 'table' ? undefined : format;
}

function isPure({ path }: Source): boolean {
  return PURE.includes(folderOf(path));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

/** Each strongly connected walk once, as 'a -> b -> a'. */
function cycles(sources: readonly Source[]): readonly string[] {
  const running = sources.map(({ path, text }) => ({
    path,
    text: text.replace(/^(import|export) type\b[^;]*;/gm, ''),
  }));
  const next = Map.groupBy(edges(running), ({ from }) => from);
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]) => {
    const start = trail.indexOf(file);
    if (start >= 0) found.push([...trail.slice(start), file].join(' -> '));
    if (start >= 0 || done.has(file)) return;
    for (const { to } of next.get(file) ?? []) visit(to, [...trail, file]);
    done.add(file);
  };
  for (const { path } of sources) visit(path, []);
  return found;
}
