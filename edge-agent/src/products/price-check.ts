import type { PriceCheck, PriceOffer, Words } from '@tillside/agent-contract';
import { type Basket, type Campaign, type Decision, explain, explainGift, type Locale } from '@tillside/decide';
import { AgentError } from '../errors.ts';
import type { Reader } from '../journal/index.ts';
import { type Jurisdiction, referencePriceFen } from '../labels/reference-price.ts';
import { newLine } from '../lanes/add-line.ts';
import type { LineInput, Wanted } from '../lanes/find-item.ts';
import type { Goods } from '../lanes/goods.ts';
import { campaignWords } from '../prices/campaign-words.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import { type Item, type Items, itemFacts, singleLine } from '../prices/item.ts';
import { isForMembers } from '../prices/offers.ts';
import { unitPriceOf } from './unit-price.ts';

/** Offers that a shopper reads beside a price. */
const MAX_OFFERS = 4;
/** Baskets that are decided again to confirm what would bring a saving. */
const MAX_CONFIRMED = 6;

interface Deps {
  readonly reader: Reader;
  readonly items: Items;
  readonly book: CampaignBook;
  readonly goods: Pick<Goods, 'find'>;
  readonly jurisdiction: Jurisdiction;
}

export type Priced = Omit<PriceCheck, 'lotId' | 'goodThrough' | 'place' | 'beside'> & { readonly lotId?: string };
type Member = Basket['member'];

/**
 * What a till would charge now for what somebody holds in their hand: the line is made, and decided, by the same code as a till's. Throws ITEM_UNKNOWN, ITEM_NOT_ON_SALE, ITEM_EXPIRED,
 * CODE_NOT_AN_ITEM, CODE_INVALID.
 */
export function checkPrice(deps: Deps, asked: { scan?: string; sku?: string }, member: Member, atMs: number): Priced {
  const input: LineInput = { ...asked, quantity: 1 };
  const wanted = deps.goods.find(input);
  if ('open' in wanted.goods) throw new AgentError('ITEM_UNKNOWN');
  const { item } = wanted.goods;
  const { quantity, weightGrams, amountFen, lotId } = wanted.taken;
  const isLoose = item.soldBy === 'weight' && weightGrams === undefined && amountFen === undefined;
  const needsKeying = item.keyedPrice && amountFen === undefined;
  const facts = {
    sku: item.sku,
    name: item.name,
    size: item.size,
    pictogram: item.pictogram,
    soldBy: item.soldBy,
    unit: item.unit,
    quantity,
    ...(weightGrams === undefined ? {} : { weightGrams }),
    ...(lotId === undefined ? {} : { lotId }),
    ...(item.minAge === undefined ? {} : { minAge: item.minAge }),
  };
  if (needsKeying) return { ...facts, offers: [] };
  const line = isLoose ? singleLine(item) : lineOf(wanted, input);
  const basket: Basket = { lines: [line], coupons: [], ...(member === undefined ? {} : { member }) };
  const itemOf = (sku: string) => itemFacts(deps.items.bySku(sku));
  const decision = deps.book.decideWithUnlocks(basket, { most: MAX_CONFIRMED, itemOf }, atMs);
  const offers = offersOf(deps, decision, isLoose);
  const memberFen = member === undefined ? memberPriceOf(deps.book, decision) : undefined;
  const price = isLoose ? perKg(deps.book, item, decision) : { per: 'this' as const, ...paid(decision) };
  const untils = price.payableFen < price.listFen ? offers.filter(({ state }) => state === 'applied') : [];
  const [until] = untils.map((offer) => offer.until).sort((a, b) => Date.parse(a) - Date.parse(b));
  const was = wasOf(deps, item, quantity, weightGrams, price.payableFen);
  const unitPrice = item.soldBy === 'each' ? unitPriceOf(item.size.zh, quantity, price.payableFen) : undefined;
  return {
    ...facts,
    ...(line.weightGrams === undefined || isLoose ? {} : { weightGrams: line.weightGrams }),
    price: { ...price, ...(was === undefined ? {} : { wasFen: was }), ...(until === undefined ? {} : { until }) },
    ...(unitPrice === undefined ? {} : { unitPrice }),
    ...(memberFen === undefined || memberFen >= price.payableFen ? {} : { memberFen }),
    offers,
  };
}

