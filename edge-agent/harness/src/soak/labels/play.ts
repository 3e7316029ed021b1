import type { SoakFailure } from '../../output/schema.ts';
import { type Chance, createChance } from '../../random.ts';
import type { PartOrder, PartReport, Tally } from './part.ts';
import { LabelStore } from './store.ts';

/** Every step looks at all labels once: the more changes it holds, the less that costs each; never so many that most products change. */
const MAX_CHANGES_A_STEP = 128;
const MAX_CHANGED_SHARE = 0.4;
const MAX_FEN = 5_000;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** Shares of the changes that are promotions, and of the steps in which something happens to the whole store. */
const PROMOTION = 0.2;
const ENDED = 0.3;
const SCHEDULED = 0.4;
const REBOOT = 0.03;
const CRASH = 0.03;
const CHECK_ALL = 0.05;
/** Tags of which an older picture comes back in one step, at most. */
const MAX_COME_BACK = 3;
/** Products that staff puts promotions on: the store's own are few. */
const PROMOTED_SHARE = 0.2;
/** Steps without faults after which every label must be right. */
const QUIET_STEPS = 4;
const MAX_FAILURES = 5;
const LAST_STEPS = 16;

/** One store's life: price changes and all that goes wrong around them, and the rule looked at after each step. */
export class Play {
  readonly #order: PartOrder;
  readonly #chance: Chance;
  readonly #tally: Tally;
  readonly #store: LabelStore;
  readonly #fens = new Map<string, number>();
  readonly #skus: string[];
  readonly #promoted: string[];
  /** When the promotions end that were put. */
  readonly #running = new Map<string, number>();
  readonly #failures: SoakFailure[] = [];
  /** What was done last, by product; under the empty name what befell all. */
  readonly #last = new Map<string, string[]>();
  #step = 0;

