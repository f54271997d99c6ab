// Addresses that let whoever holds one do one thing to one object for a short time, as this process might: who opens
// hostile bytes needs no rights of its own then.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html

import { askAgain } from './ask-again.ts';
import { awsSigner } from './aws-signer.ts';
import { s3Client } from './stores/s3-client.ts';

/** A request has to begin within. */
export const ADDRESS_SECONDS = 60;

export type Presign = (method: 'GET' | 'PUT', key: string, query?: Readonly<Record<string, string>>) => Promise<string>;

export function presigner(bucket: string, client = s3Client()): Presign {
  const signer = awsSigner('s3', client);
  return async (method, key, query = {}) => {
    const { url } = await addressOf(bucket, client);
    const { protocol, hostname, port, host } = url;
    const path = `${url.pathname.replace(/\/$/, '')}/${key.split('/').map(encodeURIComponent).join('/')}`;
    // What is written is not known yet, and what is read has no body.
    const headers = { host, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' };
    const request = { method, protocol, hostname, ...(port !== '' && { port: Number(port) }), path, headers };
    const signed = await signer.presign({ ...request, query: { ...query } }, { expiresIn: ADDRESS_SECONDS });
    const address = new URL(`${protocol}//${host}${path}`);
    for (const [name, value] of Object.entries(signed.query ?? {})) address.searchParams.set(name, String(value));
    // A plus is a space in forms only.
    return address.href.replaceAll('+', '%20');
  };
}

async function addressOf(Bucket: string, { config }: ReturnType<typeof s3Client>) {
  const own = await config.endpoint?.();
  const Endpoint = own && `${own.protocol}//${own.hostname}${own.port === undefined ? '' : `:${own.port}`}${own.path}`;
  const ForcePathStyle = Endpoint !== undefined;
  return config.endpointProvider({
    Bucket,
    Region: await config.region(),
    ForcePathStyle,
    ...(Endpoint && { Endpoint }),
  });
}

/** Undefined where there is nothing any more, or it is too large, or does not say how large. Rejects for outages. */
export async function readAt(address: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const response = await askAgain(address, { signal: AbortSignal.timeout(REQUEST_MS) });
  const size = response.headers.get('content-length');
  const isRead = response.ok && size !== null && Number(size) <= maxBytes;
  if (!isRead) await response.body?.cancel();
  if (!response.ok && response.status !== 404) throw new Error(`S3 answers ${response.status}`);
  return isRead ? response.bytes() : undefined;
}

/** Rejects for outages. */
export async function writeAt(address: string, body: Uint8Array): Promise<void> {
  const sent = { method: 'PUT', body: Buffer.from(body.buffer, body.byteOffset, body.length) };
  const response = await askAgain(address, { ...sent, signal: AbortSignal.timeout(REQUEST_MS) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`S3 answers ${response.status}`);
}

const REQUEST_MS = 30_000;
