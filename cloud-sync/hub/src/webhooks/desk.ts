import { randomUUID } from 'node:crypto';
import type { DeadLetter, HubAnswer, NewWebhook, Replay, Webhook } from '@tillside/hub-contract';
import type { z } from 'zod';
import { type Clock, instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { WebhookRecord } from '../storage/partner-port.ts';
import type { CredentialRecord, HubStorage } from '../storage/port.ts';
import { type AddressRules, refusalOf } from './address.ts';
import { secretOf } from './sign.ts';

export const WEBHOOK_LIMITS = {
  /** Of all owners. */
  webhooks: 50,
  dead: 100,
  /** Of what was delivered, shown; kept as long as a replay is possible. */
  delivered: 100,
  replay: 100_000,
  olderSecretMs: 24 * 60 * 60_000,
} as const;

type Caller = Pick<CredentialRecord, 'id' | 'kind'>;

export interface WebhookDeskPorts {
  readonly storage: Pick<HubStorage, 'partners'>;
  readonly clock: Clock;
  readonly hubKey: Buffer;
  readonly allowed: AddressRules['allowed'];
}

/** Subscriptions: a partner has its own, operators see all. */
export function createWebhookDesk({ storage, clock, hubKey, allowed }: WebhookDeskPorts) {
  const { webhooks } = storage.partners;
  const show = async ({ id, url, types, createdAt, disabledAt, disabledWhy }: WebhookRecord): Promise<Webhook> => {
    const counts = await webhooks.counts(id);
    return {
      id,
      url,
      types: [...types],
      createdAt,
      disabledAt,
      disabledWhy: disabledWhy as Webhook['disabledWhy'],
      ...counts,
    };
  };
  const mine = async (caller: Caller, id: string): Promise<WebhookRecord> => {
    const held = await webhooks.get(id);
    // Another's is as unknown as none.
    if (held === null || (caller.kind === 'partner' && held.owner !== ownerOf(caller)))
      throw new HubFault('HUB_WEBHOOK_UNKNOWN', id);
    return held;
  };
  return {
    list: async (caller: Caller): Promise<Webhook[]> => {
      const all = await webhooks.list();
      return Promise.all(all.filter(({ owner }) => caller.kind !== 'partner' || owner === ownerOf(caller)).map(show));
    },
    create: async (caller: Caller, { url, types }: NewWebhook): Promise<HubAnswer<'createWebhook'>> => {
      const refusal = refusalOf(url, { loopback: caller.kind === 'operator', allowed });
      if (refusal !== null) throw new HubFault('HUB_WEBHOOK_URL_REFUSED', refusal);
      if ((await webhooks.list()).length >= WEBHOOK_LIMITS.webhooks) throw new HubFault('HUB_WEBHOOK_TOO_MANY');
      const id = randomUUID();
      const about = { createdAt: instantOf(clock.now()), disabledAt: null, disabledWhy: null, olderUntil: null };
      const webhook = { id, owner: ownerOf(caller), url, types: [...new Set(types)], generation: 1, ...about };
      await webhooks.put(webhook);
      return { webhook: await show(webhook), secret: secretOf(hubKey, id, 1) };
    },
    remove: async (caller: Caller, id: string): Promise<{ deleted: true }> => {
      await mine(caller, id);
      await webhooks.remove(id);
      return { deleted: true };
    },
    turn: async (caller: Caller, id: string, on: boolean): Promise<Webhook> => {
      const held = await mine(caller, id);
      const off = { disabledAt: instantOf(clock.now()), disabledWhy: 'by-hand' };
      const changed = { ...held, ...(on ? { disabledAt: null, disabledWhy: null } : off) };
      await webhooks.put(changed);
      return show(changed);
    },
    rotate: async (caller: Caller, id: string): Promise<HubAnswer<'rotateWebhookSecret'>> => {
      const held = await mine(caller, id);
      const generation = held.generation + 1;
      const olderUntil = instantOf(clock.now() + WEBHOOK_LIMITS.olderSecretMs);
      await webhooks.put({ ...held, generation, olderUntil });
      return { secret: secretOf(hubKey, id, generation), olderUntil };
    },
    replay: async (
      caller: Caller,
      id: string,
      { since, id: messageId, only }: Replay,
    ): Promise<{ messages: number }> => {
      await mine(caller, id);
      const from = messageId === undefined ? { at: since ?? '' } : { id: messageId };
      const messages = await webhooks.replay(id, from, clock.now(), only === true ? 1 : WEBHOOK_LIMITS.replay);
      if (messages === null) throw new HubFault('HUB_WEBHOOK_UNKNOWN', messageId ?? '');
      return { messages };
    },
    delivered: async (caller: Caller, id: string): Promise<HubAnswer<'deliveredMessages'>['delivered']> => {
      await mine(caller, id);
      return (await webhooks.delivered(id, WEBHOOK_LIMITS.delivered)).map((each) => ({ ...each }));
    },
    dead: async (caller: Caller, id: string): Promise<z.infer<typeof DeadLetter>[]> => {
      await mine(caller, id);
      return (await webhooks.dead(id, WEBHOOK_LIMITS.dead)).map(({ deliveryId: _, ...letter }) => letter);
    },
  };
}

export type WebhookDesk = ReturnType<typeof createWebhookDesk>;

/** What is made by an operator may go to this machine. */
const ownerOf = ({ kind, id }: Caller): string => `${kind}:${id}`;
export const isOperators = ({ owner }: Pick<WebhookRecord, 'owner'>): boolean => owner.startsWith('operator:');
