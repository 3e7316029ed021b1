import type { MemberHome } from '@tillside/agent-contract';
import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { AgentError } from '../errors.ts';
import { eraseMember } from '../members/erase.ts';
import { changeConsent, memberByCode, personalised, signUp } from '../members/members.ts';
import { campaignWords } from '../prices/campaign-words.ts';
import { offerCards } from '../prices/offers.ts';
import { livingWallet } from '../prices/wallet.ts';
import { register } from './register.ts';

const RECOMMENDED_AT_KIOSK = 8;

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
        signUp(
          tx,
          { clock: app.clock, random: app.random, indexKey: app.indexKey, keys: journal.keys },
          { ...body, channel: 'kiosk' },
        ),
      ),
    signIn: async ({ body }) => memberHome(app, body.code),
    changeConsent: ({ body, once }) =>
      once((tx) => {
        changeConsent(tx, app.clock, body.code, body.consent);
        return {};
      }),
    forgetMember: ({ body, once }) => {
      const forgotten = once((tx) => eraseMember(tx, app.clock, body.code, 'member'));
      journal.keys.erase(forgotten.memberId);
      return {};
    },
  });

  async function memberHome(from: App, code: string): Promise<MemberHome> {
    const now = from.clock.now();
    const member = memberByCode(journal, code, now);
    if (member === undefined) throw new AgentError('MEMBER_UNKNOWN');
    const coupons = livingWallet(journal, book, member.memberId, now).map(({ coupon, campaign, until }) => ({
      couponId: coupon.couponId,
      code: `TC:${coupon.code}`,
      campaignId: campaign.id,
      name: campaign.name,
      text: campaignWords(campaign),
      until,
    }));
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
