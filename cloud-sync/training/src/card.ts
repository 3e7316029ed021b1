import type { ModelManifest } from '@tillside/inference';
import type { Comparison } from './compare.ts';

/** Stands between the two languages; the hub and the console part the card at it. */
export const CARD_MARK = '<!-- en -->';

type Language = 'zh' | 'en';
/** One fact of a card in both languages. */
type Line = Readonly<Record<Language, string>>;

/** Methods by the prefix of their metrics. */
const METHODS = [
  ['', { zh: '本模型', en: 'This model' }],
  ['coOccurrence', { zh: '常一起买', en: 'Bought together' }],
  ['personalFrequency', { zh: '本人常买', en: 'Own favourites' }],
  ['popularity', { zh: '热销榜', en: 'Best sellers' }],
] as const;
const MEASURES = [
  ['recall', { zh: '找回率', en: 'Found' }],
  ['hitRate', { zh: '命中率', en: 'Hit' }],
  ['repeatRecall', { zh: '买过的', en: 'Bought before' }],
  ['exploreRecall', { zh: '没买过的', en: 'New to them' }],
] as const;

const share = (value: number | undefined): string => (value === undefined ? '–' : `${(value * 100).toFixed(1)} %`);
const day = (instant: unknown): string => String(instant ?? '').slice(0, 10);

/** Names what a metric is called in the manifest, such as `popularityRecallAt5`. */
const metricName = (method: string, measure: string, first: number): string =>
  `${method === '' ? measure : method + measure.charAt(0).toUpperCase() + measure.slice(1)}At${first}`;

const cutoffOf = (metrics: ModelManifest['metrics']): number =>
  Number(
    Object.keys(metrics)
      .find((name) => /^recallAt\d+$/u.test(name))
      ?.slice('recallAt'.length) ?? 0,
  );

/** What is known of items beside their sales. */
function catalogueFact({ itemsInCatalogue, itemsNeverSold }: ModelManifest['training']): Line {
  if (Number(itemsInCatalogue ?? 0) === 0)
    return {
      zh: '没有商品目录：不知道哪些商品相似，没卖过的商品不会推荐',
      en: 'No catalogue: it knows no item by its likeness, and recommends none that was never sold',
    };
  return {
    zh: `商品目录（品类、品牌、规格、名称）：${itemsInCatalogue} 种，其中 ${itemsNeverSold} 种从未卖过，靠与之相似的商品来推荐`,
    en: `Catalogue (category, brand, size, name): ${itemsInCatalogue} items, ${itemsNeverSold} of them never sold, which are recommended for what they are like`,
  };
}

function factsOf({ training, createdAt, metrics }: ModelManifest): Line[] {
  const { baskets, members, items, from, to, seed, dataHash } = training;
  return [
    { zh: `训练时间：${day(createdAt)}，种子 ${seed}`, en: `Trained on ${day(createdAt)}, seed ${seed}` },
    {
      zh: `数据：${day(from)} 至 ${day(to)}，${baskets} 个购物篮，${members} 位会员，${items} 种商品`,
      en: `Data: ${day(from)} to ${day(to)}, ${baskets} baskets, ${members} members, ${items} items`,
    },
    catalogueFact(training),
    {
      zh: '权重只从五分之四的会员学习；其余会员的最新购物篮只用于检验',
      en: 'Its weights learn from four members in five; the newest baskets of the others only test it',
    },
    {
      zh: `检验：${metrics.questions ?? 0} 个没见过的问题`,
      en: `Tested on ${metrics.questions ?? 0} questions that it had not seen`,
    },
    { zh: `数据指纹（SHA-256）：${dataHash}`, en: `Fingerprint of the data (SHA-256): ${dataHash}` },
  ];
}

function table(metrics: ModelManifest['metrics'], language: Language): string {
  const first = cutoffOf(metrics);
  const head = { zh: '方法', en: 'Method' }[language];
  const rows = METHODS.map(([method, words]) => [
    words[language],
    ...MEASURES.map(([measure]) => share(metrics[metricName(method, measure, first)])),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const heads = [head, ...MEASURES.map(([, words]) => words[language])];
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function against(comparison: Comparison | null): Line | undefined {
  const { candidate, running } = comparison?.cases ?? {};
  if (comparison === null || candidate === undefined || running === undefined) return undefined;
  const [from, to] = [day(comparison.from), day(comparison.to)];
  const [ours, theirs] = [share(candidate.recall), share(running.recall)];
  const { questions, running: name } = comparison;
  return {
    zh: `与正在使用的 ${name} 相比：同样的 ${questions} 个问题（${from} 至 ${to}），本模型找回 ${ours}，它找回 ${theirs}。两者的权重都没有学过这些会员，统计都是今天的，且不含这些购物篮；正在使用的模型训练得更早。`,
    en: `Beside ${name}, which runs now: of the same ${questions} questions (${from} to ${to}) this model found ${ours}, that one ${theirs}. The weights of neither learnt from these members; both have today's statistics, which know nothing of these baskets. The running model was trained earlier.`,
  };
}

const TITLES = {
  zh: { title: '推荐模型', data: '数据', numbers: '表现', limits: '局限', use: '用途' },
  en: { title: 'Recommendation model', data: 'Data', numbers: 'How well', limits: 'Limits', use: 'Use' },
} as const;

const USE: Line = {
  zh: '在门店设备上为购物者挑选下一件商品。只使用编号，不含任何个人信息；未同意个性化的会员得到与所有人相同的推荐。',
  en: "Chooses a shopper's next items on the store's own device. It knows ids only and holds nothing personal; members who did not agree to personal offers get what everybody gets.",
};
const EXPLAINED: Line = {
  zh: '找回率：购物篮中随后买下的商品，有多少在前几条推荐里。命中率：至少推荐对一件的比例。',
  en: 'Found: the share of what was then bought that stood among the first recommendations. Hit: how often at least one was right.',
};
const LIMITS: readonly Line[] = [
  {
    zh: '数字只量过一次，取最新的一段购物篮；季节和促销变了，数字也会变。',
    en: 'The numbers were measured once, on the newest baskets; another season or other promotions give others.',
  },
  {
    zh: '训练后才进入商品目录的商品，模型不认识，再训练后才会推荐。',
    en: 'Items that came to the catalogue after the training are unknown to it; the next training tells it.',
  },
  {
    zh: '推荐什么会影响卖出什么：这里的数字不是多卖了多少。',
    en: 'What is recommended changes what is sold: these numbers do not say how much more was sold.',
  },
];

/** The model card, Markdown in people's words: Chinese, CARD_MARK, English. */
export function modelCard(manifest: ModelManifest, comparison: Comparison | null): string {
  const beside = against(comparison);
  const page = (language: Language): string => {
    const titles = TITLES[language];
    const list = (lines: readonly Line[]): string => lines.map((line) => `- ${line[language]}`).join('\n');
    const first = cutoffOf(manifest.metrics);
    const cut = { zh: `前 ${first} 条推荐：`, en: `Of the first ${first} recommendations:` }[language];
    return [
      `# ${titles.title} ${manifest.modelId}`,
      USE[language],
      `## ${titles.data}`,
      list(factsOf(manifest)),
      `## ${titles.numbers}`,
      cut,
      table(manifest.metrics, language),
      EXPLAINED[language],
      ...(beside === undefined ? [] : [beside[language]]),
      `## ${titles.limits}`,
      list(LIMITS),
    ].join('\n\n');
  };
  return `${page('zh')}\n\n${CARD_MARK}\n\n${page('en')}\n`;
}
