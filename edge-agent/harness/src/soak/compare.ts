import type { SoakFailure } from '../output/schema.ts';

/** A sale or a return that a till was told is done. */
export interface Told {
  readonly id: string;
  readonly terminalId: string;
  readonly amountFen: number;
}

export interface TerminalTotals {
  readonly terminalId: string;
  readonly sales: number;
  readonly salesFen: number;
  readonly returns: number;
  readonly refundsFen: number;
}

/** A terminal's totals as its till counts them. */
export function totalsOf(terminalId: string, sales: readonly Told[], returns: readonly Told[]): TerminalTotals {
  const own = (all: readonly Told[]): readonly Told[] => all.filter((one) => one.terminalId === terminalId);
  const sum = (all: readonly Told[]): number => all.reduce((fen, one) => fen + one.amountFen, 0);
  return {
    terminalId,
    sales: own(sales).length,
    salesFen: sum(own(sales)),
    returns: own(returns).length,
    refundsFen: sum(own(returns)),
  };
}

/** Where a terminal's totals in the journal differ from its till's, to the fen. */
export function compareTotals(till: TerminalTotals, journal: TerminalTotals): SoakFailure[] {
  return (['sales', 'salesFen', 'returns', 'refundsFen'] as const)
    .filter((what) => till[what] !== journal[what])
    .map((what) => ({
      code: 'JOURNAL_TOTALS_DIFFER',
      message: `${till.terminalId} ${what}: the till has ${till[what]}, the journal ${journal[what]}`,
    }));
}

/** Whether what is held is exactly what the tills were told: each once, with its amount, and nothing else. `where` is the prefix of the codes. */
export function compareEach(where: 'HUB' | 'JOURNAL', told: readonly Told[], held: readonly Told[]): SoakFailure[] {
  const seen = new Map<string, Told[]>();
  for (const one of held) seen.set(one.id, [...(seen.get(one.id) ?? []), one]);
  const failures: SoakFailure[] = [];
  for (const one of told) {
    const found = seen.get(one.id) ?? [];
    seen.delete(one.id);
    const [first] = found;
    if (first === undefined) failures.push({ code: `${where}_MISSING`, message: `${one.id} of ${one.terminalId}` });
    else if (found.length > 1)
      failures.push({ code: `${where}_REPEATED`, message: `${one.id}: ${found.length} times` });
    else if (first.amountFen !== one.amountFen || first.terminalId !== one.terminalId)
      failures.push({
        code: `${where}_DIFFERS`,
        message: `${one.id}: ${one.amountFen} fen of ${one.terminalId}, held ${first.amountFen} of ${first.terminalId}`,
      });
  }
  for (const id of seen.keys())
    failures.push({ code: `${where}_UNEXPECTED`, message: `${id}: no till was told of it` });
  return failures;
}
