// Invalidation on CloudFront. A caller reference that was used before, with the same paths, starts nothing new: what is
// retried costs nothing twice.

import { createHash } from 'node:crypto';
import {
  type CloudFrontClient,
  CloudFrontServiceException,
  CreateInvalidationCommand,
} from '@aws-sdk/client-cloudfront';
import { type Cdn, CdnBusy } from '../core/edge.ts';

// A request may name 3,000 paths, and as many may be in progress at a time, over all requests.
const MAX_PATHS = 1000;
const BUSY = ['TooManyInvalidationsInProgress', 'Throttling', 'ThrottlingException', 'TooManyRequestsException'];

export function cloudFrontCdn(client: CloudFrontClient, distributionId: string): Cdn {
  return {
    async invalidate(publicKeys, reference) {
      const paths = [...new Set(publicKeys.flatMap(pathsOf))].sort();
      for (let at = 0; at < paths.length; at += MAX_PATHS) {
        const Items = paths.slice(at, at + MAX_PATHS);
        const CallerReference = createHash('sha256')
          .update(JSON.stringify([reference, ...Items]))
          .digest('hex');
        const InvalidationBatch = { CallerReference, Paths: { Quantity: Items.length, Items } };
        try {
          await client.send(new CreateInvalidationCommand({ DistributionId: distributionId, InvalidationBatch }));
        } catch (error) {
          if (!(error instanceof CloudFrontServiceException) || !BUSY.includes(error.name)) throw error;
          throw new CdnBusy('the CDN has as many invalidations in hand as it takes', { cause: error });
        }
      }
    },
  };
}

/** As browsers write it. A star would stand for many paths; a space may be asked for as a plus, which S3 reads as one. */
function pathsOf(publicKey: string): readonly string[] {
  const path = `/${publicKey.split('/').map(encodeURIComponent).join('/')}`.replaceAll('*', '%2A');
  return path.includes('%20') ? [path, path.replaceAll('%20', '+')] : [path];
}
