// One compiled Rust function: its prebuilt folder, its own role that starts with nothing but
// writing its own log, its log group with retention, and an alarm on its errors.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

import type { Alarms } from './alarms.ts';
import type { FunctionRow } from './catalogue.ts';
import { type StageSettings, timeoutOf } from './stages.ts';

export interface RustFunctionProps {
  readonly row: FunctionRow;
  readonly settings: StageSettings;
  readonly arch: 'x86_64' | 'arm64';
  /** The folder that holds `<name>/bootstrap`. */
  readonly assets: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly alarms: Alarms;
}

export class RustFunction extends Construct {
  readonly fn: LambdaFunction;

  constructor(scope: Construct, id: string, props: RustFunctionProps) {
    super(scope, id);
    const { row, settings } = props;
    const physical = `upominek-${settings.stage}-${row.name}`;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${physical}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    this.fn = new LambdaFunction(this, 'Function', {
      functionName: physical,
      runtime: Runtime.PROVIDED_AL2023,
      architecture: props.arch === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      handler: 'bootstrap',
      code: Code.fromAsset(builtFolder(props.assets, row.name)),
      timeout: Duration.seconds(timeoutOf(settings, row)),
      memorySize: row.memoryMb ?? 256,
      environment: { ...props.environment },
      logGroup,
      role,
    });
    props.alarms.above(`${row.name}-errors`, `${physical} failed`, {
      metric: this.fn.metricErrors({ period: Duration.minutes(5) }),
      limit: 0,
    });
  }

  /** Gives the function exactly these actions on exactly these resources. */
  allow(actions: string[], resources: string[], conditions?: Record<string, Record<string, string>>): void {
    this.fn.addToRolePolicy(new PolicyStatement({ actions, resources, ...(conditions && { conditions }) }));
  }

  /** For services whose call has no resource to name: everything but these. */
  allowAllBut(actions: string[], notResources: string[]): void {
    this.fn.addToRolePolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, notResources }));
  }
}

function builtFolder(assets: string, name: string): string {
  const folder = join(assets, name);
  if (!existsSync(join(folder, 'bootstrap'))) {
    throw new Error(`${join(folder, 'bootstrap')} is not there: build the functions first (make build)`);
  }
  return folder;
}
