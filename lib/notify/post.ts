import { readSecrets, signatureOf } from './signature.ts';

const TIMEOUT_MS = 10_000;

/** A webhook did not take a message. Says nothing of the address, which is a secret. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
}

/** Rejects where it was not taken: it comes again, with the same id. */
export type Post = (payload: unknown, id: string) => Promise<void>;

export type PostOptions = {
  /** What messages are signed with, as `readSecrets` takes it; unsigned when absent. */
  readonly secrets?: string | undefined;
  readonly timeoutMs?: number;
  readonly now?: () => Date;
};

/** Posts JSON to a webhook. Follows no redirect: the payload names objects, and the address was given. */
export function webhookPost(url: string, options: PostOptions = {}): Post {
  const { timeoutMs = TIMEOUT_MS, now = () => new Date() } = options;
  const keys = options.secrets === undefined ? undefined : readSecrets(options.secrets);
  return async (payload, id) => {
    const body = JSON.stringify(payload);
    const signed = keys ? signatureOf(keys, id, now(), body) : { 'webhook-id': id };
    const status = await send(url, body, signed, timeoutMs);
    if (status < 200 || status > 299) throw new WebhookError(`the webhook answers ${status}`);
  };
}

async function send(
  url: string,
  body: string,
  signed: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signed },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    throw new WebhookError(isLate ? 'the webhook does not answer' : 'the webhook cannot be reached');
  }
}
