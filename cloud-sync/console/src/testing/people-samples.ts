import type { HubAnswer, MemberView, Webhook } from '@tillside/hub-contract';

export type Access = HubAnswer<'accesses'>['accesses'][number];

const NOW = Date.parse('2026-11-21T13:00:00Z');
const DAY_MS = 86_400_000;
export const daysAgo = (days: number): string => new Date(NOW - days * DAY_MS).toISOString();
export const STORES = ['renmin-lu', 'binhe', 'harbour'];

export const PHONE = '+8613800138000';
export const MEMBER: MemberView = {
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
  householdMembers: [],
  aliases: ['M000412'],
  profile: { name: '欧阳 Alexandra', phone: PHONE, birthday: '1988-05-17' },
  points: { available: 2_480, pending: 120, owed: 0 },
};

/** Balances after each of fourteen changes, the newest first. */
export function statement(): HubAnswer<'pointsOf'> {
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

export function accesses(): Access[] {
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

export const HOOKS: readonly Webhook[] = [
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
export const LETTERS: HubAnswer<'deadLetters'>['dead'] = [
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
export const SECRET = `whsec_${'A'.repeat(43)}=`;

export function exported(member: MemberView): HubAnswer<'exportMember'> {
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
    receipts: [],
    receiptsLeftOut: 0,
    habits: null,
    merges: [],
  };
}

export const DELIVERED: HubAnswer<'deliveredMessages'>['delivered'] = [
  { type: 'points.moved', memberId: 'M000068', status: 204, tookMs: 43, attempts: 1 },
  { type: 'tier.changed', memberId: 'M000871', status: 200, tookMs: 1_207, attempts: 3 },
  { type: 'member.joined', memberId: 'm_0f3a9c41d7b2486e9a10c55e', status: null, tookMs: null, attempts: 1 },
].map((each, index) => ({
  ...(each as HubAnswer<'deliveredMessages'>['delivered'][number]),
  messageId: `msg_${String(7_741 - index).padStart(32, 'c')}`,
  at: daysAgo(0.1 + index * 0.3),
}));
