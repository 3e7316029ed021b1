import type { CashRounding } from '@tillside/decide';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentError } from '../errors.ts';
import {
  changeOf,
  checkTenders,
  dueOf,
  handedOut,
  refundTenders,
  splitTenders,
  sumOf,
  type TenderIn,
  toldRounding,
} from './tenders.ts';

const kind = fc.constantFrom<TenderIn['kind']>('token', 'cash', 'voucher');
const rule = fc.record<CashRounding>({
  toFen: fc.constantFrom(5, 10, 50, 100),
  mode: fc.constantFrom('down', 'half-up'),
  cashPart: fc.constant(true as const),
});
const allCash = rule.map(({ cashPart: _cashPart, ...rest }) => rest);
const total = fc.integer({ min: 0, max: 500_000 });

const code = (work: () => unknown): string => {
  try {
    work();
    return 'ok';
  } catch (error) {
    return error instanceof AgentError ? error.code : String(error);
  }
};

/** Tenders of a total by some cut points: what a cashier would take, the cash part rounded where it is. */
function taken(totalFen: number, kinds: readonly TenderIn['kind'][], cuts: readonly number[], by?: CashRounding) {
  const marks = [...cuts.map((cut) => cut % (totalFen + 1)), totalFen].sort((left, right) => left - right);
  const parts = marks.map((mark, index) => mark - (marks[index - 1] ?? 0));
  const tenders = parts.map((amountFen, index): TenderIn => ({ kind: kinds[index] ?? 'cash', amountFen }));
  const cash = tenders.findLast((tender) => tender.kind === 'cash');
  const due = dueOf(totalFen, by, tenders);
  if (cash !== undefined) cash.amountFen += due.roundingFen;
  return { tenders, due };
}

describe('what is paid', () => {
  const payment = fc.tuple(
    total,
    fc.array(kind, { minLength: 5, maxLength: 5 }),
    fc.array(fc.nat(), { maxLength: 4 }),
    fc.option(fc.oneof(rule, allCash), { nil: undefined }),
    fc.nat(100_000),
  );

  it('always adds up: tenders are the total and the rounding, cash given is its part and the change', () => {
    fc.assert(
      fc.property(payment, ([totalFen, kinds, cuts, by, more]) => {
        const { tenders, due } = taken(totalFen, kinds, cuts, by);
        fc.pre(tenders.every(({ amountFen }) => amountFen >= 0));
        checkTenders(tenders, due.paidFen);
        expect(sumOf(tenders)).toBe(due.paidFen);
        expect(due.paidFen - due.roundingFen).toBe(totalFen);
        const given = tenders.map((tender) =>
          tender.kind === 'cash' ? { ...tender, givenFen: tender.amountFen + more } : tender,
        );
        const notes = given.filter((tender) => tender.kind === 'cash');
        const { changeFen = 0 } = changeOf(given);
        expect(changeFen).toBe(notes.length * more);
        expect(sumOf(notes) + changeFen).toBe(notes.reduce((sum, { givenFen = 0 }) => sum + givenFen, 0));
      }),
    );
  });

  it('rounds what cash pays, and only that', () => {
    fc.assert(
      fc.property(total, fc.nat(), rule, (totalFen, cut, by) => {
        const tokenFen = cut % (totalFen + 1);
        const mixed: TenderIn[] = [
          { kind: 'token', amountFen: tokenFen },
          { kind: 'cash', amountFen: 0 },
        ];
        const { paidFen, roundingFen } = dueOf(totalFen, by, mixed);
        expect((paidFen - tokenFen) % by.toFen).toBe(0);
        expect(Math.abs(roundingFen)).toBeLessThan(by.toFen);
        if (by.mode === 'down') expect(roundingFen).toBeLessThanOrEqual(0);
        // Without `cashPart` a mixed payment is to the fen, and no cash is never rounded.
        const { cashPart: _cashPart, ...plain } = by;
        expect(dueOf(totalFen, plain, mixed)).toEqual({ paidFen: totalFen, roundingFen: 0 });
        expect(dueOf(totalFen, by, [{ kind: 'token', amountFen: totalFen }]).roundingFen).toBe(0);
        expect(dueOf(totalFen, plain, [{ kind: 'cash', amountFen: 0 }]).paidFen % by.toFen).toBe(0);
      }),
    );
  });

  it.each([
    ['too little cash given', [{ kind: 'cash', amountFen: 1000, givenFen: 999 }]],
    ['change of a voucher', [{ kind: 'voucher', amountFen: 1000, givenFen: 2000 }]],
  ] as [string, TenderIn[]][])('is refused: %s', (_what, tenders) => {
    expect(code(() => changeOf(tenders))).toBe('TENDER_MISMATCH');
  });

  it('is refused when one fen is missing, or too much', () => {
    const tenders: TenderIn[] = [{ kind: 'token', amountFen: 1000 }];
    expect([999, 1000, 1001].map((due) => code(() => checkTenders(tenders, due)))).toEqual([
      'TENDER_MISMATCH',
      'ok',
      'TENDER_MISMATCH',
    ]);
  });
});

describe('what was paid elsewhere', () => {
  it('may have been rounded where cash was in it, by less than a yuan', () => {
    const cash: TenderIn[] = [{ kind: 'cash', amountFen: 1280 }];
    expect(toldRounding(cash, 1287)).toBe(-7);
    expect(toldRounding([{ kind: 'token', amountFen: 500 }, ...cash], 1780)).toBe(0);
    expect(code(() => toldRounding([{ kind: 'token', amountFen: 1280 }], 1287))).toBe('TENDER_MISMATCH');
    expect(code(() => toldRounding(cash, 1380))).toBe('TENDER_MISMATCH');
    expect(code(() => toldRounding(cash, 0))).toBe('TENDER_MISMATCH');
  });
});

describe('a refund', () => {
  it('goes out in cash unless the till says otherwise, and counts against what was handed out when money is asked for', () => {
    expect(refundTenders(undefined, 500)).toEqual([{ kind: 'cash', amountFen: 500 }]);
    expect(refundTenders(undefined, 0)).toEqual([]);
    const asked = refundTenders([{ kind: 'token', amountFen: 300 }], -300);
    expect(handedOut(asked, -300)).toEqual([{ kind: 'token', amountFen: -300 }]);
    expect(code(() => refundTenders([{ kind: 'token', amountFen: 299 }], 300))).toBe('TENDER_MISMATCH');
  });

  it('splits without losing a fen', () => {
    const tenders = fc.array(fc.record({ kind, amountFen: fc.nat(10_000) }), { maxLength: 6 });
    fc.assert(
      fc.property(tenders, fc.nat(40_000), (all, fen) => {
        const [front, rest] = splitTenders(all, fen);
        expect(sumOf(front)).toBe(Math.min(fen, sumOf(all)));
        expect(sumOf(front) + sumOf(rest)).toBe(sumOf(all));
        const given = all.map((tender) => ({ ...tender, kind: 'cash' as const, givenFen: tender.amountFen + 7 }));
        const [, left] = splitTenders(given, fen);
        for (const { amountFen, givenFen } of left) expect(givenFen).toBe(amountFen + 7);
      }),
    );
  });
});
