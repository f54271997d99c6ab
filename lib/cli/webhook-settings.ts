import type { WorkerEnv } from '../env.ts';
import { type Form, formOf } from '../notify/forms.ts';
import { readSecrets, SecretError } from '../notify/signature.ts';
import { UsageError } from './command.ts';

/** The form that a webhook is told in, or a usage error. */
export function webhookForm(env: Pick<WorkerEnv, 'SPOORLOOS_WEBHOOK_FORMAT' | 'SPOORLOOS_ASFF_PRODUCT'>): Form {
  return formOf(env.SPOORLOOS_WEBHOOK_FORMAT, env.SPOORLOOS_ASFF_PRODUCT) ?? withoutProduct();
}

export function withoutProduct(): never {
  throw new UsageError(
    'findings of Security Hub belong to a product',
    'set SPOORLOOS_ASFF_PRODUCT to arn:aws:securityhub:REGION:ACCOUNT:product/ACCOUNT/default',
  );
}

/** A usage error where messages could not be signed. */
export function checkSecrets(secrets: string | undefined): void {
  try {
    if (secrets !== undefined) readSecrets(secrets);
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new UsageError(error.message, 'SPOORLOOS_WEBHOOK_SECRETS is one, or two with a space between');
  }
}
