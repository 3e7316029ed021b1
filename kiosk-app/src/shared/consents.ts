/** What a person is asked for, each apart, in the order in which it is asked. */
export const PURPOSES = ['membership', 'personalisation', 'marketing'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What may be withdrawn while staying a member. */
export const FREE_PURPOSES = ['personalisation', 'marketing'] as const;

export type Granted = Readonly<Record<Purpose, boolean>>;
export const NOTHING_GRANTED: Granted = { membership: false, personalisation: false, marketing: false };

export const AGES = ['older', 'younger'] as const;
export type Age = (typeof AGES)[number];
