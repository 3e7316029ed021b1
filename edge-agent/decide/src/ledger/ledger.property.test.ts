import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MEMBER_ACCOUNTS } from './accounts.ts';
import { LedgerEntry } from './entry.ts';
import { foldLedger, runLedger, stateHash } from './fold.ts';
import { carriedOf } from './lots.ts';
import { newestPart } from './part.ts';
import { ledgerHash } from './set.ts';
import { CarriedPoints, MAX_LOTS } from './state.ts';
import { statementOf } from './statement.ts';
import { arbitraryEntries, arbitraryRules, dayMs } from './testing/arbitraries.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const DAYS = 90;
const END = { asOfMs: dayMs(DAYS + 1), sha256 };

describe('the points ledger', () => {
  it('generates entries that the schema takes', () => {
    fc.assert(
      fc.property(arbitraryEntries(DAYS), (entries) => {
        for (const entry of entries) LedgerEntry.parse(entry);
      }),
    );
  });

  it('comes to the same by any order, with any of it delivered again, also of merged ids', () => {
    const delivered = arbitraryEntries(DAYS).chain((entries) =>
      fc.record({
        entries: fc.constant(entries),
        again: fc.shuffledSubarray(entries),
        rules: arbitraryRules,
        other: fc.boolean(),
        seed: fc.shuffledSubarray(entries, { minLength: entries.length }),
      }),
    );
    fc.assert(
      fc.property(delivered, ({ entries, again, seed, rules, other }) => {
        const [first] = entries;
        const conflict = other && first !== undefined ? [{ ...first, points: first.points + 1 }] : [];
        const one = foldLedger([...entries, ...conflict], rules, END);
        const two = foldLedger([...again, ...conflict, ...seed, ...again], rules, END);
        expect(two).toEqual(one);
        expect(stateHash(two, sha256)).toBe(stateHash(one, sha256));
        expect(ledgerHash([...conflict, ...seed, ...again], sha256)).toBe(
          ledgerHash([...entries, ...conflict], sha256),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('sums to zero in each posting and over all, and never has less than nothing', () => {
    fc.assert(
      fc.property(arbitraryEntries(DAYS), arbitraryRules, fc.nat(DAYS), (entries, rules, day) => {
        let lastMs = -Infinity;
        const state = runLedger(entries, rules, { asOfMs: dayMs(day), sha256 }, ({ moves, atMs }) => {
          expect(Object.values(moves).reduce((sum, points) => sum + points, 0)).toBe(0);
          expect(atMs).toBeGreaterThanOrEqual(lastMs);
          lastMs = atMs;
        });
        expect(Object.values(state.accounts).reduce((sum, points) => sum + points, 0)).toBe(0);
        for (const what of [state.available, state.pending, state.owed]) expect(what).toBeGreaterThanOrEqual(0);
        if (rules.negative === 'absorb') expect(state.owed).toBe(0);
        const lots = state.lots.reduce((sum, lot) => sum + lot.points, 0);
        expect(lots).toBe(state.available + state.pending);
        const { lines, beforePoints } = statementOf(entries, rules, { asOfMs: dayMs(day), sha256 });
        const told = lines.reduce((sum, line) => sum + line.points, beforePoints);
        expect(told).toBe(MEMBER_ACCOUNTS.reduce((sum, account) => sum + state.accounts[account], 0));
      }),
      { numRuns: 300 },
    );
  });

  it('that is handed over as a state goes on as if its entries were there', () => {
    fc.assert(
      fc.property(arbitraryEntries(DAYS), arbitraryRules, fc.nat(DAYS), (all, rules, cut) => {
        const dayOf = (entry: LedgerEntry): number => Math.floor((Date.parse(entry.at) - dayMs(0)) / 86_400_000);
        const ids = new Map(all.map((entry) => [entry.entryId, entry]));
        // What comes back after the cut of what was before it: see the next test.
        const entries = all.filter(({ of, ...entry }) => {
          if (of === undefined) return true;
          const reversed = ids.get(of);
          return reversed !== undefined && dayOf(reversed) < cut === dayOf(entry as LedgerEntry) < cut;
        });
        const opening = carriedOf(
          foldLedger(
            entries.filter((entry) => dayOf(entry) < cut),
            rules,
            { asOfMs: dayMs(cut), sha256 },
          ),
        );
        CarriedPoints.parse(opening);
        const rest = entries.filter((entry) => dayOf(entry) >= cut);
        const whole = foldLedger(entries, rules, END);
        const carried = foldLedger(rest, rules, { ...END, opening });
        expect(carried.lots).toEqual(whole.lots);
        expect(carriedOf(carried)).toEqual(carriedOf(whole));
      }),
      { numRuns: 300 },
    );
  });

  it('takes an earn back that lies in the state handed over, as long as its points did not end', () => {
    fc.assert(
      fc.property(
        arbitraryEntries(40, 12),
        arbitraryRules,
        fc.nat(),
        fc.integer({ min: 1, max: 200 }),
        (all, rules, which, points) => {
          const entries = all.filter(({ kind, expiresAt }) => kind !== 'reverse' && expiresAt === undefined);
          const earns = entries.filter(({ kind }) => kind === 'earn');
          const of = earns[which % Math.max(1, earns.length)];
          if (of === undefined) return;
          const back: LedgerEntry = {
            entryId: 'reverse:s1:r/earn',
            memberId: 'MEM0',
            kind: 'reverse',
            points: Math.min(points, of.points),
            at: new Date(dayMs(60)).toISOString(),
            of: of.entryId,
          };
          const opening = carriedOf(foldLedger(entries, rules, { asOfMs: dayMs(50), sha256 }));
          expect(foldLedger([back], rules, { ...END, opening }).lots).toEqual(
            foldLedger([...entries, back], rules, END).lots,
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('hands over no more lots than may be, and never more points than there are', () => {
    const many = fc.array(
      fc.record({
        from: fc.nat(100),
        until: fc.integer({ min: 101, max: 300 }),
        points: fc.integer({ min: 1, max: 50 }),
      }),
      {
        minLength: MAX_LOTS,
        maxLength: 200,
      },
    );
    fc.assert(
      fc.property(many, arbitraryRules, fc.nat(300), (all, rules, day) => {
        const entries = all.map(
          ({ from, until, points }, place): LedgerEntry => ({
            entryId: `earn:s1:${place}`,
            memberId: 'MEM0',
            kind: 'earn',
            points,
            at: new Date(dayMs(0)).toISOString(),
            availableAt: new Date(dayMs(from)).toISOString(),
            expiresAt: new Date(dayMs(until)).toISOString(),
          }),
        );
        const opening = CarriedPoints.parse(carriedOf(foldLedger(entries, rules, { asOfMs: dayMs(1), sha256 })));
        const asOf = { asOfMs: dayMs(Math.max(1, day)), sha256 };
        const told = foldLedger([], rules, { ...asOf, opening }).available;
        expect(told).toBeLessThanOrEqual(foldLedger(entries, rules, asOf).available);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a statement made of what two places hold', () => {
  it('is that of all of it, however it is split and whatever both hold', () => {
    const split = arbitraryEntries(DAYS).chain((entries) =>
      fc.record({
        entries: fc.constant(entries),
        hq: fc.shuffledSubarray(entries),
        more: fc.shuffledSubarray(entries),
        rules: arbitraryRules,
      }),
    );
    fc.assert(
      fc.property(split, ({ entries, hq, more, rules }) => {
        const atStore = [...more, ...entries.filter((entry) => !hq.includes(entry))];
        const part = newestPart(hq, rules, { ...END, most: entries.length });
        expect(statementOf([...part.entries, ...atStore], rules, { ...END, opening: part.opening })).toEqual(
          statementOf(entries, rules, END),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('of a part has the newest lines and the same balances, as long as nothing of before comes back in it', () => {
    fc.assert(
      fc.property(arbitraryEntries(DAYS), arbitraryRules, fc.nat(12), (all, rules, most) => {
        const { entries: newest } = newestPart(all, rules, { ...END, most });
        const ids = new Set(newest.map(({ entryId }) => entryId));
        const known = new Set(all.map(({ entryId }) => entryId));
        const crosses = ({ entryId, of }: LedgerEntry): boolean =>
          of !== undefined && (!known.has(of) || ids.has(entryId) !== ids.has(of));
        const entries = all.filter((entry) => !crosses(entry));
        const part = newestPart(entries, rules, { ...END, most: newest.filter((entry) => !crosses(entry)).length });
        const whole = statementOf(entries, rules, END);
        const told = statementOf(part.entries, rules, { ...END, opening: part.opening });
        expect(part.entries.length).toBeLessThanOrEqual(most);
        expect(told.lines).toEqual(whole.lines.slice(0, told.lines.length));
        expect(told.state.lots).toEqual(whole.state.lots);
        expect([told.endingNext, told.availableNext, told.state.owed]).toEqual([
          whole.endingNext,
          whole.availableNext,
          whole.state.owed,
        ]);
        expect(told.lines.reduce((sum, { points }) => sum + points, told.beforePoints)).toBe(
          whole.lines.reduce((sum, { points }) => sum + points, whole.beforePoints),
        );
      }),
      { numRuns: 300 },
    );
  });
});
