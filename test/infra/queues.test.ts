import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { documentOf, EXAMPLES, exampleConfig, ofType, type Resources, resourcesOf, text } from '../support/template.ts';

const Mapping = z.looseObject({
  BatchSize: z.int(),
  FunctionResponseTypes: z.array(z.string()),
  EventSourceArn: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
  FunctionName: z.object({ Ref: z.string() }),
  ScalingConfig: z.object({ MaximumConcurrency: z.int() }),
});
const Redrive = z.object({
  deadLetterTargetArn: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
  maxReceiveCount: z.int(),
});

function mappingsOf(resources: Resources) {
  return ofType(resources, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => {
    const mapping = Mapping.parse(Properties);
    const queueId = mapping.EventSourceArn['Fn::GetAtt'][0];
    const queue = resources.get(queueId);
    const consumer = resources.get(mapping.FunctionName.Ref);
    if (!queue || !consumer) throw new Error('a mapping of nothing');
    return { mapping, queueId, queue: queue.Properties, consumer: consumer.Properties, name: mapping.FunctionName.Ref };
  });
}

describe.each(EXAMPLES)('the queues of the example %s', (name) => {
  const config = exampleConfig(name);
  const resources = resourcesOf(config);
  const mappings = mappingsOf(resources);

  test('hide a message for at least six times as long as its function may take', () => {
    const engines = config.channels.map(({ scanner }) => scanner.engine);
    const scanning = engines.filter((engine) => engine === 'guardduty').length;
    expect(mappings.length).toBe(12 * config.channels.length + 2 * scanning);
    for (const { queue, consumer, queueId } of mappings)
      expect(Number(queue.VisibilityTimeout), queueId).toBeGreaterThanOrEqual(6 * Number(consumer.Timeout));
  });

  test('are read with partial batch responses, one document at a time, and many results', () => {
    for (const { mapping, name: consumer } of mappings) {
      const isCollecting = consumer.includes('Collect');
      expect(mapping, consumer).toMatchObject({
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BatchSize: isCollecting ? 1000 : 1,
      });
      // More than ten at a time are given to no function that does not wait for them.
      expect(mapping.MaximumBatchingWindowInSeconds, consumer).toBe(isCollecting ? 30 : undefined);
    }
  });

  test('never ask for more of a function than is reserved for it', () => {
    const wanted = new Map<string, number>();
    for (const { name: consumer, mapping } of mappings)
      wanted.set(consumer, (wanted.get(consumer) ?? 0) + mapping.ScalingConfig.MaximumConcurrency);
    for (const { name: id, consumer } of mappings)
      expect(Number(consumer.ReservedConcurrentExecutions), id).toBeGreaterThanOrEqual(wanted.get(id) ?? Infinity);
  });

  test('have dead letters that are kept longer, alarmed, and consumed by what fails closed', () => {
    const withDeadLetters = ofType(resources, 'AWS::SQS::Queue').filter(
      ([, { Properties }]) => Properties.RedrivePolicy,
    );
    expect(withDeadLetters.length * 2).toBe(ofType(resources, 'AWS::SQS::Queue').length);
    // What is told to people, and what GuardDuty says, is no document: test/infra/people.test.ts and scans.test.ts.
    for (const [queueId, { Properties }] of withDeadLetters.filter(([id]) => !/People|Scans/.test(id))) {
      const { deadLetterTargetArn, maxReceiveCount } = Redrive.parse(Properties.RedrivePolicy);
      const id = deadLetterTargetArn['Fn::GetAtt'][0];
      expect(maxReceiveCount, queueId).toBeGreaterThanOrEqual(5);
      expect(Number(resources.get(id)?.Properties.MessageRetentionPeriod)).toBeGreaterThan(
        Number(Properties.MessageRetentionPeriod),
      );
      const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').filter(([, alarm]) =>
        text(alarm.Properties.Dimensions ?? []).includes(id),
      );
      expect(alarms, id).toHaveLength(2);
      for (const [, alarm] of alarms) expect(text(alarm.Properties.AlarmActions)).toContain('AlarmsTopic');
      const consumers = mappings.filter(({ queueId: consumed }) => consumed === id);
      expect(consumers.map(({ name: consumer }) => consumer)).toEqual([expect.stringContaining('FailClosed')]);
    }
  });

  test('take messages from a service only for a source of this account that is named', () => {
    const fromServices = ofType(resources, 'AWS::SQS::QueuePolicy')
      .flatMap(([, { Properties }]) => documentOf(Properties))
      .filter(({ Effect, Principal }) => Effect === 'Allow' && text(Principal).includes('Service'));
    const told = config.channels.map(
      ({ chat, scanner: { engine } }) => 1 + (chat ? 1 : 0) + (engine === 'guardduty' ? 2 : 0),
    );
    expect(fromServices).toHaveLength(told.reduce((sum, one) => sum + one, 0));
    for (const { Condition } of fromServices) expect(text(Condition)).toMatch(/ArnEquals.*aws:SourceArn/);
  });
});
