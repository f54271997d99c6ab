import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answered = {
  readonly requestId: string;
  readonly kind: 'response' | 'error' | 'init error';
  readonly body: unknown;
};

export type RuntimeApi = {
  /** For AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Hands the event to the next runtime that asks, and resolves with its answer. */
  invoke(event: unknown, options?: { readonly timeoutMs?: number }): Promise<Answered>;
  /** Resolves with the first initialisation error. */
  readonly initError: Promise<Answered>;
  close(): Promise<void>;
};

type Invocation = { readonly requestId: string; readonly event: unknown; readonly deadlineMs: number };

/** The service's side of the Lambda Runtime API (2018-06-01), one invocation at a time. */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const waiting: Invocation[] = [];
  const asking: ServerResponse[] = [];
  const answers = new Map<string, (answered: Answered) => void>();
  const { promise: initError, resolve: failInit } = Promise.withResolvers<Answered>();
  const hand = () => {
    while (waiting.length > 0 && asking.length > 0) {
      const invocation = waiting.shift();
      const response = asking.shift();
      if (!invocation || !response) return;
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': invocation.requestId,
        'lambda-runtime-deadline-ms': String(invocation.deadlineMs),
        'lambda-runtime-trace-id': `Root=1-${invocation.requestId};Parent=53995c3f42cd8ad8;Sampled=1`,
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-west-1:000000000000:function:test',
      });
      response.end(JSON.stringify(invocation.event));
    }
  };
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace('/2018-06-01/runtime', '');
    if (path === '/invocation/next') {
      asking.push(response);
      return hand();
    }
    const [, requestId = '', kind] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    const body: unknown = JSON.parse((await read(request)) || 'null');
    response.writeHead(202).end();
    if (path === '/init/error') failInit({ requestId: '', kind: 'init error', body });
    else answers.get(requestId)?.({ requestId, kind: kind === 'response' ? 'response' : 'error', body });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  let count = 0;
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    initError,
    invoke(event, { timeoutMs = 300_000 } = {}) {
      count += 1;
      const requestId = `request-${count}`;
      waiting.push({ requestId, event, deadlineMs: Date.now() + timeoutMs });
      const answered = new Promise<Answered>((resolve) => answers.set(requestId, resolve));
      hand();
      return answered;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
