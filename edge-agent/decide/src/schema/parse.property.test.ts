import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCatalogue } from '../authoring/catalogue.ts';
import { catalogue, soundCampaigns, soundSet } from '../authoring/testing/sound.ts';
import { DECIDE_ERRORS, type ParseResult } from '../errors.ts';
import { DECIDE_LIMITS } from '../limits.ts';
import { anyCase } from '../testing/arbitraries.ts';
import { basketOf, line } from '../testing/fixtures-data.ts';
import { parseBasket, parseCampaignSet, parseDecisionContext } from './parse.ts';

const PARSERS = [parseCampaignSet, parseBasket, parseDecisionContext, parseCatalogue] as const;

const basket = basketOf([line('L1', 'tea', 2, 100, { weightGrams: 3 })], {
  member: { memberId: 'M', tier: 'gold', tags: ['a'] },
  giftChoices: [{ campaignId: 'c', sku: 's' }],
});
const context = {
  storeId: 'S1',
  channel: 'till',
  at: '2026-03-04T12:00:00+08:00',
  zone: 'Asia/Shanghai',
  usage: [{ campaignId: 'c', member: 1 }],
  giftStock: [{ sku: 'mug', quantity: 1 }],
};

/** Refused with known codes, places as texts and a bounded list, or accepted. */
function isAnswered(result: ParseResult<unknown>): boolean {
  if (result.ok) return true;
  return (
    result.errors.length > 0 &&
    result.errors.length <= DECIDE_LIMITS.maxErrors &&
    result.errors.every(
      ({ code, path, message, hint }) =>
        Object.hasOwn(DECIDE_ERRORS, code) && path.length < 500 && message.length < 1000 && hint.length < 500,
    )
  );
}

const KEYS = ['__proto__', 'constructor', 'toString', 'kind', 'tiers', 'by', 'all', 'length'];
const bad = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>,
  fc.constantFrom<unknown>(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -0,
    2 ** 53,
    2 ** 40 + 1,
    0.5,
    -1,
    '',
    'x'.repeat(10_000),
    [],
  ),
  fc.tuple(fc.constantFrom(...KEYS), fc.jsonValue({ maxDepth: 1 })).map(([key, value]) =>
    // As JSON.parse makes it: an own field, whatever its name.
    Object.defineProperty({}, key, { value, enumerable: true, configurable: true, writable: true }),
  ),
);

/** Every place in a document: the keys that lead there. */
function places(value: unknown, path: readonly string[] = []): string[][] {
  const below =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, field]) => places(field, [...path, key]))
      : [];
  return [[...path], ...below];
}

/** A copy with the value at a place replaced, or a field added beside it. */
function changed(document: unknown, path: readonly string[], value: unknown, extra: string | undefined): unknown {
  const copy = structuredClone(document);
  const [last, ...above] = [...path].reverse();
  if (last === undefined) return value;
  const parent = above.reverse().reduce((here, key) => (here as Record<string, unknown>)[key], copy as unknown);
  // A list's length is no field that JSON can give.
  const key = Array.isArray(parent) ? last : (extra ?? last);
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
  return copy;
}

