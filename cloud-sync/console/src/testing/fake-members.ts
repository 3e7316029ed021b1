import type { HubAnswer, HubErrorCode, HubRouteName, MemberView, TwoPeople, Webhook } from '@tillside/hub-contract';
import { COMPARED, PAIRS, RUN } from './duplicate-samples.ts';
import {
  type Access,
  accesses,
  DELIVERED,
  daysAgo,
  exported,
  HOOKS,
  LETTERS,
  MEMBER,
  SECRET,
  STORES,
  statement,
} from './people-samples.ts';

type Told = { readonly body: unknown } | { readonly refused: HubErrorCode };

/** Members, accesses and webhooks of the stand-in hub. */
export class FakeMembers {
  readonly #isEmpty: boolean;
  member: MemberView | null = structuredClone(MEMBER);
  readonly accesses: Access[];
  hooks: Webhook[];
  dead = [...LETTERS];
  near: string[] = ['binhe'];
  settings: { version: number; body: Record<string, unknown> } = { version: 0, body: SETTINGS };
  readonly signUps: unknown[] = [];
  readonly moved: Record<string, unknown>[] = [];
  readonly replays: unknown[] = [];
  apart: TwoPeople[] = [];
  isComparing = false;
  /** Whose merge was asked for, and not undone. */
  readonly merged = new Set<string>();
  /** Stores that have confirmed an erasure. */
  confirmed = 1;

  constructor(isEmpty: boolean) {
    this.#isEmpty = isEmpty;
    this.accesses = isEmpty ? [] : accesses();
    this.hooks = isEmpty ? [] : structuredClone([...HOOKS]);
  }

  /** Null: a route of somebody else. */
  answer(name: HubRouteName, id: string, query: URLSearchParams, body: unknown): Told | null {
    return this.#memberAnswer(name, id, query, body as Record<string, string>) ?? this.#hookAnswer(name, id, body);
  }

  #memberAnswer(name: HubRouteName, id: string, query: URLSearchParams, body: Record<string, string>): Told | null {
    const { member } = this;
    switch (name) {
      case 'probableDuplicates': {
        const pairs = this.#pairs();
        return {
          body: {
            run: this.#isEmpty ? null : RUN,
            isRunning: this.isComparing,
            total: pairs.length,
            pairs,
            next: null,
          },
        };
      }
      case 'runDuplicates':
        this.isComparing = true;
        return { body: { started: true } };
      case 'twoPeople':
        return { body: { said: this.apart } };
      case 'compareMembers':
        this.#note(id, 'compare', body.reason ?? '');
        return { body: COMPARED };
      case 'sayTwoPeople': {
        const { other = '', reason = '' } = body;
        this.apart.unshift({ one: id, other, at: daysAgo(0), by: 'operator o', reason });
        return { body: { said: true } };
      }
      case 'takeTwoPeopleBack':
        this.apart = this.apart.filter(({ one, other }) => one !== id || other !== body.other);
        return { body: { takenBack: true } };
      case 'accesses': {
        const before = Number(query.get('before') ?? Number.POSITIVE_INFINITY);
        const limit = Number(query.get('limit') ?? 100);
        return { body: { accesses: this.accesses.filter((each) => each.id < before).slice(0, limit) } };
      }
      case 'mergeMembers':
        this.merged.add(id);
        return { body: { merged: true } };
      case 'unmergeMember':
        this.merged.delete(id);
        return { body: { unmerged: true } };
      case 'erasureProof':
        return this.member === null && id === MEMBER.memberId
          ? { body: this.#proof() }
          : { refused: 'HUB_MEMBER_UNKNOWN' };
      case 'memberSettings':
        return { body: { version: this.settings.version, at: null, by: null, settings: this.settings.body } };
      case 'putMemberSettings': {
        const { was, settings } = body as unknown as { was: number; settings: Record<string, unknown> };
        if (was !== this.settings.version) return { refused: 'HUB_SETTINGS_CHANGED' };
        this.settings = { version: was + 1, body: settings };
        return { body: { version: was + 1 } };
      }
      case 'importMembers':
        return { body: IMPORTED };
      case 'signUpMember':
        this.signUps.push(body);
        return { body: MEMBER };
      case 'findMember':
        return member !== null && (body.phone === '138 0013 8000' || body.number === MEMBER.number)
          ? this.#look(member, 'find', body.reason ?? '')
          : { refused: 'HUB_MEMBER_UNKNOWN' };
      default:
        return member !== null && id === member.memberId
          ? this.#oneAnswer(name, member, query, body)
          : MEMBER_ROUTES.has(name)
            ? { refused: 'HUB_MEMBER_UNKNOWN' }
            : null;
    }
  }

  #pairs(): typeof PAIRS {
    if (this.#isEmpty) return [];
    return PAIRS.filter(
      ({ from, into }) =>
        !this.merged.has(from) && !this.apart.some(({ one, other }) => one === from && other === into),
    );
  }

