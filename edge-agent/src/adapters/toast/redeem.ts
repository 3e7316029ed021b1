import type { Locale } from '@tillside/agent-contract';
import { type Basket, DECIDE_LIMITS, type Decision } from '@tillside/decide';
import type { z } from 'zod';
import { reviveCoupon, spendCoupon } from '../../coupons/coupons.ts';
import type { Reader, Tx } from '../../journal/index.ts';
import { basketMember, type Member } from '../../members/members.ts';
import { allowanceOf, balanceOf } from '../../points/balance.ts';
import type { Random } from '../../ports.ts';
import type { CampaignBook } from '../../prices/campaigns.ts';
import { type AccountLookup, accountOf, knownMember } from './accounts.ts';
import { basketLines, type FindGoods } from './basket.ts';
import { burnPoints, unburnPoints } from './burns.ts';
import { type CheckLine, linesOf } from './check.ts';
import { type Candidate, candidatesOf, type OfferScene, offersOf, savingOf } from './offers.ts';
import { type Accepted, type Judged, judge, viewOf } from './redemptions.ts';
import { Refusal } from './refusal.ts';
import { keepStanding, markTakenBack, type Standing, standingOn } from './standing.ts';
import type {
  CheckInformation,
  CheckResponse,
  LoyaltyTransactionResponse,
  Redemption,
  RedemptionView,
} from './wire.ts';

export interface RedeemDeps extends AccountLookup {
  readonly book: CampaignBook;
  readonly random: Random;
  readonly locale: Locale;
  readonly find: FindGoods;
}

/** Where a request comes from: the restaurant's GUID, and that of the transaction. */
export interface Origin {
  readonly restaurant: string;
  readonly guid: string;
  /** False at a terminal whose POS only reports: it is told of accounts, and of no offers. */
  readonly adjusts: boolean;
}

type Asked = z.output<typeof CheckInformation>;

/** A check as offers are decided on. */
interface Scene {
  readonly member: Member;
  /** That may be spent now. */
  readonly points: number;
  readonly lines: readonly CheckLine[];
  readonly standing: readonly Standing[];
  readonly candidates: readonly Candidate[];
  readonly taken: ReadonlySet<string>;
  readonly quantityOf: (selectionGuid: string) => number;
  readonly decide: (candidates: readonly Candidate[]) => Decision;
  readonly at: number;
}

/** The account, its offers for the check as it is, and which of its redemptions still hold. Changes nothing. Throws ERROR_ACCOUNT_INVALID. */
export function inquire(reader: Reader, deps: RedeemDeps, origin: Origin, asked: Asked): LoyaltyTransactionResponse {
  const scene = sceneOf(reader, deps, origin, asked);
  const before = beforeOf(scene, asked.redemptions ?? [], deps.locale);
  const judged = judgeRest(scene, deps.locale, before.rest, false);
  return answerOf(scene, deps, origin, before, judged);
}

/**
 * Spends what is redeemed on the check: coupons, points and uses of campaigns, once for the check, however often and under however many GUIDs the POS asks. A redemption whose amount
 * is no longer what the POS shows is rejected and nothing of it is spent; the others stand. Throws ERROR_ACCOUNT_INVALID.
 */
export function redeem(
  tx: Tx,
  deps: RedeemDeps,
  origin: Origin,
  asked: Asked,
): { answer: LoyaltyTransactionResponse; memberId: string; checkGuid: string } {
  const scene = sceneOf(tx, deps, origin, asked);
  const checkGuid = asked.check.guid;
  const before = beforeOf(scene, asked.redemptions ?? [], deps.locale);
  const judged = judgeRest(scene, deps.locale, before.rest, true);
  spend(tx, deps, origin, scene, checkGuid, judged.accepted);
  const after = judged.accepted.length === 0 ? scene : sceneOf(tx, deps, origin, asked);
  const nothingOpen = { accepted: [], rejected: judged.rejected };
  const all = { ...before, applied: [...before.applied, ...judged.accepted.map(({ view }) => view)] };
  return { answer: answerOf(after, deps, origin, all, nothingOpen), memberId: scene.member.memberId, checkGuid };
}

