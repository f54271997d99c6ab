export type Environment = Readonly<Record<string, string | undefined>>;

type EndpointSettings = {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
};

/**
 * What the SDK's clients need to speak with an endpoint of one's own, in the SDK's own variable names; nothing where
 * neither `AWS_ENDPOINT_URL_<service>` nor `AWS_ENDPOINT_URL` is set, so that the SDK finds AWS its usual way.
 */
export function endpointSettings(env: Environment, service: 'S3' | 'SQS' | 'SNS'): EndpointSettings {
  const endpoint = env[`AWS_ENDPOINT_URL_${service}`] || env.AWS_ENDPOINT_URL;
  if (!endpoint) return {};
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  return {
    endpoint,
    // Servers of one's own seldom care, but a signature needs a region.
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1',
    ...(accessKeyId && secretAccessKey
      ? { credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } }
      : {}),
  };
}

/** A server that accepts the connection and then says nothing must not hold a worker for ever. */
export const REQUEST_LIMITS = { connectionTimeout: 5_000, socketTimeout: 60_000 };
