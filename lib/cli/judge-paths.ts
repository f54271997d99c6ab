// The common body of `clean` and `inspect`: list, judge, report, and say on stderr what the user must know.

import { openJudge } from '../judging.ts';
import { type Args, EXIT, type ExitCode, type Io } from './command.ts';
import { judgeFiles, type Publish, type Result } from './judge-files.ts';
import { readJudging } from './judging-options.ts';
import { type Listing, listInputs } from './list-inputs.ts';
import { printable } from './printable.ts';
import { showProgress } from './progress.ts';
import { resultAsJson } from './result-lines.ts';
import { explainScanning } from './scanning.ts';

export type Task = {
  /** Called before anything is judged or written; may reject with a UsageError. */
  prepare(listing: Listing): Promise<Publish>;
  /** A result for people; one line or more. */
  asText(result: Result): string;
  /** What has to be said on stderr about a result. */
  warning(result: Result): string | undefined;
  /** Ends the summary. */
  readonly ending: string;
};

/** Judges every file under the arguments' paths. Answers the gravest exit code among them. */
export async function judgePaths(args: Args, io: Io, task: Task): Promise<ExitCode> {
  const judging = await readJudging(args);
  const listing = await listInputs(args.paths);
  const publish = await task.prepare(listing);
  const onCrash = ({ thrown, frames }: { thrown: string; frames: readonly string[] }) => {
    io.err(
      `spoorloos: our own code failed on a document (${thrown}); that is a bug\n  ${frames.slice(0, 3).join('\n  ')}`,
    );
  };
  const open = await openJudge({ ...judging, env: io.env, onCrash });
  const json = args.flag('json');
  const quiet = args.flag('quiet');
  const progress = showProgress(listing.inputs.length, io, { quiet });
  const tally = { published: 0, quarantined: 0, failed: 0, notScanned: 0 };

  const onResult = (result: Result) => {
    tally[result.outcome ?? 'failed'] += 1;
    if (result.outcome === 'quarantined' && result.reason === 'not-scanned') tally.notScanned += 1;
    progress.above(() => io.out(json ? resultAsJson(result, open.policy.hash) : task.asText(result)));
    const warning = task.warning(result);
    if (warning !== undefined) progress.above(() => io.err(printable(warning)));
  };
  try {
    for (const { file, code } of listing.unreadable) onResult({ file, outcome: null, error: { code }, ms: 0 });
    const { signal } = io;
    await judgeFiles(listing.inputs, open, {
      ...{ jobs: judging.jobs, signal, publish },
      onResult: (result) => {
        onResult(result);
        progress.step();
      },
    });
  } finally {
    progress.end();
    await open.close();
  }

  for (const line of explainScanning(open.scanner, tally.notScanned)) io.err(line);
  if (!quiet) {
    if (listing.linksSkipped > 0) io.err(`links not followed: ${listing.linksSkipped}`);
    const read = io.signal.aborted ? 'interrupted: ' : '';
    io.err(
      `${read}${tally.published} published, ${tally.quarantined} quarantined, ${tally.failed} not read${printable(task.ending)}`,
    );
  }
  if (tally.failed > 0) return EXIT.failed;
  return tally.quarantined > 0 ? EXIT.quarantined : EXIT.published;
}
