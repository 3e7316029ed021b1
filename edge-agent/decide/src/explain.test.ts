import { describe, expect, it } from 'vitest';
import { explain, explainReason, NotAppliedCode, ReasonCode } from './index.ts';

describe('explain', () => {
  it('invites with the nearest unlock', () => {
    const near = { campaignId: 'c', code: 'SPEND_NOT_REACHED' as const, unlock: { needFen: 1250, saveFen: 1000 } };
    expect(explain(near, 'zh-CN')).toBe('再买 ¥12.50，立减 ¥10');
    expect(explain(near, 'en')).toBe('Add ¥12.50 more, save ¥10');
    const half = { campaignId: 'c', code: 'UNITS_NOT_REACHED' as const, unlock: { needUnits: 1, percentOffBp: 5000 } };
    expect(explain(half, 'zh-CN')).toBe('再买 1 件，低价件5 折');
    expect(explain(half, 'en')).toBe('Add 1 more, get 50% off the cheapest');
  });

  it('says what was saved', () => {
    const applied = { campaignId: 'c', amountFen: 300, name: { zh: '茶饮九折', en: 'Tea 10% off' } };
    expect(explain(applied, 'zh-CN')).toBe('茶饮九折：已减 ¥3');
    expect(explain(applied, 'en')).toBe('Tea 10% off: saved ¥3');
  });

  it('has a text of its own for every code in both languages', () => {
    for (const locale of ['zh-CN', 'en'] as const) {
      const texts = NotAppliedCode.options.map((code) => explain({ campaignId: 'c', code }, locale));
      expect(new Set(texts).size).toBe(NotAppliedCode.options.length);
      const reasons = ReasonCode.options.map((code) => explainReason(code, {}, locale));
      expect(new Set(reasons).size).toBe(ReasonCode.options.length);
    }
    expect(explainReason('BOUGHT_TOGETHER', { withName: '牛奶' }, 'zh-CN')).toBe('常与牛奶一起购买');
    expect(explainReason('DUE_AGAIN', { days: 1 }, 'en')).toBe('Last bought 1 day ago: you may be running low');
  });
});
