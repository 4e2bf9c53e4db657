// What an account's owner chooses at deployment, read from CDK context (`-c name=value`). All of it
// is optional; README.md lists it in one table. Nothing here is secret.
import type { Node } from 'constructs';

export interface LinkDomainOptions {
  /** The short domain of pay links, for example `plac.example.com`. */
  readonly name: string;
  /** An issued ACM certificate for it, in the stack's own region. */
  readonly certificateArn: string;
  /** A Route 53 zone to write the alias into; absent: the output names what to point a CNAME at. */
  readonly zone?: { readonly id: string; readonly name: string };
}

export interface Options {
  /** The folder that holds `<function>/bootstrap`. Absent: where the build puts it. */
  readonly assets?: string;
  readonly arch: 'x86_64' | 'arm64';
  /** Where the alarms go; absent: to a topic that nobody reads yet. */
  readonly alarmEmail?: string;
  /** Domains or addresses that this stack sets up in SES. */
  readonly identities: readonly string[];
  /** The month's SMS spending, in US dollars, beyond four fifths of which an alarm sounds. */
  readonly smsMonthlyUsd: number;
  readonly linkDomain?: LinkDomainOptions;
  /** Stage `local` only: where the local AWS listens, `http://127.0.0.1:4566`. */
  readonly localEndpoint: string;
  /** Stage `local` only: where stand-ins of payment providers listen. */
  readonly standIns: string;
}

export function readOptions(node: Node): Options {
  const text = (name: string): string | undefined => {
    const value: unknown = node.tryGetContext(name);
    return value === undefined || value === '' ? undefined : String(value);
  };
  const assets = text('assets');
  const alarmEmail = text('alarmEmail');
  const linkDomain = readLinkDomain(text);
  return {
    arch: readArch(text('arch')),
    identities: (text('identities') ?? '').split(',').map((one) => one.trim()).filter(Boolean),
    smsMonthlyUsd: readDollars(text('smsMonthlyUsd')),
    localEndpoint: text('localEndpoint') ?? 'http://127.0.0.1:4566',
    standIns: text('standIns') ?? 'http://127.0.0.1:8040',
    ...(assets && { assets }),
    ...(alarmEmail && { alarmEmail }),
    ...(linkDomain && { linkDomain }),
  };
}

function readArch(value = 'x86_64'): Options['arch'] {
  if (value !== 'x86_64' && value !== 'arm64') {
    throw new Error(`arch is x86_64 or arm64, not ${value}`);
  }
  return value;
}

function readDollars(value = '1'): number {
  const dollars = Number(value);
  if (!(dollars > 0)) {
    throw new Error(`smsMonthlyUsd is an amount of US dollars above zero, not ${value}`);
  }
  return dollars;
}

function readLinkDomain(text: (name: string) => string | undefined): LinkDomainOptions | undefined {
  const name = text('linkDomain');
  if (!name) return undefined;
  const certificateArn = text('linkCertificateArn');
  if (!certificateArn) {
    throw new Error('linkDomain needs linkCertificateArn, a certificate for it in this region');
  }
  const id = text('linkZoneId');
  const zoneName = text('linkZoneName');
  if (Boolean(id) !== Boolean(zoneName)) {
    throw new Error('linkZoneId and linkZoneName belong together');
  }
  return { name, certificateArn, ...(id && zoneName && { zone: { id, name: zoneName } }) };
}
