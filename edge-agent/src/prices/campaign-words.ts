import type { Words } from '@tillside/agent-contract';
import { type BundlePrice, type Campaign, type Discount, formatFen, type SpendSaveTier } from '@tillside/decide';

type Of<K extends Campaign['kind']> = Extract<Campaign, { kind: K }>;

/** A campaign's benefit in a short sentence of each language, as a shopper would be told. */
export function campaignWords(campaign: Campaign): Words {
  switch (campaign.kind) {
    case 'discount':
      return discountWords(campaign.discount);
    case 'markdown': {
      const share = discountWords(campaign.discount);
      return { zh: beside('临期', share.zh), en: `Near expiry: ${lower(share.en)}` };
    }
    case 'member-price':
      return { zh: '会员价', en: 'Member price' };
    case 'buy-get':
      return buyGetWords(campaign);
    case 'nth-item':
      return nthItemWords(campaign);
    case 'bundle':
      return bundleWords(campaign);
    case 'bulk-price':
      return joined(
        campaign.tiers.map(({ minUnits, discount }) => {
          const share = discountWords(discount);
          return { zh: beside(`满 ${minUnits} 件`, share.zh), en: `${minUnits} or more: ${lower(share.en)}` };
        }),
      );
    case 'spend-save':
      return joined(campaign.tiers.map((tier) => spendSaveWords(campaign, tier)));
    case 'gift':
      return giftWords(campaign);
    case 'points':
      return pointsWords(campaign);
    case 'points-pay': {
      const worth = money(campaign.fenPerStep);
      const points = campaign.pointsPerStep;
      const share = `${Number((campaign.maxShareBp / 100).toFixed(2))}%`;
      const most =
        campaign.maxShareBp === 10_000 ? { zh: '', en: '' } : { zh: `，最多抵 ${share}`, en: `, up to ${share}` };
      return { zh: `${points} 积分抵 ${worth.zh}${most.zh}`, en: `${points} points pay ${worth.en}${most.en}` };
    }
  }
}

