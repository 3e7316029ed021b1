import type { BatchAck } from '@tillside/protocol';
import type { Logger } from 'pino';
import { type Clock, instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { Metrics } from '../metrics.ts';
import type { EventLog, IngestResult } from '../storage/port.ts';
import { Gate } from './admission.ts';
import { GroupWriter } from './group-writer.ts';
import type { IncomingEvent } from './incoming.ts';
import { unpack } from './packed.ts';
import { Readers } from './readers.ts';

/** A store's clock that is further ahead than this is told of. */
const AHEAD_MS = 2 * 24 * 60 * 60_000;
const DATE_CHARS = 'YYYY-MM-DD'.length;

export interface IntakePorts {
  readonly log: Pick<EventLog, 'ingest'>;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
  readonly metrics: Pick<Metrics, 'events'>;
  /** Threads that read batches. */
  readonly threads: number;
}

/** The way of a batch through the hub: admitted, read on a thread, written together with others, answered. */
export class Intake {
  readonly gate = new Gate(() => performance.now());
  readonly #ports: IntakePorts;
  readonly #readers: Readers;
  readonly #writer: GroupWriter;

  constructor(ports: IntakePorts) {
    this.#ports = ports;
    this.#readers = new Readers(ports.threads);
    this.#writer = new GroupWriter(ports.log);
  }

  /** Resolves once the events are durable. `bytes` are taken over. Rejects with a HubFault. */
  async take(store: string, bytes: Uint8Array, gzipped: boolean): Promise<BatchAck> {
    const { clock, logger } = this.#ports;
    const read = await this.#readers.read({ store, bytes, gzipped });
    if (!read.ok) {
      if (read.code === 'HUB_STORE_FOREIGN') logger.warn({ store }, 'a batch with events of another store was refused');
      throw new HubFault(read.code, read.detail);
    }
    const { batchId, packed, refused } = read;
    const events = unpack(packed);
    this.#tellOfClock(store, events);
    const receivedAt = instantOf(clock.now());
    const result = await this.#writer.write({ store, receivedAt, events, sums: packed.sums });
    const quarantined = this.#count(store, result);
    const { acks, conflicts } = result;
    const retryAfterMs = this.gate.pauseMs();
    return {
      batchId,
      acks,
      quarantined,
      conflicts,
      ...(refused.length > 0 ? { refused: [...refused] } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }

  /** Resolves when all that was admitted is answered and the threads are gone. Idempotent. */
  async stop(): Promise<void> {
    await this.#writer.settled();
    await this.#readers.stop();
    await this.#writer.settled();
  }

  /** How many of what was stored lie in quarantine. */
  #count(store: string, { stored, duplicates, conflicts }: IngestResult): number {
    const { metrics, logger } = this.#ports;
    const counts = new Map<string, { stored: number; quarantined: number }>();
    for (const { stream, quarantine } of stored) {
      const held = counts.get(stream) ?? { stored: 0, quarantined: 0 };
      held[quarantine === null ? 'stored' : 'quarantined'] += 1;
      counts.set(stream, held);
    }
    let quarantined = 0;
    for (const [stream, count] of counts) {
      quarantined += count.quarantined;
      if (count.stored > 0) metrics.events.inc({ stream, outcome: 'stored' }, count.stored);
      if (count.quarantined > 0) metrics.events.inc({ stream, outcome: 'quarantined' }, count.quarantined);
    }
    if (duplicates > 0) metrics.events.inc({ stream: 'any', outcome: 'duplicate' }, duplicates);
    if (conflicts.length > 0) {
      metrics.events.inc({ stream: 'any', outcome: 'conflict' }, conflicts.length);
      logger.warn({ store, conflicts: conflicts.length }, 'a store sent another history; it must open a new epoch');
    }
    return quarantined;
  }

  /** A sale is a sale whatever the clock said: such events are taken in like others. Nothing at the hub is ordered or cut by a store's time. */
  #tellOfClock(store: string, events: readonly IncomingEvent[]): void {
    const { clock, logger, metrics } = this.#ports;
    const tooLate = instantOf(clock.now() + AHEAD_MS).slice(0, DATE_CHARS);
    const ahead = events.filter(({ time }) => time.slice(0, DATE_CHARS) > tooLate);
    if (ahead.length === 0) return;
    metrics.events.inc({ stream: 'any', outcome: 'clock-ahead' }, ahead.length);
    logger.warn({ store, events: ahead.length, time: ahead[0]?.time }, "a store's clock is ahead by days");
  }
}
