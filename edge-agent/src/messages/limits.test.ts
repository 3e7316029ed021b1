import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentError } from '../errors.ts';
import { checkAsk, PHONE_CODE_LIMITS, retryInMs } from './limits.ts';
import { textOf } from './texts.ts';

const DAY_MS = 86_400_000;
const { perPhoneADay, perKioskWindow, kioskWindowMs, perKioskADay, perStoreADay, resendMs } = PHONE_CODE_LIMITS;

interface Ask {
  readonly phone: number;
  readonly kiosk: number;
  readonly at: number;
}

/** What the journal would count of those that were let through. */
function judge(taken: readonly Ask[], { phone, kiosk, at }: Ask): string {
  const today = taken.filter((each) => each.at > at - DAY_MS);
  const ofPhone = today.filter((each) => each.phone === phone);
  const ofKiosk = today.filter((each) => each.kiosk === kiosk);
  const asked = {
    phoneToday: ofPhone.length,
    newestOfPhoneMs: ofPhone.at(-1)?.at,
    kioskInWindow: ofKiosk.filter((each) => each.at > at - kioskWindowMs).length,
    kioskToday: ofKiosk.length,
    storeToday: today.length,
  };
  try {
    checkAsk(asked, at);
    return 'sent';
  } catch (error) {
    if (error instanceof AgentError) return error.code;
    throw error;
  }
}

const mostWithin = (times: readonly number[], ms: number): number =>
  Math.max(0, ...times.map((end) => times.filter((at) => at > end - ms && at <= end).length));

describe('limits of codes', () => {
  it('however kiosks and numbers are mixed, none gets more than its share', () => {
    const ask = fc.record({ phone: fc.nat(8), kiosk: fc.nat(2), afterMs: fc.integer({ min: 0, max: 400_000 }) });
    fc.assert(
      fc.property(fc.array(ask, { minLength: 50, maxLength: 300 }), (asks) => {
        const taken: Ask[] = [];
        let at = 0;
        for (const { afterMs, phone, kiosk } of asks) {
          at += afterMs;
          const next = { phone, kiosk, at };
          if (judge(taken, next) === 'sent') taken.push(next);
        }
        for (let phone = 0; phone <= 8; phone += 1) {
          const times = taken.filter((each) => each.phone === phone).map((each) => each.at);
          expect(mostWithin(times, DAY_MS)).toBeLessThanOrEqual(perPhoneADay);
          expect(mostWithin(times, resendMs)).toBeLessThanOrEqual(1);
        }
        for (let kiosk = 0; kiosk <= 2; kiosk += 1) {
          const times = taken.filter((each) => each.kiosk === kiosk).map((each) => each.at);
          expect(mostWithin(times, kioskWindowMs)).toBeLessThanOrEqual(perKioskWindow);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('a kiosk that is fed numbers stops after its share, and so does the store', () => {
    const taken: Ask[] = [];
    const outcomes = Array.from({ length: perKioskWindow + 1 }, (_, index) => {
      const ask = { phone: index, kiosk: 1, at: index };
      const outcome = judge(taken, ask);
      if (outcome === 'sent') taken.push(ask);
      return outcome;
    });
    expect(outcomes.filter((outcome) => outcome === 'sent')).toHaveLength(perKioskWindow);
    expect(outcomes.at(-1)).toBe('PHONE_CODES_BUSY');
    const none = { phoneToday: 0, newestOfPhoneMs: undefined, kioskInWindow: 0, kioskToday: 0, storeToday: 0 };
    for (const full of [{ kioskToday: perKioskADay }, { storeToday: perStoreADay }])
      expect(() => checkAsk({ ...none, ...full }, 0)).toThrow(AgentError);
  });

  it('a clock that was set back holds nobody up', () => {
    const asked = { phoneToday: 1, newestOfPhoneMs: DAY_MS, kioskInWindow: 1, kioskToday: 1, storeToday: 1 };
    expect(() => checkAsk(asked, 0)).not.toThrow();
    expect(() => checkAsk(asked, DAY_MS)).toThrow(AgentError);
  });

  it('waits longer each time, and never longer than a minute', () => {
    for (let failures = 1; failures < 60; failures += 1)
      for (const share of [0, 0.5, 1]) {
        const ms = retryInMs(failures, share);
        expect(ms).toBeGreaterThanOrEqual(PHONE_CODE_LIMITS.firstRetryMs / 2);
        expect(ms).toBeLessThanOrEqual(PHONE_CODE_LIMITS.maxRetryMs);
      }
    expect(retryInMs(3, 1)).toBeGreaterThan(retryInMs(2, 1));
  });
});

describe('texts', () => {
  const names = { zh: '很长的店名'.repeat(12), en: 'A very long name of a store, '.repeat(2) };

  it('fit one message, name the store and the code, and hold no link', () => {
    for (const isLate of [true, false])
      for (const minutes of [1, 10, 1_440, 10_080]) {
        const zh = textOf({ storeName: names, locale: 'zh-CN', code: '042917', minutes, isLate });
        const en = textOf({ storeName: names, locale: 'en', code: '042917', minutes, isLate });
        expect(zh.length).toBeLessThanOrEqual(70);
        expect(en.length).toBeLessThanOrEqual(160);
        for (const text of [zh, en]) {
          expect(text).toContain('042917');
          expect(text).not.toMatch(/https?:|www\./u);
        }
        expect(zh).toContain('【很长的店名');
        expect(en).toContain('A very long name');
      }
  });
});
