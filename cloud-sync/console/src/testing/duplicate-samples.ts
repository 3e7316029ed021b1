import type { Comparison, ProbableDuplicates } from '@tillside/hub-contract';
import { daysAgo } from './people-samples.ts';

export const RUN: NonNullable<ProbableDuplicates['run']> = {
  at: daysAgo(0.2),
  tookMs: 41_000,
  compared: 1_204_311,
  isCut: false,
};
export const PAIRS: ProbableDuplicates['pairs'] = [
  { rank: 1, from: 'M000871', into: 'M000068', reasons: ['phone'] },
  { rank: 2, from: 'M000245', into: 'M000130', reasons: ['household-birthday', 'phone-digit-birthday'] },
  { rank: 3, from: 'm_0f3a9c41d7b2486e9a10c55e', into: 'm_7be1d0a2f6c94b0f8d3e1277', reasons: ['same-card'] },
];

export const COMPARED: Comparison = {
  people: [
    {
      memberId: 'M000871',
      number: '771035268',
      joinedAt: daysAgo(31),
      home: 'binhe',
      channel: 'till',
      tier: 'jade',
      orders: 3,
      spentFen: 28_640,
      lastAt: daysAgo(2),
      points: 286,
      cards: 1,
      household: null,
      name: '欧**',
      phone: '+86138****8000',
      birthday: null,
    },
    {
      memberId: 'M000068',
      number: '318204417',
      joinedAt: daysAgo(612),
      home: 'renmin-lu',
      channel: 'kiosk',
      tier: 'gold',
      orders: 148,
      spentFen: 1_284_590,
      lastAt: daysAgo(1),
      points: 2_480,
      cards: 2,
      household: 'M000412',
      name: '欧**',
      phone: '+86138****8000',
      birthday: '1988-05-**',
    },
  ],
  alike: { name: 'same', phone: 'same', birthday: 'unknown', household: 'unknown', card: 'other' },
};