  constructor(order: PartOrder, dir: string, tally: Tally) {
    this.#order = order;
    this.#chance = createChance(order.seed);
    this.#tally = tally;
    this.#store = new LabelStore({
      dir,
      rule: order.rule,
      answers: order.answers,
      panelChanged: (sku, what) => {
        this.#note(sku, what);
        this.#check(sku);
      },
    });
    this.#skus = Array.from({ length: order.skus }, (_, at) => `sku-${at}`);
    this.#promoted = this.#chance.sample(this.#skus, Math.ceil(order.skus * PROMOTED_SHARE));
  }

  async run(): Promise<PartReport> {
    try {
      await this.#open();
      const before = this.#store.sends;
      while (this.#tally.changes < this.#order.changes) await this.#one();
      this.#tally.sends = this.#store.sends - before;
      await this.#end();
    } finally {
      this.#store.close();
    }
    return { counts: this.#tally, failures: this.#failures };
  }

  async #open(): Promise<void> {
    for (const sku of this.#skus) this.#fens.set(sku, this.#chance.between(50, MAX_FEN));
    const tags = this.#skus.flatMap((sku) =>
      Array.from({ length: this.#chance.pick([1, 1, 1, 1, 1, 1, 2, 2, 2, 3]) }, () => sku),
    );
    this.#store.stock(
      this.#fens,
      tags.map((sku, at) => ({
        sku,
        tagId: `00007E1F${at.toString(16).toUpperCase().padStart(8, '0')}`,
        seed: this.#chance.between(0, 2 ** 31 - 1),
      })),
    );
    await this.#store.settle();
    this.#store.wall.wake(1);
  }

  /** Some changes at once, their pictures on their way, and what goes wrong meanwhile. */
  async #one(): Promise<void> {
    const chance = this.#chance;
    const store = this.#store;
    this.#step += 1;
    store.nowMs += chance.between(1, 20 * 60) * SECOND_MS;
    // Windows may have opened or closed with the time alone.
    this.#checkMany(this.#promoted);
    const most = Math.min(MAX_CHANGES_A_STEP, Math.ceil(this.#order.skus * MAX_CHANGED_SHARE));
    const touched = this.#change(Math.min(chance.between(1, most), this.#order.changes - this.#tally.changes));
    this.#checkMany(touched);
    store.labels.refresh();
    if (chance.happens(REBOOT)) this.#reboot();
    if (chance.happens(CRASH)) await this.#crash();
    // Some steps begin while pictures of the one before are still being handed over.
    if (chance.happens(0.7)) await store.settle();
    store.wall.wake(chance.pick([0.3, 0.7, 1]));
    for (let left = chance.between(0, MAX_COME_BACK); left > 0; left--) {
      const tag = chance.pick(store.wall.tags);
      if (store.wall.comesBack(tag.tagId) !== undefined) this.#tally.cameBack += 1;
    }
    if (chance.happens(0.5)) store.wall.hear();
    await store.settle();
    if (chance.happens(CHECK_ALL)) this.#checkMany(this.#skus);
    else this.#checkMany(touched);
  }

  /** The products that it touched: no price is changed twice before anybody could see it. */
  #change(many: number): string[] {
    const touched = this.#chance.sample(this.#skus, many);
    const promotions = touched.filter(() => this.#chance.happens(PROMOTION)).length;
    const fens = new Map(touched.slice(promotions).map((sku) => [sku, this.#newFen(sku)]));
    const promoted = Array.from({ length: promotions }, () => this.#promote());
    this.#store.price(fens);
    this.#store.reload();
    this.#tally.changes += many;
    return [...fens.keys(), ...promoted];
  }

  #newFen(sku: string): number {
    const was = this.#fens.get(sku) ?? 0;
    const drawn = this.#chance.between(1, MAX_FEN);
    const fen = drawn === was ? drawn + 1 : drawn;
    if (fen > was) this.#tally.raises += 1;
    else this.#tally.cuts += 1;
    this.#fens.set(sku, fen);
    this.#note(sku, `price ${was} to ${fen}`);
    return fen;
  }

  #promote(): string {
    const { nowMs, promotions } = this.#store;
    const chance = this.#chance;
    const sku = chance.pick(this.#promoted);
    if ((this.#running.get(sku) ?? 0) > nowMs && chance.happens(ENDED)) {
      promotions.end('staff-1', `store:${sku}`);
      this.#running.delete(sku);
      this.#tally.promotionsEnded += 1;
      this.#note(sku, 'promotion ended');
      return sku;
    }
    const isScheduled = chance.happens(SCHEDULED);
    const fromMs = nowMs + (isScheduled ? chance.between(1, 120) * MINUTE_MS : 0);
    const untilMs = fromMs + chance.between(1, 300) * MINUTE_MS;
    const percentOffBasisPoints = chance.between(1, 9_000);
    promotions.put('staff-1', {
      sku,
      percentOffBasisPoints,
      until: new Date(untilMs).toISOString(),
      ...(isScheduled ? { from: new Date(fromMs).toISOString() } : {}),
    });
    this.#running.set(sku, untilMs);
    if (isScheduled) this.#tally.promotionsScheduled += 1;
    else this.#tally.promotionsPut += 1;
    this.#note(sku, `${percentOffBasisPoints} bp off ${isScheduled ? 'later' : 'now'}`);
    return sku;
  }

  /** What waits at the access point is lost; its driver starts anew, and the agent is told. */
  #reboot(): void {
    this.#tally.reboots += 1;
    this.#note('', 'access point reboots');
    this.#store.wall.reboot();
    this.#store.labels.doubt();
    this.#store.labels.refresh();
  }

  /** Somewhere between two waits for the disk, with pictures under way. */
  async #crash(): Promise<void> {
    for (let turns = this.#chance.between(0, 6); turns > 0; turns--)
      await new Promise((resolve) => setImmediate(resolve));
    this.#tally.crashes += 1;
    if (this.#store.labels.pending > 0) this.#tally.crashesMidway += 1;
    this.#note('', 'agent crashes');
    this.#store.crash();
    if (this.#chance.happens(0.5)) this.#store.wall.loseWords();
    this.#checkMany(this.#skus);
    this.#store.labels.doubt();
    this.#store.labels.refresh();
  }

  /** Faults end, and every label comes to show its price. */
  async #end(): Promise<void> {
    const { wall, labels } = this.#store;
    wall.isQuiet = true;
    wall.hear();
    // Past the end of every promotion.
    this.#store.nowMs += 24 * 60 * MINUTE_MS;
    for (let step = 0; step < QUIET_STEPS; step++) {
      this.#store.nowMs += 20 * MINUTE_MS;
      if (step === 0) labels.doubt();
      labels.refresh();
      await this.#store.settle();
      wall.wake(1);
      this.#checkMany(this.#skus);
    }
    for (const sku of this.#skus) {
      const wantedFen = this.#store.wantedFen(sku);
      const wrong = wall.shownFen(sku).filter(({ priceFen }) => priceFen !== wantedFen);
      if (wrong.length > 0 || this.#store.tillFen(sku) !== wantedFen)
        this.#fail('LABEL_NOT_RIGHT', sku, `${wantedFen} is wanted, the till charges ${this.#store.tillFen(sku)}`);
    }
  }

  #checkMany(skus: Iterable<string>): void {
    for (const sku of skus) this.#check(sku);
  }

  #check(sku: string): void {
    const shown = this.#store.wall.shownFen(sku);
    if (shown.length === 0) return;
    const tillFen = this.#store.tillFen(sku);
    for (const { tagId, priceFen } of shown) {
      this.#tally.checks += 1;
      if (tillFen <= priceFen) continue;
      this.#tally.breaches += 1;
      this.#fail('ABOVE_SHELF', sku, `the till charges ${tillFen}, ${tagId} shows ${priceFen}`);
    }
  }

  #fail(code: string, sku: string, message: string): void {
    if (this.#failures.length >= MAX_FAILURES) return;
    const { part, seed } = this.#order;
    const last = [...(this.#last.get(sku) ?? []), ...(this.#last.get('') ?? [])].join('; ');
    this.#failures.push({
      code,
      message: `part ${part} (seed ${seed}), step ${this.#step}, ${sku}: ${message}. Last steps: ${last}`,
    });
  }

  #note(sku: string, what: string): void {
    const last = this.#last.get(sku) ?? [];
    last.push(`${this.#step} ${what}`);
    if (last.length > LAST_STEPS) last.shift();
    this.#last.set(sku, last);
  }
}
