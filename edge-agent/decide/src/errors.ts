/** An input problem, as data: a stable code, where it is, what is wrong and what to do. */
export interface DecideError {
  readonly code: DecideErrorCode;
  /** Where in the input, such as `campaigns[2].window.to`; empty for the whole. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

/** Parsed and checked, or every problem found (at most `DECIDE_LIMITS.maxErrors`). */
export type ParseResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly DecideError[] };

/** Every code of this room: what causes it and what to do about it. */
export const DECIDE_ERRORS = {
  UNKNOWN_FIELD: { cause: 'A field is not part of the schema.', hint: 'Remove the field or correct its name.' },
  MISSING_FIELD: { cause: 'A required field is absent.', hint: 'Add the field.' },
  WRONG_TYPE: {
    cause: 'A field has another type than the schema says.',
    hint: 'Send the type that the message names.',
  },
  NOT_AN_INTEGER: {
    cause: 'A number that must be whole is not, or is not finite.',
    hint: 'Send money in fen and counts in whole units.',
  },
  NEGATIVE_AMOUNT: {
    cause: 'An amount or count is below zero.',
    hint: 'Send amounts as positive fen; savings are subtracted.',
  },
  TOO_SMALL: { cause: 'A number is below its smallest value.', hint: 'Raise it to the value that the message names.' },
  TOO_LARGE: {
    cause: 'A number or text is above its largest value.',
    hint: 'Lower it to the value that the message names.',
  },
  PERCENT_OUT_OF_RANGE: {
    cause: 'A share in basis points is not between 1 and 10000 (100 %).',
    hint: 'Write 10 % as 1000 and free as 10000.',
  },
  TOO_MANY_TIERS: {
    cause: 'A spend-save has more tiers than allowed.',
    hint: 'Merge tiers, or use repeat "per-step".',
  },
  TOO_MANY_CAMPAIGNS: {
    cause: 'A set holds more campaigns than allowed.',
    hint: 'Drop ended campaigns, or split by store.',
  },
  TOO_MANY_LINES: { cause: 'A basket has more lines than allowed.', hint: 'Split the sale.' },
  TOO_MANY_COUPONS: { cause: 'More coupons were presented than allowed.', hint: 'Present fewer coupons.' },
  TOO_MANY_ENTRIES: {
    cause: 'A list is longer than allowed.',
    hint: 'Shorten the list to the length that the message names.',
  },
  EMPTY_LIST: { cause: 'A list or text that must not be empty is.', hint: 'Add an entry, or leave the field out.' },
  BAD_FORMAT: {
    cause: 'A text does not have the written form that the schema asks for.',
    hint: 'See the form in the message.',
  },
  UNKNOWN_VALUE: { cause: 'A value is not one of those allowed.', hint: 'Use one of the values in the message.' },
  WINDOW_REVERSED: { cause: 'A window ends at or before its start.', hint: 'Set "to" after "from".' },
  HOURS_EMPTY: {
    cause: 'A range of hours begins and ends at the same minute.',
    hint: 'For all day leave "hours" out.',
  },
  SELECTOR_EMPTY: { cause: 'A selector names no items.', hint: 'Give skus, categories, departments, or all: true.' },
  DUPLICATE_CAMPAIGN_ID: { cause: 'Two campaigns of a set have one id.', hint: 'Give each campaign an id of its own.' },
  DUPLICATE_MEMBER_PRICE: {
    cause: 'A member-price campaign prices one SKU twice.',
    hint: 'Keep one price for each SKU.',
  },
  TIERS_NOT_ASCENDING: { cause: 'Tiers do not rise in both spend and saving.', hint: 'Sort tiers so that both rise.' },
  SAVE_ABOVE_SPEND: { cause: 'A tier saves more than is spent.', hint: 'Lower saveFen to spendFen or less.' },
  DUPLICATE_LINE_ID: { cause: 'Two lines of a basket have one id.', hint: 'Give each line an id of its own.' },
  DUPLICATE_COUPON_ID: { cause: 'One coupon is in the basket twice.', hint: 'Present each coupon once.' },
  WEIGHED_QUANTITY: { cause: 'A weighed line has a quantity other than 1.', hint: 'One line for each weighing.' },
  WEIGHED_AMOUNT_MISMATCH: {
    cause: 'A weighed amount differs from price times weight by more than one gram costs.',
    hint: 'Send the amount that weighedAmountFen gives, or leave it out.',
  },
  AMOUNT_WITHOUT_WEIGHT: {
    cause: 'A line carries an amount but no weight.',
    hint: 'Send unitPriceFen and quantity, or add weightGrams.',
  },
  BASKET_TOTAL_TOO_LARGE: { cause: 'The list total is above 2^40 fen.', hint: 'Check prices and quantities.' },
  TOO_MANY_UNITS: { cause: 'The basket holds more units than allowed.', hint: 'Split the sale.' },
  ZONE_UNKNOWN: { cause: 'The time zone is not an IANA zone known here.', hint: 'Use a name such as Asia/Shanghai.' },
  RETURN_LINE_UNKNOWN: { cause: 'A returned line is not on the decision.', hint: 'Return lines of the same sale.' },
  RETURN_UNITS_INVALID: { cause: 'Returned units are not a whole number from 0 up.', hint: 'Send whole units.' },
  RETURN_EXCEEDS_SOLD: { cause: 'More units come back than were sold.', hint: 'Check what was returned before.' },
  FILE_UNREADABLE: { cause: 'A file could not be read.', hint: 'Check the path and its permissions.' },
  JSON_INVALID: { cause: 'A text is not JSON.', hint: 'Send one JSON document, or one on each line.' },
  USAGE: { cause: 'The command line is not understood.', hint: 'Run tillside-decide --help.' },
} as const satisfies Record<string, { cause: string; hint: string }>;

export type DecideErrorCode = keyof typeof DECIDE_ERRORS;

/** Builds an error of the registry; `message` and `hint` fall back to the registry's own words. */
export function decideError(code: DecideErrorCode, path: string, message?: string, hint?: string): DecideError {
  const entry = DECIDE_ERRORS[code];
  return { code, path, message: message ?? entry.cause, hint: hint ?? entry.hint };
}
