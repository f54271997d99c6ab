// A bucket through the S3 API: AWS, Ceph RADOS Gateway, MinIO. Conditional writes as in the S3 User Guide ("conditional
// writes"): 412 is lost, 409 is to be tried again, 404 to If-Match is lost. Without versioning the etag pins the bytes.

import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { putOnce } from '../core/ledger.ts';
import { LIMITS } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';
import { type ObjectStore, type ObjectVersion, type Pin, PreconditionFailed, type PutOptions } from '../core/store.ts';
import { checkKey, compareKeys } from './keys.ts';

export type S3StoreOptions = {
  /** A get of a larger object rejects with Refusal('limit'). */
  readonly maxBytes?: number;
};

const CONFLICT_ATTEMPTS = 4;
const CONFLICT_WAIT_MS = 100;

/** The client comes from `s3Client`, which knows what other servers than AWS need. */
export function s3Store(client: S3Client, bucket: string, options: S3StoreOptions = {}): ObjectStore {
  const maxBytes = options.maxBytes ?? LIMITS.maxInputBytes;

  // The answer to a HEAD has no body that tells a missing bucket from a missing key, and taking one for the other would
  // take documents down. Asked each time: a bucket that was there can be gone by now.
  const isThere = () => client.send(new HeadBucketCommand({ Bucket: bucket }));

  /** Versions are newest first, delete markers behind them: only their times say where these belong. */
  async function versionsOf(key: string): Promise<readonly Entry[]> {
    const found: Entry[] = [];
    for await (const version of versions(client, bucket, key)) {
      // Keys come in order, so that those that merely start with this one come after it.
      if (version.Key !== key) break;
      found.push(version);
    }
    return found;
  }

  async function deleteVersion(key: string, versionId: string | undefined): Promise<void> {
    // Without the id it would be the removal of what is current.
    if (versionId === undefined) throw new Error('the server left out the id of a version');
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
  }

  async function putOver(key: string, body: Uint8Array, over: Pin, options: PutOptions): Promise<ObjectVersion> {
    const look = async () => {
      const current = await store.head(key);
      if (current?.versionId === over.versionId && current.etag === over.etag) return;
      throw new PreconditionFailed('another version is current');
    };
    await look();
    try {
      return await store.put(key, body, { ...options, ifMatch: over.etag });
    } catch (error) {
      if (!(error instanceof PreconditionFailed)) throw error;
      // Some servers refuse If-Match in buckets with versions whatever stands there.
      await look();
      return store.put(key, body, options);
    }
  }

  const store: ObjectStore = {
    async head(key) {
      checkKey(key);
      try {
        const { VersionId, ETag, ContentLength, LastModified } = await client.send(
          new HeadObjectCommand({ Bucket: bucket, Key: key }),
        );
        return versionOf({ Key: key, VersionId, ETag, Size: ContentLength, LastModified });
      } catch (error) {
        if (statusOf(error) !== 404 || isNoBucket(error)) throw error;
        await isThere();
        return undefined;
      }
    },

    async get(key, versionId) {
      checkKey(key);
      try {
        const { Body, ContentType, VersionId, ETag, ContentLength, LastModified } = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key, ...pin(versionId) }),
        );
        const version = versionOf({ Key: key, VersionId, ETag, Size: ContentLength, LastModified });
        if (version.size > maxBytes) {
          // Otherwise the connection stays busy with a body that nobody reads.
          await Body?.transformToWebStream().cancel();
          throw new Refusal('limit', `an object of ${version.size} bytes, at most ${maxBytes} are read`);
        }
        const body = (await Body?.transformToByteArray()) ?? new Uint8Array();
        if (body.length !== version.size)
          throw new Error(`the server announced ${version.size} bytes and sent ${body.length}`);
        if (versionId !== undefined && version.versionId !== versionId)
          throw new Error('the server answered another version than was asked for');
        return { version, body, ...(ContentType === undefined ? {} : { contentType: ContentType }) };
      } catch (error) {
        if (isAbsent(error) || (versionId !== undefined && isGone(error))) return undefined;
        throw error;
      }
    },

    async put(key, body, { over, ...options } = {}) {
      checkKey(key);
      if (over) return putOver(key, body, over, options);
      const { contentType, contentLanguage, cacheControl, ifNoneMatch, ifMatch } = options;
      const checksum = (await client.config.requestChecksumCalculation()) === 'WHEN_SUPPORTED';
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentLength: body.length,
        ...(contentType === undefined ? {} : { ContentType: contentType }),
        ...(contentLanguage === undefined ? {} : { ContentLanguage: contentLanguage }),
        ...(cacheControl === undefined ? {} : { CacheControl: cacheControl }),
        ...(ifNoneMatch === undefined ? {} : { IfNoneMatch: ifNoneMatch }),
        // RADOS Gateway compares the quotes too, with an etag that it keeps without; AWS and MinIO take it either way.
        ...(ifMatch === undefined ? {} : { IfMatch: ifMatch.replaceAll('"', '') }),
        ...(checksum ? { ChecksumSHA256: createHash('sha256').update(body).digest('base64') } : {}),
      });
      for (let attempt = 1; ; attempt += 1) {
        try {
          const { VersionId, ETag } = await client.send(command);
          // The answer to a put has no time. Ours is near enough for people, and nothing is decided by it.
          return versionOf({ Key: key, VersionId, ETag, Size: body.length, LastModified: new Date() });
        } catch (error) {
          const status = statusOf(error);
          const isConditional = ifNoneMatch !== undefined || ifMatch !== undefined;
          if (
            !isConditional ||
            !(status === 412 || status === 409 || (status === 404 && ifMatch !== undefined && !isNoBucket(error)))
          )
            throw error;
          // Nobody has to have been first where something was to be created: whoever is in the way may fail as well.
          if (status === 409 && attempt === CONFLICT_ATTEMPTS && ifMatch === undefined) throw error;
          if (status !== 409 || attempt === CONFLICT_ATTEMPTS)
            throw new PreconditionFailed(`another writer was first (${status})`, { cause: error });
          await sleep(CONFLICT_WAIT_MS * attempt);
        }
      }
    },

    async copyFrom(source, key, versionId, toKey) {
      checkKey(toKey);
      const from = buckets.get(source);
      if (from === undefined) throw new Error('a bucket copies from buckets only');
      if (isEtag(versionId)) {
        const object = await source.get(key, versionId);
        if (!object) throw new Error('the version to copy is gone');
        await putOnce(store, toKey, object.body);
        return;
      }
      const command = {
        Bucket: bucket,
        Key: toKey,
        CopySource: `${from}/${encodeKey(key)}?versionId=${encodeURIComponent(versionId)}`,
        // Metadata and tags of an upload are the publisher's, and can hold anything.
        MetadataDirective: 'REPLACE',
        TaggingDirective: 'REPLACE',
        ContentType: 'application/octet-stream',
      } as const;
      for (let attempt = 1; ; attempt += 1) {
        try {
          await client.send(new CopyObjectCommand({ ...command, IfNoneMatch: '*' }));
          return;
        } catch (error) {
          const status = statusOf(error);
          if (status === 412) return;
          // Some servers know conditions on puts only, and say so.
          if (status === 501) return void (await client.send(new CopyObjectCommand(command)));
          if (status !== 409 || attempt === CONFLICT_ATTEMPTS) throw error;
          await sleep(CONFLICT_WAIT_MS * attempt);
        }
      }
    },

    async remove(key) {
      checkKey(key);
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },

    async purge(key, { below } = {}) {
      checkKey(key);
      const all = await versionsOf(key);
      const at = all.findIndex((one) => !one.isMarker && versionOf(one).versionId === below);
      const mark = all[at];
      const isBelow = (one: Entry, i: number) => mark && (one.isMarker ? !isNewer(one, mark) : i > at);
      const doomed = all.filter((one, i) => one.IsLatest === false && (below === undefined || isBelow(one, i)));
      for (const { VersionId } of doomed) await deleteVersion(key, VersionId);
      return doomed.length;
    },

    async undoUnlessOver(key, over, mine) {
      checkKey(key);
      const all = await versionsOf(key);
      const last = all.find(({ IsLatest }) => IsLatest);
      if (mine && isEtag(mine.versionId)) return last !== undefined && versionOf(last).etag === mine.etag;
      if (!last) return !mine;
      if (mine ? last.isMarker || last.VersionId !== mine.versionId : !last.isMarker) return false;
      const beneath = all.filter((version) => version !== last);
      const first = beneath.find(({ isMarker }) => !isMarker);
      const isRemovedBetween = beneath.some((version) => version.isMarker && !(first && isNewer(first, version)));
      if (!isRemovedBetween && (!first || versionOf(first).versionId === over.versionId)) return true;
      await deleteVersion(key, last.VersionId);
      return false;
    },

    async wasRemovedSince(key, versionId) {
      checkKey(key);
      // Without versioning there is no history to look at.
      if (isEtag(versionId)) return false;
      let since: Date | undefined;
      let removed: Date | undefined;
      for await (const version of versions(client, bucket, key)) {
        if (version.Key !== key) break;
        if (version.VersionId === versionId) since = version.LastModified;
        if (version.isMarker && !(removed && version.LastModified && version.LastModified < removed))
          removed = version.LastModified;
      }
      // Times have whole seconds: what may have come after counts as after.
      return since === undefined || (removed !== undefined && removed >= since);
    },

    // ListObjectsV2 names no version ids, and an id that differs from the one that `head` answers would pin nothing.
    async *list(prefix = '', { after } = {}) {
      for await (const version of versions(client, bucket, prefix, after)) {
        // Servers differ in whether the marker's own key comes once more.
        if (after !== undefined && compareKeys(version.Key ?? '', after) <= 0) continue;
        if (version.IsLatest && !version.isMarker) yield versionOf(version);
      }
    },
  };
  buckets.set(store, bucket);
  return store;
}

