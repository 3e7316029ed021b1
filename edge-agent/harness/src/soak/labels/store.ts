import { CampaignBook, Items, importItems, Journal, Labels, Promotions, systemRandom } from '@tillside/edge-agent';
import { ACCESS_POINT, type Answers, Wall } from './wall.ts';

const ZONE = 'Asia/Shanghai';
const HEADER =
  'sku,gtin,nameZh,nameEn,sizeZh,sizeEn,department,category,type,soldBy,priceFen,vatBasisPoints,shelf,pictogram,noPromotions';
/** One in so many is sold by weight, and one in so many takes part in no promotion. */
const WEIGHED_EVERY = 10;
const NO_PROMOTIONS_EVERY = 17;

type Item = NonNullable<ReturnType<Items['bySku']>>;

export type Rule = 'on' | 'off';

interface StorePorts {
  readonly dir: string;
  readonly rule: Rule;
  readonly answers: Answers;
  panelChanged(sku: string, what: string): void;
}

/** The parts of an agent that one start makes. */
interface Agent {
  readonly journal: Journal;
  readonly items: Items;
  readonly book: CampaignBook;
  readonly promotions: Promotions;
  readonly labels: Labels;
}

/** A store's journal, prices and labels as the agent runs them, on a wall whose panels are known. */
export class LabelStore {
  nowMs = Date.parse('2026-11-22T02:00:00Z');
  sends = 0;
  readonly wall: Wall;
  /** As the master has them since the last price list: the checks ask often. */
  readonly #known = new Map<string, Item>();
  readonly #ports: StorePorts;
  #generation = 0;
  #agent: Agent;

  constructor(ports: StorePorts) {
    this.#ports = ports;
    this.wall = new Wall({
      answers: ports.answers,
      now: () => this.nowMs,
      see: (event) => this.#agent.labels.see(event),
      panelChanged: ports.panelChanged,
      runs: (generation) => generation === this.#generation,
      sent: () => {
        this.sends += 1;
      },
    });
    this.#agent = this.#start();
  }

  get labels(): Labels {
    return this.#agent.labels;
  }

  get promotions(): Promotions {
    return this.#agent.promotions;
  }

  /** Every product of the store, and tags for some of each. Call once. */
  stock(skus: ReadonlyMap<string, number>, tags: readonly { tagId: string; sku: string; seed: number }[]): void {
    const rows = [...skus].map(([sku, priceFen], at) => itemRow(sku, at, priceFen));
    importItems(this.#agent.journal, { now: () => this.nowMs }, [HEADER, ...rows, ''].join('\n'));
    this.#agent.book.reload();
    for (const { tagId, sku, seed } of tags) {
      this.wall.add(tagId, sku, seed);
      const at = new Date(this.nowMs).toISOString();
      this.labels.see({ type: 'label', deviceId: ACCESS_POINT, at, tagId, state: 'discovered', hwType: 1 });
      this.labels.pair(tagId, { sku });
    }
  }

  /** One file for all of them, as a price list comes; the book is not told yet. */
  price(fens: ReadonlyMap<string, number>): void {
    if (fens.size === 0) return;
    const rows = [...fens].map(([sku, fen]) => `${sku},${fen}`);
    this.#known.clear();
    importItems(this.#agent.journal, { now: () => this.nowMs }, ['sku,priceFen', ...rows, ''].join('\n'));
  }

  reload(): void {
    this.#agent.book.reload();
  }

  /** What one piece (or kg) bought alone costs at the till now. */
  tillFen(sku: string): number {
    return this.#agent.book.aloneFen(this.#item(sku));
  }

  /** What its labels should show. */
  wantedFen(sku: string): number {
    return this.#agent.book.labelPrice(this.#item(sku)).priceFen;
  }

  /** Until nothing is being handed over. */
  async settle(): Promise<void> {
    for (let still = 0; still < 2; still++) {
      await this.#agent.journal.durable();
      await new Promise((resolve) => setImmediate(resolve));
      if (this.labels.pending > 0) still = -1;
    }
  }

  /** The agent ends wherever it is, and another takes over the folder; what it must do itself at its start is left to who calls. */
  crash(): void {
    this.close();
    this.#known.clear();
    this.#agent = this.#start();
    this.reload();
  }

  close(): void {
    this.#generation += 1;
    this.labels.stop();
    this.#agent.journal.close();
  }

  #item(sku: string): Item {
    const item = this.#known.get(sku) ?? this.#agent.items.bySku(sku);
    if (item === undefined) throw new Error(`${sku} is not in the master`);
    this.#known.set(sku, item);
    return item;
  }

  #start(): Agent {
    const clock = { now: () => this.nowMs };
    const generation = this.#generation;
    const journal = Journal.open({ dataDir: this.#ports.dir, store: 'store-soak', clock, random: systemRandom });
    const items = new Items(journal);
    const book = new CampaignBook(journal, clock, { storeId: 'store-soak', zone: ZONE });
    if (this.#ports.rule === 'off') book.refreshGuards = () => undefined;
    const deps = { journal, items, book, clock };
    return {
      ...deps,
      promotions: new Promotions(deps),
      labels: new Labels({
        ...deps,
        jurisdiction: 'CN',
        devices: { command: (command) => this.wall.command(command, generation) },
        changed: () => undefined,
      }),
    };
  }
}

function itemRow(sku: string, at: number, priceFen: number): string {
  const soldBy = at % WEIGHED_EVERY === 0 ? 'weight' : 'each';
  const noPromotions = at % NO_PROMOTIONS_EVERY === 0 ? 'yes' : 'no';
  return `${sku},${ean13(at)},商品${at},Product ${at},1 件,1 piece,dry,dry,thing,${soldBy},${priceFen},900,A${at % 40},dairy,${noPromotions}`;
}

/** In-store numbers (GS1: prefixes 20 to 29) with their check digit. */
function ean13(at: number): string {
  const digits = `29${String(at).padStart(10, '0')}`;
  const sum = [...digits].reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
