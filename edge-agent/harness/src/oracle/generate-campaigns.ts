import type { BasketLine, Campaign, CampaignKind, Discount, ItemSelector } from '@tillside/decide';
import type { Chance } from '../random.ts';
import { listFenOf, selects } from './problem.ts';

/** A campaign without what `dress` gives it. */
type Bare<K extends CampaignKind> = K extends CampaignKind
  ? Omit<Extract<Campaign, { kind: K }>, 'schema' | 'id' | 'version' | 'name' | 'window' | 'fundedBy'>
  : never;
type AnyBare = Bare<CampaignKind>;

/** What lies on the counter, for amounts that bite. */
export interface Counter {
  readonly lines: readonly BasketLine[];
  readonly chance: Chance;
}

const SHARES_BP = [100, 333, 500, 1000, 1250, 1500, 2000, 2500, 3333, 5000, 6667, 8000, 10_000];

function unique(list: readonly string[]): string[] {
  return [...new Set(list)];
}

export function selector({ lines, chance }: Counter): ItemSelector {
  const skus = unique(lines.map((line) => line.sku));
  const draw = chance.next();
  const some = chance.sample(skus, chance.between(1, Math.max(1, Math.ceil(skus.length * 0.7))));
  const items: ItemSelector =
    draw < 0.55
      ? { skus: some }
      : draw < 0.72
        ? { categories: chance.sample(unique(lines.map((line) => line.category)), chance.between(1, 2)) }
        : draw < 0.84
          ? { departments: [chance.pick(lines).department] }
          : draw < 0.94
            ? { all: true }
            : { skus: some.slice(0, 1), categories: [chance.pick(lines).category] };
  return chance.happens(0.12) ? { ...items, excludeSkus: [chance.pick(skus)] } : items;
}

const unitFenOf = (line: BasketLine): number => (line.weightGrams === undefined ? line.unitPriceFen : listFenOf(line));

/** An amount around a share of a price, at least one fen. */
const near = (chance: Chance, fen: number, low: number, high: number): number =>
  Math.max(1, Math.round(fen * (low + (high - low) * chance.next())));

export function discount({ lines, chance }: Counter): Discount {
  const fen = unitFenOf(chance.pick(lines));
  const draw = chance.next();
  if (draw < 0.45) return { by: 'percent', percentOffBp: chance.pick(SHARES_BP) };
  if (draw < 0.75) return { by: 'amount', amountOffFen: near(chance, fen, 0.02, 0.8) };
  return { by: 'fixed-price', fixedPriceFen: chance.happens(0.05) ? 0 : near(chance, fen, 0.3, 1.05) };
}

const listOf = (lines: readonly BasketLine[], items: ItemSelector): number =>
  lines.filter((line) => selects(items, line)).reduce((sum, line) => sum + listFenOf(line), 0);
const unitsOf = (lines: readonly BasketLine[], items: ItemSelector): number =>
  lines.filter((line) => selects(items, line)).reduce((sum, line) => sum + line.quantity, 0);

const match = (chance: Chance): { match?: 'any' | 'same-sku' } =>
  chance.happens(0.35) ? { match: 'same-sku' } : chance.happens(0.5) ? { match: 'any' } : {};

function markdown(counter: Counter): AnyBare {
  const { lines, chance } = counter;
  const lots = lines.filter((line) => line.lotId !== undefined);
  const lot = (line: BasketLine) => ({ sku: line.sku, lotId: line.lotId ?? 'LOT-9' });
  const named = (lots.length > 0 ? chance.sample(lots, chance.between(1, 2)) : [chance.pick(lines)]).map(lot);
  const each = new Map(named.map((one) => [`${one.sku} ${one.lotId}`, one]));
  return { kind: 'markdown', lots: [...each.values()], discount: discount(counter) };
}

function memberPrice({ lines, chance }: Counter): AnyBare {
  const bySku = new Map(chance.sample(lines, chance.between(1, 3)).map((line) => [line.sku, line]));
  const prices = [...bySku].map(([sku, line]) => ({ sku, priceFen: near(chance, unitFenOf(line), 0.5, 1.1) }));
  return { kind: 'member-price', prices, ...(chance.happens(0.3) ? { tiers: [chance.pick(['gold', 'silver'])] } : {}) };
}

function buyGet(counter: Counter): AnyBare {
  const { chance } = counter;
  return {
    kind: 'buy-get',
    items: selector(counter),
    buy: chance.pick([1, 1, 1, 2, 2, 3]),
    get: chance.pick([1, 1, 1, 1, 2]),
    percentOffBp: chance.happens(0.5) ? 10_000 : chance.pick(SHARES_BP),
    ...(chance.happens(0.35) ? { getItems: selector(counter) } : match(chance)),
  };
}

function nthItem(counter: Counter): AnyBare {
  const { chance } = counter;
  const ladders = [
    [0, 5000],
    [0, 0, 10_000],
    [0, 5000, 10_000],
    [1000, 2000, 3000],
    [0, 3333],
    [0, 5000, 0],
    [2000, 0],
  ];
  return { kind: 'nth-item', items: selector(counter), ladderBp: chance.pick(ladders), ...match(chance) };
}

