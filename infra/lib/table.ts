// The one table. Both indexes are sparse: `agenda` serves the night and carries keys only, `lists`
// serves people. TTL deletes rubbish only; nothing waits for it.
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

import type { StageSettings } from './stages.ts';

const text = (name: string) => ({ name, type: AttributeType.STRING });

export class AccountsTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, settings: StageSettings, key: IKey) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      tableName: `upominek-${settings.stage}`,
      partitionKey: text('PK'),
      sortKey: text('SK'),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expires_at',
      deletionProtection: settings.durable,
      removalPolicy: settings.durable ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: 'agenda',
      partitionKey: text('agenda_pk'),
      sortKey: text('agenda_sk'),
      projectionType: ProjectionType.KEYS_ONLY,
    });
    // Keys only here too: rows are then read from the table, and a reminder that changes its state
    // does not have to be written to the list again.
    this.table.addGlobalSecondaryIndex({
      indexName: 'lists',
      partitionKey: text('lists_pk'),
      sortKey: text('lists_sk'),
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }
}
