import { describe, expect, it } from 'vitest';
import { explain, explainGift, explainPoints, explainReason, KIND_NAMES } from './explain.ts';
import { NOT_APPLIED } from './explain-not-applied.ts';
import { Campaign } from './schema/campaign.ts';
import { NotAppliedCode, Unlock } from './schema/decision.ts';
import { Daypart, ReasonCode } from './schema/recommendation.ts';

const CHINESE = /^[^A-Za-z]*[\u4e00-\u9fff][^A-Za-z]*$/u;
const ENGLISH = /^[A-Z][\x20-\x7e¥×]*$/u;

/** One sentence of an unlock in each language. */
function invite(unlock: Unlock): { zh: string; en: string } {
  const entry = { campaignId: 'c', code: 'SPEND_NOT_REACHED' as const, unlock };
  const names = (sku: string) => (sku === 'milk' ? { zh: '牛奶', en: 'milk' } : undefined);
  return { zh: explain(entry, 'zh-CN', names), en: explain(entry, 'en', names) };
}

describe('explain', () => {
  it.each<[Unlock, string, string]>([
    [{ needFen: 1250, saveFen: 1000 }, '再买 ¥12.50，立减 ¥10', 'Add ¥12.50 more, save ¥10'],
    [{ needUnits: 1, percentOffBp: 5000 }, '再买 1 件，低价件半价', 'Add 1 more, get half off the cheapest'],
    [
      { needUnits: 2, percentOffBp: 10_000, saveFen: 499 },
      '再买 2 件，低价件免费，立减 ¥4.99',
      'Add 2 more, get the cheapest free, save ¥4.99',
    ],
    [{ needUnits: 1, percentOffBp: 2000 }, '再买 1 件，低价件 8 折', 'Add 1 more, get 20% off the cheapest'],
    [{ needUnits: 1, needSku: 'milk', saveFen: 475 }, '再买 1 件牛奶，立减 ¥4.75', 'Add 1 more of milk, save ¥4.75'],
    [{ needUnits: 1, needSku: 'x' }, '再买 1 件指定商品即享优惠', 'Add 1 more of the item to save'],
    [{ needCoupon: true, saveFen: 2000 }, '出示优惠券，立减 ¥20', 'Show a coupon, save ¥20'],
    [{ needCoupon: true }, '出示优惠券即享优惠', 'Show a coupon to save'],
    [{ needMember: true }, '入会即享优惠', 'Join as a member to save'],
    [{ needMember: true, saveFen: 380 }, '入会即享，立减 ¥3.80', 'Join as a member, save ¥3.80'],
    [
      { needMember: true, needCoupon: true, saveFen: 380 },
      '入会并出示优惠券，立减 ¥3.80',
      'Join as a member and show a coupon, save ¥3.80',
    ],
    [
      { needFen: 810, gift: { zh: '帆布袋', en: 'tote bag' } },
      '再买 ¥8.10，送帆布袋',
      'Add ¥8.10 more, get a gift: tote bag',
    ],
    [{ needFen: 810, points: 50 }, '再买 ¥8.10，送 50 积分', 'Add ¥8.10 more, earn 50 points'],
    [{ needUnits: 3 }, '再买 3 件即享优惠', 'Add 3 more to save'],
    [{ saveFen: 100 }, '未达到活动金额', 'Spend more to get this'],
  ])('invites: %j', (unlock, zh, en) => {
    expect(invite(unlock)).toEqual({ zh, en });
  });

  it('has a sentence in both languages for every need with every gain', () => {
    const needs: Unlock[] = [
      { needFen: 1 },
      { needUnits: 1 },
      { needUnits: 1, needSku: 'milk' },
      { needCoupon: true },
      { needMember: true },
    ];
    const gift = { zh: '杯子', en: 'cup' };
    const gains: Unlock[] = [
      {},
      { saveFen: 1 },
      { gift },
      { points: 2 },
      { percentOffBp: 10_000 },
      { percentOffBp: 3333 },
    ];
    const texts = needs.flatMap((need) => gains.map((gain) => invite({ ...need, ...gain })));
    for (const { zh, en } of texts) {
      expect(zh).toMatch(CHINESE);
      expect(en).toMatch(ENGLISH);
    }
    for (const locale of ['zh', 'en'] as const) expect(new Set(texts.map((text) => text[locale])).size).toBe(30);
    // A field that is added to the schema has to be said by a case above.
    const said = new Set([...needs, ...gains].flatMap((part) => Object.keys(part)));
    expect(Object.keys(Unlock.shape).filter((field) => !said.has(field))).toEqual(['payableFen']);
  });

  it('says what was saved, given and earned', () => {
    const applied = {
      campaignId: 'c',
      amountFen: 300,
      storeFen: 300,
      brandFen: 0,
      name: { zh: '茶饮九折', en: 'Tea 10% off' },
    };
    expect(explain(applied, 'zh-CN')).toBe('茶饮九折：已减 ¥3');
    expect(explain(applied, 'en')).toBe('Tea 10% off: saved ¥3');
    expect(explain({ ...applied, points: 50 }, 'zh-CN')).toBe('茶饮九折：已减 ¥3，送 50 积分');
    expect(explain({ ...applied, amountFen: 0, points: 50 }, 'en')).toBe('Tea 10% off: 50 points earned');
    expect(explain({ ...applied, amountFen: 0 }, 'zh-CN')).toBe('茶饮九折：已享');
    expect(explain({ ...applied, forBirthday: true }, 'zh-CN')).toBe('茶饮九折：已减 ¥3（生日礼遇）');
    expect(explain({ ...applied, forBirthday: true }, 'en')).toBe('Tea 10% off: saved ¥3 (for your birthday)');
  });

  it('names gifts and points', () => {
    const tote = { sku: 'tote', name: { zh: '帆布袋', en: 'tote bag' }, quantity: 2, valueFen: 1980 };
    const cup = { sku: 'cup', name: { zh: '杯子', en: 'cup' }, quantity: 2, valueFen: 3000 };
    const gift = { campaignId: 'g', times: 2, chosen: tote, options: [tote, cup] };
    expect(explainGift(gift, 'zh-CN')).toBe('赠品：帆布袋 ×2（可换：杯子）');
    expect(explainGift(gift, 'en')).toBe('Gift: tote bag ×2 (or choose: cup)');
    expect(explainGift({ ...gift, options: [tote] }, 'en')).toBe('Gift: tote bag ×2');
    expect(explainPoints({ earned: 61, spent: 2300, spentFen: 2300 }, 'zh-CN')).toBe(
      '使用 2300 积分抵 ¥23，获得 61 积分',
    );
    expect(explainPoints({ earned: 1, spent: 0, spentFen: 0 }, 'en')).toBe('1 point earned');
    expect(explainPoints({ earned: 0, spent: 0, spentFen: 0 }, 'en')).toBeUndefined();
  });

  it('has a text of its own for every code in both languages', () => {
    expect(Object.keys(NOT_APPLIED).sort()).toEqual([...NotAppliedCode.options].sort());
    for (const locale of ['zh-CN', 'en'] as const) {
      const texts = NotAppliedCode.options.map((code) => explain({ campaignId: 'c', code }, locale));
      expect(new Set(texts).size).toBe(NotAppliedCode.options.length);
      for (const text of texts) expect(text).toMatch(locale === 'en' ? ENGLISH : CHINESE);
      const reasons = ReasonCode.options.map((code) => explainReason(code, {}, locale));
      expect(new Set(reasons).size).toBe(ReasonCode.options.length);
    }
    expect(explainReason('BOUGHT_TOGETHER', { withName: '牛奶' }, 'zh-CN')).toBe('常与牛奶一起购买');
    expect(explainReason('BOUGHT_NEXT', { withName: '牛奶' }, 'zh-CN')).toBe('买过牛奶的顾客，下次常买');
    expect(explainReason('DUE_AGAIN', { days: 1 }, 'en')).toBe('Last bought 1 day ago: you may be running low');
  });

  it.each([
    [1, '您差不多天天买', 'You buy this most days'],
    [4, '您约 4 天买一次', 'You buy this about every 4 days'],
    [7, '您每周都买', 'You buy this every week'],
    [14, '您每两周买一次', 'You buy this every two weeks'],
    [30, '您每个月都买', 'You buy this every month'],
    [45, '您约 45 天买一次', 'You buy this about every 45 days'],
  ])('calls a habit what was bought three times, here every %d days', (everyDays, zh, en) => {
    const args = { times: 3, days: everyDays, everyDays };
    expect(explainReason('DUE_AGAIN', args, 'zh-CN')).toBe(zh);
    expect(explainReason('DUE_AGAIN', args, 'en')).toBe(en);
    expect(explainReason('DUE_AGAIN', { ...args, times: 2 }, 'en')).toContain('ago: you may be running low');
  });

  it.each(Daypart.options)('says what sells in the %s', (daypart) => {
    const texts = (['zh-CN', 'en'] as const).map((locale) => explainReason('POPULAR_HERE', { daypart }, locale));
    expect(texts[0]).toMatch(/^本店[早中下晚][上午]热销$/u);
    expect(texts[1]).toMatch(/^Popular here (?:in the|around) [a-z]+$/u);
  });

  it('has a name for every kind of campaign', () => {
    const kinds = Campaign.options.map((option) => option.shape.kind.value);
    expect(Object.keys(KIND_NAMES).sort()).toEqual([...kinds].sort());
    expect(new Set(Object.values(KIND_NAMES).map(({ zh }) => zh)).size).toBe(kinds.length);
    expect(new Set(Object.values(KIND_NAMES).map(({ en }) => en)).size).toBe(kinds.length);
  });
});
