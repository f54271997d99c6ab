// GuardDuty's event, as its documentation shows it, with invented names.

export type ScanEvent = {
  readonly bucket?: string;
  readonly key?: string;
  readonly versionId?: string;
  readonly etag?: string;
  readonly status?: string;
  readonly more?: object;
  readonly detail?: object;
};

export function scanEvent({
  bucket = 'staging',
  key = 'a/report.pdf',
  versionId = 'v1',
  etag = 'e1',
  status = 'NO_THREATS_FOUND',
  more = {},
  detail = {},
}: ScanEvent = {}): object {
  return {
    version: '0',
    id: '72c7d362-737a-6dce-fc78-9e27a0171419',
    'detail-type': 'GuardDuty Malware Protection Object Scan Result',
    source: 'aws.guardduty',
    account: '111122223333',
    time: '2026-11-26T12:00:00Z',
    region: 'eu-central-1',
    resources: ['arn:aws:guardduty:eu-central-1:111122223333:malware-protection-plan/b4c7f464ab3a4EXAMPLE'],
    detail: {
      schemaVersion: '1.0',
      scanStatus: status === 'UNSUPPORTED' ? 'SKIPPED' : 'COMPLETED',
      resourceType: 'S3_OBJECT',
      s3ObjectDetails: { bucketName: bucket, objectKey: key, eTag: etag, versionId, s3Throttled: false },
      scanResultDetails: {
        scanResultStatus: status,
        threats: status === 'THREATS_FOUND' ? [{ name: 'EICAR-Test-File (not a virus)' }] : null,
      },
      ...detail,
    },
    ...more,
  };
}
