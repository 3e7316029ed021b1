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

const isTaken = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

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
  if (isTaken(result.status)) return { state: 'done' };
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
  /** By subscription, so that one whose receiver is slow or gone keeps no other one waiting. */
  readonly #draining = new Map<string, Promise<void>>();
  #trimmedMs = 0;
  #stopped = false;

  constructor(ports: DispatchPorts) {
    this.#ports = ports;
  }

  start(): void {
    const again = (): void => {
      this.#round = this.#begin()
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
    await Promise.all(this.#draining.values());
    await this.#release?.();
  }

  /** Everything that is due by now is tried once. */
  async round(): Promise<void> {
    await this.#begin();
    await Promise.all(this.#draining.values());
  }

  /** Hands out what is new, and begins to send where nothing is under way yet. */
  async #begin(): Promise<void> {
    const { storage, clock, log } = this.#ports;
    const { webhooks } = storage.partners;
    const on = (await webhooks.list()).filter(({ disabledAt }) => disabledAt === null);
    if (on.length === 0) return;
    this.#release ??= await storage.turns.take('webhooks');
    if (this.#release === null) return;
    while ((await webhooks.spread(clock.now(), DISPATCH_LIMITS.spread)) === DISPATCH_LIMITS.spread);
    for (const webhook of on) {
      if (this.#draining.has(webhook.id)) continue;
      const drained = this.#drain(webhook)
        .catch((error: unknown) => log.warn({ err: error, webhook: webhook.id }, 'webhooks could not be sent'))
        .finally(() => this.#draining.delete(webhook.id));
      this.#draining.set(webhook.id, drained);
    }
    if (clock.now() - this.#trimmedMs < DISPATCH_LIMITS.trimEveryMs) return;
    this.#trimmedMs = clock.now();
    await webhooks.trim(clock.now() - DISPATCH_LIMITS.keepDays * DAY_MS);
    for (const webhook of on)
      if ((await webhooks.counts(webhook.id)).waiting > DISPATCH_LIMITS.waiting)
        await this.#disable(webhook, 'backlog');
  }

  /** What a subscription is owed now; a receiver that takes none of several is left alone until the next round. A member's next message is only sent once the one before was taken. */
  async #drain(webhook: WebhookRecord): Promise<void> {
    const { storage, clock } = this.#ports;
    const { webhooks } = storage.partners;
    for (;;) {
      const due = await webhooks.due(webhook.id, clock.now(), DISPATCH_LIMITS.together);
      if (due.length === 0 || this.#stopped) return;
      const statuses = await Promise.all(due.map((delivery) => this.#deliver(webhook, delivery)));
      if (statuses.includes(GONE)) return this.#disable(webhook, 'gone');
      if (!statuses.some(isTaken)) return;
    }
  }

  /** The status that the receiver gave, if any. */
  async #deliver(webhook: WebhookRecord, delivery: Delivery): Promise<number | null> {
    const { storage, clock, hubKey, rulesOf, random, post = send } = this.#ports;
    const nowMs = clock.now();
    const body = bodyOf(delivery);
    const headers = headersOf(secretsOf(hubKey, webhook, nowMs), delivery.id, nowMs, body);
    const result = await post({ url: webhook.url, headers, body, rules: rulesOf(webhook) });
    const answer = { status: result.status, tookMs: Math.max(0, clock.now() - nowMs) };
    const outcome = outcomeOf(delivery, result, nowMs, random);
    await storage.partners.webhooks.settle(delivery.deliveryId, nowMs, outcome, answer);
    return result.status;
  }

  async #disable(webhook: WebhookRecord, disabledWhy: 'gone' | 'backlog'): Promise<void> {
    const { storage, clock, log } = this.#ports;
    const held = await storage.partners.webhooks.get(webhook.id);
    if (held === null) return;
    await storage.partners.webhooks.put({ ...held, disabledAt: instantOf(clock.now()), disabledWhy });
    log.warn({ webhook: webhook.id, why: disabledWhy }, 'webhook switched off');
  }
}
