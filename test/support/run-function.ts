import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type RuntimeApi, startRuntimeApi } from './runtime-api.ts';

export type Running = Pick<RuntimeApi, 'invoke'> & {
  /** What it wrote to stderr so far. */
  log(): string;
  stop(): Promise<void>;
};

/** A function of lambdas/ in a process of its own, without credentials for anything. */
export async function runLambda(name: string): Promise<Running> {
  const path = (of: string) => fileURLToPath(new URL(`../../lambdas/${of}.ts`, import.meta.url));
  const api = await startRuntimeApi();
  const child = spawn(process.execPath, [path('runtime'), path(name)], {
    env: { PATH: process.env.PATH, AWS_LAMBDA_RUNTIME_API: api.address, HOME: '/nonexistent' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  return {
    invoke: api.invoke,
    log: () => log,
    async stop() {
      child.kill('SIGKILL');
      await api.close();
    },
  };
}
