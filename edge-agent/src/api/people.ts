import type { MemberHome } from '@tillside/agent-contract';
import { readNumericCode, readRotatingCode } from '@tillside/decide';
import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { AgentError } from '../errors.ts';
import { identify } from '../members/identify.ts';
import { type Member, memberById, personalised } from '../members/members.ts';
import { Visits } from '../members/visits.ts';
import { pointsStanding } from '../points/statement.ts';
import { campaignWords } from '../prices/campaign-words.ts';
import { offerCards } from '../prices/offers.ts';
import { livingWallet } from '../prices/wallet.ts';
import { HeldBack } from '../recommend/held-back.ts';
import { register } from './register.ts';

const RECOMMENDED_AT_KIOSK = 8;

/** What the shopper's kiosk asks. */
export function kioskRoutes(fastify: FastifyInstance, app: App): void {
  const { book, items, journal, config } = app;
  register(fastify, app, {
    publicOffers: () => {
      const offers = offerCards(book, items);
      const acting = new Set(offers.map(({ campaignId }) => campaignId));
      return {
        storeName: config.storeName,
        campaignSetVersion: book.version,
        online: app.online(),
        offers,
        cards: app.content.cards((campaignId) => acting.has(campaignId)),
      };
    },
    signIn: async ({ caller, body }) => memberHome(app, caller.deviceId, body.code),
  });

  /** A code of a phone opens one visit; what the visit does next goes by its word. */
  const shownBy = async (deviceId: string, code: string, atMs: number): Promise<Member | undefined> => {
    const { isChecked } = await app.finder.prepare({ code });
    const usedFor = `visit:${deviceId}:${atMs}`;
    const shown = journal.write((tx) => identify(tx, { code, atMs, usedFor, isChecked }));
    // Whoever makes up a member's number would see their offers, and could leave in their name.
    if (shown !== undefined && shown.trust === 'card' && readNumericCode(code) !== undefined)
      throw new AgentError('MEMBER_CODE_UNCHECKED');
    return shown?.member;
  };

  async function memberHome(from: App, deviceId: string, code: string): Promise<MemberHome> {
    const now = from.clock.now();
    const { visits } = from;
    const isAgain = Visits.isWord(code);
    const member = isAgain ? memberById(journal, visits.memberOf(deviceId, code)) : await shownBy(deviceId, code, now);
    if (member === undefined) throw new AgentError('MEMBER_UNKNOWN');
    const coupons = livingWallet(journal, book, member, now).map(({ coupon, campaign, until }) => ({
      couponId: coupon.couponId,
      code: `TC:${coupon.code}`,
      campaignId: campaign.id,
      name: campaign.name,
      text: campaignWords(campaign),
      until,
    }));
    const standing = pointsStanding(journal, member.memberId, now);
    const stay = isAgain ? visits.again(deviceId, code) : visits.begin(deviceId, member.memberId);
    return {
      memberId: member.memberId,
      ...(isAgain || readRotatingCode(code) || readNumericCode(code) ? {} : { code }),
      ...stay,
      tier: member.tier,
      pointsBalance: standing.available - standing.owed,
      points: standing,
      personalised: personalised(member),
      consents: member.consents,
      coupons,
      offers: offerCards(book, items),
      recommendations: await from.recommender.recommend({
        member,
        basketSkus: [],
        channel: 'kiosk',
        limit: RECOMMENDED_AT_KIOSK,
        stay: stay.visit,
      }),
    };
  }
}

/** What the staff's handheld asks. */
export function staffRoutes(fastify: FastifyInstance, app: App): void {
  const { labels, promotions } = app;
  const heldBack = new HeldBack(app);
  register(fastify, app, {
    staffSignIn: ({ caller, body }) => app.staff.signIn(caller.deviceId, body.pin),
    listLabels: () => ({ labels: labels.list() }),
    pairLabel: ({ params, body }) => labels.pair(params.tagId, body.sku),
    unpairLabel: ({ params }) => {
      labels.unpair(params.tagId);
      return {};
    },
    flashLabel: async ({ params }) => {
      await labels.flash(params.tagId);
      return {};
    },
    listPromotions: () => ({ promotions: promotions.list() }),
    putPromotion: ({ caller, body }) => promotions.put(caller.staffId ?? '', body),
    endPromotion: ({ caller, params }) => {
      promotions.end(caller.staffId ?? '', params.campaignId);
      return {};
    },
    listHeldBack: () => ({ items: heldBack.list() }),
    putHeldBack: ({ caller, body }) => heldBack.put(caller.staffId ?? '', body.sku, body.until),
    endHeldBack: ({ params }) => {
      heldBack.end(params.sku);
      return {};
    },
    footfall: ({ query }) => app.footfall.report(query.date),
  });
}
