// Least privilege, function by function: the whole of what each may do in production and locally.
// A right that is not in this list fails here, and so does one that is gone.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CATALOGUE } from '../lib/catalogue.ts';
import type { Stage } from '../lib/stages.ts';
import { rightsOf } from './policies.ts';
import { functionsOf, resources, templateOf } from './synth.ts';

const TABLE = ['BatchGetItem', 'ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
  (action) => `dynamodb:${action} on table`,
);
const index = (...names: string[]) => names.map((name) => `dynamodb:Query on table/index/${name}`);
const send = (...names: string[]) => names.map((name) => `sqs:SendMessage on queue ${name}`);
const take = (name: string) =>
  ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map((action) => `sqs:${action} on queue ${name}`);
const CREDITOR = ' if {"Null":{"kms:EncryptionContext:creditor":"false"}}';
const OPEN = [`kms:Decrypt on key${CREDITOR}`];
const SEAL = [`kms:Encrypt on key${CREDITOR}`];
const PASS = ['iam:PassRole on role of schedules if {"StringEquals":{"iam:PassedToService":"scheduler.amazonaws.com"}}'];
const arn = (service: string, rest: string) => `arn:aws:${service}:eu-central-1:123456789012:${rest}`;

function expected(stage: Stage): Record<string, string[]> {
  const schedule = (...verbs: string[]) =>
    verbs.map((verb) => `scheduler:${verb}Schedule on ${arn('scheduler', `schedule/upominek-${stage}/*`)}`);
  return {
    'invoice-webhook': [...OPEN, ...send('replay', 'evaluation', 'email', 'sms')],
    'event-replay': [...OPEN, ...take('replay'), ...send('replay', 'evaluation', 'email', 'sms')],
    'daily-evaluation': send('evaluation'),
    'shard-evaluation': [
      ...index('agenda'),
      ...take('evaluation'),
      ...send('evaluation'),
      ...schedule('Create'),
      ...PASS,
    ],
    'reminder-release': [...index('agenda'), ...send('email', 'sms', 'replay', 'evaluation')],
    'email-dispatch': [
      ...OPEN,
      ...take('email'),
      ...send('evaluation', 'sms'),
      `ses:SendEmail on ${arn('ses', `configuration-set/upominek-${stage}`)}`,
      `ses:SendEmail on ${arn('ses', 'identity/*')}`,
    ],
    'sms-dispatch': [...OPEN, ...take('sms'), ...send('evaluation'), 'sns:Publish on anything but arn:aws:sns:*:*:*'],
    'delivery-events': [...take('delivery-events'), ...send('evaluation', 'sms')],
    'payment-link': [...OPEN, ...send('email', 'sms')],
    'payment-callback': [...OPEN, ...send('evaluation', 'email', 'sms')],
    'payment-sandbox': OPEN,
    'admin-api': [
      ...index('lists'),
      ...send('evaluation', 'replay', 'email', 'sms'),
      ...schedule('Create', 'Update', 'Delete'),
      ...PASS,
      ...(stage === 'local' ? ['lambda:InvokeFunction on function test-clock'] : []),
    ],
    operator: [...OPEN, ...SEAL, ...schedule('Create', 'Update', 'Delete'), ...PASS],
    'test-clock': [
      ...index('agenda'),
      ...schedule('Get', 'Delete'),
      'scheduler:ListSchedules on *',
      ...['evaluation', 'replay', 'email', 'sms', 'delivery-events'].map((name) => `sqs:GetQueueAttributes on queue ${name}`),
      'lambda:InvokeFunction on function daily-evaluation',
      'lambda:InvokeFunction on function reminder-release',
    ],
  };
}

for (const stage of ['local', 'staging', 'production'] as const) {
  const template = templateOf(stage);
  for (const [name, fn] of functionsOf(template, stage)) {
    test(`${stage}: ${name} may do exactly what it needs`, () => {
      const roleId: string = fn.Properties['Role']['Fn::GetAtt'][0];
      const own = ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => `${action} on log of ${name}`);
      const special = expected(stage)[name];
      assert.ok(special, `${name} has no list of expected rights`);
      assert.deepEqual(rightsOf(template, roleId), [...own, ...TABLE, ...special].sort());
    });
  }

  test(`${stage}: no role has a managed policy, and each belongs to one function`, () => {
    const roles = resources(template, 'AWS::IAM::Role');
    for (const [, role] of roles) {
      assert.equal(role.Properties['ManagedPolicyArns'], undefined);
      assert.equal(role.Properties['Policies'], undefined);
    }
    const used = [...functionsOf(template, stage).values()].map((fn) => fn.Properties['Role']['Fn::GetAtt'][0]);
    assert.equal(new Set(used).size, used.length);
    // The one role more is that of the schedules.
    assert.equal(roles.length, used.length + 1);
  });

  test(`${stage}: schedules may start the night and the release, and nothing else`, () => {
    const found = resources(template, 'AWS::IAM::Role').find(([, role]) => role.Properties['Description']);
    assert.ok(found);
    assert.deepEqual(rightsOf(template, found[0]), [
      'lambda:InvokeFunction on function daily-evaluation',
      'lambda:InvokeFunction on function reminder-release',
    ]);
    const [trust] = found[1].Properties['AssumeRolePolicyDocument'].Statement;
    assert.deepEqual(trust.Condition, {
      StringEquals: { 'aws:SourceAccount': '123456789012' },
      ArnEquals: { 'aws:SourceArn': arn('scheduler', `schedule-group/upominek-${stage}`) },
    });
  });
}

test('every function of the catalogue has its expected rights written down', () => {
  assert.deepEqual(Object.keys(expected('local')).sort(), CATALOGUE.map((row) => row.name).sort());
});
