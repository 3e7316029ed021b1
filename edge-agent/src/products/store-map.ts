import { readFileSync } from 'node:fs';
import { type KioskMap, type MapArea, type Place, StoreMap } from '@tillside/agent-contract';
import { parse } from 'yaml';
import { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Reader } from '../journal/index.ts';
import type { Item } from '../prices/item.ts';

/** Problems of a file that are told at once. */
const MAX_TOLD = 20;

/** Reads a store's map (JSON or YAML). Throws CONFIG_REFUSED with the file and each key that is wrong. */
export function loadStoreMap(path: string): StoreMap {
  let raw: unknown;
  try {
    raw = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new AgentError('CONFIG_REFUSED', { detail: `${path}: ${(error as Error).message.split('\n')[0]}` });
  }
  const parsed = StoreMap.safeParse(raw);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues
    .slice(0, MAX_TOLD)
    .map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  throw new AgentError('CONFIG_REFUSED', {
    detail: `${path}: ${fields.map((field) => `${field.path}: ${field.message}`).join('; ')}`,
    fields,
  });
}

/** The map file's JSON Schema (draft 2020-12). */
export const storeMapJsonSchema = (): object => z.toJSONSchema(StoreMap, { io: 'input', unrepresentable: 'any' });

type Goods = Pick<MapArea, 'skus' | 'shelves' | 'categories' | 'departments'>;

/** Where goods stand in this store. */
export class StorePlaces {
  readonly #map: StoreMap | undefined;
  readonly #by = {
    skus: new Map<string, Place>(),
    categories: new Map<string, Place>(),
    departments: new Map<string, Place>(),
  };
  #unknown: { readonly priceVersion: number; readonly names: readonly string[] } | undefined;
  /** The longest beginning first: it is the most exact. */
  readonly #shelves: (readonly [string, Place])[] = [];

  constructor(map: StoreMap | undefined) {
    this.#map = map;
    for (const floor of map?.floors ?? [])
      for (const area of floor.areas) {
        const place = placeIn(floor.id, area);
        area.bays?.forEach((bay, at) => {
          this.#add(bay, { ...place, bay: at, ...(bay.name === undefined ? {} : { name: bay.name }) });
        });
        this.#add(area, place);
      }
    this.#shelves.sort(([a], [b]) => b.length - a.length);
  }

  /** Undefined: the map does not show it, or there is none. */
  placeOf({ sku, shelf, category, department }: Pick<Item, 'sku' | 'shelf' | 'category' | 'department'>) {
    const { skus, categories, departments } = this.#by;
    const bySku = skus.get(sku);
    if (bySku !== undefined) return bySku;
    const byShelf = this.#shelves.find(([beginning]) => shelf.startsWith(beginning))?.[1];
    return byShelf ?? categories.get(category) ?? departments.get(department);
  }

  /** What the kiosk of a lane is shown. */
  forKiosk(lane: string | undefined): KioskMap {
    if (this.#map === undefined) return { map: null };
    const kiosks = this.#map.floors.flatMap((floor) =>
      floor.areas.filter(({ kind }) => kind === 'kiosk').map((area) => ({ floor, area })),
    );
    const own = kiosks.find(({ area }) => area.lane !== undefined && area.lane === lane);
    const here = own ?? kiosks.find(({ area }) => area.lane === undefined);
    const floors = this.#map.floors.map((floor) => ({ ...floor, areas: floor.areas.map(withoutGoods) }));
    return {
      map: { ...this.#map, floors },
      ...(here === undefined ? {} : { here: { floorId: here.floor.id, areaId: here.area.id } }),
    };
  }

  /** Categories, departments and SKUs of the map that no item has; none while there are no items yet. Looked up once a price version. */
  unknownGoods(reader: Reader, priceVersion: number): readonly string[] {
    if (this.#unknown?.priceVersion !== priceVersion)
      this.#unknown = { priceVersion, names: this.#readUnknown(reader) };
    return this.#unknown.names;
  }

  #readUnknown(reader: Reader): string[] {
    const known = (column: 'category' | 'department' | 'sku', names: readonly string[]): ReadonlySet<string> =>
      new Set(
        reader
          .all<{ name: string }>(
            `SELECT value AS name FROM json_each(?) WHERE EXISTS (SELECT 1 FROM item WHERE ${column} = value)`,
            JSON.stringify(names),
          )
          .map(({ name }) => name),
      );
    if (this.#map === undefined || reader.get('SELECT 1 FROM item LIMIT 1') === undefined) return [];
    const missing = (column: 'category' | 'department' | 'sku', places: ReadonlyMap<string, Place>): string[] => {
      const there = known(column, [...places.keys()]);
      return [...places.keys()].filter((name) => !there.has(name));
    };
    const { skus, categories, departments } = this.#by;
    return [...missing('department', departments), ...missing('category', categories), ...missing('sku', skus)];
  }

  #add(goods: Goods, place: Place): void {
    const note = (into: Map<string, Place>, names: readonly string[] = []): void => {
      // What stands in several places is shown in the first.
      for (const name of names) if (!into.has(name)) into.set(name, place);
    };
    note(this.#by.skus, goods.skus);
    note(this.#by.categories, goods.categories);
    note(this.#by.departments, goods.departments);
    for (const beginning of goods.shelves ?? []) this.#shelves.push([beginning, place]);
  }
}

function placeIn(floorId: string, { id, name, sign }: MapArea): Place {
  return { floorId, areaId: id, ...(name === undefined ? {} : { name }), ...(sign === undefined ? {} : { sign }) };
}

/** A map of ten thousand SKUs would be a megabyte at each start of a kiosk. */
function withoutGoods({ skus: _s, shelves: _h, categories: _c, departments: _d, ...area }: MapArea): MapArea {
  if (area.bays === undefined) return area;
  return { ...area, bays: area.bays.map(({ name }) => (name === undefined ? {} : { name })) };
}
