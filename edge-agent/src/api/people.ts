import type { MemberHome } from '@tillside/agent-contract';
import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { walletOf } from '../coupons/coupons.ts';
import { AgentError } from '../errors.ts';
import { changeConsent, memberByCode, personalised, signUp } from '../members/members.ts';
import { campaignWords } from '../prices/campaign-words.ts';
import { offerCards } from '../prices/offers.ts';
import { register } from './register.ts';

const RECOMMENDED_AT_KIOSK = 8;

const earlier = (instant: string, other: string | null): string =>
  other !== null && Date.parse(other) < Date.parse(instant) ? other : instant;

/** What the shopper's kiosk asks. */
export function kioskRoutes(fastify: FastifyInstance, app: App): void {
  const { book, items, journal, config } = app;
  register(fastify, app, {
    publicOffers: () => ({
      storeName: config.storeName,
      campaignSetVersion: book.version,
      online: app.online(),
      offers: offerCards(book, items),
    }),
    signUp: ({ body, once }) =>
      once((tx) =>
        signUp(tx, { clock: app.clock, random: app.random, indexKey: app.indexKey }, { ...body, channel: 'kiosk' }),
      ),
    signIn: async ({ body }) => memberHome(app, body.code),
    changeConsent: ({ body, once }) =>
      once((tx) => {
        changeConsent(tx, app.clock, body.code, body.consent);
        return {};
      }),
  });

  async function memberHome(from: App, code: string): Promise<MemberHome> {
    const now = from.clock.now();
    const member = memberByCode(journal, code, now);
    if (member === undefined) throw new AgentError('MEMBER_UNKNOWN');
    const coupons = walletOf(journal, member.memberId, now).flatMap((coupon) => {
      const campaign = book.byId(coupon.campaignId);
      if (campaign === undefined || Date.parse(campaign.window.to) <= now) return [];
      return [
        {
          couponId: coupon.couponId,
          code: `TC:${coupon.code}`,
          campaignId: campaign.id,
          name: campaign.name,
          text: campaignWords(campaign),
          until: earlier(campaign.window.to, coupon.expiresAt),
        },
      ];
    });
    return {
      memberId: member.memberId,
      code,
      tier: member.tier,
      pointsBalance: member.points,
      personalised: personalised(member),
      coupons,
      offers: offerCards(book, items),
      recommendations: await from.recommender.recommend({
        member,
        basketSkus: [],
        channel: 'kiosk',
        limit: RECOMMENDED_AT_KIOSK,
      }),
    };
  }
}

/** What the staff's handheld asks. */
export function staffRoutes(fastify: FastifyInstance, app: App): void {
  const { labels, promotions } = app;
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
    footfall: ({ query }) => app.footfall.report(query.date),
  });
}
