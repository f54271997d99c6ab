import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../lib/infra/config.ts';
import { Access, peopledConfig } from '../support/access.ts';
import { exampleConfig, ofType, only, type Resources, resourcesOf, text } from '../support/template.ts';

const resources = resourcesOf(peopledConfig());
const access = new Access(resources);
const environmentOf = (of: Resources, part: string) =>
  text(only(of, 'AWS::Lambda::Function', part)[1].Properties.Environment);

describe('the bucket of definitions', () => {
  const may = (actions: readonly string[], key: string) =>
    [...access.callers]
      .filter(([, caller]) => actions.some((action) => access.canObject(caller, action, undefined, 'definitions', key)))
      .map(([name]) => name);

  test('is changed by its updater alone', () => {
    const changing = ['s3:PutObject', 's3:DeleteObject', 's3:PutObjectAcl', 's3:ReplicateObject'];
    for (const key of ['current.json', 'files/ab'])
      expect(may(changing, key)).toEqual(['definitions updater', 'break glass']);
  });

  test('is read by what opens documents, by its updater, and by whom IAM lets read everything', () => {
    expect(may(['s3:GetObject'], 'current.json').toSorted()).toEqual(
      [
        'administrator',
        'audits',
        'break glass',
        'bulk-sanitize',
        'definitions updater',
        'heavy-sanitize',
        'sanitize',
        'who deploys',
      ].toSorted(),
    );
  });

  test('is configured by who deploys alone', () => {
    const configuring = [...access.callers].filter(([, caller]) =>
      ['s3:PutBucketPolicy', 's3:PutBucketNotification'].some((action) =>
        access.canBucket(caller, action, 'definitions'),
      ),
    );
    expect(configuring.map(([name]) => name)).toEqual(['who deploys', 'break glass']);
  });

  test('is named to the updater and to what scans, and to nobody else', () => {
    const named = ofType(resources, 'AWS::Lambda::Function')
      .filter(([, { Properties }]) => text(Properties.Environment ?? {}).includes('SPOORLOOS_DEFINITIONS'))
      .map(([id]) => /(Updater|BulkSanitize|HeavySanitize|Sanitize|Audits)Function/.exec(id)?.[1]);
    expect(named.toSorted()).toEqual(['Audits', 'BulkSanitize', 'HeavySanitize', 'Sanitize', 'Updater']);
  });

  test('is one for all channels that scan with clamd, and is left out of what none of them uses', () => {
    const brought = resourcesOf(exampleConfig('brought'));
    expect(ofType(brought, 'AWS::S3::Bucket').filter(([id]) => id.startsWith('Definitions'))).toHaveLength(1);
    expect(environmentOf(brought, 'pressPipelineSanitize')).toContain('SPOORLOOS_DEFINITIONS');
    expect(environmentOf(brought, 'archivePipelineSanitize')).not.toContain('SPOORLOOS_DEFINITIONS');
    for (const scanner of [{ engine: 'none' }, { definitions: 'image' }]) {
      const without = resourcesOf(parseConfig({ channels: [{ name: 'main', scanner }] }));
      expect([...without.keys()].filter((id) => id.startsWith('Definitions'))).toEqual([]);
      expect(environmentOf(without, 'PipelineSanitize')).not.toContain('SPOORLOOS_DEFINITIONS');
    }
  });
});

describe('the updater', () => {
  const [, updater] = only(resources, 'AWS::Lambda::Function', 'DefinitionsUpdater');

  test('is the image with another entry, one at a time, on a schedule', () => {
    expect(text(updater.Properties.ImageConfig)).toContain('/app/lambdas/definitions.ts');
    expect(updater.Properties).toMatchObject({ PackageType: 'Image', ReservedConcurrentExecutions: 1, Timeout: 900 });
    const [, rule] = only(resources, 'AWS::Events::Rule', 'DefinitionsSchedule');
    expect(rule.Properties.ScheduleExpression).toBe('rate(3 hours)');
  });

  test('runs outside of the network that has no way out', () => {
    const closed = resourcesOf(exampleConfig('full'));
    expect(only(closed, 'AWS::Lambda::Function', 'DefinitionsUpdater')[1].Properties.VpcConfig).toBeUndefined();
    const s3 = ofType(closed, 'AWS::EC2::VPCEndpoint').filter(([, one]) => text(one).includes('DefinitionsBucket'));
    expect(s3).toHaveLength(1);
  });

  test('is missed when it says nothing', () => {
    const [, alarm] = only(resources, 'AWS::CloudWatch::Alarm', 'DefinitionsAge');
    expect(alarm.Properties).toMatchObject({
      MetricName: 'DefinitionsAgeHours',
      Threshold: 24,
      TreatMissingData: 'breaching',
    });
    expect(text(alarm.Properties.Dimensions)).toMatch(/"Name":"DefinitionsBucket","Value":\{"Ref":"DefinitionsBucket/);
  });
});
