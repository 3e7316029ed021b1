/** A member's points, by what may be done with them; `owed` is 0 or below. */
export const MEMBER_ACCOUNTS = ['available', 'pending', 'owed'] as const;
export type MemberAccount = (typeof MEMBER_ACCOUNTS)[number];

/** The other side of what members hold. `carried`: what a state that was handed over stands for. */
export const PROGRAMME_ACCOUNTS = ['issued', 'redeemed', 'expired', 'adjusted', 'absorbed', 'carried'] as const;
export type Account = MemberAccount | (typeof PROGRAMME_ACCOUNTS)[number];

/** What a fact moves; over all accounts it sums to zero. */
export type Moves = Partial<Record<Account, number>>;

/** Points by account; they sum to zero. */
export type Accounts = Readonly<Record<Account, number>>;

export const noPoints = (): Record<Account, number> => ({
  available: 0,
  pending: 0,
  owed: 0,
  issued: 0,
  redeemed: 0,
  expired: 0,
  adjusted: 0,
  absorbed: 0,
  carried: 0,
});

/** What a member gains or loses by it. */
export const memberPart = (moves: Moves): number =>
  MEMBER_ACCOUNTS.reduce((sum, account) => sum + (moves[account] ?? 0), 0);
