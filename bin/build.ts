// Makes dist, the compiled package: Node strips no types below node_modules. What the command and its worker process
// import is compiled; whatever else lies in lib is data (policies, signatures, word lists) and goes along.

import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
// The constructs deploy from a checkout.
const NOT_PACKED = join(ROOT, 'lib', 'infra');

rmSync(DIST, { recursive: true, force: true });
const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
execFileSync(process.execPath, [join(compiler, '..', 'bin', 'tsc'), '--project', 'tsconfig.build.json'], {
  cwd: ROOT,
  stdio: 'inherit',
});
for (const entry of readdirSync(join(ROOT, 'lib'), { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name);
  if (!entry.isFile() || extname(file) === '.ts' || file.startsWith(NOT_PACKED)) continue;
  cpSync(file, join(DIST, relative(ROOT, file)));
}
