import type { BatchAck, ChangesAnswer, DesiredKind, StreamAck } from '@tillside/protocol';
import type { Problem } from './errors.ts';

/** A batch on its way: gzipped NDJSON as protocol/batch.ts describes it. */
export interface PreparedBatch {
  readonly events: number;
  readonly body: Uint8Array;
}

/** What the hub said of one batch. */
export type BatchAnswer = Pick<BatchAck, 'acks' | 'conflicts' | 'refused'>;

/** What became of the events of an answered batch. */
export interface Settled {
  /** They wait no longer: the hub holds them, or holds others in their place, or will never take them. */
  readonly settled: number;
  /** Of those the hub will never take: put aside. */
  readonly aside: number;
}

/**
 * The journal's outbox as the link sees it. Each call is one step that may take its time elsewhere. Every batch that `next` gave ends in one call of
 * `settle`, `setAside` or `release`; several may be under way, and no event is in two of them.
 */
export interface OutboxPort {
  /**
   * The next batch, of events that a power cut can't take back any more: the newest sales first, so that a sale is through at once whatever waits, then the
   * backlog from its oldest. Undefined when nothing waits.
   */
  next(batchId: string, limit: { events: number; bytes: number }): Promise<PreparedBatch | undefined>;
  /**
   * Takes in what the hub answered. Where it holds another event under a number, this store was restored: what it holds otherwise goes to a new epoch, and
   * nothing is thrown away.
   */
  settle(batchId: string, answer: BatchAnswer): Promise<Settled>;
  /** The hub will not take this batch of one event, ever: it is kept, and blocks no other. */
  setAside(batchId: string, problem: Problem): Promise<Settled>;
  /** Nobody knows what became of it: its events wait again. */
  release(batchId: string): void;
  /** Member keys the hub has not confirmed yet. */
  keysToDeposit(limit: number): Promise<{ memberId: string; key: string }[]>;
  keysDeposited(memberIds: readonly string[]): Promise<void>;
}

export type StreamConflict = { epoch: string; stream: StreamAck['stream']; seq: number };

/** `later`: nothing is wrong with it, something that it needs is not there yet. It is offered again after a back-off. */
export type ApplyOutcome = { outcome: 'applied' } | { outcome: 'refused' | 'later'; code: string; message: string };

/** What puts HQ's state in force. The same (kind, version, sha256) may be handed over again after a crash: apply is idempotent. */
export interface DesiredPort {
  readonly store: string;
  /** Version in force of this kind; 0 when none. Survives restarts. */
  currentVersion(kind: DesiredKind): number;
  /** `file` is verified, and stays in place until two newer versions have been applied. `byDelta`: only what differs from the version in force was downloaded. */
  apply(
    kind: DesiredKind,
    artifact: { version: number; sha256: string; file: string; byDelta: boolean },
  ): Promise<ApplyOutcome>;
}

/** What an answer is to. */
export interface AskedChanges {
  /** The pack that was in force when the question went out. */
  readonly packVersion: number;
}

/** What puts in force what HQ tells of members. The same may be handed over again after a crash. */
export interface MembersPort {
  /** Of the last answer that was taken; 0 at first. Survives restarts. */
  cursor(): number;
  /** Of the member pack in force; 0 without one. */
  packVersion(): number;
  /** In one transaction with the answer's cursor. */
  take(answer: ChangesAnswer, asked: AskedChanges): Promise<void>;
  /** At each change, and at the start: whether the store may go by what it knows of consents. Before the answer of HQ that changed it is used. */
  mayPersonalise(allowed: boolean): void;
}

/** What pairing gave: kept by the agent where secrets are kept. */
export interface HubCredential {
  hubUrl: string;
  credential: string;
  /** `mqtt://host:port` of the wake-up broker; without it the link only polls. */
  mqttUrl?: string | undefined;
  /** The root metadata pinned at pairing, as JSON text. */
  root: string;
}

export interface CredentialPort {
  read(): Promise<HubCredential | undefined>;
  /** Durable when it resolves. */
  write(credential: HubCredential): Promise<void>;
}

/** Time. `after` runs once and returns what cancels it. */
export interface Clock {
  nowMs(): number;
  after(delayMs: number, run: () => void): () => void;
}

/** Uniform in [0, 1). */
export type Random = () => number;

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
