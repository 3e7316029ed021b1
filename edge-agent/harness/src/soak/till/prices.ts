import { CallError, callAgent } from '@tillside/agent-contract';
import { STAFF_PIN } from '@tillside/demo';
import type { PoolItem } from '../../bench/generator.ts';
import type { Chance } from '../../random.ts';
import type { MeasuredStore } from '../../store/measured-store.ts';
import type { Ledger } from './ledger.ts';

const BETWEEN_MS = [50, 400] as const;
const PROMOTION_MS = 86_400_000;

/** Staff and the item master change prices of the goods that are being sold, all the time; while the agent is away nothing happens. */
export class PriceChanger {
  readonly #store: MeasuredStore;
  readonly #pool: readonly PoolItem[];
  readonly #chance: Chance;
  readonly #ledger: Ledger;
  readonly #promoted = new Map<string, string>();
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;
  #phone: { credential: string; staffSession: string } | undefined;

  constructor(of: { store: MeasuredStore; pool: readonly PoolItem[]; chance: Chance; ledger: Ledger }) {
    this.#store = of.store;
    this.#pool = of.pool;
    this.#chance = of.chance;
    this.#ledger = of.ledger;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Waits for what is under way, and takes the promotions back; the agent must be up. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    this.#phone = undefined;
    for (const sku of [...this.#promoted.keys()]) await this.#promote(sku);
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, this.#chance.between(...BETWEEN_MS)));
      const item = this.#chance.pick(this.#pool);
      const raises = this.#chance.happens(0.5);
      const work = this.#chance.happens(0.5) ? this.#promote(item.sku) : this.#price(item, raises);
      await work.then(
        () => this.#ledger.count('priceChanges'),
        (error: unknown) => {
          if (!(error instanceof CallError)) throw error;
          this.#ledger.count('pricesLeft');
          // The agent is away, or was, and with it the session of the phone: the next turn signs on anew.
          this.#phone = undefined;
        },
      );
    }
  }

  async #price(item: PoolItem, raises: boolean): Promise<void> {
    const priceFen = item.unitPriceFen + (raises ? 10 : 0);
    const admin = { url: this.#store.demo.agentUrl, credential: this.#store.demo.adminCredential() };
    await callAgent(admin, 'putItems', { query: {}, body: { items: [{ sku: item.sku, priceFen }] } });
  }

  /** Begins an offer on the product, or ends the one that runs. */
  async #promote(sku: string): Promise<void> {
    const phone = await this.#signedOn();
    const campaignId = this.#promoted.get(sku);
    if (campaignId !== undefined) {
      await callAgent(phone, 'endPromotion', { params: { campaignId } }).catch((error: unknown) => {
        // Ended by a call whose answer was lost when the agent was killed.
        if (!(error instanceof CallError) || error.code !== 'PROMOTION_UNKNOWN') throw error;
      });
      this.#promoted.delete(sku);
      return;
    }
    const until = new Date(Date.now() + PROMOTION_MS).toISOString();
    const body = { sku, percentOffBasisPoints: this.#chance.between(5, 30) * 100, until };
    this.#promoted.set(sku, (await callAgent(phone, 'putPromotion', { body })).campaignId);
  }

  async #signedOn(): Promise<{ url: string; credential: string; staffSession: string }> {
    const { demo } = this.#store;
    if (this.#phone === undefined) {
      const { credential } = await demo.pair('staff', 'soak-staff');
      const { session } = await callAgent({ url: demo.agentUrl, credential }, 'staffSignIn', {
        body: { pin: STAFF_PIN },
      });
      this.#phone = { credential, staffSession: session };
    }
    return { url: demo.agentUrl, ...this.#phone };
  }
}
