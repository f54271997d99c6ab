// As much of S3 as our store asks for, over HTTP and in memory, so that each answer can be made a wrong one: what a real
// server does right cannot be made to fail on demand.

import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { S3Client } from '@aws-sdk/client-s3';
import { s3Client } from '../../lib/stores/s3-client.ts';

export type Request = {
  readonly method: string;
  readonly bucket: string;
  /** Undefined for what is asked of the bucket. */
  readonly key: string | undefined;
  readonly isConditional: boolean;
};
/** What the server answers instead; 'done' answers it after having done what was asked. */
export type Wrong = {
  readonly status?: number;
  readonly code?: string;
  readonly html?: string;
  /** The connection ends without an answer. */
  readonly hangsUp?: true;
  /** Fewer bytes than announced. */
  readonly cutsOff?: true;
  readonly done?: true;
};
export type FakeS3 = {
  readonly client: S3Client;
  /** What a process needs in its environment to use it. */
  readonly env: Readonly<Record<string, string>>;
  /** Asked for each request. */
  wrong: (request: Request) => Wrong | undefined;
  close(): Promise<void>;
};

type Version = { readonly id: string; readonly body: Buffer | undefined; readonly at: Date; readonly type: string };
type Answer = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string | Buffer };

const etagOf = (body: Buffer) => `"${createHash('md5').update(body).digest('hex')}"`;
const errorOf = (status: number, code: string): Answer => ({ status, body: `<Error><Code>${code}</Code></Error>` });
const escaped = (text: string) => encodeURIComponent(text);

export async function startFakeS3(): Promise<FakeS3> {
  const buckets = new Map<string, Map<string, Version[]>>();
  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address && typeof address === 'object' ? address.port : 0;
  const env = {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  const client = s3Client(env);
  const fake: FakeS3 = {
    ...{ client, env },
    wrong: () => undefined,
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://s3');
    const [, bucket = '', ...rest] = url.pathname.split('/');
    const key = decodeURIComponent(rest.join('/'));
    const body = await buffer(request);
    const method = request.method ?? '';
    const isConditional = request.headers['if-match'] !== undefined || request.headers['if-none-match'] !== undefined;
    const wrong = fake.wrong({ method, bucket, key: key === '' ? undefined : key, isConditional });
    const answer =
      wrong && !wrong.done && !wrong.cutsOff ? undefined : perform(method, bucket, key, url, request, body);
    if (wrong?.hangsUp) response.destroy();
    else if (wrong?.cutsOff && answer?.body) {
      response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
      response.write(Buffer.from(answer.body).subarray(0, -1));
      response.destroy();
    } else if (wrong) {
      const said = errorOf(wrong.status ?? 500, wrong.code ?? 'InternalError');
      response.writeHead(said.status, { 'content-type': wrong.html ? 'text/html' : 'application/xml' });
      response.end(method === 'HEAD' ? undefined : (wrong.html ?? said.body));
    } else if (answer) {
      response.writeHead(answer.status, answer.headers);
      response.end(method === 'HEAD' ? undefined : answer.body);
    }
  }

  function perform(
    method: string,
    bucket: string,
    key: string,
    url: URL,
    request: IncomingMessage,
    body: Buffer,
  ): Answer {
    const keys = buckets.get(bucket) ?? new Map<string, Version[]>();
    buckets.set(bucket, keys);
    if (key === '')
      return url.searchParams.has('versions') ? listed(keys, url.searchParams.get('prefix') ?? '') : { status: 200 };
    const versions = keys.get(key) ?? [];
    const current = versions.at(-1);
    const id = url.searchParams.get('versionId');
    const push = (made: Buffer | undefined, type = ''): string => {
      const version = { id: randomUUID(), body: made, at: new Date(), type };
      keys.set(key, [...versions, version]);
      return version.id;
    };
    if (method === 'PUT') {
      if (request.headers['if-none-match'] && current?.body) return errorOf(412, 'PreconditionFailed');
      const source = request.headers['x-amz-copy-source'];
      if (typeof source === 'string') return copied(source, push);
      const wanted = request.headers['if-match'];
      if (wanted !== undefined && !current?.body) return errorOf(404, 'NoSuchKey');
      if (wanted !== undefined && current?.body && etagOf(current.body) !== `"${wanted}"`)
        return errorOf(412, 'PreconditionFailed');
      const versionId = push(body, request.headers['content-type']);
      return { status: 200, headers: { etag: etagOf(body), 'x-amz-version-id': versionId } };
    }
    if (method === 'DELETE') {
      if (id === null) push(undefined);
      else
        keys.set(
          key,
          versions.filter((one) => one.id !== id),
        );
      return { status: 204 };
    }
    const found = id === null ? current : versions.find((one) => one.id === id);
    if (!found?.body) return errorOf(404, id === null ? 'NoSuchKey' : 'NoSuchVersion');
    const headers = {
      etag: etagOf(found.body),
      'x-amz-version-id': found.id,
      'content-length': String(found.body.length),
      'content-type': found.type || 'application/octet-stream',
      'last-modified': found.at.toUTCString(),
    };
    return { status: 200, headers, body: found.body };
  }

  function copied(source: string, push: (body: Buffer) => string): Answer {
    const { pathname, searchParams } = new URL(source, 'http://s3/');
    const [, bucket = '', ...rest] = pathname.split('/');
    const version = buckets
      .get(bucket)
      ?.get(decodeURIComponent(rest.join('/')))
      ?.find(({ id }) => id === searchParams.get('versionId'));
    if (!version?.body) return errorOf(404, 'NoSuchVersion');
    push(version.body);
    return { status: 200, body: `<CopyObjectResult><ETag>${etagOf(version.body)}</ETag></CopyObjectResult>` };
  }

  function listed(keys: ReadonlyMap<string, Version[]>, prefix: string): Answer {
    const entries = [...keys].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
    const xml = entries.flatMap(([key, versions]) =>
      versions.toReversed().map(({ id, body, at }, i) => {
        const common = `<Key>${escaped(key)}</Key><VersionId>${id}</VersionId><IsLatest>${i === 0}</IsLatest><LastModified>${at.toISOString()}</LastModified>`;
        if (!body) return `<DeleteMarker>${common}</DeleteMarker>`;
        return `<Version>${common}<ETag>${etagOf(body)}</ETag><Size>${body.length}</Size></Version>`;
      }),
    );
    return {
      status: 200,
      body: `<ListVersionsResult><EncodingType>url</EncodingType>${xml.join('')}</ListVersionsResult>`,
    };
  }

  return fake;
}
