// The CDK app: one stage, one stack. `-c stage=local|staging|production` says which.
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

import { readOptions } from '../lib/options.ts';
import { UpominekStack } from '../lib/stack.ts';
import { settingsOf } from '../lib/stages.ts';

const app = new App();
const settings = settingsOf(app.node.tryGetContext('stage') as string | undefined);
const account = process.env['CDK_DEFAULT_ACCOUNT'];
const region = process.env['CDK_DEFAULT_REGION'];
new UpominekStack(app, settings, readOptions(app.node), account && region ? { env: { account, region } } : {});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
