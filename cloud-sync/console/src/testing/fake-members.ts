import type { HubAnswer, HubErrorCode, HubRouteName, MemberView, Webhook } from '@tillside/hub-contract';

type Told = { readonly body: unknown } | { readonly refused: HubErrorCode };
type Access = HubAnswer<'accesses'>['accesses'][number];

const NOW = Date.parse('2026-11-21T13:00:00Z');
const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(NOW - days * DAY_MS).toISOString();
const STORES = ['renmin-lu', 'binhe', 'harbour'];

export const PHONE = '+8613800138000';
const MEMBER: MemberView = {
  memberId: 'M000068',
  number: '318204417',
  joinedAt: daysAgo(612),
  home: 'renmin-lu',
  channel: 'kiosk',
  tier: 'gold',
  tierUntil: '2027-03-31',
  consents: [
    { purpose: 'membership', granted: true, textVersion: '2025-03', at: daysAgo(612) },
    { purpose: 'personalisation', granted: true, textVersion: '2025-03', at: daysAgo(611) },
    { purpose: 'marketing', granted: false, textVersion: '2026-01', at: daysAgo(44) },
  ],
  tags: ['wine-club'],
  segments: ['life-active', 'rfm-champions', 'group-2'],
  household: null,
  aliases: ['M000412'],
  profile: { name: '欧阳 Alexandra', phone: PHONE, birthday: '1988-05-17' },
  points: { available: 2_480, pending: 120, owed: 0 },
};

/** Balances after each of fourteen changes, the newest first. */
function statement(): HubAnswer<'pointsOf'> {
  const changes = [
    [120, 'earn'],
    [-500, 'burn'],
    [210, 'earn'],
    [-40, 'reverse'],
    [330, 'earn'],
    [90, 'earn'],
    [-180, 'expire'],
    [400, 'adjust'],
    [260, 'earn'],
    [310, 'earn'],
    [-250, 'burn'],
    [640, 'earn'],
    [720, 'earn'],
    [490, 'earn'],
  ] as const;
  let balance = 2_600;
  const lines = changes.map(([points, kind], index) => {
    const line = {
      kind,
      points,
      balance,
      atMs: NOW - index * 9 * DAY_MS,
      where: kind === 'adjust' ? 'hq' : (STORES[index % 2] ?? ''),
      reference: kind === 'adjust' ? '' : `R-20261121-${String(400 - index * 7)}`,
      ...(kind === 'reverse' ? { of: 'earn' } : {}),
      ...(kind === 'adjust' ? { reason: 'Goodwill after a wrong price / 价签有误，补偿' } : {}),
    };
    balance -= points;
    return line;
  });
  const endingNext = { points: 300, atMs: NOW + 40 * DAY_MS };
  return { ...MEMBER.points, endingNext, availableNext: null, beforePoints: 0, lines };
}

function accesses(): Access[] {
  const whats = ['find', 'view', 'correct', 'export', 'find', 'consent'];
  const reasons = [
    '顾客来电查询积分',
    'Called to ask about points',
    '更正手机号，本人到店并出示身份证',
    'Asked for own data',
  ];
  return Array.from({ length: 70 }, (_, index) => ({
    id: 70 - index,
    memberId: index === 5 ? '*' : `M000${String(100 + ((index * 37) % 800))}`,
    by: index % 3 === 0 ? 'renmin-lu/c-14' : 'operator 运营部 Operations',
    what: index === 5 ? 'member pack' : (whats[index % whats.length] ?? 'find'),
    reason: reasons[index % reasons.length] ?? '',
    at: daysAgo(index * 0.31),
  }));
}

