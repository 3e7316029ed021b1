/** What the model commands say, in both languages. */
const ZH = {
  begun: (sales: number, id: string) => `共 ${sales} 笔销售，任务 ${id}`,
  model: (id: string) => `模型 ${id}`,
  added: (id: string) =>
    `${id}：门店会接受，已登记。比较：tillside-hub model evaluate ${id}；推送：tillside-hub model push ${id}`,
  known: (id: string) => `${id}：同一个模型包已登记过。`,
  brought: '自带模型，由人推送',
  asked: (questions: number, from: string, to: string, first: number) =>
    `同样的 ${questions} 个问题（${from} 至 ${to}），看前 ${first} 条推荐；两个模型都没有学过这些会员：`,
  heads: ['方法', '找回率', '命中率', '买过的', '没买过的'],
  cases: {
    candidate: '候选模型',
    running: '正在使用',
    coOccurrence: '常一起买',
    personalFrequency: '本人常买',
    popularity: '热销榜',
  },
  noRunning: '还没有可比较的正在使用的模型。',
  gain: (running: string, gain: string, low: string, high: string) =>
    `比 ${running} 多找回 ${gain}；找回率之差的 95 % 区间：${low} 至 ${high}。`,
  promotion: {
    better: '已推送：胜过正在使用的模型。',
    'not-better': '保留未推送：没有胜过正在使用的模型。',
    'few-questions': '保留未推送：问题太少，分不出高下。',
    baseline: '保留未推送：没有胜过简单规则。',
    asked: '未推送：由人发起的训练，由人推送。',
    off: '未推送：配置要求由人推送。',
    first: '未推送：还没有可比较的模型，第一个由人推送。',
  },
  states: { pending: '待取', applied: '生效', refused: '被拒', superseded: '已换' },
  list: ['', '模型', '训练于', '门店', '表现', '推送'],
  listNote: '* 多数门店应使用的模型',
  recall: (first: string, own: string, best: string) => `前 ${first} 条找回 ${own}，最好的规则 ${best}`,
  back: (store: string, id: string) => `${store} 退回 ${id}`,
  noRules: '还没有关联规则：先训练一次模型。',
  rulesOf: (model: string, baskets: number, rules: number) => `${model}：${baskets} 个购物篮，${rules} 条规则`,
  rules: ['买了', '也买', '同篮次数', '支持度', '置信度', '提升度'],
};

const EN: typeof ZH = {
  begun: (sales, id) => `${sales} sales, job ${id}`,
  model: (id) => `model ${id}`,
  added: (id) =>
    `${id}: a store would take it; it is registered. Compare: tillside-hub model evaluate ${id}; push: tillside-hub model push ${id}`,
  known: (id) => `${id}: this very pack was here before.`,
  brought: 'brought from elsewhere; a person pushes it',
  asked: (questions, from, to, first) =>
    `The same ${questions} questions (${from} to ${to}), of the first ${first} recommendations; neither model learnt from these members:`,
  heads: ['method', 'found', 'hit', 'bought before', 'new to them'],
  cases: {
    candidate: 'candidate',
    running: 'running',
    coOccurrence: 'bought together',
    personalFrequency: 'own favourites',
    popularity: 'best sellers',
  },
  noRunning: 'There is no running model to compare with yet.',
  gain: (running, gain, low, high) =>
    `Found ${gain} more than ${running}; 95 % interval of the difference in what was found: ${low} to ${high}.`,
  promotion: {
    better: 'pushed: it beats the running model',
    'not-better': 'kept, not pushed: it does not beat the running model',
    'few-questions': 'kept, not pushed: too few questions to tell',
    baseline: 'kept, not pushed: it does not beat the simple rules',
    asked: 'not pushed: a person asked for it and pushes it',
    off: 'not pushed: the configuration leaves that to people',
    first: 'not pushed: nothing to compare with, and the first is pushed by a person',
  },
  states: { pending: 'pending', applied: 'applied', refused: 'refused', superseded: 'superseded' },
  list: ['', 'model', 'made', 'stores', 'how well', 'pushed by itself'],
  listNote: '* the model that most stores are to run',
  recall: (first, own, best) => `found ${own} in ${first}, best rule ${best}`,
  back: (store, id) => `${store} goes back to ${id}`,
  noRules: 'There are no association rules yet: train a model first.',
  rulesOf: (model, baskets, rules) => `${model}: ${baskets} baskets, ${rules} rules`,
  rules: ['who buys', 'also buys', 'baskets', 'support', 'confidence', 'lift'],
};

export const MODEL_WORDS = { zh: ZH, en: EN } as const;
