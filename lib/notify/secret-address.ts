// The address of a webhook, and what its messages are signed with, out of one secret.

import { z } from 'zod';
import { secretText } from '../secret-text.ts';
import { WebhookError } from './post.ts';

type Env = Readonly<Record<string, string | undefined>>;

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
  const text = await secretText(secretArn, env).catch(() => undefined);
  if (text === undefined) throw new WebhookError('the address of the webhook cannot be read');
  const found = Secret.safeParse(text);
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
