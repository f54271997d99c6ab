// Dollars for a million documents: what was counted and measured, times prices that are data. No number is in here.

import { z } from 'zod';

const Dollars = z.number().nonnegative();

export const Prices = z.strictObject({
  says: z.string(),
  lambdaGbSecond: Dollars,
  lambdaPerMillionRequests: Dollars,
  /** PUT, COPY, POST and LIST. */
  s3PerMillionPuts: Dollars,
  /** GET and HEAD. */
  s3PerMillionGets: Dollars,
  sqsPerMillionRequests: Dollars,
  snsPerMillionPublishes: Dollars,
  eventBridgePerMillionEvents: Dollars,
  logsPerGb: Dollars,
  guardDutyPerGb: Dollars,
  guardDutyPerThousandObjects: Dollars,
});
export type Prices = z.infer<typeof Prices>;

/** What one document takes, on average. */
export type Usage = {
  /** Seconds of each function, with the memory it is given. */
  readonly functions: readonly { readonly seconds: number; readonly gigabytes: number }[];
  readonly s3Puts: number;
  readonly s3Gets: number;
  readonly sqsRequests: number;
  /** Events told to the topic and to the bus. */
  readonly events: number;
  readonly logBytes: number;
  /** Megabytes that GuardDuty scans; absent where clamd does. */
  readonly guardDutyMegabytes?: number;
};

export type Cost = Readonly<Record<'Lambda' | 'S3' | 'SQS' | 'events' | 'logs' | 'GuardDuty' | 'all', number>>;

const MILLION = 1_000_000;
const GB = 1_000_000_000;

/** Dollars for a million documents, by service. */
export function costOfMillion(usage: Usage, prices: Prices): Cost {
  const { functions, s3Puts, s3Gets, sqsRequests, events, logBytes, guardDutyMegabytes } = usage;
  const gigabyteSeconds = functions.reduce((sum, { seconds, gigabytes }) => sum + seconds * gigabytes, 0);
  const parts = {
    Lambda: gigabyteSeconds * MILLION * prices.lambdaGbSecond + functions.length * prices.lambdaPerMillionRequests,
    S3: s3Puts * prices.s3PerMillionPuts + s3Gets * prices.s3PerMillionGets,
    SQS: sqsRequests * prices.sqsPerMillionRequests,
    events: events * (prices.snsPerMillionPublishes + prices.eventBridgePerMillionEvents),
    logs: ((logBytes * MILLION) / GB) * prices.logsPerGb,
    GuardDuty:
      guardDutyMegabytes === undefined
        ? 0
        : 1000 * prices.guardDutyPerThousandObjects + guardDutyMegabytes * 1000 * prices.guardDutyPerGb,
  };
  return { ...parts, all: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}
