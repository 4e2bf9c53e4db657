// Reads what a role may do out of a template, in words a person can compare: one line per action,
// with the resources' own names instead of CloudFormation's references.
import type { Template } from 'aws-cdk-lib/assertions';

import { type CfnResource, resources } from './synth.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  NotResource?: unknown;
  Condition?: Record<string, Record<string, string>>;
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Every right of a function's role, sorted: `sqs:SendMessage on queue email`. */
export function rightsOf(template: Template, roleId: string): string[] {
  const names = namesOf(template);
  const lines: string[] = [];
  for (const [, policy] of resources(template, 'AWS::IAM::Policy')) {
    if (!policy.Properties['Roles'].some((role: { Ref?: string }) => role.Ref === roleId)) continue;
    for (const statement of policy.Properties['PolicyDocument'].Statement as Statement[]) {
      lines.push(...linesOf(statement, names));
    }
  }
  return lines.sort();
}

function linesOf(statement: Statement, names: Map<string, string>): string[] {
  if (statement.Effect !== 'Allow') throw new Error(`unexpected ${statement.Effect}`);
  const condition = statement.Condition ? ` if ${JSON.stringify(statement.Condition)}` : '';
  const targets = statement.NotResource
    ? [`anything but ${list(statement.NotResource).join(', ')}`]
    : list(statement.Resource).map((resource) => spell(resource, names));
  return list(statement.Action).flatMap((action) => targets.map((target) => `${action} on ${target}${condition}`));
}

function spell(resource: unknown, names: Map<string, string>): string {
  if (typeof resource === 'string') return resource;
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join, Ref: ref } = resource as Record<string, any>;
  if (attribute) return names.get(attribute[0]) ?? `${attribute[0]}.${attribute[1]}`;
  if (ref) return names.get(ref) ?? ref;
  if (join) return join[1].map((part: unknown) => spell(part, names)).join(join[0]);
  throw new Error(`cannot spell ${JSON.stringify(resource)}`);
}

function namesOf(template: Template): Map<string, string> {
  const names = new Map<string, string>();
  const name = (type: string, of: (resource: CfnResource) => string) => {
    for (const [id, resource] of resources(template, type)) names.set(id, of(resource));
  };
  const short = (physical: string) => physical.replace(/^upominek-[a-z]+-/, '');
  name('AWS::SQS::Queue', (one) => `queue ${short(one.Properties['QueueName'])}`);
  name('AWS::Lambda::Function', (one) => `function ${short(one.Properties['FunctionName'])}`);
  name('AWS::Logs::LogGroup', (one) => `log of ${short(one.Properties['LogGroupName'].replace('/aws/lambda/', ''))}`);
  name('AWS::DynamoDB::Table', () => 'table');
  name('AWS::KMS::Key', () => 'key');
  name('AWS::IAM::Role', (one) => (one.Properties['Description']?.includes('Scheduler') ? 'role of schedules' : 'some role'));
  return names;
}
