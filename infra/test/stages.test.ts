// What exists in which stage, and what every stage has in common.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CATALOGUE, QUEUES } from '../lib/catalogue.ts';
import { settingsOf, STAGES } from '../lib/stages.ts';
import { functionsOf, resources, templateOf } from './synth.ts';

const EVERYWHERE = CATALOGUE.map((row) => row.name).filter((name) => name !== 'test-clock' && name !== 'payment-sandbox');

test('the test clock exists only locally, the payment sandbox not in production', () => {
  const names = (stage: 'local' | 'staging' | 'production') => [...functionsOf(templateOf(stage), stage).keys()].sort();
  assert.deepEqual(names('local'), [...EVERYWHERE, 'payment-sandbox', 'test-clock'].sort());
  assert.deepEqual(names('staging'), [...EVERYWHERE, 'payment-sandbox'].sort());
  assert.deepEqual(names('production'), [...EVERYWHERE].sort());
});

test('outside the local stage nothing mentions the test clock; in production nothing the sandbox', () => {
  for (const stage of ['staging', 'production'] as const) {
    assert.doesNotMatch(JSON.stringify(templateOf(stage).toJSON()), /test-clock|TEST_CLOCK/);
  }
  assert.doesNotMatch(JSON.stringify(templateOf('production').toJSON()), /sandbox/);
});

test('an unknown stage is refused', () => {
  assert.throws(() => settingsOf('prod'), /unknown stage "prod"/);
  assert.throws(() => settingsOf(undefined), /unknown stage/);
});

for (const stage of STAGES) {
  const template = templateOf(stage);
  const functions = functionsOf(template, stage);

  test(`${stage}: every queue has its own dead-letter queue, is encrypted, and both refuse plain HTTP`, () => {
    const queues = resources(template, 'AWS::SQS::Queue');
    assert.equal(queues.length, QUEUES.length * 2);
    const dead = new Set<string>();
    for (const [, queue] of queues) {
      assert.equal(queue.Properties['SqsManagedSseEnabled'], true);
      const redrive = queue.Properties['RedrivePolicy'];
      const name: string = queue.Properties['QueueName'];
      assert.equal(queue.Properties['MessageRetentionPeriod'], (redrive ? 4 : 14) * 86_400, name);
      if (!redrive) continue;
      assert.equal(redrive.maxReceiveCount, 5);
      dead.add(redrive.deadLetterTargetArn['Fn::GetAtt'][0]);
    }
    assert.equal(dead.size, QUEUES.length);
    const refusing = resources(template, 'AWS::SQS::QueuePolicy').filter(([, policy]) =>
      JSON.stringify(policy).includes('"aws:SecureTransport":"false"'),
    );
    assert.equal(refusing.length, queues.length);
  });

  test(`${stage}: a message rests at least as long as its consumer may run`, () => {
    for (const [, mapping] of resources(template, 'AWS::Lambda::EventSourceMapping')) {
      const queueId: string = mapping.Properties['EventSourceArn']['Fn::GetAtt'][0];
      const functionId: string = mapping.Properties['FunctionName'].Ref;
      const rest: number = template.findResources('AWS::SQS::Queue')[queueId]!['Properties']['VisibilityTimeout'];
      const run: number = template.findResources('AWS::Lambda::Function')[functionId]!['Properties']['Timeout'];
      assert.ok(rest >= (stage === 'local' ? 1 : 6) * run, `${queueId}: ${rest} s for ${run} s`);
      assert.deepEqual(mapping.Properties['FunctionResponseTypes'], ['ReportBatchItemFailures']);
    }
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', QUEUES.length);
  });

  test(`${stage}: channels keep their rate on the mapping, and nothing reserves concurrency`, () => {
    const rates = resources(template, 'AWS::Lambda::EventSourceMapping')
      .map(([, mapping]) => mapping.Properties['ScalingConfig']?.MaximumConcurrency as number | undefined)
      .filter((rate) => rate !== undefined);
    assert.deepEqual(rates.sort(), [2, 5]);
    for (const fn of functions.values()) assert.equal(fn.Properties['ReservedConcurrentExecutions'], undefined);
  });

  test(`${stage}: each function logs into its own group for 30 days and has an alarm on errors`, () => {
    for (const [name, fn] of functions) {
      template.hasResourceProperties('AWS::Logs::LogGroup', {
        LogGroupName: `/aws/lambda/upominek-${stage}-${name}`,
        RetentionInDays: 30,
      });
      assert.ok(fn.Properties['LoggingConfig'].LogGroup.Ref);
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: `upominek-${stage}-${name}-errors` });
    }
    for (const [, group] of resources(template, 'AWS::Logs::LogGroup')) {
      assert.equal(group.Properties['RetentionInDays'], 30);
    }
  });

  test(`${stage}: both alarms of every queue, and every alarm tells somebody`, () => {
    const names = resources(template, 'AWS::CloudWatch::Alarm').map(([, alarm]) => {
      assert.equal(alarm.Properties['AlarmActions'].length, 1);
      return alarm.Properties['AlarmName'] as string;
    });
    for (const queue of QUEUES) {
      for (const kind of ['given-up', 'waiting']) assert.ok(names.includes(`upominek-${stage}-${queue}-${kind}`));
    }
  });

  test(`${stage}: the table is encrypted with our key, recoverable, and protected unless local`, () => {
    const durable = stage !== 'local';
    const [[, table]] = resources(template, 'AWS::DynamoDB::Table') as [[string, any]];
    const has = table.Properties;
    assert.equal(has.TableName, `upominek-${stage}`);
    assert.equal(has.BillingMode, 'PAY_PER_REQUEST');
    assert.equal(has.SSESpecification.SSEType, 'KMS');
    assert.equal(has.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled, true);
    assert.equal(has.TimeToLiveSpecification.AttributeName, 'expires_at');
    assert.equal(has.DeletionProtectionEnabled, durable);
    assert.equal(table.DeletionPolicy, durable ? 'Retain' : 'Delete');
    const indexes = has.GlobalSecondaryIndexes.map((one: any) => [one.IndexName, one.Projection.ProjectionType]);
    assert.deepEqual(indexes, [['agenda', 'KEYS_ONLY'], ['lists', 'KEYS_ONLY']]);
  });

  test(`${stage}: the sweep runs every quarter of an hour, by itself unless local`, () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      GroupName: `upominek-${stage}`,
      ScheduleExpression: 'rate(15 minutes)',
      State: stage === 'local' ? 'DISABLED' : 'ENABLED',
    });
    const [[, sweep]] = resources(template, 'AWS::Scheduler::Schedule') as [[string, any]];
    assert.equal(sweep.Properties.Target.Input, '{"kind":"sweep"}');
  });
}