// So that one bucket's store can name another's objects to the server.
const buckets = new WeakMap<ObjectStore, string>();

type Entry = Listed & { readonly IsLatest?: boolean | undefined; readonly isMarker: boolean };
type Listed = {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly ETag?: string | undefined;
  readonly Size?: number | undefined;
  readonly LastModified?: Date | undefined;
};

const isNewer = (one: Listed, other: Listed) =>
  (one.LastModified?.getTime() ?? 0) > (other.LastModified?.getTime() ?? 0);

/** Every version and delete marker whose key starts with the prefix, a page at a time. */
async function* versions(client: S3Client, bucket: string, prefix: string, after?: string) {
  let marker: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined =
    after === undefined ? {} : { KeyMarker: after };
  while (marker) {
    // XML cannot hold control characters, which keys can.
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, EncodingType: 'url', ...marker }),
    );
    const decode = page.EncodingType === 'url' ? decodeKey : (key: string | undefined) => key;
    const entries = [
      ...(page.Versions ?? []).map((version) => ({ ...version, Key: decode(version.Key), isMarker: false })),
      ...(page.DeleteMarkers ?? []).map((version) => ({ ...version, Key: decode(version.Key), isMarker: true })),
    ];
    yield* entries.sort((a, b) => compareKeys(a.Key ?? '', b.Key ?? ''));
    const next = decode(page.NextKeyMarker);
    marker =
      page.IsTruncated && next !== undefined
        ? { KeyMarker: next, ...(page.NextVersionIdMarker ? { VersionIdMarker: page.NextVersionIdMarker } : {}) }
        : undefined;
  }
}

