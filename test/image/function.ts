import type { ChildProcess } from 'node:child_process';
import { z } from 'zod';
import { startRuntimeApi } from '../support/runtime-api.ts';

export type RunningFunction = {
  readonly process: ChildProcess;
  /** One invocation with a record for each body. Rejects, with the log, when the function fails or ends. */
  invoke(...bodies: readonly string[]): Promise<Failures>;
  /** What it wrote so far, to either stream. */
  log(): string;
  stop(): Promise<void>;
};

/** The message ids that have to be delivered again; `m0` is the first body's. */
type Failures = readonly string[];

const Answer = z.strictObject({ batchItemFailures: z.array(z.strictObject({ itemIdentifier: z.string() })) });

/** Runs a Lambda function against a Runtime API of its own; `start` gets what Lambda adds to the environment. */
export async function runFunction(
  start: (env: Readonly<Record<string, string>>) => ChildProcess,
): Promise<RunningFunction> {
  const api = await startRuntimeApi();
  const child = start({
    AWS_LAMBDA_RUNTIME_API: api.address,
    AWS_LAMBDA_FUNCTION_NAME: 'test',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '4096',
    AWS_LAMBDA_LOG_GROUP_NAME: 'test',
    AWS_LAMBDA_LOG_STREAM_NAME: 'test',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
  });
  let log = '';
  for (const pipe of [child.stdout, child.stderr])
    pipe?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const fails = (what: string) => new Error(`${what}\n${log}`);
  return {
    process: child,
    log: () => log,
    async invoke(...bodies) {
      const Records = bodies.map((body, index) => ({
        messageId: `m${index}`,
        receiptHandle: 'receipt',
        body,
        attributes: { ApproximateReceiveCount: '1' },
        messageAttributes: {},
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:test',
        awsRegion: 'eu-west-1',
      }));
      const answered = await Promise.race([api.invoke({ Records }), api.initError, ended]);
      if (answered?.kind !== 'response') throw fails(answered ? JSON.stringify(answered) : 'the function has ended');
      return Answer.parse(answered.body).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await api.close();
    },
  };
}