const HOOKS: readonly Webhook[] = [
  {
    id: '0d8a4b11-5a06-4a52-9d0e-0d2f2f0a7b01',
    url: 'https://shop.example.com/hooks/tillside',
    types: ['member.joined', 'member.changed', 'member.erased', 'consent.changed', 'points.moved'],
    createdAt: daysAgo(80),
    disabledAt: null,
    disabledWhy: null,
    waiting: 3,
    dead: 2,
  },
  {
    id: '0d8a4b11-5a06-4a52-9d0e-0d2f2f0a7b02',
    url: 'https://crm.example.com/a/rather/long/address/that/somebody/made/for/members-and-points-of-the-whole-chain',
    types: ['member.joined', 'tier.changed'],
    createdAt: daysAgo(30),
    disabledAt: daysAgo(2),
    disabledWhy: 'gone',
    waiting: 1_204,
    dead: 0,
  },
];
const LETTERS: HubAnswer<'deadLetters'>['dead'] = [
  {
    messageId: 'msg_0000000000000000000000009f31',
    type: 'points.moved',
    memberId: 'M000068',
    attempts: 14,
    lastAt: daysAgo(1),
    why: '503',
  },
  {
    messageId: 'msg_0000000000000000000000007a02',
    type: 'consent.changed',
    memberId: 'M000199',
    attempts: 14,
    lastAt: daysAgo(3),
    why: 'timeout',
  },
];
const SECRET = `whsec_${'A'.repeat(43)}=`;

/** Members, accesses and webhooks of the stand-in hub. */
export class FakeMembers {
  readonly #isEmpty: boolean;
  member: MemberView | null = structuredClone(MEMBER);
  readonly accesses: Access[];
  hooks: Webhook[];
  dead = [...LETTERS];
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
      case 'duplicates':
        return {
          body: {
            groups: this.#isEmpty
              ? []
              : [
                  ['M000068', 'M000871'],
                  ['M000130', 'M000244', 'M000245'],
                ],
          },
        };
      case 'accesses': {
        const before = Number(query.get('before') ?? Number.POSITIVE_INFINITY);
        const limit = Number(query.get('limit') ?? 100);
        return { body: { accesses: this.accesses.filter((each) => each.id < before).slice(0, limit) } };
      }
      case 'erasureProof':
        return this.member === null && id === MEMBER.memberId
          ? { body: this.#proof() }
          : { refused: 'HUB_MEMBER_UNKNOWN' };
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
        const { purpose, textVersion = '' } = body;
        for (const consent of member.consents)
          if (consent.purpose === purpose) Object.assign(consent, { granted: false, textVersion, at: daysAgo(0) });
        return { body: { consents: member.consents } };
      }
      case 'correctMember': {
        const { reason, ...fields } = body;
        const held = Object.entries({ ...member.profile, ...fields }).filter(([, value]) => value !== null);
        member.profile = Object.fromEntries(held);
        return this.#look(member, 'correct', reason ?? '');
      }
      case 'mergeMembers':
        return { body: { merged: true } };
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
    const { memberId } = member;
    this.accesses.unshift({ id: this.accesses.length + 1, memberId, by: 'operator o', what, reason, at: daysAgo(0) });
    return { body: member };
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
      case 'deadLetters':
        return { body: { dead: (hook?.dead ?? 0) > 0 ? this.dead : [] } };
      case 'replayWebhook': {
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

const MEMBER_ROUTES = new Set<HubRouteName>([
  'member',
  'pointsOf',
  'memberAccesses',
  'changeConsent',
  'correctMember',
  'mergeMembers',
  'exportMember',
  'eraseMember',
]);
const withoutId = ({ by, what, reason, at }: Access) => ({ by, what, reason, at });

function exported(member: MemberView): HubAnswer<'exportMember'> {
  const { memberId, number, joinedAt, tier, tierUntil, tags, segments, household, profile, consents, aliases } = member;
  return {
    format: 'tillside-my-data/1',
    asOf: daysAgo(0),
    member: {
      ...{ memberId, number, joinedAt, tier, tierUntil, tags, segments, household },
      joinedAtPlace: 'renmin-lu',
      joinedBy: 'kiosk',
      sameIds: aliases,
    },
    profile: profile ?? {},
    consents,
    phones: [{ keyId: '0'.repeat(16), publicKey: 'A'.repeat(43) }],
    cards: ['e5'.repeat(32)],
    stores: [
      { store: 'renmin-lu', lastAt: daysAgo(1), orders: 61 },
      { store: 'harbour', lastAt: daysAgo(90), orders: 1 },
    ],
    purchases: { firstAt: daysAgo(612), lastAt: daysAgo(1), orders: 62, spentFen: 421_800, months: [] },
    points: [],
    accesses: [],
    merges: [],
  };
}
