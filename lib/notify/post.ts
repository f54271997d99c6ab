const TIMEOUT_MS = 10_000;

/** The chat did not take a message. Says nothing of the address, which is a secret. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
}

/** Posts JSON to a webhook. Follows no redirect: the payload names objects, and the address was given. */
export function webhookPost(url: string, timeoutMs = TIMEOUT_MS): (payload: unknown) => Promise<void> {
  return async (payload) => {
    const status = await send(url, payload, timeoutMs);
    if (status < 200 || status > 299) throw new WebhookError(`the webhook answers ${status}`);
  };
}

async function send(url: string, payload: unknown, timeoutMs: number): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
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
