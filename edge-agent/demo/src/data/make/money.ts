/** The demo's exchange rule: one US dollar is seven yuan, so one cent is seven fen, exactly. */
export const FEN_PER_CENT = 7;
export const POUNDS_PER_KILOGRAM = 2.20462262;
/** Shelf prices end in whole jiao, as they do on labels. */
const PRICE_STEP_FEN = 10;

export const centsToFen = (cents: number): number => cents * FEN_PER_CENT;

/** A shelf price: converted, then rounded to ten fen, never below ten fen. */
export const shelfPriceFen = (cents: number): number =>
  Math.max(PRICE_STEP_FEN, Math.round(centsToFen(cents) / PRICE_STEP_FEN) * PRICE_STEP_FEN);

/** Price of a kilogram from an assumed price of a pound. */
export const perKilogramFen = (usdPerPound: number): number => shelfPriceFen(usdPerPound * 100 * POUNDS_PER_KILOGRAM);

/** Grams that cost `grossFen` at `priceFenPerKg`. */
export const gramsFor = (grossFen: number, priceFenPerKg: number): number =>
  Math.round((grossFen * 1000) / priceFenPerKg);
