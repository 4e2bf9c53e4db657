// Optional: a short domain of one's own for pay links, which makes a link fit a text message and
// look like its sender.
import { ApiMapping, DomainName, type HttpStage, type IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { CfnOutput } from 'aws-cdk-lib';
import { Construct } from 'constructs';

import type { LinkDomainOptions } from './options.ts';

export class LinkDomain extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, options: LinkDomainOptions, api: IHttpApi, stage: HttpStage) {
    super(scope, id);
    this.url = `https://${options.name}`;
    const domain = new DomainName(this, 'Domain', {
      domainName: options.name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', options.certificateArn),
    });
    new ApiMapping(this, 'Mapping', { api, domainName: domain, stage });
    if (options.zone) {
      const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', {
        hostedZoneId: options.zone.id,
        zoneName: options.zone.name,
      });
      const target = new ApiGatewayv2DomainProperties(domain.regionalDomainName, domain.regionalHostedZoneId);
      new ARecord(this, 'Alias', { zone, recordName: `${options.name}.`, target: RecordTarget.fromAlias(target) });
    }
    new CfnOutput(this, 'Target', {
      description: `What a CNAME of ${options.name} points at, if no zone was given`,
      value: domain.regionalDomainName,
    });
  }
}
