import { describe, expect, it } from 'vitest';
import { parseCampaignSet } from '../schema/parse.ts';
import { checkCampaignSet } from './check.ts';
import { AUTHORING_FINDINGS, type FindingCode } from './finding.ts';
import { AUTHORING_LIMITS } from './limits.ts';
import { type Case, percent, setUnder } from './testing/case.ts';
import { catalogueCases } from './testing/cases-catalogue.ts';
import { benefitCases, neverCases } from './testing/cases-never.ts';
import { rivalCases, stackingCases } from './testing/cases-stacking.ts';
import { catalogue, soundSet } from './testing/sound.ts';

/** One case for every code: a code without one doesn't compile. */
const CASES: Readonly<Record<Exclude<FindingCode, 'CHECK_STOPPED'>, Case>> = {
  ...stackingCases,
  ...rivalCases,
  ...neverCases,
  ...benefitCases,
  ...catalogueCases,
};

describe('checkCampaignSet', () => {
  it('has nothing to say of a sound set, with or without a catalogue', () => {
    expect(parseCampaignSet(soundSet()).ok).toBe(true);
    expect(checkCampaignSet(soundSet())).toEqual([]);
    expect(checkCampaignSet(soundSet(), catalogue)).toEqual([]);
    expect(checkCampaignSet(setUnder([], {}), [])).toEqual([]);
  });

  it('has a case for each of its codes', () => {
    expect([...Object.keys(CASES), 'CHECK_STOPPED'].sort()).toEqual(Object.keys(AUTHORING_FINDINGS).sort());
  });

  it.each(Object.entries(CASES))('finds %s, and not in a set that is nearly the same', (code, one) => {
    const bad = setUnder(one.bad, one.policy ?? {});
    expect(parseCampaignSet(bad)).toMatchObject({ ok: true });
    const findings = checkCampaignSet(bad, one.catalogue);
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    const { severity } = AUTHORING_FINDINGS[code as FindingCode];
    expect(findings[0]).toMatchObject({ severity, campaignIds: one.ids, path: one.path, ...one.data });
    const sound = setUnder(one.sound, { ...one.policy, ...one.soundPolicy });
    expect(parseCampaignSet(sound)).toMatchObject({ ok: true });
    expect(checkCampaignSet(sound, one.catalogue)).toEqual([]);
  });

  it('speaks both languages in whole sentences, with names and without leftovers', () => {
    for (const one of Object.values(CASES)) {
      for (const { message } of checkCampaignSet(setUnder(one.bad, one.policy ?? {}), one.catalogue)) {
        expect(message.zh).toMatch(/[\u4e00-\u9fff].*。$/u);
        expect(message.en).toMatch(/^[A-Z"].*\.$/u);
        for (const text of [message.zh, message.en]) expect(text).not.toMatch(/undefined|NaN|\[object/u);
      }
    }
  });

  it('puts errors first, then goes by the set, and changes nothing', () => {
    const campaigns = [
      percent('a', 1000, { stackWith: ['gone'] }),
      percent('b', 1000, { items: { skus: ['milk'] }, requiresCoupon: true }),
      percent('c', 1000, { items: { skus: ['soap'] }, stackWith: ['layer:cart', 'c'] }),
    ];
    const set = setUnder(campaigns, { couponsPerBasket: 0 });
    const before = structuredClone(set);
    const found = checkCampaignSet(set).map(({ code, campaignIds }) => `${code} ${campaignIds.join()}`);
    expect(found).toEqual([
      'NEVER_ANY_COUPON b',
      'STACK_UNKNOWN_LAYER c',
      'STACK_UNKNOWN_CAMPAIGN a',
      'STACK_WITH_ITSELF c',
    ]);
    expect(set).toEqual(before);
  });

  it('says so when it leaves something out', () => {
    const many = Array.from({ length: AUTHORING_LIMITS.maxFindingsPerCode + 1 }, (_, index) =>
      percent(`c${index}`, 1000, { items: { skus: [`s${index}`] }, stackWith: [`gone${index}`] }),
    );
    const findings = checkCampaignSet(setUnder(many, {}));
    expect(findings).toHaveLength(AUTHORING_LIMITS.maxFindingsPerCode + 1);
    expect(findings.at(-1)).toMatchObject({ code: 'CHECK_STOPPED', severity: 'warning', campaignIds: [], path: '' });
    expect(checkCampaignSet(setUnder(many.slice(1), {})).map(({ code }) => code)).not.toContain('CHECK_STOPPED');
  });

  it('answers in bounded time where thousands of campaigns all touch everything', () => {
    const ids = Array.from({ length: 1500 }, (_, index) => `c${index}`);
    const all = ids.map((id, index) =>
      percent(id, index + 1, {
        items: { all: true },
        priority: 1,
        stackWith: [ids[index + 1] ?? 'c0', 'layer:item'],
      }),
    );
    for (const objective of ['best-for-customer', 'priority-order'] as const) {
      const found = checkCampaignSet(setUnder(all, { objective }), catalogue);
      expect(found.at(-1)?.code).toBe('CHECK_STOPPED');
    }
  });
});
