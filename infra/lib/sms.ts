// SMS needs no resource of its own: functions publish straight to numbers. What it needs is an eye
// on the money, since SNS stops silently at the account's monthly limit (see README.md).
import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

import type { Alarms } from './alarms.ts';

const EARLY = 0.8;

export class Sms extends Construct {
  constructor(scope: Construct, id: string, monthlyUsd: number, alarms: Alarms) {
    super(scope, id);
    alarms.above('sms-spending', `SMS has cost more than four fifths of ${monthlyUsd} USD this month`, {
      metric: new Metric({
        namespace: 'AWS/SNS',
        metricName: 'SMSMonthToDateSpentUSD',
        statistic: 'Maximum',
        period: Duration.hours(1),
      }),
      limit: monthlyUsd * EARLY,
    });
  }
}