describe('what is read at the boundary', () => {
  it('answers any JSON with a value or with coded errors, and never throws', () => {
    const anyJson = fc.oneof(bad, fc.object({ maxDepth: 4, key: fc.constantFrom(...KEYS, 'campaigns', 'lines') }));
    fc.assert(
      fc.property(anyJson, (input) => PARSERS.every((parse) => isAnswered(parse(input)))),
      { numRuns: 500 },
    );
  });

  it('answers a sound document with one place spoilt', () => {
    const documents = [
      { parse: parseCampaignSet, document: soundSet() },
      { parse: parseBasket, document: basket },
      { parse: parseDecisionContext, document: context },
      { parse: parseCatalogue, document: catalogue },
    ] as const;
    for (const { parse, document } of documents) {
      fc.assert(
        fc.property(
          fc.constantFrom(...places(document)),
          bad,
          fc.option(fc.constantFrom(...KEYS), { nil: undefined, freq: 3 }),
          (path, value, extra) => isAnswered(parse(changed(document, path, value, extra))),
        ),
        { numRuns: 1000 },
      );
    }
  });

  it('names the place of a spoilt field', () => {
    const set = soundSet();
    const leaves = places(set).filter((path) => path.length > 2 && path.at(-1) !== 'all');
    fc.assert(
      fc.property(fc.constantFrom(...leaves), (path) => {
        const result = parseCampaignSet(changed(set, path, { wrong: 1 }, undefined));
        const place = path.reduce((text, key) => (/^\d+$/.test(key) ? `${text}[${key}]` : `${text}.${key}`)).slice(0);
        expect(result.ok ? [] : result.errors.map((error) => error.path)).toSatisfy((paths: string[]) =>
          paths.some((one) => one === place || one.startsWith(`${place}.`)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('an object that claims a length is no text and no list', () => {
    const claims = [{ length: { toString: 0 } }, { length: 5 }, { length: 1e9 }, { length: null }, { length: '7' }];
    for (const claim of claims) {
      expect(parseBasket({ ...basket, lines: claim })).toMatchObject({
        errors: [{ code: 'WRONG_TYPE', path: 'lines' }],
      });
      const set = { ...soundSet(), setId: claim, campaigns: claim };
      expect(parseCampaignSet(set)).toMatchObject({
        errors: [
          { code: 'WRONG_TYPE', path: 'setId' },
          { code: 'WRONG_TYPE', path: 'campaigns' },
        ],
      });
      const campaigns = [{ ...soundCampaigns.bundle, slots: [{ items: { skus: [claim] }, quantity: 1 }] }];
      expect(parseCampaignSet({ ...soundSet(), campaigns })).toMatchObject({
        errors: [{ code: 'WRONG_TYPE', path: 'campaigns[0].slots[0].items.skus[0]' }],
      });
    }
  });

  it('an unknown field of any name is an error, and touches no prototype', () => {
    for (const key of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'campaign']) {
      const set = changed(soundSet(), ['campaigns', '0', 'name', 'zh'], { polluted: true }, key);
      expect(parseCampaignSet(set)).toMatchObject({
        ok: false,
        errors: [{ code: 'UNKNOWN_FIELD', path: `campaigns[0].name.${key}` }],
      });
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('ids that are names of prototypes are ids like others', () => {
    const ids = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const campaigns = ids.map((id) => ({ ...soundCampaigns.discount, id, items: { skus: ids } }));
    expect(parseCampaignSet({ ...soundSet(), campaigns }).ok).toBe(true);
    expect(
      parseBasket(
        basketOf(
          ids.map((id) => line(id, id, 1, 1, {})),
          {},
        ),
      ).ok,
    ).toBe(true);
  });

  it('accepts what the engine is tried with', () => {
    fc.assert(
      fc.property(anyCase(5, 4, 4), ({ set, basket: lines, context: at }) => {
        expect(parseCampaignSet(set)).toEqual({ ok: true, value: set });
        expect(parseBasket(lines).ok).toBe(true);
        expect(parseDecisionContext(at).ok).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('inputs that are too large', () => {
  const within = (ms: number, work: () => void): void => {
    const from = performance.now();
    work();
    expect(performance.now() - from).toBeLessThan(ms);
  };

  it('are refused before they are looked into', () => {
    const rubbish = new Array(5_000_000).fill(7);
    within(2000, () => {
      expect(parseCampaignSet({ ...soundSet(), campaigns: rubbish })).toMatchObject({
        errors: [{ code: 'TOO_MANY_CAMPAIGNS', path: 'campaigns' }],
      });
      const items = { skus: rubbish };
      const slots = [{ items, quantity: 1 }];
      const set = { ...soundSet(), campaigns: [{ ...soundCampaigns.bundle, slots }] };
      expect(parseCampaignSet(set)).toMatchObject({
        errors: [{ code: 'TOO_MANY_ENTRIES', path: 'campaigns[0].slots[0].items.skus' }],
      });
      expect(parseBasket({ ...basket, lines: rubbish })).toMatchObject({ errors: [{ code: 'TOO_MANY_LINES' }] });
      expect(parseDecisionContext({ ...context, usage: rubbish })).toMatchObject({
        errors: [{ code: 'TOO_MANY_ENTRIES', path: 'usage' }],
      });
    });
  });

  it('huge texts and deep nesting are answered, and not repeated in the answer', () => {
    const huge = 'x'.repeat(20_000_000);
    let deep: unknown = 1;
    for (let depth = 0; depth < 100_000; depth += 1) deep = depth % 2 === 0 ? [deep] : { items: deep };
    within(3000, () => {
      for (const value of [huge, deep]) {
        const change = { ...soundCampaigns.discount, id: value, name: value, items: value, window: value, [huge]: 1 };
        expect(isAnswered(parseCampaignSet({ ...soundSet(), campaigns: [change] }))).toBe(true);
        for (const parse of PARSERS) expect(isAnswered(parse(value))).toBe(true);
      }
    });
  });

  it('a file of rubbish is given up early, and 20,000 campaigns are read', () => {
    let looks = 0;
    const unread = {
      get kind() {
        looks += 1;
        return 'magic';
      },
    };
    const rubbish = new Array(DECIDE_LIMITS.maxCampaigns).fill(unread);
    const result = parseCampaignSet({ ...soundSet(), campaigns: rubbish });
    expect(result.ok ? 0 : result.errors.length).toBe(DECIDE_LIMITS.maxErrors);
    expect(looks).toBeLessThan(DECIDE_LIMITS.maxErrors * 10);
    const list = Object.values(soundCampaigns);
    const campaigns = Array.from({ length: DECIDE_LIMITS.maxCampaigns }, (_, index) => ({
      ...list[index % list.length],
      id: `c${index}`,
    }));
    within(8000, () => expect(parseCampaignSet({ ...soundSet(), campaigns }).ok).toBe(true));
  });
});
