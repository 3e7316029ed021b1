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
  /** Units of a group, a slot, or a gift. */
  maxGroupUnits: 100,
  maxLadder: 20,
  maxSlots: 8,
  maxGiftOptions: 20,
  maxStackWith: 1_000,
  /** Item campaigns that may share one unit, and the ways to stack that are tried on one line. */
  maxStacked: 3,
  maxStacksPerLine: 100,
  maxLabelsPerMember: 200,
  maxUses: 2 ** 31,
  maxPoints: 2 ** 31,
  /** Cells of one table of the search; a part that needs more is answered with a bound. */
  maxTableCells: 4_000_000,
  /** Work that one search may spend before it answers with a gap instead of a proof: cells of its tables that are looked at. */
  maxSearchWork: 16_000_000,
} as const;
