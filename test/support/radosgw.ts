import { accessSync, constants, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { s3Client } from '../../lib/stores/s3-client.ts';
import { startCluster } from './radosgw-cluster.ts';

const PROGRAMS = ['ceph', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin', 'setpriv'];

export type RadosGateway = {
  /** What a process needs in its environment to use it. */
  readonly env: Readonly<
    Record<'AWS_ENDPOINT_URL_S3' | 'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_REGION', string>
  >;
  readonly client: S3Client;
  /**
   * Makes a bucket with a name of its own. Buckets with versions have no conditional puts on the gateways of Debian 12:
   * ledger and quarantine have to be without.
   */
  bucket(options?: { readonly versioned?: boolean }): Promise<string>;
  /** Has the gateway send what happens in a bucket to an address. */
  push(bucket: string, address: string): Promise<void>;
  stop(): Promise<void>;
};

/** The reason why there can be no gateway on this machine, undefined where there can. */
export function gatewayMissing(): string | undefined {
  const missing = PROGRAMS.filter((program) => !isInstalled(program));
  if (missing.length === 0) return undefined;
  return `no ${missing.join(', ')} (apt-get install radosgw ceph-mon ceph-osd ceph-common)`;
}

/** A new, empty gateway, in about a second. It ends with this process at the latest. */
export async function startGateway(): Promise<RadosGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'spoorloos-radosgw-'));
  const forget = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', forget);
  const cluster = await startCluster(folder).catch(async (error: unknown) => {
    forget();
    throw error;
  });
  const { endpoint, accessKeyId, secretAccessKey } = cluster.gateway;
  const env = {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: 'us-east-1',
  };
  const client = s3Client(env);
  let buckets = 0;
  return {
    env,
    client,
    async bucket({ versioned = true } = {}) {
      buckets += 1;
      const Bucket = `bucket-${buckets}`;
      await client.send(new CreateBucketCommand({ Bucket }));
      if (versioned) {
        const VersioningConfiguration = { Status: 'Enabled' } as const;
        await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      }
      return Bucket;
    },
    async push(Bucket, address) {
      // Topics are SNS's words, on the gateway's own endpoint.
      const sns = new SNSClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
      const Attributes = { 'push-endpoint': address };
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: `topic-${Bucket}`, Attributes }));
      sns.destroy();
      const Events = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] as const;
      const TopicConfigurations = [{ Id: 'push', TopicArn, Events: [...Events] }];
      const NotificationConfiguration = { TopicConfigurations };
      await client.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    },
    async stop() {
      client.destroy();
      await cluster.stop();
      process.off('exit', forget);
      forget();
    },
  };
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
