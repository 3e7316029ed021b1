import type { HubAnswer } from '@tillside/hub-contract';

type Model = HubAnswer<'models'>['models'][number];

const numbers = (recall: number, hitRate: number, repeatRecall: number, exploreRecall: number) => ({
  recall,
  hitRate,
  repeatRecall,
  exploreRecall,
});

/** The newest, kept for a person to look at, and the one that stores run. */
export const MODELS: readonly Model[] = [
  {
    id: 'next-item-77aa01b2c3d4',
    createdAt: '2026-11-21T12:30:00Z',
    sha256: 'cd'.repeat(32),
    sizeBytes: 412_300,
    metrics: {
      questions: 1204,
      recallAt10: 0.1432,
      hitRateAt10: 0.3121,
      repeatRecallAt10: 0.4102,
      exploreRecallAt10: 0.0412,
      popularityRecallAt10: 0.0713,
      popularityRepeatRecallAt10: 0.1502,
      popularityExploreRecallAt10: 0.0398,
      personalFrequencyRecallAt10: 0.1311,
      personalFrequencyRepeatRecallAt10: 0.4011,
      personalFrequencyExploreRecallAt10: 0,
      coOccurrenceRecallAt10: 0.0822,
      coOccurrenceRepeatRecallAt10: 0.1713,
      coOccurrenceExploreRecallAt10: 0.0371,
    },
    manifest: {},
    promoted: false,
    stores: [],
    notes: {
      sales: 1173,
      cause: 'new-sales',
      comparison: {
        questions: 412,
        first: 10,
        from: '2026-11-18T01:00:00Z',
        to: '2026-11-21T12:00:00Z',
        cases: {
          candidate: numbers(0.1432, 0.3121, 0.4102, 0.0412),
          running: numbers(0.1377, 0.3011, 0.4054, 0.0391),
          coOccurrence: numbers(0.0822, 0.2011, 0.1713, 0.0371),
          personalFrequency: numbers(0.1311, 0.2911, 0.4011, 0),
          popularity: numbers(0.0713, 0.1812, 0.1502, 0.0398),
        },
        running: 'next-item-4c09d21f7b1e',
        gain: 0.04,
        interval: { low: 0.001, high: 0.01 },
      },
      promotion: { promoted: false, reason: 'few-questions', margin: 0.01, minQuestions: 500 },
    },
  },
  {
    id: 'next-item-4c09d21f7b1e',
    createdAt: '2026-11-14T12:30:00Z',
    sha256: 'ce'.repeat(32),
    sizeBytes: 398_100,
    metrics: { questions: 1011, recallAt10: 0.1377, popularityRecallAt10: 0.0713, personalFrequencyRecallAt10: 0.1311 },
    manifest: {},
    promoted: true,
    stores: [],
    notes: {
      sales: 980,
      cause: 'asked',
      comparison: null,
      promotion: { promoted: false, reason: 'asked', margin: 0.01, minQuestions: 500 },
    },
  },
];

export const MODEL_CARD = `# 推荐模型 next-item-77aa01b2c3d4

在门店设备上为购物者挑选下一件商品。

## 数据

- 数据：2026-09-01 至 2026-11-21，1173 个购物篮，412 位会员，640 种商品
- 数据指纹（SHA-256）：${'ab'.repeat(32)}

## 表现

前 10 条推荐：

| 方法 | 找回率 | 命中率 |
| --- | --- | --- |
| 本模型 | 14.3 % | 31.2 % |
| 热销榜 | 7.1 % | 18.1 % |

## 局限

- 推荐什么会影响卖出什么：这里的数字不是多卖了多少。

<!-- en -->

# Recommendation model next-item-77aa01b2c3d4

Chooses a shopper's next items on the store's own device.

## Data

- Data: 2026-09-01 to 2026-11-21, 1173 baskets, 412 members, 640 items
- Fingerprint of the data (SHA-256): ${'ab'.repeat(32)}

## How well

Of the first 10 recommendations:

| Method | Found | Hit |
| --- | --- | --- |
| This model | 14.3 % | 31.2 % |
| Best sellers | 7.1 % | 18.1 % |

## Limits

- What is recommended changes what is sold: these numbers do not say how much more was sold.
`;

const GOODS = [
  ['taco', 'pantry', 'mexican', '墨西哥玉米饼', 'Taco shells'],
  ['salsa', 'pantry', 'mexican', '莎莎酱', 'Salsa'],
  ['pasta', 'pantry', 'pasta', '意大利面 500 克', 'Spaghetti 500 g'],
  ['sauce', 'pantry', 'sauces-condiments', '番茄意面酱', 'Tomato sauce for pasta'],
  ['milk', 'dairy', 'milk-cream', '鲜牛奶 950 毫升', 'Fresh milk 950 ml'],
  ['eggs', 'dairy', 'eggs', '鸡蛋 12 枚', 'Eggs, a dozen'],
  ['bread', 'bakery', 'bread-buns', '全麦切片面包', 'Sliced wholemeal bread'],
  ['ham', 'deli', 'ham', '蜜汁火腿', 'Honey ham'],
] as const;

/** Antecedent, consequent, baskets of both, of the first, of the second; of 1173. */
const PAIRS = [
  ['taco', 'salsa', 31, 44, 58],
  ['pasta', 'sauce', 66, 120, 130],
  ['bread', 'ham', 40, 160, 110],
  ['milk', 'eggs', 92, 310, 240],
] as const;
const BASKETS = 1173;

const sku = (name: string): string => `sku-${name}`;
const ruleOf = (from: string, to: string, both: number, ofFrom: number, ofTo: number) => ({
  antecedent: sku(from),
  consequent: sku(to),
  baskets: both,
  support: both / BASKETS,
  confidence: both / ofFrom,
  lift: (both * BASKETS) / (ofFrom * ofTo),
});

export const RULES: HubAnswer<'associationRules'> = {
  model: 'next-item-77aa01b2c3d4',
  madeAt: '2026-11-21T12:30:00Z',
  baskets: BASKETS,
  rules: PAIRS.flatMap(([from, to, both, ofFrom, ofTo]) => [
    ruleOf(from, to, both, ofFrom, ofTo),
    ruleOf(to, from, both, ofTo, ofFrom),
  ]),
  items: GOODS.map(([name, department, category, zh, en]) => ({
    sku: sku(name),
    department,
    category,
    name: { zh, en },
  })),
};
