import type { Locale } from '@tillside/agent-contract';
import { type Campaign, DECIDE_LIMITS, type Decision, explain, type NotAppliedCode } from '@tillside/decide';
import type { Reader } from '../../journal/index.ts';
import type { Member } from '../../members/members.ts';
import { campaignWords } from '../../prices/campaign-words.ts';
import type { CampaignBook } from '../../prices/campaigns.ts';
import { isForMembers } from '../../prices/offers.ts';
import { livingWallet } from '../../prices/wallet.ts';
import { selectionOf } from './basket.ts';
import { decimalOf } from './money.ts';
import type { Offer } from './wire.ts';

/** Campaigns for members that are offered beside the coupons of the wallet, which has a limit of its own. */
const MAX_CAMPAIGN_OFFERS = 30;
const MAX_DESCRIPTION_CHARS = 200;

/** A coupon or a campaign for members that a check may get. */
export interface Candidate {
  /** What the POS calls it. */
  readonly identifier: string;
  readonly campaign: Campaign;
  readonly couponId: string | undefined;
  readonly until: string;
}

/** What a candidate saves in a decision, in fen, by selection. */
export interface Saving {
  readonly amountFen: number;
  readonly bySelection: ReadonlyMap<string, number>;
}

/** Decides the check with some candidates alone. */
export type Decide = (candidates: readonly Candidate[]) => Decision;

/** Gifts can't be handed over by a discount, and points are earned without anybody choosing them. */
const OFFERED = (campaign: Campaign): boolean => campaign.kind !== 'gift' && campaign.kind !== 'points';

/** What a member may be offered now: unspent coupons, then campaigns for members that run. */
export function candidatesOf(reader: Reader, book: CampaignBook, member: Member, atMs: number): Candidate[] {
  const coupons = livingWallet(reader, book, member, atMs)
    .filter(({ campaign }) => campaign.requiresCoupon && OFFERED(campaign))
    .slice(0, DECIDE_LIMITS.maxCoupons)
    .map(({ coupon, campaign, until }) => couponCandidate(coupon.couponId, campaign, until));
  const campaigns = book
    .live()
    .filter((campaign) => !campaign.requiresCoupon && OFFERED(campaign) && isForMembers(campaign))
    .filter((campaign) => isForTier(campaign, member.tier))
    .slice(0, MAX_CAMPAIGN_OFFERS)
    .map((campaign) => ({
      identifier: `campaign:${campaign.id}`,
      campaign,
      couponId: undefined,
      until: campaign.window.to,
    }));
  return [...coupons, ...campaigns];
}

/** Offers of another tier would only fill the screen. */
function isForTier(campaign: Campaign, tier: string): boolean {
  const lists = [campaign.audience?.tiers, campaign.kind === 'member-price' ? campaign.tiers : undefined];
  return lists.every((tiers) => tiers === undefined || tiers.includes(tier));
}

const couponCandidate = (couponId: string, campaign: Campaign, until: string): Candidate => ({
  identifier: `coupon:${couponId}`,
  campaign,
  couponId,
  until,
});

export function savingOf(decision: Decision, { campaign, couponId }: Candidate): Saving {
  const bySelection = new Map<string, number>();
  for (const line of decision.lines) {
    for (const adjustment of line.adjustments) {
      if (adjustment.campaignId !== campaign.id || adjustment.couponId !== couponId || adjustment.amountFen === 0)
        continue;
      const guid = selectionOf(line.lineId);
      bySelection.set(guid, (bySelection.get(guid) ?? 0) + adjustment.amountFen);
    }
  }
  return { amountFen: [...bySelection.values()].reduce((sum, fen) => sum + fen, 0), bySelection };
}

/** Why a candidate gave nothing, for a person. */
export function reasonOf(decision: Decision, { campaign, couponId }: Candidate, locale: Locale): string {
  const code = codeOf(decision, campaign.id, couponId);
  return code === undefined ? NOTHING_TO_SAVE[locale] : explain({ campaignId: campaign.id, code }, locale);
}

const NOTHING_TO_SAVE: Record<Locale, string> = {
  'zh-CN': '这张账单上没有可享的优惠。',
  en: 'Nothing on this check to save on.',
};

const codeOf = (decision: Decision, campaignId: string, couponId: string | undefined): NotAppliedCode | undefined =>
  decision.notApplied.find((entry) => entry.campaignId === campaignId && entry.couponId === couponId)?.code;

