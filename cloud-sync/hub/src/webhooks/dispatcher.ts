import type { Logger } from 'pino';
import { type Clock, instantOf } from '../clock.ts';
import type { Delivery, DeliveryOutcome, WebhookRecord } from '../storage/partner-port.ts';
import type { HubStorage } from '../storage/port.ts';
import type { AddressRules } from './address.ts';
import { nextTry } from './retry.ts';
import { type Sending, type SendResult, send } from './send.ts';
import { headersOf, secretOf } from './sign.ts';

export const DISPATCH_LIMITS = {
  /** How often is looked for what is due. */
  everyMs: 1_000,
  /** Messages that are given to subscriptions at once. */
  spread: 1_000,
  /** Of one subscription under way at a time, each of another member. */
  together: 8,
  /** What may wait for one subscription; then it is switched off. */
  waiting: 1_000_000,
  /** What was sent, and messages, are kept for a replay. */
  keepDays: 30,
  trimEveryMs: 60 * 60_000,
} as const;

const DAY_MS = 86_400_000;
const GONE = 410;

export interface DispatchPorts {
  readonly storage: Pick<HubStorage, 'partners' | 'turns'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn' | 'info'>;
  readonly hubKey: Buffer;
  readonly rulesOf: (webhook: WebhookRecord) => AddressRules;
  readonly random: () => number;
  readonly post?: (sending: Sending) => Promise<SendResult>;
}

/** The body of a message; always the same bytes. */
export const bodyOf = ({ type, at, data }: Pick<Delivery, 'type' | 'at' | 'data'>): string =>
  JSON.stringify({ type, timestamp: at, data });

/** What an answer makes of a delivery. */
export function outcomeOf(
  { attempts, firstMs }: Pick<Delivery, 'attempts' | 'firstMs'>,
  result: SendResult,
  nowMs: number,
  random: () => number,
): DeliveryOutcome {
  if (result.status !== null && result.status >= 200 && result.status < 300) return { state: 'done' };
  const why = result.status === null ? result.why : String(result.status);
  const retryAfterMs = result.status === null ? 0 : result.retryAfterMs;
  const nextMs = nextTry({ attempts, firstMs: firstMs ?? nowMs, nowMs, retryAfterMs }, random);
  return nextMs === null ? { state: 'dead', why } : { state: 'waiting', nextMs, why };
}

/** Secrets that sign now: the newest first. */
export function secretsOf(hubKey: Buffer, { id, generation, olderUntil }: WebhookRecord, nowMs: number): string[] {
  const older = olderUntil !== null && Date.parse(olderUntil) > nowMs ? [generation - 1] : [];
  return [generation, ...older].map((each) => secretOf(hubKey, id, each));
}

/** Sends what is due; of the hubs on one storage one does. */
export class Dispatcher {
  readonly #ports: DispatchPorts;
  #release: (() => Promise<void>) | null = null;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #trimmedMs = 0;
  #stopped = false;

  constructor(ports: DispatchPorts) {
    this.#ports = ports;
  }

  start(): void {
    const again = (): void => {
      this.#round = this.round()
        .catch((error: unknown) => this.#ports.log.warn({ err: error }, 'webhooks could not be sent'))
        .finally(() => {
          if (!this.#stopped) this.#timer = setTimeout(again, DISPATCH_LIMITS.everyMs).unref();
        });
    };
    again();
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
    await this.#release?.();
  }

  /** Everything that is due by now is tried once. */
  async round(): Promise<void> {
    const { storage, clock } = this.#ports;
    const { webhooks } = storage.partners;
    const on = (await webhooks.list()).filter(({ disabledAt }) => disabledAt === null);
    if (on.length === 0) return;
    this.#release ??= await storage.turns.take('webhooks');
    if (this.#release === null) return;
    while ((await webhooks.spread(clock.now(), DISPATCH_LIMITS.spread)) === DISPATCH_LIMITS.spread);
    await Promise.all(on.map((webhook) => this.#drain(webhook)));
    if (clock.now() - this.#trimmedMs < DISPATCH_LIMITS.trimEveryMs) return;
    this.#trimmedMs = clock.now();
    await webhooks.trim(clock.now() - DISPATCH_LIMITS.keepDays * DAY_MS);
    for (const webhook of on)
      if ((await webhooks.counts(webhook.id)).waiting > DISPATCH_LIMITS.waiting)
        await this.#disable(webhook, 'backlog');
  }

  /** What a subscription is owed now. A member's next message is only sent once the one before was taken. */
  async #drain(webhook: WebhookRecord): Promise<void> {
    const { storage, clock } = this.#ports;
    const { webhooks } = storage.partners;
    for (;;) {
      const due = await webhooks.due(webhook.id, clock.now(), DISPATCH_LIMITS.together);
      if (due.length === 0 || this.#stopped) return;
      const gone = await Promise.all(due.map((delivery) => this.#deliver(webhook, delivery)));
      if (gone.includes(true)) return this.#disable(webhook, 'gone');
    }
  }

  /** True where the receiver said that it is no more. */
  async #deliver(webhook: WebhookRecord, delivery: Delivery): Promise<boolean> {
    const { storage, clock, hubKey, rulesOf, random, post = send } = this.#ports;
    const nowMs = clock.now();
    const body = bodyOf(delivery);
    const headers = headersOf(secretsOf(hubKey, webhook, nowMs), delivery.id, nowMs, body);
    const result = await post({ url: webhook.url, headers, body, rules: rulesOf(webhook) });
    await storage.partners.webhooks.settle(delivery.deliveryId, nowMs, outcomeOf(delivery, result, nowMs, random));
    return result.status === GONE;
  }

  async #disable(webhook: WebhookRecord, disabledWhy: 'gone' | 'backlog'): Promise<void> {
    const { storage, clock, log } = this.#ports;
    const held = await storage.partners.webhooks.get(webhook.id);
    if (held === null) return;
    await storage.partners.webhooks.put({ ...held, disabledAt: instantOf(clock.now()), disabledWhy });
    log.warn({ webhook: webhook.id, why: disabledWhy }, 'webhook switched off');
  }
}