const money = (fen: number): Words => ({ zh: formatFen(fen, 'zh-CN'), en: formatFen(fen, 'en') });
/** Chinese sets a space beside a figure and none between its own characters. */
const beside = (head: string, tail: string): string => (/^[\d¥]/.test(tail) ? `${head} ${tail}` : `${head}${tail}`);
const lower = (text: string): string => `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
const joined = (all: readonly Words[]): Words => ({
  zh: all.map(({ zh }) => zh).join('，'),
  en: all.map(({ en }, place) => (place === 0 ? en : lower(en))).join('; '),
});

/** 8000 basis points off is 2 折 in Chinese and "80% off" in English. */
function percentWords(basisPoints: number): Words {
  const tenths = (10_000 - basisPoints) / 1000;
  const zh = basisPoints === 10_000 ? '免费' : basisPoints === 5000 ? '半价' : `${Number(tenths.toFixed(2))} 折`;
  if (basisPoints === 10_000) return { zh, en: 'Free' };
  return { zh, en: basisPoints === 5000 ? 'Half price' : `${Number((basisPoints / 100).toFixed(2))}% off` };
}

function discountWords(discount: Discount): Words {
  if (discount.by === 'percent') return percentWords(discount.percentOffBp);
  const fen = money(discount.by === 'amount' ? discount.amountOffFen : discount.fixedPriceFen);
  return discount.by === 'amount'
    ? { zh: `每件立减 ${fen.zh}`, en: `${fen.en} off each` }
    : { zh: `只要 ${fen.zh}`, en: `Now ${fen.en}` };
}

function buyGetWords({ buy, get, percentOffBp, getItems }: Of<'buy-get'>): Words {
  const other = getItems === undefined ? { zh: '', en: '' } : { zh: '指定商品 ', en: ' of another product' };
  if (percentOffBp === 10_000)
    return { zh: `买 ${buy} 送${other.zh} ${get}`, en: `Buy ${buy}, get ${get}${other.en} free` };
  const share = percentWords(percentOffBp);
  return {
    zh: beside(`买 ${buy} 件，${other.zh}另 ${get} 件`, share.zh),
    en: `Buy ${buy}, then ${get}${other.en} at ${lower(share.en)}`,
  };
}

const ORDINALS = ['1st', '2nd', '3rd'];
const ordinal = (place: number): string => ORDINALS[place - 1] ?? `${place}th`;

function nthItemWords({ ladderBp }: Of<'nth-item'>): Words {
  return joined(
    ladderBp.flatMap((stepBp, place) => {
      if (stepBp === 0) return [];
      const share = percentWords(stepBp);
      return [{ zh: beside(`第 ${place + 1} 件`, share.zh), en: `${ordinal(place + 1)} item ${lower(share.en)}` }];
    }),
  );
}

/** The English begins with what joins it to the number of pieces. */
function bundlePriceWords(price: BundlePrice): Words {
  switch (price.by) {
    case 'percent': {
      const { zh, en } = percentWords(price.percentOffBp);
      return { zh, en: `: ${lower(en)}` };
    }
    case 'amount': {
      const fen = money(price.amountOffFen);
      return { zh: `立减 ${fen.zh}`, en: `: ${fen.en} off` };
    }
    case 'fixed-price': {
      const fen = money(price.bundlePriceFen);
      return { zh: `只要 ${fen.zh}`, en: ` for ${fen.en}` };
    }
  }
}

function bundleWords({ slots, price }: Of<'bundle'>): Words {
  const pieces = slots.reduce((sum, slot) => sum + slot.quantity, 0);
  const share = bundlePriceWords(price);
  return slots.length === 1
    ? { zh: beside(`任选 ${pieces} 件`, share.zh), en: `Any ${pieces}${share.en}` }
    : { zh: beside(`组合 ${pieces} 件`, share.zh), en: `Bundle of ${pieces}${share.en}` };
}

interface Threshold {
  readonly spendFen?: number | undefined;
  readonly units?: number | undefined;
  readonly repeat: 'once' | 'per-step';
}

function thresholdWords({ spendFen, units, repeat }: Threshold): Words {
  const each = repeat === 'per-step' ? { zh: '每满', en: 'For every' } : { zh: '满', en: 'Spend' };
  if (units !== undefined)
    return { zh: `${each.zh} ${units} 件`, en: repeat === 'per-step' ? `${each.en} ${units} items` : `Buy ${units}` };
  const spend = money(spendFen ?? 0);
  // Chinese sets a space beside an amount and none after 件.
  return { zh: `${each.zh} ${spend.zh} `, en: `${each.en} ${spend.en}` };
}

function spendSaveWords({ repeat }: Of<'spend-save'>, tier: SpendSaveTier): Words {
  const reached = thresholdWords({ ...tier, repeat });
  if (tier.percentOffBp === undefined) {
    const save = money(tier.saveFen ?? 0);
    return { zh: `${reached.zh}减 ${save.zh}`, en: `${reached.en}, save ${save.en}` };
  }
  const share = percentWords(tier.percentOffBp);
  if (tier.maxSaveFen === undefined)
    return { zh: beside(`${reached.zh}享`, share.zh), en: `${reached.en}, ${lower(share.en)}` };
  const most = money(tier.maxSaveFen);
  return {
    zh: `${beside(`${reached.zh}享`, share.zh)}，最多减 ${most.zh}`,
    en: `${reached.en}, ${lower(share.en)} (at most ${most.en})`,
  };
}

function giftWords(campaign: Of<'gift'>): Words {
  const reached = thresholdWords(campaign);
  const [first] = campaign.gifts;
  const more = campaign.gifts.length > 1;
  return {
    zh: `${reached.zh}送${first?.name.zh ?? ''}${more ? '等赠品，任选其一' : ''}`,
    en: `${reached.en}, get a gift: ${first?.name.en ?? ''}${more ? ', or another' : ''}`,
  };
}

function pointsWords({ earn }: Of<'points'>): Words {
  if (earn.by === 'multiplier') return { zh: `${earn.times} 倍积分`, en: `${earn.times} times the points` };
  const reached = thresholdWords(earn);
  return { zh: `${reached.zh}送 ${earn.points} 积分`, en: `${reached.en}, earn ${earn.points} points` };
}
