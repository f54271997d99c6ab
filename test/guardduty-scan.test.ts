import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { expect, test } from 'vitest';
import { guardDutyScan } from '../lib/guardduty-scan.ts';
import { type Answered, type Asked, answering } from './support/aws-answers.ts';

const OF = { bucket: 'staging', key: 'a/über 1+1.pdf', versionId: 'v1', etag: 'e1' };
const error = (status: number, type: string): Answered => ({
  status,
  headers: { 'x-amzn-errortype': type },
  body: JSON.stringify({ message: 'no', __type: type }),
});

function client(answers: readonly Answered[]) {
  const asked: Asked[] = [];
  const scan = guardDutyScan(
    new GuardDutyClient({
      region: 'eu-central-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
      maxAttempts: 3,
      requestHandler: answering((request) => {
        asked.push(request);
        return answers[Math.min(asked.length, answers.length) - 1] ?? { status: 500, body: '' };
      }),
    }),
  );
  return { asked, scan };
}

test('GuardDuty is asked for a scan of that version, in its words', async () => {
  const { asked, scan } = client([{ status: 200, body: '' }]);
  await scan(OF);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({ method: 'POST', path: '/object-malware-scan/send' });
  expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
    s3Object: { bucket: 'staging', key: 'a/über 1+1.pdf', versionId: 'v1' },
  });
  expect(asked[0]?.headers.authorization).toContain('/eu-central-1/guardduty/aws4_request');
});

test('where it is busy it is asked again', async () => {
  const { asked, scan } = client([error(429, 'ThrottlingException'), { status: 200, body: '' }]);
  await scan(OF);
  expect(asked).toHaveLength(2);
});

test.each([
  { shows: 'stays busy', status: 429, type: 'ThrottlingException', times: 3 },
  { shows: 'fails', status: 500, type: 'InternalServerErrorException', times: 3 },
  { shows: 'knows no plan for the bucket', status: 400, type: 'BadRequestException', times: 1 },
  { shows: 'does not let us', status: 403, type: 'AccessDeniedException', times: 1 },
])('where it $shows, the message is not done', async ({ status, type, times }) => {
  const { asked, scan } = client([error(status, type)]);
  await expect(scan(OF)).rejects.toMatchObject({ name: type });
  expect(asked).toHaveLength(times);
});
