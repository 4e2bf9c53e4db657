// The work queues, each with its dead-letter queue and two alarms: something was given up, and
// something waits too long. What we write holds ids only; `delivery-events` holds what SES says.
import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import type { Alarms } from './alarms.ts';
import { CATALOGUE, QUEUES, type QueueName } from './catalogue.ts';
import type { StageSettings } from './stages.ts';

/** Minutes after which the oldest message is worth waking somebody for. */
const TOO_OLD_MINUTES: Record<QueueName, number> = {
  evaluation: 60,
  replay: 60,
  email: 30,
  sms: 60,
  'delivery-events': 30,
};

/** AWS advises six times the consumer's timeout, so that a slow batch is not handed out twice. */
const TIMEOUTS_HIDDEN = 6;

export class Queues extends Construct {
  readonly byName: Readonly<Record<QueueName, Queue>>;

  constructor(scope: Construct, id: string, settings: StageSettings, alarms: Alarms) {
    super(scope, id);
    const made = QUEUES.map((name) => [name, this.make(name, settings, alarms)] as const);
    this.byName = Object.fromEntries(made) as Record<QueueName, Queue>;
  }

  private make(name: QueueName, settings: StageSettings, alarms: Alarms): Queue {
    const physical = `upominek-${settings.stage}-${name}`;
    const dead = new Queue(this, `${name}-dead`, {
      queueName: `${physical}-dead`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const queue = new Queue(this, name, {
      queueName: physical,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: Duration.seconds(settings.retryAfterSeconds ?? TIMEOUTS_HIDDEN * consumerTimeout(name)),
      deadLetterQueue: { queue: dead, maxReceiveCount: 5 },
    });
    alarms.above(`${name}-given-up`, `Messages in ${physical}-dead: work was given up after five tries`, {
      metric: dead.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' }),
      limit: 0,
    });
    alarms.above(`${name}-waiting`, `The oldest message of ${physical} waits too long`, {
      metric: queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5), statistic: 'Maximum' }),
      limit: TOO_OLD_MINUTES[name] * 60,
    });
    return queue;
  }
}

function consumerTimeout(name: QueueName): number {
  const row = CATALOGUE.find((one) => one.consumes?.queue === name);
  if (!row) throw new Error(`nothing consumes ${name}`);
  return row.timeoutSeconds;
}
