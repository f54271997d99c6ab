// An HTTP API of API Gateway, as a Request and a Response (payload format 2.0,
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

type Context = APIGatewayProxyEventV2['requestContext'];
export type Asked = Pick<
  APIGatewayProxyEventV2,
  'rawPath' | 'rawQueryString' | 'headers' | 'cookies' | 'body' | 'isBase64Encoded'
> & {
  readonly requestContext: Pick<Context, 'domainName' | 'requestId'> & {
    readonly http: Pick<Context['http'], 'method' | 'sourceIp'>;
    /** Of a token, on the routes that ask for one. */
    readonly authorizer?: unknown;
  };
};

/** Where the request comes from, as API Gateway saw it: what a client says under that name is dropped. */
export const SOURCE = 'x-spoorloos-source';

/** Undefined for what is no request, as a client that is none of a browser's sends it. */
export function requestOf(event: Asked): Request | undefined {
  const { rawPath, rawQueryString, cookies, body, isBase64Encoded, requestContext } = event;
  const { domainName, http } = requestContext;
  try {
    const headers = new Headers();
    for (const [name, value] of Object.entries(event.headers)) if (value !== undefined) headers.set(name, value);
    if (cookies) headers.set('cookie', cookies.join('; '));
    headers.set('host', domainName);
    headers.set(SOURCE, http.sourceIp);
    const hasBody = body !== undefined && http.method !== 'GET' && http.method !== 'HEAD';
    const url = new URL(`https://${domainName}`);
    url.pathname = rawPath;
    url.search = rawQueryString;
    return new Request(url, {
      ...{ method: http.method, headers },
      ...(hasBody && { body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') }),
    });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Lambda answers six megabytes at most, as the JSON that this is in. */
const MAX_BYTES = 4_400_000;
const PLAIN = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };

/** Bodies go as Base64, whatever they are: an archive is one. What is too large for Lambda is answered 413. */
export async function resultOf(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const body = await response.arrayBuffer();
  if (body.byteLength > MAX_BYTES) return { statusCode: 413, headers: PLAIN, body: 'too large to be handed out here' };
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'set-cookie'));
  return {
    ...{ statusCode: response.status, headers, cookies: response.headers.getSetCookie() },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}
