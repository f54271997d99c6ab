// The address of a webhook, and what its messages are signed with, out of AWS Secrets Manager, by the extension that AWS runs beside a function: it asks as the
// function's role, and keeps the answer for some minutes, so that a new address is taken up without a deployment.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html

import { z } from 'zod';
import { WebhookError } from './post.ts';

type Env = Readonly<Record<string, string | undefined>>;

const PORT = '2773';
const TIMEOUT_MS = 10_000;
const Answer = z.object({ SecretString: z.string() });
const Address = z
  .string()
  .trim()
  .pipe(z.url({ protocol: /^https$/ }));
/** The address alone, or with one secret or two. */
const Secret = z.union([
  Address.transform((url) => ({ url, secrets: undefined })),
  z
    .string()
    .transform(parsed)
    .pipe(
      z.strictObject({
        url: Address,
        secrets: z
          .array(z.string())
          .min(1)
          .transform((secrets) => secrets.join(' '))
          .optional(),
      }),
    ),
]);

/** Rejects with a WebhookError that says nothing of what the secret holds. */
export async function secretAddress(
  secretArn: string,
  env: Env,
): Promise<{ readonly url: string; readonly secrets?: string | undefined }> {
  const { PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: port = PORT, AWS_SESSION_TOKEN: token = '' } = env;
  const url = `http://localhost:${port}/secretsmanager/get?secretId=${encodeURIComponent(secretArn)}`;
  const untrusted = await ask(url, token);
  const found = Secret.safeParse(Answer.safeParse(untrusted).data?.SecretString);
  if (!found.success) throw new WebhookError('the secret is not the address of a webhook, by https');
  return found.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function ask(url: string, token: string): Promise<unknown> {
  try {
    const headers = { 'x-aws-parameters-secrets-token': token };
    const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = await response.text();
    if (response.ok) return JSON.parse(body);
  } catch {
    // What went wrong may quote the secret.
  }
  throw new WebhookError('the address of the webhook cannot be read');
}
