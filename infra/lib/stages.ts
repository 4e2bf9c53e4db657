// What differs between the three stages, and nothing else. A stage is `local` (a laptop's stand-in
// for AWS), `staging` or `production`; a creditor's own mode (trial, live) is data, not a stage.

export const STAGES = ['local', 'staging', 'production'] as const;
export type Stage = (typeof STAGES)[number];

export interface StageSettings {
  readonly stage: Stage;
  /** Tables and keys outlive the stack, and the table refuses to be deleted. */
  readonly durable: boolean;
  /** Which build the functions come from: the local one may contain the test clock. */
  readonly build: 'local' | 'deploy';
  /**
   * Seconds a failed message rests before its next try. Absent: six times the function's timeout,
   * as AWS advises. Locally nobody waits half an hour to see a retry, and what a queue wakes must
   * then be done within the same time.
   */
  readonly retryAfterSeconds?: number;
  /**
   * Whether the platform fires the sweep by itself. Locally the test clock does, in simulated
   * order; two drivers would make a run differ from the next.
   */
  readonly scheduleFires: boolean;
  /** Requests a second, and the burst, that the HTTP API lets through. */
  readonly rate: number;
  readonly burst: number;
  /**
   * The same for opening a pay page, and for its forms, each route by itself: whoever guesses links, or opens
   * one all day, takes nothing from webhooks and callbacks. Absent: the local AWS throttles nothing.
   */
  readonly links?: { readonly rate: number; readonly burst: number };
}

const SETTINGS: Record<Stage, StageSettings> = {
  local: {
    stage: 'local',
    durable: false,
    build: 'local',
    retryAfterSeconds: 30,
    scheduleFires: false,
    rate: 1000,
    burst: 1000,
  },
  staging: {
    stage: 'staging',
    durable: true,
    build: 'deploy',
    scheduleFires: true,
    rate: 50,
    burst: 100,
    links: { rate: 20, burst: 40 },
  },
  production: {
    stage: 'production',
    durable: true,
    build: 'deploy',
    scheduleFires: true,
    rate: 200,
    burst: 500,
    links: { rate: 100, burst: 200 },
  },
};

/** Reads a stage's name as a person typed it; an unknown one is refused, never guessed. */
export function settingsOf(name: string | undefined): StageSettings {
  const stage = STAGES.find((known) => known === name);
  if (!stage) {
    throw new Error(`unknown stage ${JSON.stringify(name)}: say -c stage=${STAGES.join(' or ')}`);
  }
  return SETTINGS[stage];
}

/** How long a function may take: locally, what a queue wakes never outlives its message's rest. */
export function timeoutOf(settings: StageSettings, row: { timeoutSeconds: number; consumes?: unknown }): number {
  const limit = row.consumes ? settings.retryAfterSeconds : undefined;
  return Math.min(row.timeoutSeconds, limit ?? row.timeoutSeconds);
}
