// Answers where a document is, behind an API that has asked who the caller is. The key is not logged, nor is who asked.

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { readStatusEnv } from '../lib/env.ts';
import { jsonLog } from '../lib/log.ts';
import { openBucket } from '../lib/places.ts';
import { answerStatus } from '../lib/status/answer.ts';
import { headByListing } from '../lib/stores/head-by-listing.ts';

const log = jsonLog();
const env = readStatusEnv(process.env);
// Its role may list staging, and read nothing there.
const places = { ledger: openBucket(env.SPOORLOOS_LEDGER), staging: headByListing(openBucket(env.SPOORLOOS_STAGING)) };

type Asked = {
  readonly rawQueryString: APIGatewayProxyEventV2['rawQueryString'];
  readonly requestContext: {
    readonly requestId: string;
    readonly http: Pick<APIGatewayProxyEventV2['requestContext']['http'], 'method'>;
  };
};

export async function handler({
  rawQueryString: query,
  requestContext,
}: Asked): Promise<APIGatewayProxyStructuredResultV2> {
  const started = performance.now();
  const { requestId, http } = requestContext;
  const { said, status, ...answer } = await answerStatus(places, { method: http.method, query }, (error) =>
    log('error', 'a status could not be told', { requestId }, error),
  );
  log('info', 'status', { requestId, said, ms: Math.round(performance.now() - started) });
  return { statusCode: status, headers: { ...answer.headers }, body: answer.body };
}