  #oneAnswer(
    name: HubRouteName,
    member: MemberView,
    query: URLSearchParams,
    body: Record<string, string>,
  ): Told | null {
    switch (name) {
      case 'member':
        return this.#look(member, 'view', query.get('reason') ?? '');
      case 'pointsOf':
        return { body: statement() };
      case 'memberAccesses':
        return {
          body: { accesses: this.accesses.filter(({ memberId }) => memberId === member.memberId).map(withoutId) },
        };
      case 'changeConsent': {
        const { purpose, granted, textVersion = '' } = body;
        for (const consent of member.consents)
          if (consent.purpose === purpose) Object.assign(consent, { granted, textVersion, at: daysAgo(0) });
        return { body: { consents: member.consents } };
      }
      case 'tagMember': {
        const { add, remove } = body as unknown as { add: string[]; remove: string[] };
        member.tags = [...member.tags.filter((tag) => !remove.includes(tag)), ...add];
        return { body: { tags: member.tags } };
      }
      case 'linkHousehold': {
        const { household = null, reason = '' } = body;
        member.household = household;
        const said = { at: daysAgo(0), by: 'operator o', reason };
        member.householdMembers = household === null ? [] : [{ memberId: household, said }];
        return { body: { household, householdMembers: member.householdMembers } };
      }
      case 'movePoints': {
        this.moved.push(body);
        const { memberId } = member;
        return {
          body: { entry: { entryId: 'e', memberId, kind: 'adjust', points: Number(body.points), at: daysAgo(0) } },
        };
      }
      case 'correctMember': {
        const { reason, ...fields } = body;
        const held = Object.entries({ ...member.profile, ...fields }).filter(([, value]) => value !== null);
        member.profile = Object.fromEntries(held);
        return this.#look(member, 'correct', reason ?? '');
      }
      case 'exportMember':
        return { body: exported(member) };
      case 'eraseMember':
        this.member = null;
        return { body: this.#proof() };
      default:
        return null;
    }
  }

  #look(member: MemberView, what: string, reason: string): Told {
    this.#note(member.memberId, what, reason);
    return { body: member };
  }

  #note(memberId: string, what: string, reason: string): void {
    this.accesses.unshift({ id: this.accesses.length + 1, memberId, by: 'operator o', what, reason, at: daysAgo(0) });
  }

  #proof(): HubAnswer<'erasureProof'> {
    const stores = STORES.map((store, index) => ({
      store,
      confirmedAt: index < this.confirmed ? daysAgo(0) : ('waiting' as const),
    }));
    const { memberId, aliases } = MEMBER;
    return {
      signed: {
        format: 1,
        what: 'erasure',
        memberId,
        memberIds: [memberId, ...aliases],
        erasedAt: daysAgo(0),
        by: 'member',
        asOf: daysAgo(0),
        destroyed: [
          { store: 'renmin-lu', fingerprint: 'a1'.repeat(32) },
          { store: 'hq', fingerprint: 'b2'.repeat(32) },
        ],
        stores,
      },
      publicKey: 'c3'.repeat(32),
      signature: 'd4'.repeat(64),
    };
  }

  #hookAnswer(name: HubRouteName, id: string, body: unknown): Told | null {
    const hook = this.hooks.find((each) => each.id === id);
    switch (name) {
      case 'nearbyStores':
        return { body: { stores: this.near } };
      case 'putNearbyStores':
        this.near = (body as { stores: string[] }).stores;
        return { body: { stores: this.near } };
      case 'buildMemberPacks': {
        const [store] = (body as { stores: string[] }).stores;
        const pack = {
          store,
          version: 13,
          members: 12_304,
          leftOut: 0,
          tastes: 8_120,
          asOf: daysAgo(0),
          lengthBytes: 4_812_000,
        };
        return { body: { packs: [pack] } };
      }
      case 'webhooks':
        return { body: { webhooks: this.hooks } };
      case 'createWebhook': {
        const { url, types } = body as Pick<Webhook, 'url' | 'types'>;
        const made = { url, types, createdAt: daysAgo(0), disabledAt: null, disabledWhy: null, waiting: 0, dead: 0 };
        this.hooks.push({ ...made, id: crypto.randomUUID() });
        return { body: { webhook: this.hooks.at(-1), secret: SECRET } };
      }
      case 'deleteWebhook':
        this.hooks = this.hooks.filter((each) => each.id !== id);
        return { body: { deleted: true } };
      case 'switchWebhook': {
        const { on } = body as { on: boolean };
        Object.assign(hook ?? {}, { disabledAt: on ? null : daysAgo(0), disabledWhy: on ? null : 'by-hand' });
        return { body: hook };
      }
      case 'rotateWebhookSecret':
        return { body: { secret: SECRET, olderUntil: daysAgo(-1) } };
      case 'deliveredMessages':
        return { body: { delivered: hook === undefined ? [] : DELIVERED } };
      case 'deadLetters':
        return { body: { dead: (hook?.dead ?? 0) > 0 ? this.dead : [] } };
      case 'replayWebhook': {
        this.replays.push(body);
        const from = (body as { id?: string }).id;
        const messages = from === undefined ? 812 : 1;
        this.dead = this.dead.filter(({ messageId }) => messageId !== from);
        return { body: { messages } };
      }
      default:
        return null;
    }
  }
}

const SETTINGS = {
  points: { pendingDays: 7, expiryMonths: 24 },
  tiers: {
    base: { id: 'jade', name: { zh: '玉卡', en: 'Jade' } },
    tiers: [{ id: 'gold', name: { zh: '金卡', en: 'Gold' }, months: 12, spendFen: 500_000 }],
  },
  zone: 'Asia/Shanghai',
};
const IMPORTED: HubAnswer<'importMembers'> = {
  rows: 1_204,
  added: 1_180,
  known: 21,
  rejectedCount: 3,
  reasons: { ROW_UNDER_AGE: 2, ROW_FIELD: 1 },
  rejected: [
    { row: 7, code: 'ROW_UNDER_AGE', message: 'birthday' },
    { row: 88, code: 'ROW_FIELD', message: 'phone' },
    { row: 902, code: 'ROW_UNDER_AGE', message: 'isOldEnough' },
  ],
};
const MEMBER_ROUTES = new Set<HubRouteName>([
  'member',
  'pointsOf',
  'memberAccesses',
  'changeConsent',
  'tagMember',
  'linkHousehold',
  'movePoints',
  'correctMember',
  'exportMember',
  'eraseMember',
]);
const withoutId = ({ by, what, reason, at }: Access) => ({ by, what, reason, at });
