import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileCampaigns, type Decision, decide, refundFor } from '../index.ts';
import { differences, slips } from './compare.ts';
import { type Example, readExamples, readShop } from './examples.ts';
import { inputsOf } from './inputs.ts';

const page = readFileSync(new URL('../../../../docs/promotions-examples.md', import.meta.url), 'utf8');
const shop = readShop(page);
const each = readExamples(page).map((example): [string, Example] => [example.title, example]);

/** What the stated returns give back, one after the other. */
function refunds({ facts }: Example, decision: Decision): number[] {
  return facts.returns.map((one, index, all) => {
    const result = refundFor(decision, [one], all.slice(0, index));
    if (!result.ok) throw new Error(result.errors.map(({ code }) => code).join('; '));
    return result.refundFen;
  });
}

/** Where the engine differs from an example. */
function differ(example: Example): string[] {
  const { context, set, basket } = inputsOf(example, shop);
  const decision = decide(context, compileCampaigns(set), basket);
  return differences(example, decision, refunds(example, decision));
}

describe('docs/promotions-examples.md and the engine', () => {
  it.each(each)('agrees: %s', (_, example) => {
    expect(differ(example)).toEqual([]);
  });

  it('notices one wrong number or code, wherever it stands', () => {
    // Every number of a table's row or of a list's point, and every code, is spoilt in turn.
    const spoilt = page
      .split('\n')
      .flatMap((line, at) =>
        /^(?:\| L|\| \*\*|- )/u.test(line)
          ? [...line.matchAll(/\d+\.\d\d(?!\d)|(?<=: )\d+|[A-Z]+_[A-Z_]+/gu)].map((hit) => ({ line, at, hit }))
          : [],
      );
    const lines = page.split('\n');
    const missed: string[] = [];
    for (const { line, at, hit } of spoilt) {
      const text = hit[0];
      const wrong = /^\d/u.test(text)
        ? text.replace(/\d$/u, (digit) => String((Number(digit) + 1) % 10))
        : 'COUPON_EXPIRED';
      const changed = `${line.slice(0, hit.index)}${wrong}${line.slice(hit.index + text.length)}`;
      const start = lines.slice(0, at).findLastIndex((one) => one.startsWith('### '));
      const index = lines.slice(0, start + 1).filter((one) => one.startsWith('### ')).length - 1;
      const example = readExamples(lines.with(at, changed).join('\n'))[index];
      if (example && slips(example).length === 0 && differ(example).length === 0) missed.push(changed);
    }
    expect(spoilt.length).toBeGreaterThan(500);
    expect(missed).toEqual([]);
  });
});
