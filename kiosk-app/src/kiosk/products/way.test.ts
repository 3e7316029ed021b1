import type { MapArea, MapFloor, Place, StoreMap } from '@tillside/agent-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directionsOf } from './directions.ts';
import { bayOf, cellsAt, type Grid, gridOf, type Point } from './grid.ts';
import { walk, wayTo } from './way.ts';

const area = (
  id: string,
  kind: MapArea['kind'],
  x: number,
  y: number,
  width: number,
  depth: number,
  more = {},
): MapArea => ({
  id,
  kind,
  x,
  y,
  width,
  depth,
  ...more,
});
const floorOf = (areas: MapArea[], id = 'g'): MapFloor => ({
  id,
  name: { zh: id, en: id },
  width: 12,
  depth: 8,
  areas,
});
const mapOf = (...floors: MapFloor[]): StoreMap => ({ version: 1, floors });
const place = (areaId: string, more: Partial<Place> = {}): Place => ({ floorId: 'g', areaId, ...more });
const HERE = { floorId: 'g', areaId: 'here' };

const between = fc.integer({ min: 0, max: 20 }).map((n) => n / 2);
const shelves = fc
  .array(
    fc.record({
      x: between,
      y: fc.integer({ min: 2, max: 14 }).map((n) => n / 2),
      width: fc.constantFrom(0.5, 1, 3),
      depth: fc.constantFrom(0.5, 2, 4),
    }),
    { maxLength: 12 },
  )
  .map((all) =>
    all
      .filter(({ x, y, width, depth }) => x + width <= 12 && y + depth <= 8)
      .map(({ x, y, width, depth }, at) => area(`s${at}`, 'shelf', x, y, width, depth)),
  );

/** Steps to the nearest goal by a plain search over all cells: slow and easily seen to be right. */
function stepsOf(grid: Grid, starts: readonly number[], goals: ReadonlySet<number>): number | undefined {
  let edge = new Set(starts);
  const seen = new Set(starts);
  for (let steps = 0; edge.size > 0; steps += 1) {
    if ([...edge].some((at) => goals.has(at))) return steps;
    const next = new Set<number>();
    for (const at of edge) {
      const [column, row] = [at % grid.columns, Math.floor(at / grid.columns)];
      for (const [dx, dy] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        const to = (row + dy) * grid.columns + column + dx;
        if (grid.isFree(column + dx, row + dy) && !seen.has(to)) next.add(to);
      }
    }
    for (const at of next) seen.add(at);
    edge = next;
  }
  return undefined;
}

const inside = ({ x, y, width, depth }: MapArea, point: Point): boolean =>
  point.x > x && point.x < x + width && point.y > y && point.y < y + depth;

describe('the way to a shelf', () => {
  it('is as short as any, goes through no shelf, and is missing exactly where there is none', () => {
    fc.assert(
      fc.property(shelves, fc.nat(), (all, pick) => {
        const goal = all[pick % Math.max(1, all.length)];
        if (goal === undefined) return;
        const kiosk = area('here', 'kiosk', 0, 0, 1, 0.5);
        const grid = gridOf(floorOf([kiosk, ...all]));
        const way = walk(grid, kiosk, goal);
        const steps = stepsOf(grid, cellsAt(grid, kiosk), new Set(cellsAt(grid, goal)));
        expect(way?.metres).toBe(steps === undefined ? undefined : steps * grid.cell);
        if (way === undefined) return;
        way.points.slice(1).forEach((to, at) => {
          const from = way.points[at] ?? to;
          expect(from.x === to.x || from.y === to.y).toBe(true);
          const count = Math.round((Math.abs(to.x - from.x) + Math.abs(to.y - from.y)) / grid.cell);
          for (let step = 0; step <= count; step += 1) {
            const share = count === 0 ? 0 : step / count;
            const point = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
            expect(all.some((one) => inside(one, point))).toBe(false);
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it('turns no more often than it must', () => {
    const kiosk = area('here', 'kiosk', 0, 7, 1, 0.5);
    const way = walk(gridOf(floorOf([])), kiosk, area('goal', 'shelf', 10, 0, 1, 1));
    expect(way?.points).toHaveLength(3);
  });

  it('leads to the bay, by the lift where that is nearer, and says left and right as one walks', () => {
    const bays = [{}, {}, {}, {}];
    const map = mapOf(
      floorOf([
        area('here', 'kiosk', 5.5, 7, 1, 0.5, { faces: 'up' }),
        area('wall', 'fridge', 0, 0, 12, 1, { bays }),
        area('lift-g', 'lift', 11, 6, 1, 1, { link: 'l' }),
        area('stairs-g', 'stairs', 0, 2, 1, 1, { link: 's' }),
      ]),
      floorOf(
        [
          area('lift-1', 'lift', 11, 6, 1, 1, { link: 'l' }),
          area('stairs-1', 'stairs', 0, 2, 1, 1, { link: 's' }),
          area('books', 'shelf', 9, 4, 1, 1),
        ],
        '1',
      ),
    );
    const goal = map.floors[0]?.areas[1];
    if (goal === undefined) throw new Error('no goal');
    expect(bayOf(goal, 3)).toMatchObject({ x: 9, width: 3 });
    const legs = wayTo(map, HERE, place('wall', { bay: 3 }));
    const steps = directionsOf(legs ?? [], bayOf(goal, 3), 'up');
    expect(steps.at(-1)).toEqual({ kind: 'there', side: 'straight' });
    expect(steps.filter(({ kind }) => kind === 'walk').map((step) => 'turn' in step && step.turn)).toEqual([
      'right',
      'left',
    ]);
    const up = wayTo(map, HERE, { floorId: '1', areaId: 'books' });
    expect(up?.map(({ floorId, by }) => [floorId, by])).toEqual([
      ['g', 'lift'],
      ['1', undefined],
    ]);
    const books = map.floors[1]?.areas[2];
    const told = directionsOf(up ?? [], books ?? goal, undefined);
    expect(told.map(({ kind }) => kind)).toContain('floor');
    // Nobody knows which way one looks at a kiosk that does not say, nor when one leaves a lift.
    expect(told[0]).not.toHaveProperty('turn');
    expect(wayTo(map, HERE, place('nowhere'))).toBeUndefined();
  });

  it('is found on the largest floor within a blink', () => {
    const rows = Array.from({ length: 60 }, (_, at) => area(`r${at}`, 'shelf', 4 * at + 2, 10, 1, 280));
    const floor: MapFloor = { ...floorOf([area('here', 'kiosk', 0, 299, 1, 1), ...rows]), width: 300, depth: 300 };
    const started = performance.now();
    expect(wayTo(mapOf(floor), HERE, place('r59'))?.[0]?.metres).toBeGreaterThan(200);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
