// The common body of `clean` and `inspect`: list, judge, report, and say on stderr what the user must know.

import { openJudge } from '../judging.ts';
import { type Args, EXIT, type ExitCode, type Io } from './command.ts';
import { judgeFiles, type Publish, type Result } from './judge-files.ts';
import { readJudging } from './judging-options.ts';
import { type Listing, listInputs } from './list-inputs.ts';
import { printable } from './printable.ts';
import { showProgress } from './progress.ts';
import { resultAsJson } from './result-lines.ts';
import { explainScanning, NOT_SCANNED } from './scanning.ts';

export type Task = {
  /** Called before anything is judged or written; may reject with a UsageError. */
  prepare(listing: Listing): Promise<Publish>;
  /** A result for people; one line or more. */
  asText(result: Result): string;
  /** What has to be said on stderr about a result. */
  warning(result: Result): string | undefined;
  /** Ends the summary where something was published. */
  readonly ending: string;
};

/** Judges every file under the arguments' paths. Answers the gravest exit code among them. */
export async function judgePaths(args: Args, io: Io, task: Task): Promise<ExitCode> {
  const judging = await readJudging(args);
  const listing = await listInputs(args.paths);
  const publish = await task.prepare(listing);
  const json = args.flag('json');
  const quiet = args.flag('quiet');
  const tally = { published: 0, quarantined: 0, failed: 0 };

  const warn = onlyOnce((text) => progress.above(() => io.err(text)));
  const onCrash = ({ thrown, frames }: { thrown: string; frames: readonly string[] }) => {
    const places = frames.slice(0, 3).map((frame) => `  ${printable(frame.trim())}`);
    warn([`our own code failed on a document (${printable(thrown)}); that is a bug`, ...places].join('\n'));
  };
  const open = await openJudge({ ...judging, env: io.env, onCrash });
  const progress = showProgress(listing.inputs.length + listing.unreadable.length, io, { quiet });

  const onResult = (result: Result) => {
    tally[result.outcome ?? 'failed'] += 1;
    progress.above(() => io.out(json ? resultAsJson(result, open.policy.hash) : task.asText(result)));
    if (result.outcome === 'quarantined' && result.reason === 'not-scanned') warn(NOT_SCANNED);
    if (result.outcome === null && result.error.message)
      warn(result.error.message.split('\n').map(printable).join('\n  '));
    const warning = task.warning(result);
    if (warning !== undefined) warn(printable(warning));
    progress.step();
  };
  try {
    for (const line of explainScanning(open.scanner)) warn(line);
    for (const { file, code } of listing.unreadable) onResult({ file, outcome: null, error: { code }, ms: 0 });
    await judgeFiles(listing.inputs, open, { jobs: judging.jobs, signal: io.signal, publish, onResult });
  } finally {
    progress.end();
    await open.close();
  }

  if (!quiet) {
    if (listing.linksSkipped > 0) io.err(`links not followed: ${listing.linksSkipped}`);
    const read = io.signal.aborted ? 'interrupted: ' : '';
    const { published, quarantined, failed } = tally;
    io.err(
      `${read}${published} published, ${quarantined} quarantined, ${failed} failed${published > 0 ? printable(task.ending) : ''}`,
    );
  }
  if (tally.failed > 0) return EXIT.failed;
  return tally.quarantined > 0 ? EXIT.quarantined : EXIT.published;
}

/** A machine that fails says the same of every file. */
function onlyOnce(say: (text: string) => void): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (!said.has(text)) say(text);
    said.add(text);
  };
}
