import { type AnswerOf, callAgent } from '@tillside/agent-contract';
import type { DemoStore } from '../store/demo-store.ts';
import { until } from './headquarters.ts';
import type { StaffPhone } from './staff.ts';

const AHEAD_MS = 2_500;
const FOLLOW_TIMEOUT_MS = 30_000;
/** Between two looks; each one is two calls. */
const LOOK_MS = 120;

type PriceChange = AnswerOf<'cancelPriceChange'>;

/**
 * The retailer stages a price for a moment later, then another one back to what it was. Each becomes active on time with a version of its own, and till and shelf label
 * follow in the lawful order: a raise reaches the label first, a cut the till. Returns how many became active.
 */
export async function changePriceInTime(demo: DemoStore, phone: StaffPhone, sku: string): Promise<number> {
  const before = await priceOf(phone, sku);
  const raised = Math.round((before.priceFen * 1.1) / 10) * 10;
  await stageAndFollow(demo, phone, sku, raised);
  await stageAndFollow(demo, phone, sku, before.priceFen);
  const after = await priceOf(phone, sku);
  if (after.shelfPriceFen !== before.shelfPriceFen) throw new Error('the old price did not come back');
  return 2;
}

async function priceOf(phone: StaffPhone, sku: string): Promise<{ priceFen: number; shelfPriceFen: number }> {
  const { items } = await phone.call('findItems', { query: { q: sku, limit: 1 } });
  if (items[0] === undefined) throw new Error(`no item ${sku}`);
  return items[0];
}

const labelOf = async (phone: StaffPhone, sku: string): Promise<number | undefined> =>
  (await phone.call('listLabels', {})).labels.find((label) => label.sku === sku && label.state === 'shown')?.priceFen;

async function stageAndFollow(demo: DemoStore, phone: StaffPhone, sku: string, priceFen: number): Promise<void> {
  const admin = { url: demo.agentUrl, credential: demo.adminCredential() };
  const changeOf = async (state: PriceChange['state']): Promise<PriceChange | undefined> =>
    (await callAgent(admin, 'listPriceChanges', { query: { sku, state, limit: 1000 } })).changes.find(
      (change) => change.priceFen === priceFen,
    );
  const [from, shownBefore] = [await priceOf(phone, sku), await labelOf(phone, sku)];
  const isRaise = priceFen > from.priceFen;
  const atMs = Math.ceil((Date.now() + AHEAD_MS) / 1000) * 1000;
  const effectiveFrom = `${new Date(atMs).toISOString().slice(0, 19)}Z`;
  await callAgent(admin, 'putItems', { query: { effectiveFrom }, body: { items: [{ sku, priceFen }] } });
  if ((await changeOf('pending')) === undefined) throw new Error('the price is not staged');
  let now = from;
  while (now.priceFen !== priceFen) {
    if (Date.now() > atMs + FOLLOW_TIMEOUT_MS) throw new Error('the staged price did not become active');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    now = await priceOf(phone, sku);
    if (now.priceFen === priceFen && Date.now() < atMs) throw new Error('a staged price became active too early');
  }
  await until(`till and label follow ${sku}`, FOLLOW_TIMEOUT_MS, async () => {
    const { tillFen, shownFen } = await look(phone, sku, isRaise);
    if (shownFen !== undefined && tillFen > shownFen)
      throw new Error(`the till charges ${tillFen}, the label shows ${shownFen}`);
    return shownFen === tillFen && shownFen !== shownBefore ? true : undefined;
  });
  const done = await changeOf('done');
  if (done?.priceVersion === undefined) throw new Error('a price that became active has no version');
}

/** Whichever must not be ahead is read first: while a price rises the till, while it falls the label. */
async function look(
  phone: StaffPhone,
  sku: string,
  isRaise: boolean,
): Promise<{ tillFen: number; shownFen: number | undefined }> {
  const till = async () => (await priceOf(phone, sku)).shelfPriceFen;
  if (isRaise) return { tillFen: await till(), shownFen: await labelOf(phone, sku) };
  const shownFen = await labelOf(phone, sku);
  return { shownFen, tillFen: await till() };
}
