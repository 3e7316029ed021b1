/** Every bound of this room, by name. Beyond one of them an input is refused with a code; the work inside is always bounded. */
export const DECIDE_LIMITS = {
  /** Largest amount of money anywhere, in fen (2^40). Sums stay far inside exact integers. */
  maxFen: 2 ** 40,
  maxCampaigns: 20_000,
  maxTiers: 20,
  maxSelectorEntries: 10_000,
  maxMemberPrices: 20_000,
  maxHoursRanges: 24,
  maxAudienceEntries: 10_000,
  maxBasketLines: 1_000,
  maxUnitsPerLine: 9_999,
  maxUnitsPerBasket: 20_000,
  maxWeightGrams: 1_000_000,
  maxCoupons: 50,
  maxTextChars: 200,
  maxIdChars: 64,
  /** Errors listed for one input; the rest are counted away. */
  maxErrors: 100,
  maxCandidates: 10_000,
  /** Steps of work that the search may spend before it answers with a gap instead of a proof. */
  maxSearchSteps: 100_000,
  /** Steps of these that the item layer's own optimum, for one choice of campaigns, may use. */
  maxItemSteps: 15_000,
  /** Steps of these that all assignments of one choice of campaigns may use. */
  maxAssignmentSteps: 40_000,
  /** Choices on one path of the search; a wider basket is answered with a bound. */
  maxSearchDepth: 2_000,
} as const;
