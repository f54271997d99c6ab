// Asks a Lambda function and waits for its answer. One request of one API, signed by the SDK's own code for that:
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. The answer is outside data.

import { askAgain } from './ask-again.ts';
import { awsSigner } from './aws-signer.ts';

/** Busy: as many as may run at the same time are at work. */
export type Invoked = { readonly is: 'busy' } | { readonly is: 'answered'; readonly answer: unknown };
/** Of a function that may be asked twice for the same. */
export type Invoke = (event: object, signal: AbortSignal) => Promise<Invoked>;

/** The function failed, was killed, or does not exist; says nothing of what it was asked. */
export class InvokeError extends Error {
  override readonly name = 'InvokeError';
}

/** `url` is that of the function's invocations. Rejects with an InvokeError, and for outages. */
export function invoker(url: string, signer: Pick<ReturnType<typeof awsSigner>, 'sign'> = awsSigner('lambda')): Invoke {
  const { protocol, hostname, port, pathname: path, host } = new URL(url);
  return async (event, signal) => {
    const body = JSON.stringify(event);
    const headers = { host, 'content-type': 'application/json', 'x-amz-invocation-type': 'RequestResponse' };
    const asked = {
      method: 'POST',
      protocol,
      hostname,
      ...(port !== '' && { port: Number(port) }),
      path,
      headers,
      body,
    };
    const { headers: signed } = await signer.sign(asked);
    const response = await askAgain(url, { method: 'POST', headers: signed, body, signal });
    const text = await response.text();
    if (response.status === 429) return { is: 'busy' };
    if (!response.ok) throw new InvokeError(`Lambda answers ${response.status}`);
    if (response.headers.has('x-amz-function-error')) throw new InvokeError('the function failed');
    return { is: 'answered', answer: jsonIn(text) };
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw new InvokeError('the function answered what is no JSON');
  }
}
