// Puts the pieces together in the order in which they need each other, and tells what was made.
import { fileURLToPath } from 'node:url';

import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

import { Alarms } from './alarms.ts';
import { QUEUES, rowsOf } from './catalogue.ts';
import { Email } from './email.ts';
import { Functions } from './functions.ts';
import { PublicApi } from './http-api.ts';
import { DataKey } from './key.ts';
import { LinkDomain } from './link-domain.ts';
import type { Options } from './options.ts';
import { Queues } from './queues.ts';
import { Schedules } from './schedules.ts';
import { Sms } from './sms.ts';
import type { StageSettings } from './stages.ts';
import { AccountsTable } from './table.ts';

/** Senders that a local stack can use at once; no mail leaves the machine. */
const LOCAL_IDENTITIES = ['upominek.example', 'example.com'];

export class UpominekStack extends Stack {
  constructor(scope: Construct, settings: StageSettings, options: Options, props: StackProps = {}) {
    super(scope, `upominek-${settings.stage}`, {
      description: `Upominek, payment reminders (${settings.stage})`,
      terminationProtection: settings.durable,
      ...props,
    });
    const key = new DataKey(this, 'Key', settings);
    const alarms = new Alarms(this, 'Alarms', key.key, options.alarmEmail);
    const table = new AccountsTable(this, 'Accounts', settings, key.key);
    const queues = new Queues(this, 'Queues', settings, alarms);
    const schedules = new Schedules(this, 'Schedules', settings, alarms);
    const email = new Email(this, 'Email', {
      settings,
      key: key.key,
      events: queues.byName['delivery-events'],
      identities: settings.stage === 'local' ? LOCAL_IDENTITIES : options.identities,
      alarms,
    });
    new Sms(this, 'Sms', options.smsMonthlyUsd, alarms);
    const api = new PublicApi(this, 'Http', settings, options.localEndpoint, alarms);
    const links = options.linkDomain && new LinkDomain(this, 'Links', options.linkDomain, api.api, api.stage);
    const linkUrl = links?.url ?? api.url;
    const functions = new Functions(this, 'Functions', {
      settings,
      arch: options.arch,
      assets: options.assets ?? defaultAssets(settings),
      baseUrl: api.url,
      linkBaseUrl: linkUrl,
      standInsUrl: options.standIns,
      table,
      key,
      queues,
      schedules,
      email,
      alarms,
    });
    schedules.start(functions.get('daily-evaluation').fn, functions.get('reminder-release').fn);
    api.route(settings, functions);

    const tell = (name: string, value: string) => new CfnOutput(this, name, { value });
    tell('ApiUrl', api.url);
    tell('LinkUrl', linkUrl);
    tell('TableName', table.table.tableName);
    tell('KeyId', key.key.keyId);
    tell('ScheduleGroup', schedules.groupName);
    tell('ConfigurationSet', email.configurationSetName);
    for (const name of QUEUES) tell(`${pascal(name)}QueueUrl`, queues.byName[name].queueUrl);
    for (const row of rowsOf(settings.stage)) {
      tell(`${pascal(row.name)}Function`, functions.get(row.name).fn.functionName);
    }
  }
}

function defaultAssets(settings: StageSettings): string {
  return fileURLToPath(new URL(`../../target/lambda/${settings.build}`, import.meta.url));
}

/** `delivery-events` -> `DeliveryEvents`, as outputs are named. */
function pascal(name: string): string {
  return name.replace(/(^|-)(.)/g, (_all, _dash, letter: string) => letter.toUpperCase());
}
