import { TierRules } from '@tillside/decide';
import { fenOf } from './draft.ts';

/** The form of a tier, as typed. */
export interface TierDraft {
  /** Of this form alone: stays while rows move. */
  readonly key: string;
  readonly id: string;
  /** Members and campaigns go by the id: it is given once. */
  readonly isNew: boolean;
  readonly zh: string;
  readonly en: string;
  readonly months: string;
  readonly spendYuan: string;
  readonly points: string;
  readonly orders: string;
}
export interface TiersDraft {
  readonly base: { readonly id: string; readonly zh: string; readonly en: string };
  readonly tiers: readonly TierDraft[];
  readonly keepMonths: string;
  readonly graceMonths: string;
}

/** What is wrong with a field, as the name of its words. */
export type TierFault = 'missing' | 'wholeNumber' | 'tierId' | 'tierIdTwice' | 'yuan' | 'threshold';
/** By field: `keepMonths`, `base.zh`, or a tier's key and field. */
export type TierFaults = Readonly<Record<string, TierFault>>;

export const MAX_TIERS = 16;
const FEN_A_YUAN = 100;
const ID = /^[\p{L}\p{N}._:/-]{1,64}$/u;
const WHOLE = /^\d{1,9}$/;

const yuanOf = (fen: number | undefined): string =>
  fen === undefined ? '' : (fen / FEN_A_YUAN).toFixed(fen % FEN_A_YUAN === 0 ? 0 : 2);
const shown = (value: number | undefined): string => (value === undefined ? '' : String(value));

export function draftOf(rules: TierRules | undefined): TiersDraft {
  if (rules === undefined) {
    const base = { id: 'basic', zh: '普通会员', en: 'Member' };
    return { base, tiers: [emptyTier([])], keepMonths: '12', graceMonths: '1' };
  }
  const { base, tiers, keepMonths, graceMonths } = rules;
  return {
    base: { id: base.id, ...base.name },
    tiers: tiers.map(({ id, name, months, spendFen, points, orders }) => ({
      key: id,
      id,
      isNew: false,
      ...name,
      months: shown(months),
      spendYuan: yuanOf(spendFen),
      points: shown(points),
      orders: shown(orders),
    })),
    keepMonths: shown(keepMonths),
    graceMonths: shown(graceMonths),
  };
}

export function emptyTier(others: readonly TierDraft[]): TierDraft {
  let number = others.length + 1;
  while (others.some(({ key, id }) => [key, id].includes(`tier-${number}`))) number += 1;
  const name = `tier-${number}`;
  const fields = { zh: '', en: '', months: '12', spendYuan: '', points: '', orders: '' };
  return { key: name, id: name, isNew: true, ...fields };
}

/** One tier up or down the list; the lowest stands first. */
export function moved(tiers: readonly TierDraft[], at: number, by: -1 | 1): TierDraft[] {
  const next = [...tiers];
  const [tier] = next.splice(at, 1);
  if (tier !== undefined) next.splice(Math.max(0, at + by), 0, tier);
  return next;
}

/** The rules, or what is wrong with which field. */
export function checkTiers(draft: TiersDraft): { readonly rules?: TierRules; readonly faults: TierFaults } {
  const faults: Record<string, TierFault> = {};
  const whole = (field: string, typed: string, [least, most]: readonly [number, number]): number => {
    const value = WHOLE.test(typed.trim()) ? Number(typed.trim()) : Number.NaN;
    if (!(value >= least && value <= most)) faults[field] = 'wholeNumber';
    return value;
  };
  const named = (field: string, { zh, en }: { readonly zh: string; readonly en: string }) => {
    if (zh.trim() === '') faults[`${field}.zh`] = 'missing';
    if (en.trim() === '') faults[`${field}.en`] = 'missing';
    return { zh: zh.trim(), en: en.trim() };
  };
  const base = { id: draft.base.id, name: named('base', draft.base) };
  const taken = new Set([base.id]);
  const tiers = draft.tiers.map((tier) => {
    const at = (field: keyof TierDraft): string => `${tier.key}.${field}`;
    const id = tier.id.trim();
    if (!ID.test(id)) faults[at('id')] = 'tierId';
    else if (taken.has(id)) faults[at('id')] = 'tierIdTwice';
    taken.add(id);
    const isAsked = (typed: string): boolean => typed.trim() !== '';
    if (![tier.spendYuan, tier.points, tier.orders].some(isAsked)) faults[at('spendYuan')] = 'threshold';
    const spendFen = isAsked(tier.spendYuan) ? fenOf(tier.spendYuan) : undefined;
    if (isAsked(tier.spendYuan) && spendFen === undefined) faults[at('spendYuan')] = 'yuan';
    return {
      id,
      name: named(tier.key, tier),
      months: whole(at('months'), tier.months, [1, 36]),
      ...(spendFen === undefined ? {} : { spendFen }),
      ...(isAsked(tier.points) ? { points: whole(at('points'), tier.points, [1, 1e9]) } : {}),
      ...(isAsked(tier.orders) ? { orders: whole(at('orders'), tier.orders, [1, 1e9]) } : {}),
    };
  });
  const keepMonths = whole('keepMonths', draft.keepMonths, [0, 36]);
  const graceMonths = whole('graceMonths', draft.graceMonths, [0, 12]);
  if (Object.keys(faults).length > 0) return { faults };
  return { rules: TierRules.parse({ base, tiers, keepMonths, graceMonths }), faults };
}
