import type { Cashier } from './cashier.ts';
import { printZ } from './papers.ts';
import { closeDay, closeWrongly, signOff } from './session.ts';
import type { Terminal } from './terminal.ts';

/**
 * Cashiers count their drawers and sign off (X), every terminal closes its day (Z) against its own totals, and the lanes' Z reports are printed. At the first lane a total
 * is keyed wrongly before. Returns how many sessions and days were closed, and reports printed.
 */
export async function closeTills(
  cashiers: readonly Cashier[],
  pos: readonly Terminal[],
  businessDate: string,
): Promise<{ sessions: number; days: number; printed: number }> {
  for (const cashier of cashiers) await signOff(cashier);
  if (cashiers[0] !== undefined) await closeWrongly(cashiers[0], businessDate);
  for (const till of [...cashiers, ...pos]) {
    const { zNumber } = await closeDay(till, businessDate);
    const cashier = cashiers.find((one) => one === till);
    if (cashier !== undefined) await printZ(cashier, businessDate, zNumber);
  }
  return { sessions: cashiers.length, days: cashiers.length + pos.length, printed: cashiers.length };
}
