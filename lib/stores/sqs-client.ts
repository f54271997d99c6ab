import { SQSClient } from '@aws-sdk/client-sqs';
import { type Environment, endpointSettings, REQUEST_LIMITS } from './aws-endpoint.ts';

/** AWS, or with `AWS_ENDPOINT_URL_SQS` another server. The queue's URL names the queue, never the server. */
export function sqsClient(env: Environment = process.env): SQSClient {
  const own = endpointSettings(env, 'SQS');
  // Otherwise the SDK sends requests to the host in the queue's URL, which on such servers is often a made-up name.
  return new SQSClient({
    ...own,
    requestHandler: REQUEST_LIMITS,
    ...(own.endpoint ? { useQueueUrlAsEndpoint: false } : {}),
  });
}
