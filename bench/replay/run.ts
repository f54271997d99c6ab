import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { expectedOutcomes, simulate } from './simulate.ts';

/** `npm run bench -- replay`: a simulated run, its rate, its memory and its requests a document. */
export async function benchReplay(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      keys: { type: 'string', default: '100000' },
      mode: { type: 'string', default: 'audit' },
      kill: { type: 'boolean', default: false },
      jobs: { type: 'string', default: '64' },
    },
  });
  const keys = Number(values.keys);
  const mode = values.mode === 'enforce' ? 'enforce' : 'audit';
  const { seconds, peakRssBytes, tally, state, requests } = await simulate({
    ...{ keys, mode, kill: values.kill, jobs: Number(values.jobs) },
  });
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(`${keys} keys, ${mode}${values.kill ? ', killed at a third and resumed' : ''}: ${state}`);
  say(
    `machine: ${availableParallelism()} of ${cpus()[0]?.model ?? 'unknown processors'}, Node ${process.versions.node}`,
  );
  say(`outcomes: ${JSON.stringify(tally.outcomes)}, expected ${JSON.stringify(expectedOutcomes(keys))}`);
  say(
    `${seconds.toFixed(1)} s, ${Math.round(keys / seconds)} a second, ${((seconds / keys) * 1e6).toFixed(0)} µs each`,
  );
  say(`peak memory ${(peakRssBytes / 1e6).toFixed(0)} MB, staging included`);
  for (const [name, count] of Object.entries(requests).sort())
    say(`  ${name.padEnd(24)} ${(count / keys).toFixed(4)} a document`);
  if (JSON.stringify(tally.outcomes) !== JSON.stringify(expectedOutcomes(keys))) process.exitCode = 1;
}
