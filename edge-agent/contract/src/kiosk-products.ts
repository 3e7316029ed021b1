import { z } from 'zod';
import { RecommendedItem } from './basket.ts';
import { Fen, Id, Instant, Names, Words } from './common.ts';
import { ItemUnit } from './item.ts';
import { Place } from './store-map.ts';

/** Longest text of a scanner, as at a till. */
const MAX_SCAN_CHARS = 512;
/** Longest search: nobody types more on a screen. */
export const MAX_QUERY_CHARS = 80;
/** Products of one answer. */
export const MAX_FOUND = 24;

/** What a shopper holds to the kiosk's scanner, as the scanner gave it, or an item that they touched. `visit`: the word of whoever is signed in. */
export const PriceQuestion = z
  .strictObject({
    scan: z.string().min(1).max(MAX_SCAN_CHARS).optional(),
    sku: Id.optional(),
    visit: z.string().min(4).max(256).optional(),
  })
  .refine(({ scan, sku }) => (scan === undefined) !== (sku === undefined), 'exactly one of scan and sku');

/** How much a measured amount costs, to compare packs with: `kg` and `l`, or 100 g and 100 ml of what comes in little packs. */
export const UnitPrice = z.strictObject({ fen: Fen, per: z.enum(['kg', '100g', 'l', '100ml']) });
export type UnitPrice = z.infer<typeof UnitPrice>;

/** An offer that this item has part in. `applied`: it is in the price. `unlock`: what would bring it, in words. */
export const PriceOffer = z.strictObject({
  campaignId: Id,
  name: Names,
  /** What it gives. */
  text: Words,
  state: z.enum(['applied', 'unlock']),
  /** What it saved, or what brings it. */
  why: Words,
  /** Only members have it. */
  membersOnly: z.boolean(),
  until: Instant,
});
export type PriceOffer = z.infer<typeof PriceOffer>;

export const PriceCheck = z.strictObject({
  sku: Id,
  name: Names,
  size: Words,
  pictogram: z.string(),
  soldBy: z.enum(['each', 'weight']),
  unit: ItemUnit,
  /** Pieces that the code stands for: more than one for a pack. */
  quantity: z.number().int().min(1),
  /** Of a pack that was weighed. */
  weightGrams: z.number().int().optional(),
  /** What this costs: a piece, a pack, or what was weighed; `kg` where nothing was weighed yet. Absent: its price is keyed at the till. */
  price: z
    .strictObject({
      per: z.enum(['this', 'kg']),
      payableFen: Fen,
      /** Before offers. */
      listFen: Fen,
      /** A lawful "was", where there is one. */
      wasFen: Fen.optional(),
      /** When the first offer in it ends. */
      until: Instant.optional(),
    })
    .optional(),
  /** After offers. */
  unitPrice: UnitPrice.optional(),
  /** What a member pays, where that is less; the price of whoever is signed in is `price` itself. */
  memberFen: Fen.optional(),
  offers: z.array(PriceOffer),
  lotId: z.string().optional(),
  /** Of the code: the day through which this pack is good, YYYY-MM-DD. */
  goodThrough: z.iso.date().optional(),
  minAge: z.number().int().optional(),
  place: Place.optional(),
  /** What goes with it, each with its reason. */
  beside: z.array(RecommendedItem),
});
export type PriceCheck = z.infer<typeof PriceCheck>;

/** By words, by a pictogram's group, or both. `from`: how many were seen already. */
export const ProductQuery = z.strictObject({
  q: z.string().max(MAX_QUERY_CHARS).default(''),
  pictogram: z.string().max(40).optional(),
  from: z.number().int().min(0).max(10_000).default(0),
  limit: z.number().int().min(1).max(MAX_FOUND).default(12),
});

export const FoundProduct = z.strictObject({
  sku: Id,
  name: Names,
  size: Words,
  pictogram: z.string(),
  soldBy: z.enum(['each', 'weight']),
  /** Per piece or per kg, before and after offers for everybody; absent: keyed at the till. */
  priceFen: Fen.optional(),
  shelfPriceFen: Fen.optional(),
  place: Place.optional(),
});
export type FoundProduct = z.infer<typeof FoundProduct>;

export const FoundProducts = z.strictObject({
  /** `near`: nothing is called that, these sound or look like it. `preparing`: the words are still being read, which takes seconds after a start. */
  match: z.enum(['exact', 'near', 'none', 'preparing']),
  products: z.array(FoundProduct),
  /** Of all that match, also beyond this answer. */
  total: z.number().int(),
});
export type FoundProducts = z.infer<typeof FoundProducts>;

/** The pictograms that products of this store have, and how many each. */
export const ProductGroups = z.strictObject({
  groups: z.array(z.strictObject({ pictogram: z.string(), products: z.number().int() })),
});
export type ProductGroups = z.infer<typeof ProductGroups>;
