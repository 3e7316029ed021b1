import { type AnswerOf, type Arguments, callAgent, type RouteName } from '@tillside/agent-contract';
import type { DemoData } from '../data/index.ts';
import type { DemoStore } from '../store/demo-store.ts';
import { STAFF_PIN } from '../store/layout.ts';
import { until } from './headquarters.ts';

const LABEL_TIMEOUT_MS = 20_000;

export interface StaffPhone {
  call<N extends RouteName>(name: N, args: Arguments<N>): Promise<AnswerOf<N>>;
}

export async function staffPhone(demo: DemoStore): Promise<StaffPhone> {
  const phone = await demo.pair('staff', 'handheld');
  const { session } = await callAgent(phone, 'staffSignIn', { body: { pin: STAFF_PIN } });
  return { call: (name, args) => callAgent({ ...phone, staffSession: session }, name, args) };
}

/** SKUs of the dairy shelf that people tell apart by their names, most bought first. */
export function dairyShelf(data: DemoData, count: number): string[] {
  const names = new Set<string>();
  return data.items
    .filter((item) => {
      if (item.soldBy !== 'each' || item.department !== 'dairy' || item.sizeZh === '' || names.has(item.nameZh))
        return false;
      return names.add(item.nameZh);
    })
    .slice(0, count)
    .map((item) => item.sku);
}

/** Pairs the shelf's labels with products and waits until each shows its picture. Returns how many the access point proved. */
export async function hangLabels(phone: StaffPhone, skus: readonly string[]): Promise<number> {
  const free = await until('labels are discovered', LABEL_TIMEOUT_MS, async () => {
    const { labels } = await phone.call('listLabels', {});
    return labels.length >= skus.length ? labels : undefined;
  });
  for (const [index, sku] of skus.entries()) {
    const label = free[index];
    if (label !== undefined) await phone.call('pairLabel', { params: { tagId: label.tagId }, body: { sku } });
  }
  const shown = await until('labels show their pictures', LABEL_TIMEOUT_MS, async () => {
    const { labels } = await phone.call('listLabels', {});
    const done = labels.filter((label) => label.state === 'shown');
    return done.length >= skus.length ? done : undefined;
  });
  return shown.length;
}

/**
 * Staff cut a product's price: the till follows at once, the label when its picture is proven; both then agree. Ending it, the label goes first. Returns
 * how many pictures were proven; rejects where till and label disagree.
 */
export async function changePromotion(phone: StaffPhone, sku: string): Promise<number> {
  const item = async () => {
    const { items } = await phone.call('findItems', { query: { q: sku, limit: 1 } });
    const found = items[0];
    if (found === undefined) throw new Error(`no item ${sku}`);
    return found;
  };
  const label = async () => (await phone.call('listLabels', {})).labels.find((entry) => entry.sku === sku);
  const before = await item();
  const until24h = new Date(Date.now() + 86_400_000).toISOString();
  const promotion = await phone.call('putPromotion', { body: { sku, percentOffBasisPoints: 3000, until: until24h } });
  const cut = await item();
  if (cut.shelfPriceFen >= before.shelfPriceFen) throw new Error('the till did not follow the cut at once');
  await until('the label shows the cut', LABEL_TIMEOUT_MS, async () => {
    const now = await label();
    return now?.state === 'shown' && now.priceFen === cut.shelfPriceFen ? true : undefined;
  });
  await phone.call('endPromotion', { params: { campaignId: promotion.campaignId } });
  const during = await item();
  if (during.shelfPriceFen > cut.shelfPriceFen && (await label())?.state !== 'shown')
    throw new Error('the till charged more than the shelf showed');
  await until('the label shows the old price again', LABEL_TIMEOUT_MS, async () => {
    const now = await label();
    const till = await item();
    return now?.state === 'shown' &&
      now.priceFen === before.shelfPriceFen &&
      till.shelfPriceFen === before.shelfPriceFen
      ? true
      : undefined;
  });
  return 2;
}
