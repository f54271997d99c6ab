// The deny-list in a CloudFront KeyValueStore, which the function in deny.js reads at every edge location. A write
// names the store's version (If-Match), so two writers never undo each other. Its requests are signed for every region
// at once (version 4a), which the SDK leaves to a package of its own.

import '@aws-sdk/signature-v4a';
import {
  type CloudFrontKeyValueStoreClient,
  CloudFrontKeyValueStoreServiceException,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  ListKeysCommand,
  type ListKeysCommandOutput,
  ResourceNotFoundException,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { denyIdOf, type EdgeDenyList } from '../core/edge.ts';

const MAX_ATTEMPTS = 10;
// What one UpdateKeys takes.
const MAX_KEYS = 50;

export function keyValueDenyList(client: CloudFrontKeyValueStoreClient, arn: string): EdgeDenyList {
  const etag = async () => (await client.send(new DescribeKeyValueStoreCommand({ KvsARN: arn }))).ETag;

  const isDenied = async (publicKey: string): Promise<boolean> => {
    try {
      await client.send(new GetKeyCommand({ KvsARN: arn, Key: denyIdOf(publicKey) }));
      return true;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false;
      throw error;
    }
  };

  /** Writes those names that are not yet as they should be. Who lost to another writer looks again. */
  async function change(publicKeys: readonly string[], denied: boolean): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      const IfMatch = await etag();
      const open: string[] = [];
      for (const publicKey of publicKeys) if ((await isDenied(publicKey)) !== denied) open.push(publicKey);
      if (open.length === 0) return false;
      const Puts = open.map((publicKey) => ({ Key: denyIdOf(publicKey), Value: publicKey }));
      const Deletes = Puts.map(({ Key }) => ({ Key }));
      try {
        await client.send(new UpdateKeysCommand({ KvsARN: arn, IfMatch, ...(denied ? { Puts } : { Deletes }) }));
        return true;
      } catch (error) {
        // Whether a lost If-Match is a conflict or not valid is not documented; that the version moved on tells it.
        const isRefused = error instanceof CloudFrontKeyValueStoreServiceException && error.$fault === 'client';
        if (!isRefused || attempt === MAX_ATTEMPTS || (await etag()) === IfMatch) throw error;
      }
    }
  }

  async function changeAll(publicKeys: readonly string[], denied: boolean): Promise<boolean> {
    let changed = false;
    for (let at = 0; at < publicKeys.length; at += MAX_KEYS)
      if (await change(publicKeys.slice(at, at + MAX_KEYS), denied)) changed = true;
    return changed;
  }

  return {
    deny: (publicKeys) => changeAll(publicKeys, true),
    allow: (publicKeys) => changeAll(publicKeys, false),
    async *list() {
      let NextToken: string | undefined;
      do {
        const page: ListKeysCommandOutput = await client.send(
          new ListKeysCommand({ KvsARN: arn, ...(NextToken && { NextToken }) }),
        );
        for (const { Value } of page.Items ?? []) if (Value !== undefined) yield Value;
        NextToken = page.NextToken;
      } while (NextToken);
    },
  };
}
