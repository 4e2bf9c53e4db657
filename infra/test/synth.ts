// Makes a stage's template as a deployment would, with stand-in binaries, so that nothing has to be
// compiled first.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

import { CATALOGUE } from '../lib/catalogue.ts';
import { readOptions } from '../lib/options.ts';
import { UpominekStack } from '../lib/stack.ts';
import { settingsOf, type Stage } from '../lib/stages.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';

export interface CfnResource {
  Type: string;
  Properties: Record<string, any>;
  DeletionPolicy?: string;
}

const scratch = mkdtempSync(join(tmpdir(), 'upominek-infra-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const assets = join(scratch, 'functions');
for (const { name } of CATALOGUE) {
  const bootstrap = join(assets, name, 'bootstrap');
  mkdirSync(join(assets, name), { recursive: true });
  writeFileSync(bootstrap, `#!/bin/sh\n# ${name}\n`);
  chmodSync(bootstrap, 0o755);
}

export function makeStack(stage: Stage, context: Record<string, string> = {}): { app: App; stack: UpominekStack } {
  const app = new App({ context: { assets, ...context }, outdir: mkdtempSync(join(scratch, 'out-')) });
  const stack = new UpominekStack(app, settingsOf(stage), readOptions(app.node), {
    env: { account: ACCOUNT, region: REGION },
  });
  return { app, stack };
}

const templates = new Map<string, Template>();

/** The template of a stage; made once per set of choices. */
export function templateOf(stage: Stage, context: Record<string, string> = {}): Template {
  const key = JSON.stringify([stage, context]);
  const known = templates.get(key);
  if (known) return known;
  const made = Template.fromStack(makeStack(stage, context).stack);
  templates.set(key, made);
  return made;
}

export function resources(template: Template, type: string): [string, CfnResource][] {
  return Object.entries(template.findResources(type)) as [string, CfnResource][];
}

/** The functions of a template by the name they have in the catalogue. */
export function functionsOf(template: Template, stage: Stage): Map<string, CfnResource> {
  const prefix = `upominek-${stage}-`;
  return new Map(
    resources(template, 'AWS::Lambda::Function').map(([, fn]) => [
      String(fn.Properties['FunctionName']).slice(prefix.length),
      fn,
    ]),
  );
}
