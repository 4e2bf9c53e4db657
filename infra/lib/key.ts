// The one customer key. It seals creditors' secrets (by functions, with the creditor as context),
// the table at rest, and the topics that carry addresses or alarms. Functions get no right to it
// for the table: DynamoDB asks on their behalf, which the key policy allows through that service
// only, so that being able to read the table never means being able to open a secret.
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

import type { StageSettings } from './stages.ts';

export class DataKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, settings: StageSettings) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    this.key = new Key(this, 'Key', {
      alias: `upominek-${settings.stage}`,
      description: `Upominek ${settings.stage}: table, topics and creditors' secrets`,
      enableKeyRotation: true,
      removalPolicy: settings.durable ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TableThroughDynamoDbOnly',
        principals: [new AnyPrincipal()],
        actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*', 'kms:DescribeKey', 'kms:CreateGrant'],
        resources: ['*'],
        conditions: {
          StringEquals: {
            'kms:CallerAccount': account,
            'kms:ViaService': `dynamodb.${region}.amazonaws.com`,
          },
        },
      }),
    );
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'EventsAndAlarmsIntoTopics',
        principals: [new ServicePrincipal('ses.amazonaws.com'), new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        // The topics' own policies say whose events and alarms come in.
        resources: ['*'],
      }),
    );
  }
}