function sceneOf(reader: Reader, deps: RedeemDeps, origin: Origin, asked: Asked): Scene {
  const { book, clock } = deps;
  const at = clock.now();
  const member = knownMember(reader, deps, asked.loyaltyIdentifier);
  const lines = linesOf(asked.check);
  if (lines.reduce((units, { quantity }) => units + quantity, 0) > DECIDE_LIMITS.maxUnitsPerBasket)
    throw new Refusal('ERROR_INVALID_INPUT_PROPERTIES', `more than ${DECIDE_LIMITS.maxUnitsPerBasket} units`);
  const standing = standingOn(reader, origin.restaurant, asked.check.guid);
  const goods = basketLines(lines, deps.find, spentOn(standing));
  const known = basketMember(reader, member, at);
  // Whoever names an account at a POS is no surer than a card.
  const { points } = allowanceOf(reader, { memberId: member.memberId, trust: 'card', atMs: at });
  const quantities = new Map(lines.map(({ selectionGuid, quantity }) => [selectionGuid, quantity]));
  return {
    member,
    points: balanceOf(reader, member.memberId, at).available,
    lines,
    standing,
    at,
    candidates: origin.adjusts ? candidatesOf(reader, book, member, at) : [],
    taken: new Set([
      ...lines.filter(({ closed }) => closed).map(({ selectionGuid }) => selectionGuid),
      ...standing.flatMap(({ content }) => (content.onItems ? Object.keys(content.bySelection) : [])),
    ]),
    quantityOf: (guid) => quantities.get(guid) ?? 0,
    decide: (candidates) =>
      book.decideAmong(
        basketOf(goods, known, candidates, points),
        new Set(candidates.map(({ campaign }) => campaign.id)),
        at,
      ),
  };
}

/** What is redeemed already has lowered the price of its selections. */
function spentOn(standing: readonly Standing[]): Map<string, number> {
  const spentFen = new Map<string, number>();
  for (const { content } of standing) {
    for (const [guid, fen] of Object.entries(content.bySelection)) spentFen.set(guid, (spentFen.get(guid) ?? 0) + fen);
  }
  return spentFen;
}

function basketOf(
  lines: Basket['lines'],
  member: NonNullable<Basket['member']>,
  candidates: readonly Candidate[],
  points: number,
): Basket {
  const paysWithPoints = points > 0 && candidates.some(({ campaign }) => campaign.kind === 'points-pay');
  return {
    lines,
    member,
    coupons: candidates.flatMap(({ couponId, campaign }) =>
      couponId === undefined ? [] : [{ couponId, campaignId: campaign.id }],
    ),
    ...(paysWithPoints ? { payWithPoints: points } : {}),
  };
}

/** Redemptions of a check that were spent before, and the rest. */
interface Before {
  readonly applied: readonly RedemptionView[];
  readonly rejected: Judged['rejected'];
  readonly rest: readonly Redemption[];
}

const GONE: Record<Locale, string> = {
  'zh-CN': '该优惠所用的商品已不在账单上。',
  en: 'What this offer was redeemed for is no longer on the check.',
};

/** A spent redemption keeps its amount. It is rejected when its items are gone; its own reversal gives it back. */
function beforeOf({ standing, lines, member }: Scene, asked: readonly Redemption[], locale: Locale): Before {
  const spent = new Map(
    standing.filter(({ memberId }) => memberId === member.memberId).map((one) => [one.identifier, one]),
  );
  const onCheck = new Set(lines.map(({ selectionGuid }) => selectionGuid));
  const applied: RedemptionView[] = [];
  const rejected: { redemption: RedemptionView; message: string }[] = [];
  const rest: Redemption[] = [];
  for (const redemption of asked) {
    const known = spent.get(redemption.identifier);
    if (known === undefined) {
      rest.push(redemption);
      continue;
    }
    const { view, bySelection, onItems } = known.content;
    const isThere = !onItems || Object.keys(bySelection).every((guid) => onCheck.has(guid));
    if (isThere) applied.push({ ...view, ...guidsOf(redemption) });
    else rejected.push({ redemption: viewOf(redemption), message: GONE[locale] });
  }
  return { applied, rejected, rest };
}

/** What the POS calls the discount that it made of it. */
const guidsOf = ({ appliedDiscountGuid, multiItemDiscountGuid }: Redemption): Record<string, string> => ({
  ...(appliedDiscountGuid ? { appliedDiscountGuid } : {}),
  ...(multiItemDiscountGuid ? { multiItemDiscountGuid } : {}),
});

function judgeRest(scene: Scene, locale: Locale, rest: readonly Redemption[], mustAgree: boolean): Judged {
  const { decide, quantityOf, taken, candidates } = scene;
  const known = new Map(candidates.map((candidate) => [candidate.identifier, candidate]));
  return judge(rest, { decide, quantityOf, taken, locale, mustAgree, candidateOf: (id) => known.get(id) });
}

