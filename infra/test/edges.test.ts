// E-mail's events, the key, what a deployment may choose, and the rule pack.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Validations } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';

import { STAGES } from '../lib/stages.ts';
import { makeStack, resources, templateOf } from './synth.ts';

test('what SES says about our messages reaches the queue through an encrypted topic', () => {
  const template = templateOf('production');
  template.hasResourceProperties('AWS::SES::ConfigurationSetEventDestination', {
    EventDestination: {
      Enabled: true,
      MatchingEventTypes: ['send', 'delivery', 'deliveryDelay', 'bounce', 'complaint', 'reject'],
      SnsDestination: Match.anyValue(),
    },
  });
  template.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'sqs',
    Endpoint: { 'Fn::GetAtt': [Match.stringLikeRegexp('deliveryevents'), 'Arn'] },
  });
  for (const [, topic] of resources(template, 'AWS::SNS::Topic')) assert.ok(topic.Properties['KmsMasterKeyId']);
});

test('a complaint to one creditor does not silence the others', () => {
  templateOf('production').hasResourceProperties('AWS::SES::ConfigurationSet', {
    SuppressionOptions: { SuppressedReasons: ['BOUNCE'] },
  });
});

test('the key turns yearly, survives the stack, and serves the table through DynamoDB only', () => {
  const [[, key]] = resources(templateOf('production'), 'AWS::KMS::Key') as [[string, any]];
  assert.equal(key.Properties.EnableKeyRotation, true);
  assert.equal(key.DeletionPolicy, 'Retain');
  const open = key.Properties.KeyPolicy.Statement.filter((one: any) => one.Principal.AWS === '*');
  assert.equal(open.length, 1);
  assert.deepEqual(open[0].Condition, {
    StringEquals: { 'kms:CallerAccount': '123456789012', 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' },
  });
});

test('identities are made as the deployment names them; locally always the same two', () => {
  const names = (template = templateOf('production')) =>
    resources(template, 'AWS::SES::EmailIdentity').map(([, one]) => one.Properties['EmailIdentity'] as string);
  assert.deepEqual(names(), []);
  assert.deepEqual(names(templateOf('staging', { identities: 'a.example, me@b.example' })), ['a.example', 'me@b.example']);
  assert.deepEqual(names(templateOf('local', { identities: 'a.example' })), ['upominek.example', 'example.com']);
});

test('a short domain for links is optional, and changes only the links', () => {
  const context = { linkDomain: 'plac.example', linkCertificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/x' };
  const template = templateOf('production', context);
  template.hasOutput('LinkUrl', { Value: 'https://plac.example' });
  template.resourceCountIs('AWS::ApiGatewayV2::ApiMapping', 1);
  template.resourceCountIs('AWS::Route53::RecordSet', 0);
  templateOf('production', { ...context, linkZoneId: 'Z1', linkZoneName: 'example' }).resourceCountIs('AWS::Route53::RecordSet', 1);
  templateOf('production').resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
  assert.throws(() => templateOf('production', { linkDomain: 'plac.example' }), /linkCertificateArn/);
});

test('alarms of this account, and SES for our configuration set, may publish to their topics', () => {
  const policies = resources(templateOf('production'), 'AWS::SNS::TopicPolicy').map(([, one]) => {
    const allowed = one.Properties['PolicyDocument'].Statement.filter((each: any) => each.Effect === 'Allow');
    assert.equal(allowed.length, 1);
    assert.equal(allowed[0].Action, 'sns:Publish');
    // Condition keys have no case, and the CDK writes them one way, we the other.
    assert.match(JSON.stringify(allowed[0].Condition.StringEquals), /"aws:SourceAccount":"123456789012"/i);
    return allowed[0].Principal.Service as string;
  });
  assert.deepEqual(policies.sort(), ['cloudwatch.amazonaws.com', 'ses.amazonaws.com']);
});

test('alarms go to an address if one is given', () => {
  templateOf('production', { alarmEmail: 'ops@a.example' }).hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'ops@a.example',
  });
});

for (const stage of STAGES) {
  test(`${stage}: the AwsSolutions rules find nothing that is not acknowledged`, () => {
    const { app } = makeStack(stage);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const { directory } = app.synth();
    const report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8'));
    const found = report.pluginReports.flatMap((one: any) => one.violations ?? []);
    assert.deepEqual(found, []);
  });
}
