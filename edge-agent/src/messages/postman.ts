import type { Names } from '@tillside/agent-contract';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Journal } from '../journal/index.ts';
import type { Clock } from '../ports.ts';
import { type CodeRow, type PhoneCodes, prunePhoneCodes } from './codes.ts';
import { PHONE_CODE_LIMITS, retryInMs } from './limits.ts';
import type { MessagePort, SendOutcome } from './port.ts';
import { textOf } from './texts.ts';

const MINUTE_MS = 60_000;

export interface PostmanOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly codes: PhoneCodes;
  readonly port: MessagePort;
  readonly storeName: z.infer<typeof Names>;
  readonly log: Logger;
}

/** Takes messages that wait in the journal to the provider, the newest first: at once, and again while it is away. */
export class Postman {
  readonly #options: PostmanOptions;
  readonly #inFlight = new Map<string, Promise<SendOutcome | undefined>>();
  readonly #stopped = new AbortController();
  #draining: Promise<void> | undefined;
  #awayInARow = 0;
  #notBeforeMs = 0;
  #wrong: AgentError | undefined;

  constructor(options: PostmanOptions) {
    this.#options = options;
  }

  /** What is wrong with the provider, by the last message. */
  condition(): AgentError | undefined {
    return this.#wrong;
  }

  /** Whether a message went out within the time that a shopper waits for that. While the provider is known to be away nobody waits. */
  async sendNow(requestId: string): Promise<boolean> {
    if (this.#awayInARow > 0 && this.#options.clock.now() < this.#notBeforeMs) return false;
    const sent = this.#deliver(requestId).then((outcome) => outcome?.outcome === 'sent');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, PHONE_CODE_LIMITS.answerWithinMs, false);
    });
    return Promise.race([sent, late]).finally(() => clearTimeout(timer));
  }

  /** To be called every second or so. */
  tick(): void {
    if (this.#draining !== undefined || this.#options.clock.now() < this.#waitUntil()) return;
    this.#draining = this.#drain().finally(() => {
      this.#draining = undefined;
    });
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.allSettled([...this.#inFlight.values(), this.#draining]);
  }

  /** A clock that was set back by more than any pause does not hold messages up. */
  #waitUntil(): number {
    return this.#notBeforeMs - this.#options.clock.now() > PHONE_CODE_LIMITS.maxRetryMs ? 0 : this.#notBeforeMs;
  }

  async #drain(): Promise<void> {
    const { journal, clock } = this.#options;
    const now = clock.now();
    const isOver = journal.get('SELECT 1 AS yes FROM phone_code WHERE is_waiting = 1 AND until_ms <= ? LIMIT 1', now);
    if (isOver !== undefined) journal.write((tx) => prunePhoneCodes(tx, now));
    const due = journal.all<{ id: string }>(
      'SELECT request_id AS id FROM phone_code WHERE is_waiting = 1 AND next_ms <= ? ORDER BY made_ms DESC LIMIT ?',
      now,
      PHONE_CODE_LIMITS.atOnce,
    );
    for (const { id } of due) {
      const outcome = await this.#deliver(id);
      if (outcome?.outcome === 'away' || this.#stopped.signal.aborted) return;
    }
  }

  #deliver(requestId: string): Promise<SendOutcome | undefined> {
    const held = this.#inFlight.get(requestId);
    if (held !== undefined) return held;
    const sending = this.#send(requestId).finally(() => this.#inFlight.delete(requestId));
    this.#inFlight.set(requestId, sending);
    return sending;
  }

  /** Undefined: there is nothing to send any more. */
  async #send(requestId: string): Promise<SendOutcome | undefined> {
    const { journal, clock, codes, port, storeName } = this.#options;
    const row = journal.get<CodeRow>('SELECT * FROM phone_code WHERE request_id = ? AND is_waiting = 1', requestId);
    const letter = row && codes.open(row);
    const minutes = Math.floor(((row?.until_ms ?? 0) - clock.now()) / MINUTE_MS);
    if (row === undefined || letter === undefined || minutes < 1 || this.#stopped.signal.aborted) return undefined;
    const about = { ...letter, minutes };
    const text = textOf({ ...about, storeName, isLate: row.is_late === 1 });
    const outcome = await port.send({ ...about, requestId, text }, this.#stopped.signal);
    if (!this.#stopped.signal.aborted) this.#note(row, outcome);
    return outcome;
  }

  #note({ request_id: requestId, sends }: CodeRow, outcome: SendOutcome): void {
    const { journal, clock, log } = this.#options;
    if (outcome.outcome === 'away') {
      this.#awayInARow += 1;
      this.#notBeforeMs = clock.now() + retryInMs(this.#awayInARow, Math.random());
      this.#wrong = new AgentError('MESSAGES_AWAY', { detail: `(${outcome.why})` });
      log.warn({ requestId, why: outcome.why }, 'the message provider is away; messages wait');
      return;
    }
    this.#awayInARow = 0;
    this.#notBeforeMs = 0;
    if (outcome.outcome === 'sent') {
      this.#wrong = undefined;
      journal.write((tx) => tx.run('UPDATE phone_code SET is_waiting = 0 WHERE request_id = ?', requestId));
      log.info({ requestId }, 'a code was sent');
      return;
    }
    this.#wrong = new AgentError('MESSAGES_REFUSED', { detail: `(${outcome.why})` });
    log.warn({ requestId, why: outcome.why }, 'the message provider refused a message');
    const isLast = sends + 1 >= PHONE_CODE_LIMITS.refusals;
    const nextMs = clock.now() + retryInMs(sends + 1, 1);
    journal.write((tx) =>
      tx.run(
        'UPDATE phone_code SET sends = sends + 1, next_ms = ?, is_waiting = ? WHERE request_id = ?',
        nextMs,
        isLast ? 0 : 1,
        requestId,
      ),
    );
  }
}
