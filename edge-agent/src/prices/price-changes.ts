import type { PriceChange } from '@tillside/agent-contract';
import { AgentError } from '../errors.ts';
import type { Journal, Tx } from '../journal/index.ts';
import { type Clock, instantOf, zonedInstants } from '../ports.ts';
import { RUNNING } from './import/apply.ts';
import { startVersion } from './price-version.ts';

/** Times that are worked off before the event loop has its turn; more come with the next tick. */
const MAX_TIMES_A_TICK = 10;
/** Changes that are over are kept this long. */
const KEPT_MS = 90 * 86_400_000;

interface Row {
  change_id: number;
  sku: string;
  kind: PriceChange['kind'];
  price_fen: number | null;
  from_at: number;
  to_at: number | null;
  state: PriceChange['state'];
  import_id: string | null;
  price_version: number | null;
  name_zh: string | null;
  name_en: string | null;
  current_fen: number | null;
}

const SELECT = `SELECT p.*, i.name_zh, i.name_en, i.price_fen AS current_fen FROM price_change p LEFT JOIN item i USING (sku)`;

interface PriceChangesDeps {
  journal: Journal;
  clock: Clock;
  /** The store's zone, IANA. */
  zone: string;
  /** Prices are others than before: called once that is committed. */
  changed(): void;
}

/**
 * Prices that were staged for a time. Each time that has come is one transaction and one price version, in order, also those that came while the agent was off.
 * What labels show meanwhile binds the till as ever (prices/campaigns.ts, shelf guards): a raise waits for its label, a cut does not.
 */
export class PriceChanges {
  #deps: PriceChangesDeps;
  #instant: (ms: number) => string;

  constructor(deps: PriceChangesDeps) {
    this.#deps = deps;
    this.#instant = zonedInstants(deps.zone);
  }

  /** Puts what is due in force; the number of times that were worked off. Call at the start and with every tick. */
  activateDue(mostTimes = MAX_TIMES_A_TICK): number {
    const { journal, clock, changed } = this.#deps;
    let times = 0;
    for (; times < mostTimes; times++) {
      const due = journal.get<{ at: number | null }>(
        'SELECT min(due_at) AS at FROM price_change WHERE due_at IS NOT NULL',
      )?.at;
      if (due == null || due > clock.now()) break;
      journal.write((tx) => activateAt(tx, due, instantOf(clock.now())));
    }
    if (times > 0) changed();
    return times;
  }

  /** In the order in which something happens next; without a state what is still to come. */
  list(query: { sku?: string | undefined; state?: PriceChange['state'] | undefined; limit: number }): PriceChange[] {
    const states = query.state === undefined ? ['pending', 'active'] : [query.state];
    const where = `p.state IN (${states.map(() => '?').join(', ')})${query.sku === undefined ? '' : ' AND p.sku = ?'}`;
    const values = [...states, ...(query.sku === undefined ? [] : [query.sku]), query.limit];
    return this.#deps.journal
      .all<Row>(`${SELECT} WHERE ${where} ORDER BY p.due_at IS NULL, p.due_at, p.change_id LIMIT ?`, ...values)
      .map((row) => this.#view(row));
  }

  /** A price that waits never comes; one that runs for a time ends now. Throws PRICE_CHANGE_UNKNOWN, PRICE_CHANGE_OVER. */
  cancel(changeId: string): PriceChange {
    const { journal, clock, changed } = this.#deps;
    const row = this.#row(changeId);
    if (row.state !== 'pending' && row.state !== 'active')
      throw new AgentError('PRICE_CHANGE_OVER', { detail: `(${row.state})` });
    journal.write((tx) => {
      if (row.state === 'active') {
        const at = clock.now();
        tx.run(
          'UPDATE price_change SET due_at = ?, to_at = ? WHERE change_id = ?',
          at,
          Math.max(at, row.from_at + 1),
          row.change_id,
        );
        activateAt(tx, at, instantOf(at));
      } else tx.run(`UPDATE price_change SET state = 'cancelled', due_at = NULL WHERE change_id = ?`, row.change_id);
    });
    changed();
    return this.#view(this.#row(changeId));
  }

  /** Forgets changes that are long over. */
  prune(tx: Tx): void {
    tx.run(
      `DELETE FROM price_change WHERE state IN ('done', 'cancelled') AND coalesce(to_at, from_at) < ?`,
      this.#deps.clock.now() - KEPT_MS,
    );
  }

  #row(changeId: string): Row {
    const id = /^\d{1,15}$/.test(changeId) ? Number(changeId) : -1;
    const row = this.#deps.journal.get<Row>(`${SELECT} WHERE p.change_id = ?`, id);
    if (row === undefined) throw new AgentError('PRICE_CHANGE_UNKNOWN');
    return row;
  }

  #view(row: Row): PriceChange {
    return {
      changeId: String(row.change_id),
      sku: row.sku,
      ...(row.name_zh === null || row.name_en === null ? {} : { name: { zh: row.name_zh, en: row.name_en } }),
      kind: row.kind,
      ...(row.price_fen === null ? {} : { priceFen: row.price_fen }),
      ...(row.current_fen === null ? {} : { currentFen: row.current_fen }),
      state: row.state,
      effectiveFrom: this.#instant(row.from_at),
      ...(row.to_at === null ? {} : { effectiveTo: this.#instant(row.to_at) }),
      ...(row.import_id === null ? {} : { importId: row.import_id }),
      ...(row.price_version === null ? {} : { priceVersion: row.price_version }),
    };
  }
}

/** Everything that is due at one time: starts and ends, in a few statements over all of their items. */
function activateAt(tx: Tx, due: number, at: string): void {
  const version = startVersion(tx, 'time', at, null);
  tx.run(
    `UPDATE price_change SET state = 'done', due_at = NULL, end_version = ? WHERE due_at = ? AND state = 'active'`,
    version,
    due,
  );
  tx.run(
    `UPDATE price_change SET state = iif(to_at IS NULL, 'done', 'active'), due_at = to_at, price_version = ? WHERE due_at = ? AND state = 'pending'`,
    version,
    due,
  );
  tx.run(
    `UPDATE item SET base_fen = c.price_fen, price_fen = c.price_fen, price_version = c.price_version, state = iif(item.state = 'coming', 'on-sale', item.state)
     FROM price_change c WHERE c.price_version = ? AND c.kind = 'price' AND c.to_at IS NULL AND c.sku = item.sku`,
    version,
  );
  tx.run(
    `UPDATE item SET price_fen = base_fen, price_version = ?
     WHERE sku IN (SELECT sku FROM price_change WHERE state = 'done' AND to_at IS NOT NULL AND end_version = ?)`,
    version,
    version,
  );
  tx.run(
    `UPDATE item SET price_fen = a.price_fen, price_version = ? FROM (${RUNNING}) AS a WHERE a.sku = item.sku AND item.price_fen <> a.price_fen`,
    version,
  );
  tx.run(
    `UPDATE item SET state = 'discontinued', price_version = c.price_version
     FROM price_change c WHERE c.price_version = ? AND c.kind = 'discontinue' AND c.sku = item.sku`,
    version,
  );
}
