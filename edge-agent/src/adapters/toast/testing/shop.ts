import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PriceOwner } from '@tillside/agent-contract';
import { importCoupons, importMembers } from '../../../members/import.ts';
import { balanceOf, shownBalance } from '../../../points/balance.ts';
import { ALWAYS, campaignSet, ITEMS_CSV, type Rig, startRig } from '../../../testing.ts';
import { type LoyaltyTransactionResponse, TOAST_PATH, type TransactionType } from '../wire.ts';
import { MEMBER, newGuid } from './check.ts';

export const RESTAURANT = '76cb1b05-cb1e-4adf-863a-b2a94a5ecdcf';

/** A campaign for members that HQ may send. */
export const campaign = (id: string, kind: string, more: Record<string, unknown>): Record<string, unknown> => ({
  schema: 1,
  id,
  version: 1,
  kind,
  name: { zh: `活动 ${id}`, en: `Offer ${id}` },
  window: ALWAYS,
  fundedBy: 'store',
  ...more,
});

const MEMBERS_CSV = `memberId,code,tier,points,joinedAt,personalisation,tags,segments
${MEMBER},card-1,gold,1000,2025-01-01T00:00:00Z,yes,,
M000002,card-2,basic,0,2025-01-01T00:00:00Z,no,,
`;

export interface Sent {
  readonly guid?: string;
  readonly headers?: Record<string, string | undefined>;
  readonly credential?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: LoyaltyTransactionResponse;
}

/** A real agent that a restaurant's POS calls: real HTTP, real journal. */
export interface ToastShop {
  readonly rig: Rig;
  readonly credential: string;
  readonly deviceId: string;
  send(type: TransactionType, body: unknown, sent?: Sent): Promise<Answer>;
  pair(priceOwner: PriceOwner, lane: string): Promise<{ credential: string; deviceId: string }>;
  run(campaigns: readonly Record<string, unknown>[]): void;
  coupons(rows: string): void;
  points(memberId?: string): number | undefined;
  events(type: string): unknown[];
}

export async function openToastShop(
  clock?: { now(): number },
  toast: Record<string, unknown> = {},
): Promise<ToastShop> {
  const rig = await startRig(
    { points: { cardBurnPoints: 1_000_000 }, toast: { restaurants: [RESTAURANT], ...toast } },
    clock,
  );
  const { app } = rig.agent;
  const url = (): string => rig.agent.url;
  const admin = readFileSync(join(rig.dir, 'secrets', 'admin.token'), 'utf8');
  const imported = await fetch(`${url()}/v1/imports/items`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'text/csv' },
    body: ITEMS_CSV,
  });
  if (!imported.ok) throw new Error(`items: ${await imported.text()}`);
  importMembers(app.journal, MEMBERS_CSV);
  const pair: ToastShop['pair'] = async (priceOwner, lane) => {
    const { pairing } = rig.agent.app;
    const { code } = pairing.createCode({ kind: 'terminal', name: 'POS', lane, priceOwner });
    return pairing.pair({ code, kind: 'terminal' });
  };
  const { credential, deviceId } = await pair('pos-adjusts', '7');
  let version = 0;
  return {
    rig,
    credential,
    deviceId,
    pair,
    async send(type, body, sent = {}) {
      const headers = Object.entries({
        'content-type': 'application/json',
        'Toast-Transaction-Type': type,
        'Toast-Transaction-GUID': sent.guid ?? newGuid(),
        'Toast-Restaurant-External-ID': RESTAURANT,
        authorization: sent.credential ?? credential,
        ...sent.headers,
      }).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const response = await fetch(url() + TOAST_PATH, {
        method: 'POST',
        headers,
        body: typeof body === 'string' ? body : JSON.stringify({ toastTransactionType: type, ...(body as object) }),
      });
      return { status: response.status, body: (await response.json()) as LoyaltyTransactionResponse };
    },
    run(campaigns) {
      version += 1;
      const { journal, book } = rig.agent.app;
      journal.write((tx) => {
        tx.run(`DELETE FROM desired WHERE kind = 'campaigns'`);
        tx.run(
          `INSERT INTO desired VALUES ('campaigns', ?, ?, ?, '2026-01-01T00:00:00Z')`,
          version,
          'a'.repeat(64),
          campaignSet([...campaigns]),
        );
      });
      book.reload();
    },
    coupons: (rows) => {
      importCoupons(rig.agent.app.journal, `couponId,code,campaignId,memberId\n${rows}`);
    },
    points: (memberId = MEMBER) => shownBalance(balanceOf(rig.agent.app.journal, memberId, rig.agent.app.clock.now())),
    events: (type) =>
      rig.agent.app.journal
        .all<{ envelope: string }>('SELECT envelope FROM event')
        .map(({ envelope }) => JSON.parse(envelope) as { type: string; data: unknown })
        .filter((event) => event.type === type)
        .map(({ data }) => data),
  };
}
