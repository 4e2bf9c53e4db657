// Turns the catalogue's rows into functions: environment and policy side by side, so that a
// function is told about a thing exactly when it may touch it.
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

import type { Alarms } from './alarms.ts';
import { type FunctionRow, QUEUES, rowsOf } from './catalogue.ts';
import type { Email } from './email.ts';
import type { DataKey } from './key.ts';
import * as may from './permissions.ts';
import type { Queues } from './queues.ts';
import { RustFunction } from './rust-function.ts';
import type { Schedules } from './schedules.ts';
import type { StageSettings } from './stages.ts';
import type { AccountsTable } from './table.ts';

export interface FunctionsProps {
  readonly settings: StageSettings;
  readonly arch: 'x86_64' | 'arm64';
  readonly assets: string;
  readonly baseUrl: string;
  readonly linkBaseUrl: string;
  /** Where payment providers' stand-ins are; told to functions in stage `local` only. */
  readonly standInsUrl: string;
  readonly table: AccountsTable;
  readonly key: DataKey;
  readonly queues: Queues;
  readonly schedules: Schedules;
  readonly email: Email;
  readonly alarms: Alarms;
}

export class Functions extends Construct {
  private readonly byName = new Map<string, RustFunction>();

  constructor(scope: Construct, id: string, private readonly props: FunctionsProps) {
    super(scope, id);
    const rows = rowsOf(props.settings.stage);
    const environment = {
      TABLE_NAME: props.table.table.tableName,
      STAGE: props.settings.stage,
      BASE_URL: props.baseUrl,
      LINK_BASE_URL: props.linkBaseUrl,
      RUST_LOG: 'info',
    };
    for (const row of rows) {
      this.byName.set(row.name, new RustFunction(this, row.name, { ...props, row, environment }));
    }
    // A second pass, since some are told about others.
    for (const row of rows) this.furnish(row, this.get(row.name));
  }

  get(name: string): RustFunction {
    const found = this.byName.get(name);
    if (!found) throw new Error(`no function ${name} in this stage`);
    return found;
  }

  private furnish(row: FunctionRow, it: RustFunction): void {
    const { table, key, queues, email } = this.props;
    may.useTable(it, table.table, row.indexes ?? []);
    for (const name of row.sendsTo ?? []) {
      it.fn.addEnvironment(queueVariable(name), queues.byName[name].queueUrl);
    }
    may.send(it, (row.sendsTo ?? []).map((name) => queues.byName[name]));
    if (row.secrets) {
      it.fn.addEnvironment('KMS_KEY_ID', key.key.keyId);
      may.useSecrets(it, key.key, row.secrets);
    }
    if (row.consumes) this.connect(row.consumes, it);
    if (row.sends === 'email') {
      it.fn.addEnvironment('SES_CONFIGURATION_SET', email.configurationSetName);
      may.sendEmail(it, email.configurationSetName);
    }
    if (row.sends === 'sms') may.sendSms(it);
    if (row.asksProviders && this.props.settings.stage === 'local') {
      it.fn.addEnvironment('STAND_INS_URL', this.props.standInsUrl);
    }
    if (row.asksTestClock && this.byName.has('test-clock')) {
      const clock = this.get('test-clock').fn;
      it.fn.addEnvironment('TEST_CLOCK_FUNCTION', clock.functionName);
      may.invoke(it, [clock]);
    }
    if (row.schedules) this.schedule(row.schedules, it);
  }

  private connect(source: NonNullable<FunctionRow['consumes']>, it: RustFunction): void {
    const queue = this.props.queues.byName[source.queue];
    may.consume(it, queue);
    const mapping = new EventSourceMapping(it, 'Queue', {
      target: it.fn,
      eventSourceArn: queue.queueArn,
      batchSize: source.batch,
      reportBatchItemFailures: true,
      // A rate kept here never throttles the function itself, as reserved concurrency would.
      ...(source.atOnce && { maxConcurrency: source.atOnce }),
    });
    mapping.node.addDependency(it.fn.role!);
  }

  private schedule(kind: NonNullable<FunctionRow['schedules']>, it: RustFunction): void {
    const { schedules, queues } = this.props;
    const night = this.get('daily-evaluation').fn;
    const release = this.get('reminder-release').fn;
    it.fn.addEnvironment('SCHEDULE_GROUP', schedules.groupName);
    if (kind === 'time travel') {
      for (const name of QUEUES) it.fn.addEnvironment(queueVariable(name), queues.byName[name].queueUrl);
      may.travelInTime(it, schedules.groupName, QUEUES.map((name) => queues.byName[name]));
      may.invoke(it, [night, release]);
      return;
    }
    it.fn.addEnvironment('SCHEDULER_ROLE_ARN', schedules.role.roleArn);
    const target = kind === 'nights' ? night : release;
    it.fn.addEnvironment(kind === 'nights' ? 'NIGHT_FUNCTION_ARN' : 'RELEASE_FUNCTION_ARN', target.functionArn);
    may.keepSchedules(it, schedules, kind);
  }
}

/** `delivery-events` -> `DELIVERY_EVENTS_QUEUE_URL`. */
function queueVariable(name: string): string {
  return `${name.replaceAll('-', '_').toUpperCase()}_QUEUE_URL`;
}
