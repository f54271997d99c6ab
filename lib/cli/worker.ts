import { judgeWith } from '../core/sanitize.ts';
import { EnvError, readWorkerEnv, type WorkerEnv } from '../env.ts';
import { isolatedExaminer } from '../isolated.ts';
import { jsonLog } from '../log.ts';
import { startPipeline } from '../pipeline.ts';
import { openQueue, promotePlaces, sanitizePlaces } from '../places.ts';
import { openScanner } from '../scanners/choose.ts';
import { policyFor } from '../tools.ts';
import { logVerdict } from '../verdict-log.ts';
import { VERSION } from '../version.ts';
import { type Command, EXIT, type Io, UsageError } from './command.ts';
import { readPolicyFile } from './options.ts';
import { scannerNote } from './scanner-note.ts';

export const worker: Command = {
  name: 'worker',
  usage: 'worker [--policy FILE]',
  summary: 'run the pipeline against S3 and SQS endpoints, set in the environment',
  options: {
    policy: { type: 'string', value: 'FILE', says: 'a policy file; the defaults apply where it is silent' },
  },

  async run(args, io) {
    const policyFile = await readPolicyFile(args.text('policy'));
    const policy = policyFor(policyFile);
    const env = readEnv(io);
    const log = jsonLog((line) => io.err(line.trimEnd()));
    const scanner = await openScanner(env.SPOORLOOS_SCANNER, io.env);
    const examiner = isolatedExaminer({
      policyFile,
      size: env.SPOORLOOS_JOBS,
      onCrash: ({ thrown, frames }) =>
        log('error', 'a document crashed our code and is quarantined', { thrown, frames: frames.join(' | ') }),
    });
    const role = { terms: { policy: policy.hash, version: VERSION }, overwrite: policy.overwrite };
    const judge = judgeWith(examiner.examine, scanner);
    const pipeline = startPipeline({
      sanitize: { ...sanitizePlaces(env, role, judge), onVerdict: logVerdict(log) },
      promote: promotePlaces(env, role),
      deadLetters: openQueue(env.SPOORLOOS_DEAD_LETTERS_QUEUE_URL),
      jobs: env.SPOORLOOS_JOBS,
      log,
    });
    try {
      io.err(scannerNote(scanner.name));
      io.err('waiting for documents');
      await aborted(io.signal);
      return EXIT.published;
    } finally {
      await pipeline.stop();
      await Promise.all([examiner.close(), scanner.close()]);
    }
  },
};

function readEnv(io: Io): WorkerEnv {
  try {
    return readWorkerEnv(io.env);
  } catch (error) {
    if (error instanceof EnvError) throw new UsageError(error.message, 'docs/deploy.md lists the settings of a worker');
    throw error;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
