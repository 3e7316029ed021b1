import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KIND_NAMES } from '../explain.ts';
import { Campaign } from '../schema/campaign.ts';
import { checkEquations } from './arithmetic.ts';
import { slips } from './compare.ts';
import { type Example, readExamples, readShop } from './examples.ts';
import { factsOf } from './facts.ts';
import { inputsOf } from './inputs.ts';
import { codesIn, tableRows } from './markdown.ts';

const read = (name: string): string => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), 'utf8');
const page = read('promotions-examples.md');
const shop = readShop(page);
const examples = readExamples(page);
const kinds = Campaign.options.map((option) => option.shape.kind.value);
const each = examples.map((example): [string, Example] => [example.title, example]);

describe('docs/promotions-examples.md by itself', () => {
  it('has an example of every kind, each under a title of its own', () => {
    const shown = new Set(examples.flatMap(({ block }) => block.campaigns.map(({ kind }) => kind)));
    expect([...shown].sort()).toEqual([...kinds].sort());
    expect(new Set(examples.map(({ title }) => title)).size).toBe(examples.length);
    expect(examples.length).toBe([...page.matchAll(/^### /gmu)].length);
  });

  it.each(each)('adds up: %s', (_, example) => {
    expect(slips(example)).toEqual([]);
    expect(checkEquations(example.prose).wrong).toEqual([]);
    for (const line of example.lines)
      expect(line.unitPriceFen).toBe(shop.find(({ sku }) => sku === line.sku)?.priceFen);
    const [zh, en, ...more] = example.says;
    expect(zh).toMatch(/[\u4e00-\u9fff].*。$/u);
    expect(en).toMatch(/^[\x20-\x7e]+\.$/u);
    expect(more).toEqual([]);
  });

  it.each(each)('is valid input: %s', (_, example) => {
    expect(inputsOf(example, shop).basket.lines).toHaveLength(example.lines.length);
  });

  it('reads every equation', () => {
    const written = examples.reduce((sum, { prose }) => sum + [...prose.matchAll(/[=≈](?= \d)/gu)].length, 0);
    const read = examples.reduce((sum, { prose }) => sum + checkEquations(prose).count, 0);
    expect(read).toBe(written);
    expect(read).toBeGreaterThan(60);
  });

  it('notices wrong sums', () => {
    expect(checkEquations('as 2 × (3.00 − 1.00) = 4.00, 9.95 × 10 % = 0.995 ≈ 1.00.')).toEqual({ count: 3, wrong: [] });
    expect(checkEquations('2 × 3.00 = 6.01').wrong).toEqual(['2 × 3.00 = 6.01']);
    expect(checkEquations('0.995 ≈ 0.99').wrong).toHaveLength(1);
    expect(() => factsOf(['Cash is king'])).toThrow('no known form');
    const [first] = examples;
    if (first)
      expect(slips({ ...first, total: { ...first.total, paysFen: 1 } })).toEqual(['total pays', 'total saves']);
  });
});

describe('docs/promotions.zh-CN.md', () => {
  it('lists every kind by the name that shops know it by', () => {
    const part =
      read('promotions.zh-CN.md')
        .split(/^## /mu)
        .find((section) => section.startsWith('活动种类\n')) ?? '';
    const listed = tableRows(part).map(([kind = '', name]) => [codesIn(kind)[0], name]);
    expect(listed).toEqual(kinds.map((kind) => [kind, KIND_NAMES[kind].zh]));
  });

  it('speaks of examples that are there', () => {
    const named = [...read('promotions.zh-CN.md').matchAll(/\(promotions-examples\.md#([^)]+)\)/gu)].map(
      (match) => match[1] ?? '',
    );
    // As the forges make an anchor of a title: small letters, no punctuation, dashes for spaces.
    const anchors = examples.map(({ title }) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-'),
    );
    expect(named.length).toBeGreaterThanOrEqual(kinds.length);
    expect(named.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });
});
