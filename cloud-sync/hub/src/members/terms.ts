import { randomUUID } from 'node:crypto';
import type { MemberTerms } from '@tillside/protocol';
import type { Logger } from 'pino';
import type { DeliveryPorts } from '../campaigns.ts';
import { sha256Of } from '../sha256.ts';
import { memberSettingsOf } from './settings.ts';

/** Beside each nudge, for what another hub or an end of this one left undone. */
const LOOK_EVERY_MS = 10 * 60_000;

export interface TermsPorts extends DeliveryPorts {
  readonly log: Pick<Logger, 'info' | 'error'>;
}

/**
 * Signs the chain's terms of membership for every store that has others, or none: after a change of the settings, for a new store, and for all of them after a restore. It compares what is
 * signed with what is set, so that a round that was cut short is finished by the next, and one too many does nothing.
 */
export class TermsPublisher {
  readonly #ports: TermsPorts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isWaiting = false;
  #isStopped = false;

  constructor(ports: TermsPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.nudge();
    this.#timer = setInterval(() => this.nudge(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Settings were changed, or a store was added. Nudges that come while one waits are the same one. */
  nudge(): void {
    if (this.#isWaiting || this.#isStopped) return;
    this.#isWaiting = true;
    this.#running = this.#running.then(() => {
      this.#isWaiting = false;
      return this.#isStopped ? undefined : this.#round();
    });
  }

  /** Waits for what is under way. Idempotent. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #round(): Promise<void> {
    const { storage, log } = this.#ports;
    try {
      await storage.turns.alone('terms', () => this.#publish());
    } catch (error) {
      log.error({ err: error }, 'terms of membership could not be signed');
    }
  }

  async #publish(): Promise<void> {
    const { storage, publisher, artifacts, wake, log } = this.#ports;
    const { version, settings } = await memberSettingsOf(storage);
    const { points, consentTexts } = settings;
    const terms: MemberTerms = { format: 1, points, ...(consentTexts === undefined ? {} : { consentTexts }) };
    const content = Buffer.from(JSON.stringify(terms));
    const sha256 = sha256Of(content);
    const floor = await storage.desired.versionFloor();
    const current = await storage.desired.current();
    const told = new Set(
      current
        .filter((held) => held.kind === 'terms' && held.sha256 === sha256 && held.version >= floor)
        .map(({ store }) => store),
    );
    const stores = (await storage.registry.stores()).map(({ id }) => id).filter((id) => !told.has(id));
    if (stores.length === 0) return;
    const artifact = await artifacts.add('terms', content);
    const origin = `terms-${randomUUID()}`;
    const published = await publisher.publish({ kind: 'terms', stores, origin, artifact: async () => artifact });
    log.info({ stores: stores.length, settings: version }, 'terms of membership signed');
    await Promise.all(published.map(({ store, version: signed }) => wake(store, signed)));
  }
}
