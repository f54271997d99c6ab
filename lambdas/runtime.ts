// The Lambda Runtime API's client for the container image: take an invocation, run the handler, answer.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. AWS's own client is a native add-on that brings a
// copy of curl into the process; this is the same protocol over fetch.

import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import { describe } from '../lib/log.ts';

const env = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: this runs under the Lambda Runtime API only`);
  return value;
};

const API = `http://${env('AWS_LAMBDA_RUNTIME_API')}/2018-06-01/runtime`;

type Handler = (event: unknown, context: Context) => Promise<unknown>;

async function main(file: string | undefined): Promise<never> {
  const handler = await load(file);
  for (;;) await answer(handler);
}

async function load(file: string | undefined): Promise<Handler> {
  try {
    if (file === undefined) throw new Error('no handler file is given');
    const module: { readonly handler?: unknown } = await import(pathToFileURL(resolve(file)).href);
    if (typeof module.handler !== 'function') throw new Error('the file exports no handler');
    return module.handler as Handler;
  } catch (error) {
    await post('/init/error', failure(error));
    throw error;
  }
}

/** One invocation. The API holds the request open until there is one, for as long as it takes. */
async function answer(handler: Handler): Promise<void> {
  const next = await fetch(`${API}/invocation/next`);
  if (!next.ok) throw new Error(`the Runtime API answers ${next.status}`);
  const header = (name: string) => next.headers.get(`lambda-runtime-${name}`) ?? '';
  const requestId = header('aws-request-id');
  // Where the SDK, which sends it on, and our log look for it.
  process.env._X_AMZN_TRACE_ID = header('trace-id');
  try {
    const event: unknown = await next.json();
    const result = await handler(
      event,
      contextOf(requestId, header('invoked-function-arn'), Number(header('deadline-ms'))),
    );
    await post(`/invocation/${requestId}/response`, result ?? null);
  } catch (error) {
    await post(`/invocation/${requestId}/error`, failure(error));
  }
}

async function post(path: string, body: unknown): Promise<void> {
  const sent = await fetch(`${API}${path}`, { method: 'POST', body: JSON.stringify(body) });
  // 202: taken. Anything else means that this sandbox and the service no longer agree: it ends, and is replaced.
  if (!sent.ok) throw new Error(`the Runtime API answers ${sent.status}`);
  await sent.arrayBuffer();
}

/** Without the message, which may quote a document. */
function failure(error: unknown): { readonly errorType: string; readonly errorMessage: string } {
  return { errorType: error instanceof Error ? error.name : 'Error', errorMessage: describe(error).error };
}

function contextOf(awsRequestId: string, invokedFunctionArn: string, deadlineMs: number): Context {
  const done = () => {
    throw new Error('callbacks are not offered');
  };
  return {
    awsRequestId: awsRequestId || randomUUID(),
    invokedFunctionArn,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? '',
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION ?? '',
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? '',
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME ?? '',
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME ?? '',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    done,
    fail: done,
    succeed: done,
  };
}

await main(process.argv[2]);
