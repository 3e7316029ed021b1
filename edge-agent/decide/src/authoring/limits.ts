/** Every bound of the authoring checks. What a bound cuts off is itself a finding (`CHECK_STOPPED`), never silence. */
export const AUTHORING_LIMITS = {
  maxCatalogueItems: 100_000,
  maxFindings: 500,
  maxFindingsPerCode: 100,
  /** Campaigns or items named in one finding. */
  maxNamed: 20,
  /** Looks at a campaign that one rule may take. */
  maxWorkPerRule: 1_000_000,
  /** Prices that the cost rules may work out. */
  maxPricesWorkedOut: 2_000_000,
  /** Campaigns of an item, those that save most, that are combined with each other. */
  maxCombinedPerItem: 8,
  /** Ways to price one item that are combined with savings of the whole basket, the cheapest first. */
  maxOffersPerItem: 64,
} as const;