/** Not this member's, or not now: offering it would only fill the screen. */
const OUT_OF_REACH = /^(AUDIENCE|WINDOW|LIMIT|BUDGET)_/;

const ITEM_KINDS: ReadonlySet<Campaign['kind']> = new Set([
  'discount',
  'markdown',
  'member-price',
  'buy-get',
  'nth-item',
  'bundle',
  'bulk-price',
]);

/** How a saving can be put on a check of this POS. */
export interface Form {
  readonly selectionType: Offer['selectionType'];
  readonly itemApplication: Offer['itemApplication'];
}

/**
 * Savings of the whole check are `CHECK`; those of one selection `ITEM`; those of several `MULTI_ITEM`, which the POS knows for selections of quantity 1 only. It takes one item
 * discount a selection: where one is taken (`taken`), or several units stand in one selection, the whole amount becomes a discount of the check.
 */
export function formOf(
  { campaign }: Candidate,
  { bySelection }: Saving,
  quantityOf: (selectionGuid: string) => number,
  taken: ReadonlySet<string>,
): Form {
  const guids = [...bySelection.keys()];
  const isFree = guids.every((guid) => !taken.has(guid));
  const isSingle = guids.length === 1 || guids.every((guid) => quantityOf(guid) === 1);
  if (!ITEM_KINDS.has(campaign.kind) || guids.length === 0 || !isFree || !isSingle)
    return { selectionType: 'CHECK', itemApplication: [] };
  return {
    selectionType: guids.length === 1 ? 'ITEM' : 'MULTI_ITEM',
    itemApplication: [...bySelection].map(([selectionIdentifier, fen]) => ({
      selectionIdentifier,
      amount: decimalOf(fen),
    })),
  };
}

export interface OfferScene {
  readonly decide: Decide;
  readonly quantityOf: (selectionGuid: string) => number;
  /** Redemptions that stand on the check. */
  readonly chosen: readonly Candidate[];
  /** Selections that carry an item discount. */
  readonly taken: ReadonlySet<string>;
  readonly locale: Locale;
}

/**
 * An offer is applicable when it saves something beside all that was chosen before, and takes nothing of it away. Coupons of one campaign come to the same and are decided once.
 */
export function offersOf(candidates: readonly Candidate[], scene: OfferScene): Offer[] {
  const chosen = new Set(scene.chosen.map(({ identifier }) => identifier));
  const decided = new Map<string, Outlook>();
  return candidates
    .filter(({ identifier }) => !chosen.has(identifier))
    .flatMap((candidate) => {
      const outlook = decided.get(candidate.campaign.id) ?? outlookOf(candidate, scene);
      decided.set(candidate.campaign.id, outlook);
      const { saving, code } = outlook;
      if (saving === undefined && code !== undefined && OUT_OF_REACH.test(code)) return [];
      return [offerOf(candidate, saving, scene)];
    });
}

/** What an offer would save if it were chosen too; without a saving, why. */
interface Outlook {
  readonly saving: Saving | undefined;
  readonly code: NotAppliedCode | undefined;
}

function outlookOf(candidate: Candidate, { chosen, decide }: OfferScene): Outlook {
  const decision = decide([...chosen, candidate]);
  const saving = savingOf(decision, candidate);
  const stays = chosen.every((other) => savingOf(decision, other).amountFen > 0);
  return {
    saving: saving.amountFen > 0 && stays ? saving : undefined,
    code: codeOf(decision, candidate.campaign.id, candidate.couponId),
  };
}

function offerOf(candidate: Candidate, saving: Saving | undefined, scene: OfferScene): Offer {
  const { campaign, identifier, until } = candidate;
  const inLocale = (words: { zh: string; en: string }): string => (scene.locale === 'en' ? words.en : words.zh);
  const form =
    saving === undefined
      ? { selectionType: ITEM_KINDS.has(campaign.kind) ? ('ITEM' as const) : ('CHECK' as const), itemApplication: [] }
      : formOf(candidate, saving, scene.quantityOf, scene.taken);
  return {
    identifier,
    name: inLocale(campaign.name),
    description: inLocale(campaignWords(campaign)).slice(0, MAX_DESCRIPTION_CHARS),
    applicable: saving !== undefined,
    ...form,
    amount: decimalOf(saving?.amountFen ?? 0),
    quantity: 1,
    expiration: [{ date: new Date(until).toISOString() }],
  };
}
