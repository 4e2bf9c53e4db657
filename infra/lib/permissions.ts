// What a function may be allowed, one verb each. Every statement names its actions; a wildcard in
// a resource is acknowledged here with its reason. Nobody may scan, and nobody may administer.
import { Stack, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

import type { IndexName } from './catalogue.ts';
import type { RustFunction } from './rust-function.ts';
import type { Schedules } from './schedules.ts';

const TABLE_ACTIONS = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'];

/** Reads and writes items (alone or in a transaction) and queries the indexes named. */
export function useTable(it: RustFunction, table: ITable, indexes: readonly IndexName[]): void {
  it.allow(TABLE_ACTIONS.map((action) => `dynamodb:${action}`), [table.tableArn]);
  if (indexes.length) {
    it.allow(['dynamodb:Query'], indexes.map((index) => `${table.tableArn}/index/${index}`));
  }
}

export function send(it: RustFunction, queues: readonly IQueue[]): void {
  if (queues.length) it.allow(['sqs:SendMessage'], queues.map((queue) => queue.queueArn));
}

/** What the event source mapping does in the function's name; failures need no right of their own. */
export function consume(it: RustFunction, queue: IQueue): void {
  it.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queue.queueArn]);
}

/** Opens (and seals) creditors' secrets; without a creditor as context the key stays shut. */
export function useSecrets(it: RustFunction, key: IKey, extent: 'open' | 'open and seal'): void {
  const actions = extent === 'open' ? ['kms:Decrypt'] : ['kms:Decrypt', 'kms:Encrypt'];
  it.allow(actions, [key.keyArn], { Null: { 'kms:EncryptionContext:creditor': 'false' } });
}

export function invoke(it: RustFunction, functions: readonly IFunction[]): void {
  it.allow(['lambda:InvokeFunction'], functions.map((fn) => fn.functionArn));
}

/** Sends from any verified identity of the account, since each creditor has its own, but only
 * through our configuration set, so that no message goes out without its events. */
export function sendEmail(it: RustFunction, configurationSet: string): void {
  const ses = `arn:aws:ses:${place(it)}`;
  it.allow(['ses:SendEmail'], [`${ses}:configuration-set/${configurationSet}`, `${ses}:identity/*`]);
  acknowledge(it, `Resource::${plain(it, ses)}:identity/*`, "Each creditor sends from an identity of its own, made after this stack.");
}

/** Publishes to telephone numbers, which have no ARN; topics are excluded. */
export function sendSms(it: RustFunction): void {
  it.allowAllBut(['sns:Publish'], ['arn:aws:sns:*:*:*']);
}

/** Makes release schedules, or keeps the nights of creditors, in our group and with our role. */
export function keepSchedules(it: RustFunction, schedules: Schedules, kind: 'releases' | 'nights'): void {
  const verbs = kind === 'releases' ? ['Create'] : ['Create', 'Update', 'Delete'];
  it.allow(verbs.map((verb) => `scheduler:${verb}Schedule`), [ofGroup(it, schedules.groupName)]);
  it.allow(['iam:PassRole'], [schedules.role.roleArn], {
    StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
  });
}

/** Stage `local` only: sees what is scheduled and queued, so that a simulated day can be played. */
export function travelInTime(it: RustFunction, group: string, queues: readonly IQueue[]): void {
  it.allow(['scheduler:GetSchedule', 'scheduler:DeleteSchedule'], [ofGroup(it, group)]);
  it.allow(['scheduler:ListSchedules'], ['*']);
  it.allow(['sqs:GetQueueAttributes'], queues.map((queue) => queue.queueArn));
  acknowledge(it, 'Resource::*', 'Listing schedules has no narrower resource; stage local only.');
}

function ofGroup(it: RustFunction, group: string): string {
  const arn = `arn:aws:scheduler:${place(it)}:schedule/${group}/*`;
  acknowledge(it, `Resource::${plain(it, arn)}`, 'Schedules are named at run time; the group is this stage\'s own.');
  return arn;
}

function place(it: RustFunction): string {
  const { region, account } = Stack.of(it);
  return `${region}:${account}`;
}

/** As the rule pack writes tokens in a finding's id. */
function plain(it: RustFunction, arn: string): string {
  const { region, account } = Stack.of(it);
  return arn.replace(region, region.startsWith('${') ? '<AWS::Region>' : region)
    .replace(account, account.startsWith('${') ? '<AWS::AccountId>' : account);
}

function acknowledge(it: RustFunction, finding: string, reason: string): void {
  Validations.of(it.fn.role!).acknowledge({ id: `AwsSolutions-IAM5[${finding}]`, reason });
}
