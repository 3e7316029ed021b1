/** Rows of the demo store's data, as `loadDemoData` gives them. Money is integer fen. */
export type DemoPictogram =
  | 'produce'
  | 'meat'
  | 'seafood'
  | 'dairy'
  | 'bakery'
  | 'deli'
  | 'frozen'
  | 'drinks'
  | 'snacks'
  | 'pantry'
  | 'household'
  | 'personal-care'
  | 'baby'
  | 'pet'
  | 'flowers'
  | 'health'
  | 'kitchen'
  | 'other';

/** One item of the item master; `priceFen` is per kilogram when sold by weight. */
export interface DemoItem {
  readonly sku: string;
  readonly gtin: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly sizeZh: string;
  readonly sizeEn: string;
  readonly department: string;
  readonly category: string;
  readonly type: string;
  readonly soldBy: 'each' | 'weight';
  readonly priceFen: number;
  readonly vatBasisPoints: number;
  readonly shelf: string;
  readonly pictogram: DemoPictogram;
}

export type DemoTier = 'gold' | 'silver' | 'standard';

/** A household as a pseudonymous member; `joinedOn` is the date of its first purchase in the sample. */
export interface DemoHousehold {
  readonly memberId: string;
  readonly tier: DemoTier;
  readonly joinedOn: string;
}

/** A line: pieces for each-items (`weightGrams` 0), one weighing for weight items (`quantity` 1). */
export interface DemoBasketLine {
  readonly sku: string;
  readonly quantity: number;
  readonly weightGrams: number;
  readonly paidFen: number;
  readonly discountFen: number;
}

/** A basket in order of time; `memberId` is undefined when the shopper did not say who they are. */
export interface DemoBasket {
  readonly basketId: string;
  readonly memberId: string | undefined;
  /** ISO 8601 with the demo store's offset. */
  readonly completedAt: string;
  readonly lines: readonly DemoBasketLine[];
}

export interface DemoCampaign {
  readonly campaignId: string;
  /** A, B or C, as the source calls them. */
  readonly campaignType: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly members: readonly string[];
}

/** A coupon of one campaign; the same coupon id may come back in another campaign. */
export interface DemoCoupon {
  readonly couponId: string;
  readonly campaignId: string;
  readonly discountFen: number;
  /** Where the discount was observed, nearest first; the README says how. */
  readonly discountBasis: 'redemption' | 'items' | 'category' | 'all';
  readonly redemptions: number;
  readonly skus: readonly string[];
}

export interface DemoRedemption {
  readonly memberId: string;
  readonly couponId: string;
  readonly campaignId: string;
  readonly redeemedOn: string;
}

export interface DemoName {
  readonly key: string;
  readonly nameZh: string;
  readonly nameEn: string;
}
export interface DemoDepartment extends DemoName {
  readonly pictogram: DemoPictogram;
}
export interface DemoCategory extends DemoDepartment {
  readonly department: string;
}
export interface DemoType extends DemoName {
  readonly category: string;
}

export interface DemoCategories {
  readonly departments: readonly DemoDepartment[];
  readonly categories: readonly DemoCategory[];
  readonly types: readonly DemoType[];
}

export interface DemoData {
  readonly items: readonly DemoItem[];
  readonly households: readonly DemoHousehold[];
  /** Baskets before the demo day, oldest first. */
  readonly history: readonly DemoBasket[];
  /** The demo day's baskets, in order of the day. */
  readonly day: readonly DemoBasket[];
  readonly campaigns: readonly DemoCampaign[];
  readonly coupons: readonly DemoCoupon[];
  readonly redemptions: readonly DemoRedemption[];
  readonly categories: DemoCategories;
}
