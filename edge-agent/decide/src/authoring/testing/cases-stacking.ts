import type { FindingCode } from '../finding.ts';
import { type Case, percent, spendSave } from './case.ts';

/** `a` to `d`, each a share off tea, each naming whom it stacks with. */
const chain = (lists: Readonly<Record<string, string[]>>) =>
  Object.entries(lists).map(([id, stackWith], index) => percent(id, 1000 + index, { stackWith }));

export const stackingCases = {
  STACK_UNKNOWN_CAMPAIGN: {
    bad: chain({ a: ['b', 'gone'], b: ['a'] }),
    sound: chain({ a: ['b'], b: ['a'] }),
    ids: ['a'],
    path: 'campaigns[0].stackWith[1]',
  },
  STACK_UNKNOWN_LAYER: {
    bad: chain({ a: ['layer:cart'] }),
    sound: chain({ a: ['layer:basket'] }),
    ids: ['a'],
    path: 'campaigns[0].stackWith[0]',
  },
  STACK_WITH_ITSELF: {
    bad: chain({ a: ['a'] }),
    sound: chain({ a: [] }),
    ids: ['a'],
    path: 'campaigns[0].stackWith[0]',
  },
  STACK_NOT_MUTUAL: {
    bad: chain({ a: ['b'], b: ['layer:coupon'] }),
    sound: chain({ a: ['b'], b: ['layer:item'] }),
    ids: ['a', 'b'],
    path: 'campaigns[0].stackWith[0]',
  },
  STACK_LAYER_REFUSED: {
    // Nothing said means no other campaign of the item layer.
    bad: [percent('a', 1000, { stackWith: ['layer:item'] }), percent('b', 1100, {})],
    sound: [percent('a', 1000, { stackWith: ['layer:basket'] }), spendSave('b', 9000, 100, {})],
    ids: ['a'],
    path: 'campaigns[0].stackWith[0]',
  },
  STACK_IMPOSSIBLE: {
    bad: [
      percent('a', 1000, { stackWith: ['b'], exclusiveGroup: 'g' }),
      percent('b', 1100, { stackWith: ['a'], items: { all: true } }),
      percent('c', 1200, { stackWith: ['a'], exclusiveGroup: 'g', items: { all: true } }),
    ],
    sound: [
      percent('a', 1000, { stackWith: ['b'], exclusiveGroup: 'g' }),
      percent('b', 1100, { stackWith: ['a'], items: { all: true } }),
      percent('c', 1200, { exclusiveGroup: 'g', items: { all: true } }),
    ],
    ids: ['c', 'a'],
    path: 'campaigns[2].stackWith[0]',
  },
  STACKING_CYCLE: {
    bad: chain({ a: ['b'], b: ['c'], c: ['a'] }),
    sound: chain({ a: ['b', 'c'], b: ['a', 'c'], c: ['a', 'b'] }),
    ids: ['a', 'b', 'c'],
    path: 'campaigns[0].stackWith',
  },
  STACKING_AMBIGUOUS: {
    bad: [
      ...chain({ a: ['b'], b: ['a', 'c'] }),
      percent('c', 1002, { stackWith: ['b'], items: { skus: ['milk', 'tea'] } }),
    ],
    sound: [
      ...chain({ a: ['b'], b: ['a', 'c'] }),
      // On another item there is nothing to choose.
      percent('c', 1002, { stackWith: ['b'], items: { skus: ['milk'] } }),
    ],
    ids: ['b', 'a', 'c'],
    path: 'campaigns[1].stackWith',
  },
  STACKING_TOO_DEEP: {
    bad: chain({ a: ['b', 'c', 'd'], b: ['a', 'c', 'd'], c: ['a', 'b', 'd'], d: ['a', 'b', 'c'] }),
    sound: chain({ a: ['b', 'c'], b: ['a', 'c'], c: ['a', 'b'] }),
    ids: ['a', 'b', 'c', 'd'],
    path: 'campaigns[0].stackWith',
  },
} satisfies Partial<Record<FindingCode, Case>>;

const sameTea = { items: { skus: ['tea'] } };

export const rivalCases = {
  PRIORITY_UNSET: {
    bad: [percent('a', 1000, {}), percent('b', 1000, { items: { skus: ['milk'] } })],
    sound: [percent('a', 1000, {}), percent('b', 1000, { items: { skus: ['milk'] }, priority: 1 })],
    policy: { objective: 'priority-order' },
    ids: [],
    path: 'policy.objective',
  },
  PRIORITY_TIE: {
    bad: [percent('a', 1000, { priority: 3 }), percent('b', 2000, { priority: 3, items: { skus: ['milk', 'tea'] } })],
    sound: [percent('a', 1000, { priority: 3 }), percent('b', 2000, { priority: 3, items: { skus: ['milk'] } })],
    policy: { objective: 'priority-order' },
    ids: ['a', 'b'],
    path: 'campaigns[0].priority',
  },
  PRIORITY_WITHOUT_EFFECT: {
    bad: [percent('a', 1000, { priority: 3 })],
    sound: [percent('a', 1000, { priority: 3 })],
    soundPolicy: { objective: 'priority-order' },
    ids: ['a'],
    path: 'campaigns[0].priority',
  },
  IDENTICAL_CAMPAIGNS: {
    bad: [
      percent('a', 1000, { items: { skus: ['tea', 'milk'] } }),
      percent('b', 1000, { items: { skus: ['milk', 'tea'] } }),
    ],
    sound: [
      percent('a', 1000, { window: { from: '2026-01-01T00:00:00+08:00', to: '2026-02-01T00:00:00+08:00' } }),
      percent('b', 1000, { window: { from: '2026-02-01T00:00:00+08:00', to: '2026-03-01T00:00:00+08:00' } }),
    ],
    ids: ['b', 'a'],
    path: 'campaigns[1]',
  },
  DOMINATED: {
    bad: [percent('a', 1000, sameTea), percent('b', 1500, sameTea)],
    // Who is used up for a member leaves room for the other.
    sound: [percent('a', 1000, sameTea), percent('b', 1500, { ...sameTea, limits: { perMember: 1 } })],
    ids: ['a', 'b'],
    path: 'campaigns[0]',
  },
} satisfies Partial<Record<FindingCode, Case>>;