function decodeKey(encoded: string | undefined): string | undefined {
  return encoded === undefined ? undefined : decodeURIComponent(encoded.replaceAll('+', ' '));
}

/** What stands in a bucket without versioning, or was there before it, has the version id 'null' or none. */
function versionOf({ Key, VersionId, ETag, Size, LastModified }: Listed): ObjectVersion {
  if (Key === undefined || ETag === undefined || Size === undefined || !LastModified)
    throw new Error('the server left out a key, an etag, a size or a time');
  const versionId = VersionId === undefined || VersionId === 'null' ? ETag : VersionId;
  // Headers have whole seconds, and a listing must say what a head says.
  const modifiedAt = new Date(Math.floor(LastModified.getTime() / 1000) * 1000).toISOString();
  return { key: Key, versionId, etag: ETag, size: Size, modifiedAt };
}

/** An etag has quotes, a version id has none. */
function isEtag(versionId: string): boolean {
  return versionId.startsWith('"');
}

/** The SDK puts CopySource into its header as it is. */
function encodeKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}

function pin(versionId: string | undefined): { readonly IfMatch?: string; readonly VersionId?: string } {
  if (versionId === undefined) return {};
  return isEtag(versionId) ? { IfMatch: versionId } : { VersionId: versionId };
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

function isNoBucket(error: unknown): boolean {
  return error instanceof S3ServiceException && error.name === 'NoSuchBucket';
}

/** In the server's own words: whatever stands between can say 404 too. */
function isAbsent(error: unknown): boolean {
  return error instanceof S3ServiceException && (error.name === 'NoSuchKey' || error.name === 'NoSuchVersion');
}

/** 412: other bytes are current now. 405: the version is a delete marker. 400: no version ever had this id. */
function isGone(error: unknown): boolean {
  const status = statusOf(error);
  return (
    status === 412 ||
    status === 405 ||
    (status === 400 && error instanceof S3ServiceException && error.name === 'InvalidArgument')
  );
}
