// E-mail: the configuration set that every message goes through, and the way of its events (SES to
// a topic to the `delivery-events` queue). Identities are set up here only if the deployment names
// them; creditors' own are made outside, as they come.
import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  ConfigurationSet,
  ConfigurationSetEventDestination,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import type { Alarms } from './alarms.ts';
import type { StageSettings } from './stages.ts';

/** SES reviews an account above 5 % bounces or 0.1 % complaints; we want to know well before. */
const REPUTATION = [
  ['bounce-rate', 'Reputation.BounceRate', 0.03],
  ['complaint-rate', 'Reputation.ComplaintRate', 0.0007],
] as const;

export interface EmailProps {
  readonly settings: StageSettings;
  readonly key: IKey;
  readonly events: Queue;
  readonly identities: readonly string[];
  readonly alarms: Alarms;
}

export class Email extends Construct {
  readonly configurationSetName: string;

  constructor(scope: Construct, id: string, props: EmailProps) {
    super(scope, id);
    this.configurationSetName = `upominek-${props.settings.stage}`;
    const set = new ConfigurationSet(this, 'ConfigurationSet', {
      configurationSetName: this.configurationSetName,
      reputationMetrics: true,
      // A dead address is dead for all creditors; a complaint concerns one, and we keep it there.
      suppressionReasons: SuppressionReasons.BOUNCES_ONLY,
    });
    const topic = new Topic(this, 'Events', { masterKey: props.key, enforceSSL: true });
    topic.addSubscription(new SqsSubscription(props.events));
    new ConfigurationSetEventDestination(this, 'EventsToTopic', {
      configurationSet: set,
      destination: EventDestination.snsTopic(topic),
      events: [
        EmailSendingEvent.SEND,
        EmailSendingEvent.DELIVERY,
        EmailSendingEvent.DELIVERY_DELAY,
        EmailSendingEvent.BOUNCE,
        EmailSendingEvent.COMPLAINT,
        EmailSendingEvent.REJECT,
      ],
    });
    for (const name of props.identities) {
      new EmailIdentity(this, `Identity-${name}`, {
        identity: name.includes('@') ? Identity.email(name) : Identity.domain(name),
        configurationSet: set,
      });
    }
    for (const [name, metricName, limit] of REPUTATION) {
      props.alarms.above(name, `SES: the account's ${name} nears what SES tolerates`, {
        metric: new Metric({ namespace: 'AWS/SES', metricName, statistic: 'Average', period: Duration.hours(1) }),
        limit,
      });
    }
  }
}
