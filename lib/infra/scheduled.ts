import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { Alarms, RunbookSection } from './alarms.ts';
import type { BundledHandler } from './handler.ts';

export interface Scheduled {
  readonly every: Duration;
  readonly alarms: Alarms;
  /** What it means that the function fails. */
  readonly says: string;
  readonly runbook: RunbookSection;
  /** Failures within a quarter of an hour that somebody is told of. */
  readonly from: number;
}

/** Calls the function again and again, and tells of it when it fails. */
export function callEvery(scope: Construct, id: string, handler: BundledHandler, props: Scheduled): void {
  const { every, alarms, says, runbook, from } = props;
  // What is called again soon is not tried again at once.
  handler.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(5) });
  const rule = new Rule(scope, `${id}Schedule`, { schedule: Schedule.rate(every) });
  rule.addTarget(new LambdaFunction(handler.function, { event: RuleTargetInput.fromObject({}), retryAttempts: 0 }));
  alarms.add(scope, `${id}Alarm`, {
    ...{ says, from, runbook, periods: 1 },
    metric: handler.function.metricErrors({ period: Duration.minutes(15), statistic: 'Sum' }),
  });
}
