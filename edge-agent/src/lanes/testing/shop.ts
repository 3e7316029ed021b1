import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BasketView, SaleView } from '@tillside/agent-contract';
import { type CampaignPolicy, PointsRules, parseCampaignSet } from '@tillside/decide';
import { AgentConfig } from '../../config.ts';
import { AgentError } from '../../errors.ts';
import { Journal } from '../../journal/index.ts';
import { importCoupons, importMembers } from '../../members/import.ts';
import { hashPin, Pins } from '../../pairing/pins.ts';
import { balanceOf, shownBalance } from '../../points/balance.ts';
import { keepOwnRules } from '../../points/rules.ts';
import { systemRandom } from '../../ports.ts';
import { CampaignBook } from '../../prices/campaigns.ts';
import { importItems } from '../../prices/import.ts';
import { Items } from '../../prices/item.ts';
import { ALWAYS, ITEMS_CSV, SUPERVISOR_PIN } from '../../testing.ts';
import type { UnknownItems } from '../add-line.ts';
import { Approvals } from '../approvals.ts';
import { BlindReturns } from '../blind-return.ts';
import { Reported } from '../reported.ts';
import { Sales } from '../sales.ts';
import { scanRules } from '../scanned-item.ts';
import { Sessions } from '../session.ts';
import { TakeBack } from '../take-back.ts';
import { type Terminal, Till } from '../till.ts';

export const DAY = '2026-11-22';
export const TILL: Terminal = { deviceId: 'terminal-1', lane: '1', priceOwner: 'tillside' };
export const OTHER_TILL: Terminal = { deviceId: 'terminal-2', lane: '2', priceOwner: 'tillside' };

const STAFF = [
  { id: 'sup-1', name: '周敏', pinHash: hashPin(SUPERVISOR_PIN), role: 'supervisor' as const },
  { id: 'staff-1', name: '小林', pinHash: hashPin('2468'), role: 'clerk' as const },
];

/** What a return without a receipt may come to in a test shop. */
export const MAX_BLIND_RETURN_FEN = 20_000;

/** A campaign of any kind, with what all have in common. */
export const campaign = (id: string, kind: string, more: Record<string, unknown>): Record<string, unknown> => ({
  schema: 1,
  id,
  version: 1,
  kind,
  name: { zh: `活动 ${id}`, en: id },
  window: ALWAYS,
  fundedBy: 'store',
  ...more,
});

/** What is taken from the shelf: pieces of an item, of a lot where it says so. */
export interface Wish {
  readonly sku: string;
  readonly quantity?: number;
  readonly grams?: number;
  readonly lotId?: string;
}

interface Wishes {
  readonly member?: string;
  readonly coupons?: readonly string[];
  readonly terminal?: Terminal;
}

interface Payment {
  readonly terminal?: Terminal;
  readonly kind?: 'cash' | 'token';
  /** Without it only the amount is agreed to. */
  readonly agrees?: boolean;
  readonly paidFen?: number;
}

/** A store's lanes on a real journal, without the API: what two tills do to each other, to the fen. */
export class TestShop {
  now = Date.parse('2026-11-22T10:00:00Z');
  readonly dir = mkdtempSync(join(tmpdir(), 'tillside-shop-'));
  readonly journal: Journal;
  readonly items: Items;
  readonly book: CampaignBook;
  readonly till: Till;
  readonly approvals: Approvals;
  readonly sales: Sales;
  readonly takeBack: TakeBack;
  readonly blindReturns: BlindReturns;
  readonly reported: Reported;
  readonly sessions: Sessions;
  #receipts = 0;
  #version = 0;

  constructor(zone = 'Asia/Shanghai', unknownItems: UnknownItems = 'refuse') {
    const clock = { now: () => this.now };
    this.journal = Journal.open({ dataDir: this.dir, store: 'store-test', clock, random: systemRandom });
    // Tests show cards; what a card may spend is a test of its own.
    const points = PointsRules.parse({ cardBurnPoints: 1_000_000 });
    this.journal.write((tx) => keepOwnRules(tx, { points, zone }));
    this.items = new Items(this.journal);
    this.book = new CampaignBook(this.journal, clock, { storeId: 'store-test', zone });
    importItems(this.journal, clock, ITEMS_CSV);
    importMembers(
      this.journal,
      `memberId,code,tier,points,joinedAt,personalisation,tags,segments
M000001,card-1,gold,1000,2025-01-01T00:00:00Z,yes,vip|tea-lover,
M000002,card-2,silver,0,2025-01-01T00:00:00Z,yes,,lapsed
`,
    );
    this.approvals = new Approvals({ pins: new Pins({ staff: STAFF, clock }), clock, random: systemRandom });
    const deps = {
      approvals: this.approvals,
      unknownItems,
      zone,
      journal: this.journal,
      items: this.items,
      book: this.book,
      clock,
      random: systemRandom,
      scans: scanRules(
        AgentConfig.pick({ inStoreCodes: true, refuseAfter: true }).parse({
          inStoreCodes: ['CN-18', 'CN-13-amount', 'CN-13-weight'],
        }),
      ),
    };
    this.till = new Till(deps);
    this.sales = new Sales(deps);
    this.takeBack = new TakeBack(deps, this.sales);
    this.blindReturns = new BlindReturns({ ...deps, maxBlindReturnFen: MAX_BLIND_RETURN_FEN });
    this.reported = new Reported(deps);
    this.sessions = new Sessions(deps);
  }

