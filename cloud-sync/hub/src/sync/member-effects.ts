import type { LedgerEntry } from '@tillside/decide';
import type { ConsentState, EventBody, ReadEvent, Sealed } from '@tillside/protocol';

export interface JoinedMember {
  readonly memberId: string;
  readonly joinedAt: string;
  readonly channel: string;
  readonly tier: string;
  readonly consents: readonly ConsentState[];
  readonly profile: Sealed | null;
  readonly codeHash: string | null;
  readonly publicKey: string | null;
  readonly claim: { readonly hash: string; readonly until: string } | null;
  readonly household: string | null;
  /** Null: nobody asked. */
  readonly phoneVerified: boolean | null;
}

/** A sale with a member code that its store could ask nobody about. */
export interface GuestEffect {
  readonly saleId: string;
  readonly codeHash: string | null;
  readonly shown: string | null;
  readonly at: string;
  readonly points: number;
  readonly businessDate: string;
  readonly payableFen: number;
}

/** What one event says of members, plain so that it can cross threads. Months are those of business (YYYY-MM), money in fen. */
export interface MemberEffects {
  readonly joined?: JoinedMember;
  readonly consent?: { readonly memberId: string; readonly state: ConsentState };
  readonly keyed?: { readonly memberId: string; readonly publicKey: string; readonly at: string };
  /** A word by which a phone of the member may be bound: its hash. */
  readonly invited?: { readonly memberId: string; readonly hash: string; readonly until: string; readonly at: string };
  readonly corrected?: { readonly memberId: string; readonly profile: Sealed; readonly at: string };
  /** Whether the member's phone is proven from then on. */
  readonly proof?: { readonly memberId: string; readonly isProven: boolean; readonly at: string };
  readonly erased?: { readonly memberId: string; readonly at: string; readonly by: 'member' | 'staff' | 'hq' };
  readonly accessed?: {
    readonly memberId: string;
    readonly by: string;
    readonly what: string;
    readonly reason: string;
    readonly at: string;
  };
  readonly entries?: readonly LedgerEntry[];
  readonly purchase?: MemberPurchase;
  /** What came back of a sale of this store, whoever's it was. */
  readonly refund?: MemberRefund;
  /** What came back and whose it was is told. */
  readonly back?: { readonly memberId: string; readonly month: string; readonly fen: number };
  readonly guest?: GuestEffect;
}

export interface MemberRefund {
  readonly returnId: string;
  readonly saleId: string;
  readonly month: string;
  readonly at: string;
  readonly fen: number;
}

export interface MemberPurchase {
  readonly saleId: string;
  readonly memberId: string;
  readonly month: string;
  readonly at: string;
  readonly fen: number;
}

export const monthOf = (businessDate: string): string => businessDate.slice(0, 7);

/** Pure; undefined for what has nothing to do with members. */
export function memberEffectsOf({ type, body }: ReadEvent): MemberEffects | undefined {
  switch (type) {
    case 'tillside.sale.completed.v1':
      return ofSale(body);
    case 'tillside.sale.returned.v1': {
      const { returnId, saleId, businessDate, returnedAt: at, refundFen: fen } = body;
      return { refund: { returnId, saleId, month: monthOf(businessDate), at, fen } };
    }
    case 'tillside.goods.returned.v1': {
      const { memberId, businessDate, refundFen: fen } = body;
      return memberId === undefined ? undefined : { back: { memberId, month: monthOf(businessDate), fen } };
    }
    case 'tillside.points.moved.v1':
      return { entries: body.entries };
    case 'tillside.member.joined.v1':
      return { joined: joinedOf(body) };
    case 'tillside.consent.changed.v1': {
      const { memberId, ...state } = body;
      return { consent: { memberId, state } };
    }
    case 'tillside.member.keyed.v1':
      return keyedOf(body);
    case 'tillside.member.corrected.v1': {
      const { memberId, profile, at, phoneVerified } = body;
      const proof = phoneVerified === undefined ? {} : { proof: { memberId, isProven: phoneVerified, at } };
      return { corrected: { memberId, profile, at }, ...proof };
    }
    case 'tillside.member.verified.v1':
      return { proof: { ...body, isProven: true } };
    case 'tillside.member.erased.v1':
      return { erased: body };
    case 'tillside.member.accessed.v1': {
      const { memberId, staffId: by, what, reason, at } = body;
      return { accessed: { memberId, by, what, reason, at } };
    }
    default:
      return undefined;
  }
}

function ofSale(sale: EventBody<'tillside.sale.completed.v1'>): MemberEffects | undefined {
  const { saleId, memberId, businessDate, completedAt: at, payableFen, guest } = sale;
  if (memberId !== undefined)
    return { purchase: { saleId, memberId, month: monthOf(businessDate), at, fen: payableFen } };
  if (guest === undefined || (guest.codeHash === undefined && guest.shown === undefined)) return undefined;
  const { codeHash = null, shown = null } = guest;
  return { guest: { saleId, codeHash, shown, at: guest.at, points: guest.points, businessDate, payableFen } };
}

function joinedOf(body: EventBody<'tillside.member.joined.v1'>): JoinedMember {
  const { memberId, joinedAt, channel, tier, consents, claimHash, claimUntil } = body;
  const claim = claimHash === undefined || claimUntil === undefined ? null : { hash: claimHash, until: claimUntil };
  const { profile = null, codeHash = null, publicKey = null, household = null, phoneVerified = null } = body;
  return { memberId, joinedAt, channel, tier, consents, profile, codeHash, publicKey, claim, household, phoneVerified };
}

/** Entries name the store that made them: a store tells its own only. What a file brings is of none: the same file in several stores of a chain gives its points once. */
export const isForeignEntry = (store: string, { entryId, kind, memberId }: LedgerEntry): boolean =>
  entryId.split(':', 2)[1] !== store && !(kind === 'open' && entryId === `open:import:${memberId}`);

function keyedOf({
  memberId,
  publicKey,
  claimHash,
  claimUntil,
  at,
}: EventBody<'tillside.member.keyed.v1'>): MemberEffects {
  return {
    ...(publicKey === undefined ? {} : { keyed: { memberId, publicKey, at } }),
    ...(claimHash === undefined || claimUntil === undefined
      ? {}
      : { invited: { memberId, hash: claimHash, until: claimUntil, at } }),
  };
}
