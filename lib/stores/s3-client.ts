import { S3Client } from '@aws-sdk/client-s3';
import { type Environment, endpointSettings, REQUEST_LIMITS } from './aws-endpoint.ts';

/** AWS, or with `AWS_ENDPOINT_URL_S3` another server: then with paths instead of host names, and without the newer checksums. */
export function s3Client(env: Environment = process.env): S3Client {
  const own = endpointSettings(env, 'S3');
  return new S3Client({
    ...own,
    requestHandler: REQUEST_LIMITS,
    // RADOS Gateway answers 411 to the trailing checksums that the SDK sends by default.
    ...(own.endpoint
      ? {
          forcePathStyle: true,
          requestChecksumCalculation: 'WHEN_REQUIRED',
          responseChecksumValidation: 'WHEN_REQUIRED',
        }
      : {}),
  });
}
