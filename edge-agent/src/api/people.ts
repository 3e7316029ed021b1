import { type MemberHome, STAFF_SESSION_HEADER } from '@tillside/agent-contract';
import { readNumericCode, readRotatingCode } from '@tillside/decide';
import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { AgentError } from '../errors.ts';
import { identify } from '../members/identify.ts';
import { type Member, memberById } from '../members/members.ts';
import { Visits } from '../members/visits.ts';
import { offerCards } from '../prices/offers.ts';
import { HeldBack } from '../recommend/held-back.ts';
import { memberHome } from './member-home.ts';
import { register } from './register.ts';

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
        ...(app.phone === undefined ? {} : { phoneCodes: true }),
        offers,
        cards: app.content.cards((campaignId) => acting.has(campaignId)),
      };
    },
    signIn: ({ caller, body }) => home(caller.deviceId, body.code),
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

  async function home(deviceId: string, code: string): Promise<MemberHome> {
    const { visits } = app;
    const isAgain = Visits.isWord(code);
    const member = isAgain
      ? memberById(journal, visits.memberOf(deviceId, code))
      : await shownBy(deviceId, code, app.clock.now());
    if (member === undefined) throw new AgentError('MEMBER_UNKNOWN');
    const isPrinted = !isAgain && readRotatingCode(code) === undefined && readNumericCode(code) === undefined;
    const stay = isAgain ? visits.again(deviceId, code) : visits.begin(deviceId, member.memberId);
    return memberHome(app, member, { ...(isPrinted ? { code } : {}), ...stay });
  }
}

/** What the staff's handheld asks. */
export function staffRoutes(fastify: FastifyInstance, app: App): void {
  const { labels, labelReports, promotions } = app;
  const heldBack = new HeldBack(app);
  register(fastify, app, {
    staffSignIn: ({ caller, body }) => app.staff.signIn(caller.deviceId, body.pin),
    staffSignOut: ({ request }) => {
      const session = request.headers[STAFF_SESSION_HEADER];
      app.staff.signOut(typeof session === 'string' ? session : undefined);
      return {};
    },
    listLabels: ({ query }) => labelReports.list(query),
    labelSummary: () => labelReports.summary(),
    labelWalk: () => labelReports.walk(),
    listMismatches: () => ({ mismatches: labelReports.mismatches() }),
    referencePrice: ({ params }) => labelReports.reference(params.sku),
    showLabel: ({ params }) => labelReports.show(params.tagId),
    pairLabel: ({ params, body }) => {
      labels.pair(params.tagId, body);
      return labelReports.show(params.tagId);
    },
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
