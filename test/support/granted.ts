// What a policy grants, action by action, and what of it somebody asks for.

import { ACCOUNT } from './deployment.ts';
import { list, matches, type PlainStatement } from './iam.ts';
import { ofType, type Resources } from './template.ts';

export type Pair = { readonly action: string; readonly arn: string };

/** What a statement grants: each action on each resource. */
export function pairsOf({ Action, Resource }: PlainStatement): readonly Pair[] {
  return list(Action).flatMap((action) => list(Resource).map((arn) => ({ action, arn })));
}

/** What is granted and never asked for. */
export function idleOf(granted: readonly Pair[], asked: readonly Pair[]): readonly Pair[] {
  return granted.filter(
    ({ action, arn }) => !asked.some((one) => matches(action, one.action) && matches(arn, one.arn)),
  );
}

/** What Lambda does as the function's role: takes messages, writes logs, joins a network, sends traces. */
export function askedByLambda(resources: Resources, roleId: string): readonly Pair[] {
  const queues = ofType(resources, 'AWS::Lambda::EventSourceMapping')
    .filter(([, { Properties }]) =>
      JSON.stringify(Properties.FunctionName).includes(roleId.replace(/Role\w+$/, 'Function')),
    )
    .map(([, { Properties }]) => /"([A-Za-z0-9]+)","Arn"/.exec(JSON.stringify(Properties.EventSourceArn))?.[1] ?? '');
  const logs = ofType(resources, 'AWS::Logs::LogGroup').find(([one]) =>
    one.startsWith(roleId.replace(/Role\w+$/, 'Logs')),
  );
  const logArn = `arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:${logs?.[0]}:*`;
  return [
    ...queues.flatMap((queue) =>
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].map((action) => ({
        action,
        arn: `arn:aws:sqs:eu-central-1:${ACCOUNT}:${queue}`,
      })),
    ),
    ...['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({ action, arn: logArn })),
    ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords'].map((action) => ({ action, arn: '*' })),
  ];
}
