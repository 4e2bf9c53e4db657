// Every function in one table: what wakes it, what it may touch, how long it may take. Environment
// and IAM policy both follow from a row (functions.ts), so one cannot be had without the other.
import type { Stage } from './stages.ts';

export const QUEUES = ['evaluation', 'replay', 'email', 'sms', 'delivery-events'] as const;
export type QueueName = (typeof QUEUES)[number];
export type IndexName = 'agenda' | 'lists';

export interface FunctionRow {
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly memoryMb?: number;
  /** Absent: in every stage. */
  readonly stages?: readonly Stage[];
  /** Routes of the HTTP API. */
  readonly routes?: readonly string[];
  /** The queue that wakes it; records fail one by one. */
  readonly consumes?: { readonly queue: QueueName; readonly batch: number; readonly atOnce?: number };
  readonly sendsTo?: readonly QueueName[];
  /** Index queries; reading and writing the table itself is common to all. */
  readonly indexes?: readonly IndexName[];
  /** Creditors' secrets under the key, always with the creditor as encryption context. */
  readonly secrets?: 'open' | 'open and seal';
  /** Schedules: make one-off releases, keep the nights of creditors, or (locally) travel in time. */
  readonly schedules?: 'releases' | 'nights' | 'time travel';
  readonly sends?: 'email' | 'sms';
  /** Asks payment providers; locally, their stand-ins. */
  readonly asksProviders?: true;
  /** Asks the test clock to travel; only where there is one. */
  readonly asksTestClock?: true;
}

export const CATALOGUE: readonly FunctionRow[] = [
  {
    name: 'invoice-webhook',
    timeoutSeconds: 5,
    routes: ['POST /webhooks/{creditor}/{source}'],
    // A receipt goes at once, here and elsewhere.
    sendsTo: ['replay', 'evaluation', 'email', 'sms'],
    secrets: 'open',
  },
  {
    name: 'event-replay',
    timeoutSeconds: 60,
    consumes: { queue: 'replay', batch: 10 },
    sendsTo: ['replay', 'evaluation', 'email', 'sms'],
    // Asks what became of checkouts whose callback never came.
    secrets: 'open',
    asksProviders: true,
  },
  { name: 'daily-evaluation', timeoutSeconds: 60, sendsTo: ['evaluation'] },
  {
    name: 'shard-evaluation',
    timeoutSeconds: 300,
    memoryMb: 512,
    // One at a time: a shard may take the whole of its time.
    consumes: { queue: 'evaluation', batch: 1 },
    sendsTo: ['evaluation'],
    indexes: ['agenda'],
    schedules: 'releases',
  },
  {
    name: 'reminder-release',
    timeoutSeconds: 60,
    sendsTo: ['email', 'sms', 'replay', 'evaluation'],
    indexes: ['agenda'],
  },
  {
    name: 'email-dispatch',
    timeoutSeconds: 60,
    consumes: { queue: 'email', batch: 5, atOnce: 5 },
    // A refused address is evaluated again on the same day, for the next channel; a service message goes there at once.
    sendsTo: ['evaluation', 'sms'],
    secrets: 'open',
    sends: 'email',
  },
  {
    name: 'sms-dispatch',
    timeoutSeconds: 60,
    consumes: { queue: 'sms', batch: 5, atOnce: 2 },
    sendsTo: ['evaluation'],
    secrets: 'open',
    sends: 'sms',
  },
  {
    name: 'delivery-events',
    timeoutSeconds: 30,
    consumes: { queue: 'delivery-events', batch: 10 },
    // What bounces may go by SMS.
    sendsTo: ['evaluation', 'sms'],
  },
  {
    name: 'payment-link',
    timeoutSeconds: 10,
    routes: ['GET /p/{link}', 'POST /p/{link}'],
    // Somebody waits for the message with a fresh link.
    sendsTo: ['email', 'sms'],
    secrets: 'open',
    asksProviders: true,
  },
  {
    name: 'payment-callback',
    timeoutSeconds: 10,
    routes: ['POST /payments/{creditor}/{provider}'],
    sendsTo: ['evaluation', 'email', 'sms'],
    secrets: 'open',
    // Some callbacks count only once their provider has confirmed them.
    asksProviders: true,
  },
  {
    name: 'payment-sandbox',
    timeoutSeconds: 10,
    stages: ['local', 'staging'],
    routes: ['GET /sandbox/{proxy+}', 'POST /sandbox/{proxy+}'],
    secrets: 'open',
  },
  {
    name: 'admin-api',
    timeoutSeconds: 10,
    routes: ['ANY /api/v1/{proxy+}'],
    sendsTo: ['evaluation', 'replay', 'email', 'sms'],
    indexes: ['lists'],
    // A change of zone or hour changes the creditor's night.
    schedules: 'nights',
    asksTestClock: true,
  },
  { name: 'operator', timeoutSeconds: 60, secrets: 'open and seal', schedules: 'nights' },
  {
    name: 'test-clock',
    timeoutSeconds: 900,
    stages: ['local'],
    indexes: ['agenda'],
    schedules: 'time travel',
  },
];

/** The rows that exist in a stage: the test clock only locally, the sandbox never in production. */
export function rowsOf(stage: Stage): readonly FunctionRow[] {
  return CATALOGUE.filter((row) => !row.stages || row.stages.includes(stage));
}
