import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { type RuntimeApi, startRuntimeApi } from '../support/runtime-api.ts';

const RUNTIME = fileURLToPath(new URL('../../lambdas/runtime.ts', import.meta.url));

const HANDLER = `
export const handler = async (event, context) => {
  if (event.fail) throw new TypeError('quotes ' + event.fail);
  return { trace: process.env._X_AMZN_TRACE_ID, doubled: event.n * 2, id: context.awsRequestId, left: context.getRemainingTimeInMillis() > 1000 };
};`;

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

async function run(code: string): Promise<RuntimeApi> {
  const api = await startRuntimeApi();
  const folder = await mkdtemp(join(tmpdir(), 'runtime-'));
  const file = join(folder, 'handler.mjs');
  await writeFile(file, code);
  const child = spawn(process.execPath, [RUNTIME, file], {
    env: { AWS_LAMBDA_RUNTIME_API: api.address },
    stdio: 'ignore',
  });
  ended.push(async () => {
    child.kill('SIGKILL');
    await api.close();
    await rm(folder, { recursive: true });
  });
  return api;
}

test('answers one invocation after the other, each with its own trace', async () => {
  const api = await run(HANDLER);
  for (const n of [1, 2, 3]) {
    const { kind, body, requestId } = await api.invoke({ n });
    expect({ kind, body }).toEqual({
      kind: 'response',
      body: {
        trace: `Root=1-${requestId};Parent=53995c3f42cd8ad8;Sampled=1`,
        doubled: n * 2,
        id: requestId,
        left: true,
      },
    });
  }
});

test('reports a failure by its name alone, and goes on', async () => {
  const api = await run(HANDLER);
  const failed = await api.invoke({ fail: 'J. Voorbeeld' });
  expect(failed).toMatchObject({ kind: 'error', body: { errorType: 'TypeError', errorMessage: 'TypeError' } });
  expect(await api.invoke({ n: 4 })).toMatchObject({ kind: 'response' });
});

test('reports a handler that cannot be loaded', async () => {
  const api = await run('export const other = 1;');
  expect(await api.initError).toMatchObject({ body: { errorType: 'Error' } });
});
