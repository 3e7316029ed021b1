import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { type HubConfig, keysDirOf } from '../config.ts';
import { hubSecret } from '../members/secret-file.ts';
import type { HubStorage } from '../storage/port.ts';
import { listOf } from './address.ts';
import { createWebhookDesk, isOperators, type WebhookDesk } from './desk.ts';
import { Dispatcher } from './dispatcher.ts';

/** Subscriptions, and what sends to them until it is stopped. */
export async function startWebhooks(
  config: HubConfig,
  { storage, clock, log }: { readonly storage: HubStorage; readonly clock: Clock; readonly log: Logger },
): Promise<{ webhooks: WebhookDesk; stopWebhooks: () => Promise<void> }> {
  const hubKey = await hubSecret(keysDirOf(config), 'webhooks');
  const allowed = listOf(config.webhooks.privateNetworks);
  const dispatcher = new Dispatcher({
    storage,
    clock,
    log,
    hubKey,
    rulesOf: (webhook) => ({ loopback: isOperators(webhook), allowed }),
    random: Math.random,
  });
  dispatcher.start();
  return {
    webhooks: createWebhookDesk({ storage, clock, hubKey, allowed }),
    stopWebhooks: () => dispatcher.stop(),
  };
}
