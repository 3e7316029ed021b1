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
  THRESHOLD_NOT_ONE: {
    cause: 'A threshold has both an amount and a number of units, or neither.',
    hint: 'Give exactly one of spendFen and units.',
  },
  SAVING_NOT_ONE: {
    cause: 'A tier saves both an amount and a share, or neither.',
    hint: 'Give exactly one of saveFen and percentOffBp.',
  },
  TIERS_OF_TWO_KINDS: {
    cause: 'Tiers of one campaign are of different kinds.',
    hint: 'Use spendFen or units in all of them, and saveFen or percentOffBp in all of them.',
  },
  CAP_WITHOUT_PERCENT: {
    cause: 'A cap stands beside a saving that is an amount.',
    hint: 'Leave maxSaveFen out, or give percentOffBp.',
  },
  PERCENT_CANNOT_REPEAT: {
    cause: 'A share of the whole base is to be taken once for each step.',
    hint: 'Use repeat "once", or save an amount for each step.',
  },
  LADDER_WITHOUT_DISCOUNT: {
    cause: 'No step of a ladder takes anything off.',
    hint: 'Give one step more than 0; 5000 is half price.',
  },
  MATCH_WITH_GET_ITEMS: {
    cause: 'Groups of one SKU are asked for where the discounted items are named by themselves.',
    hint: 'Leave out match, or getItems.',
  },
  DUPLICATE_GIFT: { cause: 'One gift is offered twice.', hint: 'Offer each SKU once.' },
  DUPLICATE_LOT: { cause: 'One lot is named twice.', hint: 'Name each lot once.' },
  DUPLICATE_STACK_WITH: { cause: 'A campaign or layer is named twice.', hint: 'Name each once.' },
  FUNDING_SHARES_SUM: {
    cause: 'The shares of who funds do not sum to 10000.',
    hint: 'Let storeBp and brandBp sum to 10000, or write "store" or "brand".',
  },
  SEGMENT_SETS_PRICE: {
    cause: 'A campaign that needs no coupon is for some tags or segments only.',
    hint: 'Set requiresCoupon and hand out the coupon; for published groups use tiers.',
  },
  COUPON_ON_POINTS: {
    cause: 'A campaign of the points layer asks for a coupon.',
    hint: 'Leave requiresCoupon out: points campaigns are for every member in their audience.',
  },
  CLAIMABLE_WITHOUT_COUPON: {
    cause: 'Members are to take the coupon of a campaign that needs none.',
    hint: 'Set requiresCoupon, or leave claimable out.',
  },
  CAMPAIGN_ID_RESERVED: {
    cause: 'A campaign id begins with "layer:", which names a layer in stackWith.',
    hint: 'Give the campaign another id.',
  },
  DUPLICATE_LINE_ID: { cause: 'Two lines of a basket have one id.', hint: 'Give each line an id of its own.' },
  DUPLICATE_COUPON_ID: { cause: 'One coupon is in the basket twice.', hint: 'Present each coupon once.' },
  DUPLICATE_GIFT_CHOICE: { cause: 'Two gifts are chosen of one campaign.', hint: 'Send one choice for each campaign.' },
  POINTS_WITHOUT_MEMBER: { cause: 'Points are to pay, but no member is there.', hint: 'Send the member too.' },
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
  DUPLICATE_USAGE: { cause: 'The usage of one campaign is there twice.', hint: 'Send one entry for each campaign.' },
  DUPLICATE_GIFT_STOCK: { cause: 'The stock of one gift is there twice.', hint: 'Send one entry for each SKU.' },
  DUPLICATE_ITEM: { cause: 'One SKU of a catalogue is there twice.', hint: 'List each SKU once.' },
  RETURN_LINE_UNKNOWN: { cause: 'A returned line is not on the decision.', hint: 'Return lines of the same sale.' },
  RETURN_UNITS_INVALID: { cause: 'Returned units are not a whole number from 0 up.', hint: 'Send whole units.' },
  RETURN_EXCEEDS_SOLD: { cause: 'More units come back than were sold.', hint: 'Check what was returned before.' },
  RETURN_EXCEEDS_GIVEN: {
    cause: 'More pieces of a gift come back than were given.',
    hint: 'Check what was handed back before.',
  },
  RETURN_GIFT_UNKNOWN: { cause: 'A returned gift is not on the decision.', hint: 'Return gifts of the same sale.' },
  RETURN_FACTS_MISSING: {
    cause: 'A line or a campaign of the decision was not sent along.',
    hint: "Send the basket's lines and the campaign set of the sale (saleSetOf).",
  },
  RETURN_ROUNDING_INVALID: {
    cause: 'The cash rounding of a sale is not whole fen, or is more than was due.',
    hint: 'Send what rounding added to the total, negative where it took off; 0 without cash.',
  },
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
