// A secret's text out of AWS Secrets Manager, by the extension that AWS runs beside a function: it asks as the function's
// role, and keeps the answer for some minutes, so that a new secret is taken up without a deployment.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html

import { z } from 'zod';

const PORT = '2773';
const TIMEOUT_MS = 10_000;
const Answer = z.object({ SecretString: z.string() });

/** The secret cannot be read; the message says nothing of what it holds. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/** Rejects with a SecretError. */
export async function secretText(
  secretArn: string,
  env: Readonly<Record<string, string | undefined>>,
  ask: typeof fetch = fetch,
): Promise<string> {
  const { PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: port = PORT, AWS_SESSION_TOKEN: token = '' } = env;
  const url = `http://localhost:${port}/secretsmanager/get?secretId=${encodeURIComponent(secretArn)}`;
  const headers = { 'x-aws-parameters-secrets-token': token };
  try {
    const response = await ask(url, { headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = await response.text();
    if (response.ok) return Answer.parse(JSON.parse(body)).SecretString.trim();
  } catch {
    // What went wrong may quote the secret.
  }
  throw new SecretError('a secret cannot be read');
}
