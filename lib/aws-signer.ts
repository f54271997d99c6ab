import { SignatureV4 } from '@smithy/signature-v4';
import { s3Client } from './stores/s3-client.ts';

/** Signs as whoever this process is to AWS, with the region and the credentials that clients find. */
export function awsSigner(service: 'lambda' | 's3', { config } = s3Client()): SignatureV4 {
  const { region, credentials, sha256 } = config;
  // S3 alone takes a path as it stands.
  return new SignatureV4({ service, region, credentials, sha256, uriEscapePath: service !== 's3' });
}
