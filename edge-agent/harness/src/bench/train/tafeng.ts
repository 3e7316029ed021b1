import { readDnntsp } from '../../eval/forms/dnntsp.ts';

const FIRST_DAY_MS = Date.parse('2025-01-01T12:00:00Z');
/** The form has no times: everybody's last basket is of one day, the others a week apart before it. */
const [GAP_MS, MOST_BASKETS] = [7 * 86_400_000, 100];

/** The set's sales as the job reads them, as other people's again and again until there are `baskets`; the form has no categories. */
export function* saleLines(path: string, baskets: number): Generator<string> {
  const { people } = readDnntsp(path);
  let left = baskets;
  for (let copy = 0; left > 0; copy += 1) {
    for (const [id, { history, future }] of people) {
      const visits = future === undefined ? history : [...history, future];
      for (const [place, { items }] of visits.entries()) {
        if (left === 0) return;
        left -= 1;
        yield `${JSON.stringify({
          saleId: `${copy}-${id}-${place}`,
          memberId: `m_${copy}-${id}`,
          completedAt: new Date(FIRST_DAY_MS + (MOST_BASKETS - visits.length + place) * GAP_MS).toISOString(),
          lines: items.map((item) => ({ sku: item, quantity: 1, category: '', department: '' })),
        })}\n`;
      }
    }
  }
}
