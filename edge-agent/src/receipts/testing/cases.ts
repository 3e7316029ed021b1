import type { SaleFacts } from '../receipt.ts';
import { type TestLine, testFacts, testSale } from './sale.ts';

const MILK: TestLine = {
  name: { zh: '鲜牛奶', en: 'Fresh milk' },
  size: { zh: '1 升', en: '1 L' },
  quantity: 2,
  unitFen: 1290,
  rateBp: 900,
};
const APPLES: TestLine = {
  name: { zh: '红富士苹果', en: 'Fuji apples' },
  size: { zh: '散装', en: 'loose' },
  grams: 505,
  unitFen: 1580,
  rateBp: 900,
};
export const CHIPS: TestLine = {
  name: { zh: '原味薯片', en: 'Potato chips, plain' },
  size: { zh: '70 克', en: '70 g' },
  quantity: 3,
  unitFen: 650,
};
const LONG: TestLine = {
  name: {
    zh: '农家散养初生土鸡蛋礼盒装（内含三十枚，附赠防震托盘与手提袋，冷链配送）特惠家庭装',
    en: 'Free-range first-laid farm eggs gift box (30 pieces, with shock-proof tray and carrier bag), family value pack',
  },
  size: { zh: '30 枚', en: '30 pcs' },
  unitFen: 1_234_567,
};
const FRESH = { fresh: { zh: '今日鲜果蔬', en: 'Fresh produce today' } };
const SNACKS = {
  half: { zh: '零食第二件半价', en: '2nd snack half price' },
  spend: { zh: '满 ¥20 减 ¥3', en: '¥3 off over ¥20' },
  coupon: { zh: '会员零食券', en: 'Snack coupon' },
};
const MEMBER = { memberId: 'M000001', tier: 'gold' };

function cash(): SaleFacts {
  const lines = [MILK, APPLES];
  const view = testSale(
    lines,
    {},
    {
      tenders: [{ kind: 'cash', amountFen: 3370, givenFen: 5000 }],
      paidFen: 3370,
      roundingFen: -8,
      changeFen: 1630,
    },
  );
  return testFacts(view, lines, { fapiaoUrl: 'https://fp.example.cn/q?s=store-0001&n=0199&a=33.70&d=2026-11-22&k=x' });
}

function weighed(): SaleFacts {
  const lines = [
    { ...APPLES, savings: { fresh: 120 } },
    { ...APPLES, name: { zh: '香蕉', en: 'Bananas' }, grams: 1234, unitFen: 698 },
  ];
  return testFacts(testSale(lines, FRESH), lines);
}

function threeOnALine(): SaleFacts {
  const lines = [{ ...CHIPS, savings: { half: 325, spend: 241, coupon: 200 }, coupon: 'coupon' }];
  return testFacts(testSale(lines, SNACKS), lines);
}

function gift(): SaleFacts {
  const lines = [MILK];
  const bag = { sku: 'bag', name: { zh: '帆布袋', en: 'Canvas bag' }, quantity: 1, valueFen: 1500 };
  const view = testSale(
    lines,
    { bag: { zh: '满 ¥25 送帆布袋', en: 'Canvas bag over ¥25' } },
    {},
    { gifts: [{ campaignId: 'bag', times: 1, chosen: bag, options: [bag] }] },
  );
  return testFacts(view, lines);
}

function points(): SaleFacts {
  const lines = [{ ...MILK, savings: { 'points-pay': 500 } }];
  const view = testSale(
    lines,
    { 'points-pay': { zh: '积分抵现', en: 'Pay with points' } },
    { pointsEarned: 20, pointsSpent: 500, pointsBalance: 520 },
    { points: { earned: 20, spent: 500, spentFen: 500 } },
  );
  const coupon = (name: string, day: string) => ({
    name: { zh: `${name}券`, en: `${name} coupon` },
    text: { zh: '满 ¥30 减 ¥5', en: 'Save ¥5 over ¥30' },
    until: `2026-12-${day}T23:59:59+08:00`,
  });
  const wallet = [coupon('A', '01'), coupon('B', '05'), coupon('C', '09'), coupon('D', '24')];
  const standing = {
    available: 520,
    pending: 26,
    owed: 0,
    availableNext: { points: 20, at: '2026-12-29T02:00:00.000Z' },
    endingNext: { points: 300, at: '2027-01-01T00:00:00.000Z' },
  };
  return testFacts(view, lines, { member: MEMBER, wallet, standing });
}

function training(): SaleFacts {
  return testFacts(testSale([MILK], {}, { training: true }), [MILK]);
}

function reprint(): SaleFacts {
  return { ...points(), reprint: 2 };
}

/** Sold by the till alone, at prices of its own: an item that nobody knows, a price cut without a campaign, and cash with added tax. */
function late(): SaleFacts {
  const lines = [MILK, { ...CHIPS, sku: 'open:6901234567892', quantity: 1 }];
  const view = testSale(lines, {}, { late: true, completedAt: '2026-11-22T09:59:58Z' }, { moneyRule: 'as-charged' });
  const [milk, chips] = view.decision.lines;
  const decision = {
    ...view.decision,
    savingsFen: 80,
    payableFen: view.decision.payableFen - 80,
    totalFen: view.decision.payableFen - 80,
    lines: [milk, chips].flatMap((line) =>
      line === undefined ? [] : [{ ...line, payableFen: line === milk ? line.payableFen - 80 : line.payableFen }],
    ),
  };
  const facts = testFacts({ ...view, decision }, lines);
  return { ...facts, lineOf: (lineId) => (lineId === '1' ? facts.lineOf(lineId) : undefined) };
}

function longNames(): SaleFacts {
  const lines = [{ ...LONG, savings: { long: 234_567 }, priceSet: true }];
  const name = {
    zh: '双十一返场·鸡蛋节超级会员日专享立减活动（与其他优惠同享，先到先得）',
    en: 'Encore of the eggs festival: super member day, with any other offer, first come first served',
  };
  const view = testSale(lines, { long: name }, { receiptNumber: 'TERMINAL-WITH-A-LONG-NAME-0000000042' });
  return testFacts({ ...view, terminalId: 'terminal-with-a-long-name', cashierId: 'cashier-with-a-long-name' }, lines, {
    lane: 'lane-with-a-long-name',
  });
}

function taxAdded(): SaleFacts {
  const lines = [
    { ...MILK, taxFen: 232 },
    { ...CHIPS, taxFen: 254 },
  ];
  const view = testSale(
    lines,
    {},
    {
      paidFen: 5016,
      tenders: [
        { kind: 'voucher', amountFen: 2000 },
        { kind: 'token', amountFen: 3016 },
      ],
    },
    { totalFen: 5016 },
  );
  return testFacts(view, lines);
}

/** Sales that a receipt has something particular to say of. */
export const CASES: Readonly<Record<string, () => SaleFacts>> = {
  cash,
  weighed,
  threeOnALine,
  gift,
  points,
  training,
  reprint,
  late,
  longNames,
  taxAdded,
};
