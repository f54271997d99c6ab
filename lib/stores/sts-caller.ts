import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { REQUEST_LIMITS } from './aws-endpoint.ts';

/** The ARN of whoever these credentials are of, as AWS says it. Rejects for outages. */
export async function callerArn(): Promise<string> {
  const client = new STSClient({ requestHandler: REQUEST_LIMITS });
  const { Arn } = await client.send(new GetCallerIdentityCommand());
  if (!Arn) throw new Error('AWS did not say who the caller is');
  return Arn;
}
