// The Office bench: what becomes of one document for each carrier; of a folder of real documents and what they cost, where
// SPOORLOOS_BENCH_OFFICE names one; or else what one large sheet costs, stage by stage; all beside mat2 in the same run.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { costOf, inFolder, loadNow, machineName, run } from '../machine.ts';
import type { LargeCost } from '../pdf/large-cost.ts';
import { printLarge } from '../pdf/print.ts';
import type { Staged } from '../pdf/stages.ts';
import { watched } from '../watched.ts';
import { benchCarrierRows } from './carrier-rows.ts';
import { benchOfficeFolder } from './folder.ts';
import { largeSheet } from './large-sheet.ts';

const STAGES = fileURLToPath(new URL('../pdf/stages.ts', import.meta.url));
const MEGABYTE = 1_000_000;
const MAT2_MS = 600_000;

/** `--carriers`: one document a carrier. `--megabytes N`: of the large sheet's XML, 50 where nothing is said. */
export async function benchOffice(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { megabytes: { type: 'string', default: '50' }, carriers: { type: 'boolean', default: false } },
  });
  const megabytes = Math.max(1, Number.parseInt(values.megabytes, 10) || 1);
  const before = loadNow();
  const says = (done: number, of: number) => process.stderr.write(`${done} of ${of} …\n`);
  if (values.carriers) {
    const { table, isClean } = await benchCarrierRows(says);
    process.stdout.write(`${machineName()}\n${table}`);
    if (!isClean) process.exitCode = 1;
    return;
  }
  const real = process.env.SPOORLOOS_BENCH_OFFICE;
  if (real) {
    process.stdout.write(`${machineName()}\n${await benchOfficeFolder(real, says)}`);
    process.stdout.write(`processes that wanted a processor: ${before} before, ${loadNow()} after\n`);
    return;
  }
  const { bytes, sheetBytes } = largeSheet(megabytes * MEGABYTE);
  await inFolder(async (folder) => {
    const file = join(folder, 'large.xlsx');
    await writeFile(file, bytes);
    const { stdout, peakRssBytes } = await watched([STAGES, file, 'proof']);
    // Our own process, which answered by its own type.
    const staged: Staged = JSON.parse(stdout);
    const cost: LargeCost = { what: 'with the whole proof', inputBytes: bytes.length, staged, peakRssBytes };
    process.stdout.write(
      `${machineName()}\nsheet of ${(sheetBytes / MEGABYTE).toFixed(1)} MB XML\n${printLarge([cost])}`,
    );
    process.stdout.write(await mat2Line(file));
    process.stdout.write(`processes that wanted a processor: ${before} before, ${loadNow()} after\n`);
  });
}

/** As a command, which is the only way it is used. */
async function mat2Line(file: string): Promise<string> {
  const { code } = await run('mat2', ['--version']);
  if (code !== 0) return 'mat2 is not installed\n';
  let ended = 0;
  const { cpuMs, wallMs } = await costOf(async () => {
    ended = (await run('mat2', [file], MAT2_MS)).code;
  });
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  return `mat2: ${ended === 0 ? 'written' : `failed with ${ended}`}, CPU ${seconds(cpuMs)}, wall ${seconds(wallMs)}\n`;
}
