import type { MapArea } from '@tillside/agent-contract';
import { middleOf, type Point, type Rect } from './grid.ts';
import type { Leg } from './way.ts';

export type Turn = 'straight' | 'right' | 'back' | 'left';

/** One thing to do on the way. `turn` is absent where nobody knows which way the shopper looks. */
export type Direction =
  | { readonly kind: 'walk'; readonly turn?: Turn; readonly metres: number }
  | { readonly kind: 'floor'; readonly by: 'stairs' | 'lift'; readonly floorId: string }
  | { readonly kind: 'there'; readonly side?: Turn };

const TURNS: readonly Turn[] = ['straight', 'right', 'back', 'left'];
const FACING = { right: 0, down: 1, left: 2, up: 3 } as const;

/** Right, down, left, up, as the quarter turns from the right. */
function headingOf(from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (Math.abs(dx) >= Math.abs(dy)) return dx >= 0 ? 0 : 2;
  return dy >= 0 ? 1 : 3;
}

const turnOf = (before: number | undefined, now: number): Turn | undefined =>
  before === undefined ? undefined : TURNS[(now - before + TURNS.length) % TURNS.length];

/** A way as somebody tells it: turns and metres, floor by floor, and at the end on which side it stands. `faces`: where who stands at the kiosk looks. */
export function directionsOf(legs: readonly Leg[], goal: Rect, faces: MapArea['faces']): Direction[] {
  const told: Direction[] = [];
  let heading: number | undefined = faces === undefined ? undefined : FACING[faces];
  let last: Point | undefined;
  legs.forEach((leg, at) => {
    leg.points.slice(1).forEach((point, index) => {
      const from = leg.points[index];
      if (from === undefined) return;
      const next = headingOf(from, point);
      const turn = turnOf(heading, next);
      const metres = Math.max(1, Math.round(Math.hypot(point.x - from.x, point.y - from.y)));
      told.push({ kind: 'walk', metres, ...(turn === undefined ? {} : { turn }) });
      heading = next;
    });
    last = leg.points.at(-1) ?? last;
    const up = legs[at + 1];
    if (up !== undefined && leg.by !== undefined) {
      told.push({ kind: 'floor', by: leg.by, floorId: up.floorId });
      // Who leaves a lift looks somewhere that no map knows.
      heading = undefined;
    }
  });
  const side = last === undefined ? undefined : turnOf(heading, headingOf(nearestOn(goal, last), last) ^ 2);
  return [...told, { kind: 'there', ...(side === undefined ? {} : { side }) }];
}

/** The point of a place that is nearest to where one stands, drawn a little to its middle. */
function nearestOn(goal: Rect, from: Point): Point {
  const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
  const near = { x: clamp(from.x, goal.x, goal.x + goal.width), y: clamp(from.y, goal.y, goal.y + goal.depth) };
  return near.x === from.x && near.y === from.y ? middleOf(goal) : near;
}
