// What SQS does not tell of its queues and CloudWatch does, minute by minute and some minutes late: how old the oldest
// message is, and how many became dead letters. An age is of what is not deleted, so of what is in somebody's hands too;
// and a queue that nobody used for hours is not measured again for up to a quarter of an hour: no age means no news.

import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';

export type QueueHealth = {
  /** Undefined where nothing was measured in the last minutes. */
  readonly oldestMs?: number;
  /** Messages of the last quarter of an hour that were done with, and that were taken from the dead letters. */
  readonly done: number;
  readonly deadLetters: number;
};

export type HealthOptions = {
  readonly queueUrl: string;
  /** No dead letters are counted when left out. */
  readonly deadLettersUrl?: string | undefined;
  readonly now: () => Date;
};

const MINUTE_MS = 60_000;
const WINDOW_MS = 15 * MINUTE_MS;
// An age that is older than this says nothing of now.
const FRESH_MS = 5 * MINUTE_MS;

/** Asks at most once a minute, since CloudWatch knows nothing new in between and each answer costs. Rejects for outages. */
export function cloudWatchHealth(client: Pick<CloudWatchClient, 'send'>, options: HealthOptions) {
  let last: { readonly at: number; readonly health: Promise<QueueHealth> } | undefined;
  return (): Promise<QueueHealth> => {
    const at = options.now().getTime();
    if (last && at >= last.at && at - last.at < MINUTE_MS) return last.health;
    const health = ask(client, options);
    last = { at, health };
    // The next look asks again rather than to fail for a minute.
    health.catch(() => {
      last = undefined;
    });
    return health;
  };
}

async function ask(
  client: Pick<CloudWatchClient, 'send'>,
  { queueUrl, deadLettersUrl, now }: HealthOptions,
): Promise<QueueHealth> {
  const to = now();
  const queries = [
    queryOf('oldest', queueUrl, 'ApproximateAgeOfOldestMessage', 'Maximum'),
    queryOf('done', queueUrl, 'NumberOfMessagesDeleted', 'Sum'),
    // Received, not sent: what is moved to the dead letters by the queue itself is never counted as sent.
    ...(deadLettersUrl === undefined ? [] : [queryOf('dead', deadLettersUrl, 'NumberOfMessagesReceived', 'Sum')]),
  ];
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      MetricDataQueries: queries,
      StartTime: new Date(Math.floor((to.getTime() - WINDOW_MS) / MINUTE_MS) * MINUTE_MS),
      EndTime: to,
      ScanBy: 'TimestampDescending',
    }),
  );
  const measured = (id: string): readonly Measured[] => {
    const { StatusCode, Timestamps = [], Values = [] } = MetricDataResults.find(({ Id }) => Id === id) ?? {};
    if (StatusCode !== 'Complete' || Timestamps.length !== Values.length)
      throw new Error(`CloudWatch did not tell ${id} of a queue`);
    return Timestamps.map((time, i) => ({ at: time.getTime(), value: Values[i] ?? 0 }));
  };
  const sum = (all: readonly Measured[]) => all.reduce((total, { value }) => total + value, 0);
  const fresh = measured('oldest').filter(({ at }) => to.getTime() - at <= FRESH_MS);
  const latest = fresh.reduce<Measured | undefined>((a, b) => (a && a.at >= b.at ? a : b), undefined);
  return {
    ...(latest && { oldestMs: latest.value * 1000 }),
    done: sum(measured('done')),
    deadLetters: deadLettersUrl === undefined ? 0 : sum(measured('dead')),
  };
}

type Measured = { readonly at: number; readonly value: number };

function queryOf(Id: string, url: string, MetricName: string, Stat: string): MetricDataQuery {
  const Dimensions = [{ Name: 'QueueName', Value: new URL(url).pathname.split('/').at(-1) }];
  return { Id, MetricStat: { Metric: { Namespace: 'AWS/SQS', MetricName, Dimensions }, Period: 60, Stat } };
}