  close(): void {
    this.journal.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Puts a set in force; it must be one that HQ may send. */
  run(campaigns: readonly Record<string, unknown>[], policy: Partial<CampaignPolicy> = {}): void {
    this.#version += 1;
    const parsed = parseCampaignSet({
      schema: 1,
      setId: 'test',
      version: this.#version,
      campaigns,
      policy: { version: 1, objective: 'best-for-customer', couponsPerBasket: 2, ...policy },
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    const content = JSON.stringify(parsed.value);
    this.journal.write((tx) => {
      tx.run(`DELETE FROM desired WHERE kind = 'campaigns'`);
      tx.run(
        `INSERT INTO desired VALUES ('campaigns', ?, ?, ?, '2026-01-01T00:00:00Z')`,
        this.#version,
        'a'.repeat(64),
        content,
      );
    });
    this.book.reload();
  }

  coupons(csv: string): void {
    importCoupons(this.journal, `couponId,code,campaignId,memberId\n${csv}`);
  }

  points(memberId: string): number {
    return shownBalance(balanceOf(this.journal, memberId, this.now));
  }

  fill(wishes: readonly Wish[], { member, coupons = [], terminal = TILL }: Wishes = {}): BasketView {
    return this.journal.write((tx) => {
      let view = this.till.open(tx, terminal, { cashierId: 'c1' });
      const { basketId } = view;
      if (member !== undefined) view = this.till.setMember(tx, terminal, basketId, `TM:${member}`);
      for (const code of coupons) view = this.till.addCoupon(tx, terminal, basketId, code);
      for (const { sku, quantity = 1, grams, lotId } of wishes) {
        view = this.till.addLine(tx, terminal, basketId, { sku, quantity, weightGrams: grams, lotId });
      }
      return view;
    });
  }

  /** A basket of what a scanner read, in order. */
  scan(...codes: readonly string[]): BasketView {
    return this.journal.write((tx) => {
      let view = this.till.open(tx, TILL, { cashierId: 'c1' });
      for (const scan of codes) view = this.till.addLine(tx, TILL, view.basketId, { scan, quantity: 1 });
      return view;
    });
  }

  /** Completes a basket as it was shown, gifts and points included. */
  pay(view: BasketView, payment: Payment = {}): SaleView {
    const { terminal = TILL, kind = 'token', agrees = true } = payment;
    const { decision, decisionKey, basketId } = view;
    const due = kind === 'cash' ? (decision.cash?.totalFen ?? decision.totalFen) : decision.totalFen;
    this.#receipts += 1;
    return this.journal.write((tx) =>
      this.sales.complete(tx, terminal, basketId, {
        cashierId: 'c1',
        receiptNumber: `R${this.#receipts}`,
        expectedPayableFen: decision.payableFen,
        ...(agrees ? { expectedDecisionKey: decisionKey } : {}),
        tenders: [{ kind, amountFen: payment.paidFen ?? due }],
      }),
    );
  }

  /** `ok`, or the code and detail of the refusal. */
  outcome(work: () => unknown): string {
    try {
      work();
      return 'ok';
    } catch (error) {
      return error instanceof AgentError ? [error.code, error.detail].filter(Boolean).join(' ') : String(error);
    }
  }

  giveBack(
    saleId: string,
    lines: readonly (readonly [lineId: string, quantity: number])[],
    gifts: readonly { campaignId: string; pieces: number }[] = [],
  ) {
    this.#receipts += 1;
    return this.journal.write((tx) =>
      this.takeBack.lines(tx, TILL, {
        saleId,
        cashierId: 'c1',
        receiptNumber: `R${this.#receipts}`,
        lines: lines.map(([lineId, quantity]) => ({ lineId, quantity })),
        ...(gifts.length === 0 ? {} : { gifts: [...gifts] }),
      }),
    );
  }
}
