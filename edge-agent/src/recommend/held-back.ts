import type { HeldBackView } from '@tillside/agent-contract';
import { AgentError } from '../errors.ts';
import type { Journal, Reader } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import type { Items } from '../prices/item.ts';

/** Items that one store keeps from being recommended at a time; a question to the model names them all. Beyond, the one that ends first gives way. */
export const MAX_HELD_BACK = 200;

/** SKUs that staff keep from being recommended now. */
export const heldBackSkus = (reader: Reader, now: string): string[] =>
  reader.all<{ sku: string }>('SELECT sku FROM held_back WHERE until > ?', now).map(({ sku }) => sku);

/** What staff keep from being recommended for a while: the shelf is empty, say. It is sold as ever. */
export class HeldBack {
  #deps: { journal: Journal; items: Items; clock: Clock };

  constructor(deps: { journal: Journal; items: Items; clock: Clock }) {
    this.#deps = deps;
  }

  list(): HeldBackView[] {
    const { journal, items, clock } = this.#deps;
    const rows = journal.all<{ sku: string; until: string }>(
      'SELECT sku, until FROM held_back WHERE until > ? ORDER BY until, sku',
      instantOf(clock.now()),
    );
    const known = items.bySkus(rows.map(({ sku }) => sku));
    return rows.map(({ sku, until }) => ({ sku, name: known.get(sku)?.name ?? { zh: sku, en: sku }, until }));
  }

  /** The newest word counts. Throws ITEM_UNKNOWN, BODY_REFUSED (a time that has passed). */
  put(staffId: string, sku: string, until: string): HeldBackView {
    const { journal, items, clock } = this.#deps;
    const item = items.bySku(sku);
    if (item === undefined) throw new AgentError('ITEM_UNKNOWN');
    const untilMs = Date.parse(until);
    if (untilMs <= clock.now())
      throw new AgentError('BODY_REFUSED', { fields: [{ path: 'until', message: 'lies in the past' }] });
    const held = { sku, until: instantOf(untilMs) };
    journal.write((tx) => {
      tx.run('DELETE FROM held_back WHERE until <= ? OR sku = ?', instantOf(clock.now()), sku);
      tx.run(
        'DELETE FROM held_back WHERE sku IN (SELECT sku FROM held_back ORDER BY until DESC, sku LIMIT -1 OFFSET ?)',
        MAX_HELD_BACK - 1,
      );
      tx.run('INSERT INTO held_back (sku, until, staff_id) VALUES (?, ?, ?)', sku, held.until, staffId);
    });
    return { ...held, name: item.name };
  }

  /** Idempotent. */
  end(sku: string): void {
    this.#deps.journal.write((tx) => tx.run('DELETE FROM held_back WHERE sku = ?', sku));
  }
}
