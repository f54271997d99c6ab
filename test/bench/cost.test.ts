import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { costOfMillion, Prices, type Usage } from '../../bench/cost/model.ts';
import { requestsOf, requestsOfSweep } from '../../bench/cost/requests.ts';

const NOTHING: Usage = { functions: [], s3Puts: 0, s3Gets: 0, sqsRequests: 0, events: 0, logBytes: 0 };
const PRICES: Prices = {
  says: 'round numbers',
  lambdaGbSecond: 0.00001,
  lambdaPerMillionRequests: 0.2,
  s3PerMillionPuts: 5,
  s3PerMillionGets: 0.5,
  sqsPerMillionRequests: 0.4,
  snsPerMillionPublishes: 0.5,
  eventBridgePerMillionEvents: 1,
  logsPerGb: 0.5,
  guardDutyPerGb: 0.1,
  guardDutyPerThousandObjects: 0.2,
};

const rows: readonly (readonly [string, Partial<Usage>, number])[] = [
  ['nothing costs nothing', {}, 0],
  ['a second of two gigabytes, and the request', { functions: [{ seconds: 1, gigabytes: 2 }] }, 20.2],
  ['twice the seconds, twice the price but for the request', { functions: [{ seconds: 2, gigabytes: 2 }] }, 40.2],
  ['three puts and four gets', { s3Puts: 3, s3Gets: 4 }, 17],
  ['six requests of queues', { sqsRequests: 6 }, 2.4],
  ['an event goes to the topic and to the bus', { events: 1 }, 1.5],
  ['a thousand bytes of log', { logBytes: 1000 }, 0.5],
  ['GuardDuty asks for the object and for the megabyte', { guardDutyMegabytes: 1 }, 300],
];

describe('a million documents cost', () => {
  test.each(rows)('%s', (_, usage, dollars) => {
    expect(costOfMillion({ ...NOTHING, ...usage }, PRICES).all).toBeCloseTo(dollars, 6);
  });

  test('prices are data, and have to be whole', async () => {
    const shipped: unknown = JSON.parse(
      await readFile(new URL('../../bench/cost/prices.json', import.meta.url), 'utf8'),
    );
    const prices = Prices.parse(shipped);
    expect(() => Prices.parse({ ...prices, logsPerGb: undefined })).toThrow('logsPerGb');
    expect(() => Prices.parse({ ...prices, perFullMoon: 1 })).toThrow('perFullMoon');
  });

  test('requests are those that the handlers make: few where nothing has changed, most where something is published', async () => {
    const [published, quarantined, unchanged] = [
      await requestsOf('published'),
      await requestsOf('quarantined'),
      await requestsOf('unchanged'),
    ];
    expect([published.sanitize, published.promote, published.events]).toEqual([1, 1, 1]);
    expect([quarantined.sanitize, quarantined.promote, quarantined.events]).toEqual([1, 0, 1]);
    expect([unchanged.sanitize, unchanged.promote, unchanged.events, unchanged.s3Puts]).toEqual([1, 1, 0, 0]);
    // Work, its record, two heads, public, its old versions, the audit trail, since when it is public.
    expect(published.s3Puts).toBe(8);
    expect(unchanged.s3Gets).toBeLessThan(published.s3Gets);
  });

  test('a sweep asks for the head of a document in each pass', async () => {
    const { s3Gets } = await requestsOfSweep(20);
    expect(s3Gets).toBeGreaterThanOrEqual(3);
    expect(s3Gets).toBeLessThanOrEqual(6);
  });
});
