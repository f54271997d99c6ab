import { GuardDutyClient, SendObjectMalwareScanCommand } from '@aws-sdk/client-guardduty';
import type { ScannedVersion } from './core/records-scans.ts';
import { REQUEST_LIMITS } from './stores/aws-endpoint.ts';

export const openGuardDuty = (): GuardDutyClient => new GuardDutyClient({ requestHandler: REQUEST_LIMITS });

/**
 * Has GuardDuty scan that version; its result comes by event like any other. Rejects where it is busy or away, has no plan
 * for the bucket, or does not know the version.
 */
export function guardDutyScan(client: Pick<GuardDutyClient, 'send'>): (version: ScannedVersion) => Promise<void> {
  return async ({ bucket, key, versionId }) => {
    const S3Object = { Bucket: bucket, Key: key, VersionId: versionId };
    await client.send(new SendObjectMalwareScanCommand({ S3Object }));
  };
}