function bundle(counter: Counter): AnyBare {
  const { lines, chance } = counter;
  const slots = Array.from({ length: chance.pick([1, 1, 2, 2, 2, 3]) }, () => ({
    items: selector(counter),
    quantity: chance.pick([1, 1, 1, 2, 2, 3]),
  }));
  const units = slots.reduce((sum, slot) => sum + slot.quantity, 0);
  const meanFen = lines.reduce((sum, line) => sum + unitFenOf(line), 0) / lines.length;
  const draw = chance.next();
  return {
    kind: 'bundle',
    slots,
    price:
      draw < 0.5
        ? { by: 'fixed-price', bundlePriceFen: near(chance, meanFen * units, 0.3, 1.1) }
        : draw < 0.75
          ? { by: 'percent', percentOffBp: chance.pick(SHARES_BP) }
          : { by: 'amount', amountOffFen: near(chance, meanFen * units, 0.02, 0.7) },
  };
}

function bulkPrice(counter: Counter): AnyBare {
  const { chance } = counter;
  const first = chance.between(1, 3);
  const tiers = [{ minUnits: first, discount: discount(counter) }];
  if (chance.happens(0.5)) tiers.push({ minUnits: first + chance.between(1, 3), discount: discount(counter) });
  return { kind: 'bulk-price', items: selector(counter), count: chance.pick(['any', 'same-sku']), tiers };
}

/** Tiers with rising thresholds and savings; all of one form. */
function tiersOf({ lines, chance }: Counter, items: ItemSelector, repeat: 'once' | 'per-step') {
  const count = chance.pick([1, 1, 2, 3]);
  const byUnits = chance.happens(0.3);
  const share = repeat === 'once' && chance.happens(0.45);
  const capped = chance.happens(0.4);
  const listFen = Math.max(10, listOf(lines, items));
  let threshold = byUnits
    ? chance.between(1, Math.max(1, Math.ceil(unitsOf(lines, items) * 0.8)))
    : near(chance, listFen, 0.1, repeat === 'once' ? 0.9 : 0.5);
  let saveFen = byUnits
    ? near(chance, listFen, 0.02, 0.6)
    : near(chance, threshold, 0.03, chance.happens(0.1) ? 1 : 0.5);
  let place = chance.between(0, SHARES_BP.length - 7);
  let maxSaveFen = near(chance, listFen, 0.02, 0.3);
  return Array.from({ length: count }, () => {
    const tier = {
      ...(byUnits ? { units: threshold } : { spendFen: threshold }),
      ...(share
        ? { percentOffBp: SHARES_BP[place] ?? 1, ...(capped ? { maxSaveFen } : {}) }
        : { saveFen: byUnits ? saveFen : Math.min(saveFen, threshold) }),
    };
    const step = byUnits ? chance.between(1, 2) : near(chance, listFen, 0.05, 0.3);
    threshold += step;
    saveFen += byUnits ? near(chance, listFen, 0.01, 0.2) : near(chance, step, 0.1, 0.9);
    maxSaveFen += near(chance, listFen, 0.01, 0.2);
    place += chance.between(1, 3);
    return tier;
  });
}

function spendSave(counter: Counter): AnyBare {
  const { chance } = counter;
  const items = chance.happens(0.4) ? ({ all: true } as const) : selector(counter);
  const repeat = chance.happens(0.6) ? 'once' : 'per-step';
  const base = chance.happens(0.6) ? 'after-item-discounts' : 'list';
  return { kind: 'spend-save', items, repeat, base, tiers: tiersOf(counter, items, repeat) };
}

function reach(counter: Counter) {
  const { lines, chance } = counter;
  const items = selector(counter);
  const threshold = chance.happens(0.5)
    ? { spendFen: near(chance, Math.max(10, listOf(lines, items)), 0.1, 1) }
    : { units: chance.between(1, Math.max(1, unitsOf(lines, items))) };
  return {
    items,
    repeat: chance.pick(['once', 'per-step'] as const),
    base: chance.pick(['after-item-discounts', 'list'] as const),
    ...threshold,
  };
}

function gift(counter: Counter): AnyBare {
  const { chance } = counter;
  const gifts = ['G1', 'G2'].slice(0, chance.between(1, 2)).map((sku) => ({
    sku,
    name: { zh: sku, en: sku },
    quantity: chance.between(1, 2),
    valueFen: chance.between(0, 500),
  }));
  return { kind: 'gift', ...reach(counter), gifts };
}

function points(counter: Counter): AnyBare {
  const { items, ...rest } = reach(counter);
  if (counter.chance.happens(0.5)) {
    return { kind: 'points', items, earn: { by: 'multiplier', times: counter.chance.between(2, 5) } };
  }
  return { kind: 'points', items, earn: { by: 'bonus', ...rest, points: counter.chance.between(1, 200) } };
}

/** How often each kind is drawn. `points-pay` is not: points are paid after all that is compared here. */
const KINDS: readonly (readonly [weight: number, make: (counter: Counter) => AnyBare])[] = [
  [18, (counter) => ({ kind: 'discount', items: selector(counter), discount: discount(counter) })],
  [6, markdown],
  [8, memberPrice],
  [12, buyGet],
  [10, nthItem],
  [14, bundle],
  [10, bulkPrice],
  [26, spendSave],
  [4, gift],
  [3, points],
];

export function bareCampaign(counter: Counter): AnyBare {
  let left = counter.chance.next() * KINDS.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, make] of KINDS) {
    left -= weight;
    if (left < 0) return make(counter);
  }
  return spendSave(counter);
}
