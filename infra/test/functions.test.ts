// What each function is told (its environment), how long it may take, and the ways in from outside.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { functionsOf, resources, templateOf } from './synth.ts';

const COMMON = ['BASE_URL', 'LINK_BASE_URL', 'RUST_LOG', 'STAGE', 'TABLE_NAME'];
const OWN: Record<string, string[]> = {
  'invoice-webhook': ['REPLAY_QUEUE_URL', 'EVALUATION_QUEUE_URL', 'EMAIL_QUEUE_URL', 'SMS_QUEUE_URL', 'KMS_KEY_ID'],
  'event-replay': ['EMAIL_QUEUE_URL', 'SMS_QUEUE_URL', 'EVALUATION_QUEUE_URL', 'KMS_KEY_ID', 'REPLAY_QUEUE_URL', 'STAND_INS_URL'],
  'daily-evaluation': ['EVALUATION_QUEUE_URL'],
  'shard-evaluation': [
    'EVALUATION_QUEUE_URL',
    'RELEASE_FUNCTION_ARN',
    'SCHEDULER_ROLE_ARN',
    'SCHEDULE_GROUP',
  ],
  'reminder-release': ['EMAIL_QUEUE_URL', 'SMS_QUEUE_URL', 'REPLAY_QUEUE_URL', 'EVALUATION_QUEUE_URL'],
  'email-dispatch': ['EVALUATION_QUEUE_URL', 'KMS_KEY_ID', 'SES_CONFIGURATION_SET', 'SMS_QUEUE_URL'],
  'sms-dispatch': ['EVALUATION_QUEUE_URL', 'KMS_KEY_ID'],
  'delivery-events': ['EVALUATION_QUEUE_URL', 'SMS_QUEUE_URL'],
  'payment-link': ['EMAIL_QUEUE_URL', 'KMS_KEY_ID', 'SMS_QUEUE_URL', 'STAND_INS_URL'],
  'payment-callback': ['EMAIL_QUEUE_URL', 'SMS_QUEUE_URL', 'EVALUATION_QUEUE_URL', 'KMS_KEY_ID', 'STAND_INS_URL'],
  'payment-sandbox': ['KMS_KEY_ID'],
  'admin-api': [
    'EMAIL_QUEUE_URL',
    'SMS_QUEUE_URL',
    'EVALUATION_QUEUE_URL',
    'NIGHT_FUNCTION_ARN',
    'REPLAY_QUEUE_URL',
    'SCHEDULER_ROLE_ARN',
    'SCHEDULE_GROUP',
    'TEST_CLOCK_FUNCTION',
  ],
  operator: ['KMS_KEY_ID', 'NIGHT_FUNCTION_ARN', 'SCHEDULER_ROLE_ARN', 'SCHEDULE_GROUP'],
  'test-clock': [
    'SCHEDULE_GROUP',
    'EVALUATION_QUEUE_URL',
    'REPLAY_QUEUE_URL',
    'EMAIL_QUEUE_URL',
    'SMS_QUEUE_URL',
    'DELIVERY_EVENTS_QUEUE_URL',
  ],
};
const SECONDS: Record<string, number> = {
  'invoice-webhook': 5,
  'shard-evaluation': 300,
  'delivery-events': 30,
  'payment-link': 10,
  'payment-callback': 10,
  'payment-sandbox': 10,
  'admin-api': 10,
};

test('each function is told what it needs and nothing more', () => {
  for (const [name, fn] of functionsOf(templateOf('local'), 'local')) {
    const told = Object.keys(fn.Properties['Environment'].Variables).sort();
    assert.deepEqual(told, [...COMMON, ...OWN[name]!].sort(), name);
  }
});

test('each function has its time and memory', () => {
  for (const [name, fn] of functionsOf(templateOf('staging'), 'staging')) {
    assert.equal(fn.Properties['Timeout'], SECONDS[name] ?? 60, name);
    assert.equal(fn.Properties['MemorySize'], name === 'shard-evaluation' ? 512 : 256, name);
    assert.equal(fn.Properties['Runtime'], 'provided.al2023');
  }
  assert.equal(functionsOf(templateOf('local'), 'local').get('test-clock')!.Properties['Timeout'], 900);
});

test('functions run on the processor that was asked for', () => {
  const arm = templateOf('production', { arch: 'arm64' });
  for (const fn of functionsOf(arm, 'production').values()) assert.deepEqual(fn.Properties['Architectures'], ['arm64']);
  assert.throws(() => templateOf('production', { arch: 'mips' }), /x86_64 or arm64/);
});

test('these routes lead in, and no others', () => {
  const routes = resources(templateOf('production'), 'AWS::ApiGatewayV2::Route').map(([, one]) => one.Properties['RouteKey']);
  assert.deepEqual(routes.sort(), [
    'ANY /api/v1/{proxy+}',
    'GET /p/{link}',
    'POST /p/{link}',
    'POST /payments/{creditor}/{provider}',
    'POST /webhooks/{creditor}/{source}',
  ]);
});

test('the log of requests holds no path and no address, since a pay link is a secret', () => {
  const [[, stage]] = resources(templateOf('production'), 'AWS::ApiGatewayV2::Stage') as [[string, any]];
  const format: string = stage.Properties.AccessLogSettings.Format;
  assert.doesNotMatch(format, /path|sourceIp|identity|header|querystring/i);
  assert.ok(stage.Properties.DefaultRouteSettings.ThrottlingRateLimit > 0);
});

test('whoever guesses links takes nothing from webhooks: their two routes have a limit below that of all', () => {
  for (const stage of ['staging', 'production'] as const) {
    const [[, one]] = resources(templateOf(stage), 'AWS::ApiGatewayV2::Stage') as [[string, any]];
    const all = one.Properties.DefaultRouteSettings;
    const own = one.Properties.RouteSettings;
    assert.deepEqual(Object.keys(own), ['GET /p/{link}', 'POST /p/{link}']);
    for (const most of Object.values<any>(own)) {
      assert.ok(most.ThrottlingRateLimit > 0 && 2 * most.ThrottlingRateLimit <= all.ThrottlingRateLimit);
      assert.ok(most.ThrottlingBurstLimit > 0 && 2 * most.ThrottlingBurstLimit <= all.ThrottlingBurstLimit);
    }
    const routes = resources(templateOf(stage), 'AWS::ApiGatewayV2::Route').filter(([, route]) => route.Properties['RouteKey'].endsWith('/p/{link}'));
    assert.equal(routes.length, 2);
    for (const [id] of routes) assert.ok(one.DependsOn.includes(id), 'a stage may name a route only once it is there');
  }
});

test('locally the address of the API is known beforehand', () => {
  const local = templateOf('local', { localEndpoint: 'http://127.0.0.1:4600' });
  local.hasOutput('ApiUrl', { Value: 'http://127.0.0.1:4600/_aws/execute-api/upominek' });
  local.hasResourceProperties('AWS::ApiGatewayV2::Api', { Tags: { 'ms-custom-id': 'upominek' } });
});

test('only locally payments may go to stand-ins', () => {
  const told = (stage: 'local' | 'staging' | 'production') => JSON.stringify(resources(templateOf(stage), 'AWS::Lambda::Function')).includes('STAND_INS_URL');
  assert.deepEqual([told('local'), told('staging'), told('production')], [true, false, false]);
});
