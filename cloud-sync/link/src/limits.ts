/** Every bound the link keeps; createLink takes overrides by name. */
export interface LinkLimits {
  /** First ceiling of the full-jitter back-off. */
  readonly backoffBaseMs: number;
  readonly backoffCapMs: number;
  /** A pause the hub asks for is honoured up to here. */
  readonly maxRetryAfterMs: number;
  /** For one request, until its answer is whole. */
  readonly requestTimeoutMs: number;
  /** For one artifact; a slow line resumes where it stopped. */
  readonly downloadTimeoutMs: number;
  /** Largest answer to a batch, key or pairing request. */
  readonly maxAnswerBytes: number;
  readonly maxKeysPerDeposit: number;
  /** Batches that are made or under way at once, while the hub keeps up with fewer. */
  readonly maxBatchesInFlight: number;
  /** Root changes followed in one check. */
  readonly maxRootRotations: number;
  readonly maxRootBytes: number;
  readonly maxTimestampBytes: number;
  readonly maxSnapshotBytes: number;
  readonly maxTargetsBytes: number;
  /** How often to ask what changed of members without a wake-up, on average. */
  readonly memberPollMs: number;
}

export const LINK_LIMITS: LinkLimits = {
  backoffBaseMs: 500,
  backoffCapMs: 60_000,
  maxRetryAfterMs: 15 * 60_000,
  requestTimeoutMs: 15_000,
  downloadTimeoutMs: 10 * 60_000,
  maxAnswerBytes: 1024 * 1024,
  maxKeysPerDeposit: 500,
  maxBatchesInFlight: 3,
  maxRootRotations: 32,
  maxRootBytes: 512 * 1024,
  maxTimestampBytes: 16 * 1024,
  maxSnapshotBytes: 2 * 1024 * 1024,
  maxTargetsBytes: 16 * 1024 * 1024,
  memberPollMs: 20_000,
};
