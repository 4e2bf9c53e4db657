// The HTTP API: its routes, its throttle, and a log of requests that holds neither paths nor
// addresses, since a pay link's path is a secret.
import { Duration, RemovalPolicy, Tags, Validations } from 'aws-cdk-lib';
import { CfnApi, CfnRoute, CfnStage, HttpApi, HttpMethod, HttpRoute, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

import type { Alarms } from './alarms.ts';
import { rowsOf } from './catalogue.ts';
import type { Functions } from './functions.ts';
import type { StageSettings } from './stages.ts';

/** The local AWS lets an API choose its id, which makes its address known before it exists. */
const LOCAL_API_ID = 'upominek';

const LINK_PATH = '/p/{link}';

const REQUEST_LINE = {
  at: '$context.requestTime',
  request: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  milliseconds: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
};

export class PublicApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /** Where the world reaches the API, without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, settings: StageSettings, localEndpoint: string, alarms: Alarms) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: `upominek-${settings.stage}`,
      createDefaultStage: false,
    });
    if (settings.stage === 'local') {
      Tags.of(this.api.node.defaultChild as CfnApi).add('ms-custom-id', LOCAL_API_ID);
      this.url = `${localEndpoint}/_aws/execute-api/${LOCAL_API_ID}`;
    } else {
      this.url = this.api.apiEndpoint;
    }
    const log = new LogGroup(this, 'Requests', {
      logGroupName: `/upominek/${settings.stage}/requests`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: settings.rate, burstLimit: settings.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(REQUEST_LINE)),
      },
    });
    alarms.above('api-failing', 'The HTTP API answered with 5xx', {
      metric: this.api.metricServerError({ period: Duration.minutes(5), statistic: 'Sum' }),
      limit: 0,
    });
  }

  /** Adds the routes of every function that has some. */
  route(settings: StageSettings, functions: Functions): void {
    for (const row of rowsOf(settings.stage)) {
      if (!row.routes) continue;
      const integration = new HttpLambdaIntegration(row.name, functions.get(row.name).fn);
      for (const route of row.routes) {
        const [method, path] = route.split(' ') as [HttpMethod, string];
        const added = this.api.addRoutes({ path, methods: [method], integration });
        for (const one of added) {
          Validations.of(one).acknowledge({
            id: 'AwsSolutions-APIG4',
            reason: 'Senders prove themselves over the raw body, per creditor or provider, and links by their token: the function checks.',
          });
        }
        if (path === LINK_PATH && settings.links) this.throttle(route, settings.links, added);
      }
    }
  }

  /** A stage may name a route only once the route is there. */
  private throttle(route: string, most: { readonly rate: number; readonly burst: number }, routes: HttpRoute[]): void {
    const stage = this.stage.node.defaultChild as CfnStage;
    stage.addPropertyOverride(`RouteSettings.${route}`, { ThrottlingRateLimit: most.rate, ThrottlingBurstLimit: most.burst });
    for (const one of routes) stage.addDependency(one.node.defaultChild as CfnRoute);
  }
}
