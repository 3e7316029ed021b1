import type {
  LabelCode,
  LabelSummary,
  LabelView,
  LabelWalk,
  PriceMismatch,
  ReferencePrice,
} from '@tillside/agent-contract';
import { AgentError } from '../errors.ts';
import type { Reader } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import type { Items } from '../prices/item.ts';
import { type LabelRow, labelRow, labelView } from './content.ts';
import { type AccessPoint, NEEDS_SOMEBODY } from './explain.ts';
import { byShelf, mismatchKind } from './mismatch.ts';
import { type Jurisdiction, referencePrice } from './reference-price.ts';

const LABELS_A_PAGE = 1_000;

export interface LabelReportsDeps {
  journal: Reader;
  items: Items;
  book: CampaignBook;
  clock: Clock;
  /** Whose rule says which price a "was" may name. */
  jurisdiction: Jurisdiction;
  /** Whether an access point answers, by its device id. */
  accessPoints(): ReadonlyMap<string, AccessPoint>;
  /** `pos`: some till of the store charges prices of its own, which no label binds. */
  priceOwner(): PriceMismatch['owner'];
}

export interface LabelQuery {
  code?: LabelCode | undefined;
  sku?: string | undefined;
  shelf?: string | undefined;
  /** Tag that the page comes after. */
  after?: string | undefined;
  limit?: number | undefined;
}

/** What people ask about labels: which are right, why others are not, and where they differ from the till. */
export class LabelReports {
  #deps: LabelReportsDeps;

  constructor(deps: LabelReportsDeps) {
    this.#deps = deps;
  }

  /** A page of labels by tag; `next` is where the following one begins. */
  list(asked: LabelQuery = {}): { labels: LabelView[]; next?: string } {
    const { code, sku, shelf, after = '', limit = LABELS_A_PAGE } = asked;
    const points = this.#deps.accessPoints();
    const labels: LabelView[] = [];
    for (const row of this.#rows(after)) {
      if (sku !== undefined && row.sku !== sku) continue;
      const view = this.#view(row, points);
      if (code !== undefined && view.code !== code) continue;
      if (shelf !== undefined && view.shelf !== shelf) continue;
      if (labels.length === limit) return { labels, next: labels.at(-1)?.tagId ?? '' };
      labels.push(view);
    }
    return { labels };
  }

  /** Throws LABEL_UNKNOWN. */
  show(tagId: string): LabelView {
    return this.#view(labelRow(this.#deps.journal, tagId));
  }

  summary(): LabelSummary {
    const counts = new Map<LabelCode, number>();
    const points = this.#deps.accessPoints();
    let total = 0;
    for (const row of this.#rows('')) {
      const { code } = this.#view(row, points);
      counts.set(code, (counts.get(code) ?? 0) + 1);
      total += 1;
    }
    return {
      total,
      paired: total - (counts.get('LABEL_UNPAIRED') ?? 0),
      right: counts.get('LABEL_RIGHT') ?? 0,
      codes: [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count),
    };
  }

  /** Labels that somebody must walk to, shelf by shelf. */
  walk(): LabelWalk {
    const shelves = new Map<string, LabelView[]>();
    const points = this.#deps.accessPoints();
    for (const row of this.#rows('')) {
      const view = this.#view(row, points);
      if (!NEEDS_SOMEBODY.has(view.code)) continue;
      const shelf = view.shelf ?? '';
      shelves.set(shelf, [...(shelves.get(shelf) ?? []), view]);
    }
    const inOrder = new Intl.Collator('en', { numeric: true });
    return {
      shelves: [...shelves].sort(([a], [b]) => inOrder.compare(a, b)).map(([shelf, labels]) => ({ shelf, labels })),
    };
  }

  /** Labels that show another price than the till charges, or none that is proven, shelf by shelf. */
  mismatches(): PriceMismatch[] {
    const { items, book, clock } = this.#deps;
    const points = this.#deps.accessPoints();
    const found: PriceMismatch[] = [];
    for (const row of this.#rows('')) {
      const item = row.sku === null ? undefined : items.bySku(row.sku);
      if (item === undefined) continue;
      const charged = { listedFen: book.labelPrice(item).priceFen, tillFen: book.shelfPriceFen(item) };
      const kind = mismatchKind(row, charged);
      if (kind === undefined) continue;
      const { tagId, code, wantedAt, shownAt, shownFen } = this.#view(row, points);
      found.push({
        shelf: item.shelf,
        sku: item.sku,
        name: item.name,
        tagId,
        kind,
        ...charged,
        ...(shownFen === undefined ? {} : { shownFen }),
        owner: this.#deps.priceOwner(),
        code,
        since: wantedAt ?? shownAt ?? instantOf(clock.now()),
      });
    }
    return found.sort(byShelf);
  }

  /** Throws ITEM_UNKNOWN. */
  reference(sku: string): ReferencePrice {
    return referenceNow(this.#deps, sku);
  }

  /** Labels by tag, a page after the other, so that none is in memory for long. */
  *#rows(after: string): Generator<LabelRow> {
    for (let last = after; ; ) {
      const rows = this.#deps.journal.all<LabelRow>(
        'SELECT * FROM label WHERE tag_id > ? ORDER BY tag_id LIMIT ?',
        last,
        LABELS_A_PAGE,
      );
      yield* rows;
      last = rows.at(-1)?.tag_id ?? '';
      if (rows.length < LABELS_A_PAGE) return;
    }
  }

  #view(row: LabelRow, points = this.#deps.accessPoints()): LabelView {
    const item = row.sku === null ? undefined : this.#deps.items.bySku(row.sku);
    return labelView(row, item, points.get(row.device_id) ?? { isOnline: false });
  }
}

/** The price that a "was" may name: of the promotion that runs, or of one that would begin now. Throws ITEM_UNKNOWN. */
export function referenceNow(
  {
    journal,
    items,
    book,
    clock,
    jurisdiction,
  }: Pick<LabelReportsDeps, 'journal' | 'items' | 'book' | 'clock' | 'jurisdiction'>,
  sku: string,
): ReferencePrice {
  const item = items.bySku(sku);
  if (item === undefined) throw new AgentError('ITEM_UNKNOWN');
  return referencePrice(journal, jurisdiction, sku, book.labelPrice(item).sinceMs ?? clock.now());
}