const lineOf = (wanted: Wanted, input: LineInput): Basket['lines'][number] =>
  newLine('1', wanted, input, 'refuse').line;

const paid = ({ payableFen, listFen }: Decision) => ({ payableFen, listFen });

/**
 * Loose goods are asked for by the kilogram: what holds for any weight counts, as on their shelf label, and a member's own price. What a whole kilogram happens to reach, such as a threshold,
 * is no price of half of one.
 */
function perKg(book: CampaignBook, item: Item, decision: Decision) {
  const shelfFen = book.shelfPriceFen(item);
  const isMemberPrice =
    decision.applied.length > 0 &&
    decision.applied.every(({ campaignId }) => book.byId(campaignId)?.kind === 'member-price');
  const payableFen = isMemberPrice ? Math.min(shelfFen, decision.payableFen) : shelfFen;
  return { per: 'kg' as const, payableFen, listFen: Math.max(item.priceFen, payableFen) };
}

/** A "was" needs a lawful basis, which a single piece, or a kilogram, has. */
function wasOf(
  { reader, book, jurisdiction }: Deps,
  item: Item,
  quantity: number,
  weightGrams: number | undefined,
  payableFen: number,
): number | undefined {
  if (quantity !== 1 || weightGrams !== undefined) return undefined;
  const { sinceMs } = book.labelPrice(item);
  const reference = sinceMs === undefined ? undefined : referencePriceFen(reader, item.sku, sinceMs, jurisdiction);
  return reference !== undefined && reference > payableFen ? reference : undefined;
}

/** What any member pays, by the campaigns that ask for nothing but membership. */
function memberPriceOf(book: CampaignBook, decision: Decision): number | undefined {
  const prices = decision.notApplied.flatMap(({ campaignId, unlock }) => {
    if (unlock?.needMember !== true || unlock.payableFen === undefined) return [];
    return isForAnyMember(book.byId(campaignId)) ? [unlock.payableFen] : [];
  });
  return prices.length === 0 ? undefined : Math.min(...prices);
}

function isForAnyMember(campaign: Campaign | undefined): boolean {
  if (campaign === undefined || (campaign.kind === 'member-price' && campaign.tiers !== undefined)) return false;
  const { tiers, firstOrder, newMemberDays, birthdayDays, tags, segments } = campaign.audience ?? {};
  return [tiers, firstOrder, newMemberDays, birthdayDays, tags, segments].every((one) => one === undefined);
}

/** What is in the price, then what one step more would bring, the smallest step first. */
function offersOf({ book, items }: Deps, decision: Decision, isLoose: boolean): PriceOffer[] {
  const names = (sku: string) => items.bySku(sku)?.name;
  const offer = (campaignId: string, state: PriceOffer['state'], why: Words): PriceOffer[] => {
    const campaign = book.byId(campaignId);
    if (campaign === undefined) return [];
    const { name, window } = campaign;
    const membersOnly = isForMembers(campaign);
    return [{ campaignId, name, text: campaignWords(campaign), state, why, membersOnly, until: window.to }];
  };
  const gifts = new Map(decision.gifts.map((gift) => [gift.campaignId, gift]));
  const applied = decision.applied.flatMap((entry) => {
    const gift = gifts.get(entry.campaignId);
    return offer(
      entry.campaignId,
      'applied',
      both((locale) => (gift ? explainGift(gift, locale) : explain(entry, locale))),
    );
  });
  const steps = decision.notApplied
    // A coupon is somebody's; and how much of loose goods is bought is not known.
    .filter(({ unlock }) => unlock !== undefined && !unlock.needCoupon && !(isLoose && unlock.needFen !== undefined))
    .sort((a, b) => stepOf(a) - stepOf(b));
  const unlocks = steps.flatMap((entry) =>
    offer(
      entry.campaignId,
      'unlock',
      both((locale) => explain(entry, locale, names)),
    ),
  );
  return [...applied, ...unlocks].slice(0, MAX_OFFERS);
}

const stepOf = ({ unlock }: Decision['notApplied'][number]): number =>
  unlock?.needMember ? 0 : (unlock?.needUnits ?? unlock?.needFen ?? 0);

const both = (say: (locale: Locale) => string): Words => ({ zh: say('zh-CN'), en: say('en') });
