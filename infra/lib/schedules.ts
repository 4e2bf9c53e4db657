// The schedule group, the role under which EventBridge Scheduler invokes, and the sweep. Creditors'
// nights and one-off releases are made at run time in this group, with this role.
import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

import type { Alarms } from './alarms.ts';
import type { StageSettings } from './stages.ts';

export class Schedules extends Construct {
  readonly groupName: string;
  readonly role: Role;
  private readonly group: CfnScheduleGroup;

  constructor(scope: Construct, id: string, private readonly settings: StageSettings, alarms: Alarms) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    this.groupName = `upominek-${settings.stage}`;
    this.group = new CfnScheduleGroup(this, 'Group', { name: this.groupName });
    this.role = new Role(this, 'Role', {
      description: 'EventBridge Scheduler: starts the nights, the releases and the sweep',
      // A schedule of another group, or another account, cannot borrow the role.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnEquals: { 'aws:SourceArn': `arn:aws:scheduler:${region}:${account}:schedule-group/${this.groupName}` },
        },
      }),
    });
    for (const [name, metricName, what] of [
      ['schedules-failing', 'TargetErrorCount', 'A schedule could not invoke its function'],
      ['schedules-dropped', 'InvocationDroppedCount', 'A scheduled invocation was dropped after its retries'],
    ] as const) {
      alarms.above(name, what, {
        metric: new Metric({
          namespace: 'AWS/Scheduler',
          metricName,
          dimensionsMap: { ScheduleGroup: this.groupName },
          statistic: 'Sum',
          period: Duration.minutes(5),
        }),
        limit: 0,
      });
    }
  }

  /** Lets the role invoke the two functions that schedules start, and starts the sweep. */
  start(night: IFunction, release: IFunction): void {
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [night.functionArn, release.functionArn],
      }),
    );
    const sweep = new CfnSchedule(this, 'Sweep', {
      name: 'sweep',
      groupName: this.groupName,
      description: 'Finds reminders past their time, claims past their lease, and nights not done',
      scheduleExpression: 'rate(15 minutes)',
      flexibleTimeWindow: { mode: 'OFF' },
      state: this.settings.scheduleFires ? 'ENABLED' : 'DISABLED',
      target: {
        arn: release.functionArn,
        roleArn: this.role.roleArn,
        input: JSON.stringify({ kind: 'sweep' }),
        // The next sweep comes anyway, and does all that this one would have done.
        retryPolicy: { maximumEventAgeInSeconds: 600, maximumRetryAttempts: 2 },
      },
    });
    sweep.addResourceDependency(this.group);
    sweep.node.addDependency(this.role);
  }
}
