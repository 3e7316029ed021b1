import { z } from 'zod';
import { Id, Names } from './common.ts';

export const STORE_MAP_LIMITS = {
  floors: 6,
  areasAFloor: 300,
  baysAnArea: 40,
  /** Categories, departments, shelves or SKUs of one area or bay. */
  goods: 500,
  /** Metres. */
  side: 300,
} as const;

/** What stands on an area. Nobody walks through a shelf, counter, till, service desk or wall. */
export const AreaKind = z.enum([
  'shelf',
  'fridge',
  'counter',
  'till',
  'service',
  'wall',
  'entrance',
  'kiosk',
  'stairs',
  'lift',
]);
export type AreaKind = z.infer<typeof AreaKind>;

const list = z.array(Id).min(1).max(STORE_MAP_LIMITS.goods).optional();

/** Which goods stand somewhere. The most exact counts: a SKU before a shelf (the beginning of the item's own shelf code), that before a category and a department. */
const Goods = { skus: list, shelves: list, categories: list, departments: list };

const metres = z.number().min(0).max(STORE_MAP_LIMITS.side);
const length = z.number().min(0.1).max(STORE_MAP_LIMITS.side);

export const MapArea = z.strictObject({
  id: Id,
  kind: AreaKind,
  /** What people call it. Entrances, kiosks, tills and walls need none. */
  name: Names.optional(),
  /** The number or letter that hangs above the aisle. */
  sign: z.string().min(1).max(8).optional(),
  /** Metres from the floor's upper left corner, and its size. */
  x: metres,
  y: metres,
  width: length,
  depth: length,
  ...Goods,
  /** Parts of equal length along its longer side, from the left or the top. */
  bays: z
    .array(z.strictObject({ name: Names.optional(), ...Goods }))
    .min(1)
    .max(STORE_MAP_LIMITS.baysAnArea)
    .optional(),
  /** Of a kiosk: the lane that its device is paired for. Without it, the kiosk of every lane that has none of its own. */
  lane: Id.optional(),
  /** Of a kiosk: where a shopper in front of it looks. */
  faces: z.enum(['up', 'right', 'down', 'left']).optional(),
  /** Of stairs and lifts: those of the same name on other floors are one. */
  link: Id.optional(),
});
export type MapArea = z.infer<typeof MapArea>;

export const MapFloor = z.strictObject({
  id: Id,
  name: Names,
  /** Metres. */
  width: length,
  depth: length,
  areas: z.array(MapArea).max(STORE_MAP_LIMITS.areasAFloor),
});
export type MapFloor = z.infer<typeof MapFloor>;

/** A store as its shoppers walk it, version 1. */
export const StoreMap = z
  .strictObject({ version: z.literal(1), floors: z.array(MapFloor).min(1).max(STORE_MAP_LIMITS.floors) })
  .superRefine((map, context) => {
    for (const { path, message } of mapProblems(map)) context.addIssue({ code: 'custom', path: [...path], message });
  });
export type StoreMap = z.infer<typeof StoreMap>;

/** Where goods stand: an area, and its bay counted from 0. */
export const Place = z.strictObject({
  floorId: Id,
  areaId: Id,
  bay: z.number().int().min(0).optional(),
  /** As a shopper reads it: the bay's or the area's. */
  name: Names.optional(),
  sign: z.string().optional(),
});
export type Place = z.infer<typeof Place>;

/** A kiosk's map. Goods are left out: where a product stands is told with the product. */
export const KioskMap = z.strictObject({
  /** Null: this store has no map. */
  map: StoreMap.nullable(),
  /** The area of this kiosk; absent where the map does not show it. */
  here: z.strictObject({ floorId: Id, areaId: Id }).optional(),
});
export type KioskMap = z.infer<typeof KioskMap>;

interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Half a centimetre: drawings are rounded. */
const TOUCHING = 0.005;

function overlap(one: MapArea, other: MapArea): boolean {
  const along = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const across = Math.min(one.y + one.depth, other.y + other.depth) - Math.max(one.y, other.y);
  return along > TOUCHING && across > TOUCHING;
}

/** What makes a map contradict itself. Areas may touch and must not overlap; what is not walked through could not be drawn or stood before. */
function mapProblems(map: { readonly floors: readonly MapFloor[] }): Problem[] {
  const problems: Problem[] = [];
  const floorIds = new Set<string>();
  const areaIds = new Set<string>();
  const links = new Map<string, number>();
  const lanes = new Set<string>();
  map.floors.forEach((floor, at) => {
    if (floorIds.has(floor.id)) problems.push({ path: ['floors', at, 'id'], message: `"${floor.id}" is there twice` });
    floorIds.add(floor.id);
    floor.areas.forEach((area, place) => {
      const tell = (key: string, message: string): void => {
        problems.push({ path: ['floors', at, 'areas', place, key], message });
      };
      if (areaIds.has(area.id)) tell('id', `"${area.id}" is there twice`);
      areaIds.add(area.id);
      if (area.x + area.width > floor.width + TOUCHING || area.y + area.depth > floor.depth + TOUCHING)
        tell('x', `"${area.id}" reaches beyond the floor (${floor.width} x ${floor.depth} m)`);
      const other = floor.areas.slice(0, place).find((before) => overlap(before, area));
      if (other !== undefined) tell('x', `"${area.id}" overlaps "${other.id}"`);
      if (area.link !== undefined) {
        if (area.kind !== 'stairs' && area.kind !== 'lift') tell('link', 'only stairs and lifts lead to another floor');
        links.set(area.link, (links.get(area.link) ?? 0) + 1);
      }
      if (area.kind !== 'kiosk' && (area.lane !== undefined || area.faces !== undefined))
        tell('kind', 'only a kiosk has a lane and a side that it faces');
      if (area.kind === 'kiosk') {
        if (lanes.has(area.lane ?? '')) tell('lane', 'two kiosks of one lane: give each its own');
        lanes.add(area.lane ?? '');
      }
    });
  });
  for (const [link, ends] of links)
    if (ends < 2) problems.push({ path: ['floors'], message: `the link "${link}" has only one end` });
  return problems;
}
