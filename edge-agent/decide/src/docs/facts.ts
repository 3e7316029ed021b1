import { codesIn, fenOf } from './markdown.ts';

/** What the list under an example's table states. What is not stated is expected to be nothing. */
export interface Facts {
  readonly gifts: readonly { campaignId: string; quantity: number; sku: string }[];
  readonly notGiven: readonly { campaignId: string; code: string; zh: string | undefined; en: string | undefined }[];
  readonly couponsUsed: readonly string[];
  readonly pointsEarned: number;
  /** Points campaigns that applied, with the points where stated. */
  readonly pointsBy: readonly { campaignId: string; points: number | undefined }[];
  readonly spent: { points: number; fen: number };
  readonly funding: readonly { campaignId: string; storeFen: number; brandFen: number }[];
  readonly tax: { taxFen: number; dueFen: number } | undefined;
  readonly cash: { totalFen: number; roundingFen: number } | undefined;
  readonly returns: readonly { lineId: string; units: number; refundFen: number }[];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

/** One form of a stated fact: the pattern of its text, and what its parts say. */
interface Form {
  readonly pattern: RegExp;
  readonly take: (facts: Writable<Facts>, parts: readonly string[]) => void;
}

const FORMS: readonly Form[] = [
  {
    pattern: /^Gift of `(\S+)`: (\d+) × `(\S+)`$/u,
    take: (facts, [campaignId = '', quantity, sku = '']) =>
      facts.gifts.push({ campaignId, quantity: Number(quantity), sku }),
  },
  {
    pattern: /^Not given: `(\S+)` `([A-Z_]+)`(?:: (.+) \/ (.+))?$/u,
    take: (facts, [campaignId = '', code = '', zh, en]) => facts.notGiven.push({ campaignId, code, zh, en }),
  },
  {
    pattern: /^Coupons used: (.+)$/u,
    take: (facts, [list = '']) => facts.couponsUsed.push(...codesIn(list)),
  },
  {
    pattern: /^Points earned: (\d+)(?: with `(\S+)`(?: \((\d+)\))?)?$/u,
    take: (facts, [earned, campaignId, points]) => {
      facts.pointsEarned = Number(earned);
      if (campaignId !== undefined)
        facts.pointsBy.push({ campaignId, points: points === undefined ? undefined : Number(points) });
    },
  },
  {
    pattern: /^Points spent: (\d+) for (\d+\.\d\d)$/u,
    take: (facts, [points, fen = '']) => {
      facts.spent = { points: Number(points), fen: fenOf(fen) };
    },
  },
  {
    pattern: /^Funding of `(\S+)`: store (\d+\.\d\d), brand (\d+\.\d\d)$/u,
    take: (facts, [campaignId = '', store = '', brand = '']) =>
      facts.funding.push({ campaignId, storeFen: fenOf(store), brandFen: fenOf(brand) }),
  },
  {
    pattern: /^Tax: (\d+\.\d\d), due (\d+\.\d\d)$/u,
    take: (facts, [tax = '', due = '']) => {
      facts.tax = { taxFen: fenOf(tax), dueFen: fenOf(due) };
    },
  },
  {
    pattern: /^Cash: (\d+\.\d\d) \((−?\d+\.\d\d)\)$/u,
    take: (facts, [total = '', rounding = '']) => {
      facts.cash = { totalFen: fenOf(total), roundingFen: fenOf(rounding) };
    },
  },
  {
    pattern: /^Return (\d+) of (\S+): (\d+\.\d\d)$/u,
    take: (facts, [units, lineId = '', refund = '']) =>
      facts.returns.push({ units: Number(units), lineId, refundFen: fenOf(refund) }),
  },
];

/** Reads the points of a list; throws on one of no known form, so that nothing stands on the page untested. */
export function factsOf(points: readonly string[]): Facts {
  const facts: Writable<Facts> = {
    gifts: [],
    notGiven: [],
    couponsUsed: [],
    pointsEarned: 0,
    pointsBy: [],
    spent: { points: 0, fen: 0 },
    funding: [],
    tax: undefined,
    cash: undefined,
    returns: [],
  };
  for (const text of points) {
    const form = FORMS.find(({ pattern }) => pattern.test(text));
    if (!form) throw new Error(`A point of no known form: ${text}`);
    form.take(facts, form.pattern.exec(text)?.slice(1) ?? []);
  }
  return facts;
}