function answerOf(
  scene: Scene,
  { locale }: RedeemDeps,
  origin: Origin,
  before: Before,
  { accepted, rejected }: Judged,
): LoyaltyTransactionResponse {
  const offerScene: OfferScene = {
    decide: scene.decide,
    quantityOf: scene.quantityOf,
    locale,
    chosen: accepted.map(({ candidate }) => candidate),
    taken: new Set([...scene.taken, ...accepted.flatMap(({ view }) => itemsOf(view))]),
  };
  const checkResponse: CheckResponse = {
    accountInfo: accountOf(scene.member.memberId, scene.points, locale),
    offers: origin.adjusts ? offersOf(scene.candidates, offerScene) : [],
    rejectedRedemptions: [...before.rejected, ...rejected],
    appliedRedemptions: [...before.applied, ...accepted.map(({ view }) => view)],
  };
  return { transactionStatus: 'ACCEPT', checkResponse };
}

/** Selections that a redemption stands on; none where it stands on the check. */
function itemsOf({ selectionGuid, itemApplication }: RedemptionView): string[] {
  const parts = Array.isArray(itemApplication) ? (itemApplication as { selectionIdentifier: string }[]) : [];
  if (parts.length > 0) return parts.map((part) => part.selectionIdentifier);
  return typeof selectionGuid === 'string' ? [selectionGuid] : [];
}

function spend(
  tx: Tx,
  { book, random }: RedeemDeps,
  { restaurant, guid }: Origin,
  { member: { memberId }, decide, at }: Scene,
  checkGuid: string,
  accepted: readonly Accepted[],
): void {
  if (accepted.length === 0) return;
  const decision = decide(accepted.map(({ candidate }) => candidate));
  book.countSale(tx, decision, memberId, at);
  for (const { candidate, view } of accepted) {
    const { identifier, campaign, couponId } = candidate;
    const saving = savingOf(decision, candidate);
    const points = campaign.kind === 'points-pay' ? decision.points.spent : 0;
    const applied = decision.applied.find((one) => one.campaignId === campaign.id && one.couponId === couponId);
    if (applied === undefined) throw new Refusal('ERROR', `${identifier} gives nothing`);
    if (couponId !== undefined) {
      spendCoupon(tx, couponId, checkGuid);
      // The sale is told later, and has the check's GUID as its receipt number.
      tx.append('tillside.coupon.redeemed.v1', {
        couponId,
        campaignId: campaign.id,
        saleId: checkGuid,
        memberId,
        amountFen: saving.amountFen,
      });
    }
    const redemptionId = random.uuid();
    if (points > 0) burnPoints(tx, { redemptionId, memberId, points, atMs: at });
    keepStanding(tx, restaurant, checkGuid, {
      redemptionId,
      identifier,
      guid,
      memberId,
      campaignId: campaign.id,
      couponId,
      points,
      amountFen: saving.amountFen,
      content: {
        view,
        bySelection: Object.fromEntries(saving.bySelection),
        onItems: itemsOf(view).length > 0,
        applied,
      },
      at,
    });
  }
}

/**
 * Takes redemptions of a check back: coupons live again, points and uses return. `answered` is what the transaction to be reversed had applied; `asked` names some of it, else all of it
 * is meant. Returns whether nothing of it stands any more. Throws ERROR_TRANSACTION_DOES_NOT_EXIST, ERROR_TRANSACTION_CANNOT_BE_REVERSED.
 */
export function takeBack(
  tx: Tx,
  { book, clock }: Pick<RedeemDeps, 'book' | 'clock'>,
  restaurant: string,
  checkGuid: string,
  answered: readonly RedemptionView[],
  asked: readonly Redemption[],
): boolean {
  const standing = new Map(standingOn(tx, restaurant, checkGuid).map((one) => [one.identifier, one]));
  const known = new Set(answered.map(({ identifier }) => identifier));
  const wanted = new Set(asked.map(({ identifier }) => identifier));
  for (const identifier of wanted) {
    if (!known.has(identifier))
      throw new Refusal('ERROR_TRANSACTION_DOES_NOT_EXIST', 'that transaction redeemed no such offer');
    if (!standing.has(identifier))
      throw new Refusal('ERROR_TRANSACTION_CANNOT_BE_REVERSED', 'that redemption was taken back before');
  }
  const back = [...(wanted.size === 0 ? known : wanted)].flatMap((identifier) => standing.get(identifier) ?? []);
  for (const { redemptionId, memberId, campaignId, couponId, points, amountFen, at } of back) {
    if (couponId !== undefined) reviveCoupon(tx, couponId, checkGuid, undefined);
    if (points > 0) unburnPoints(tx, { redemptionId, memberId, points, atMs: clock.now() });
    book.uncountUse(tx, { campaignId, amountFen }, memberId, at);
    markTakenBack(tx, redemptionId, clock.now());
  }
  const left = new Set(back.map(({ identifier }) => identifier));
  return ![...known].some((identifier) => standing.has(identifier) && !left.has(identifier));
}
