import type { MapArea, MapFloor } from '@tillside/agent-contract';

/** Half a metre is a step aside; a great floor gets larger cells, so that it has no more than this many in a row. */
const CELL_METRES = 0.5;
const MAX_CELLS_A_SIDE = 200;

export interface Point {
  /** Metres from the floor's upper left corner. */
  readonly x: number;
  readonly y: number;
}

export type Rect = Pick<MapArea, 'x' | 'y' | 'width' | 'depth'>;

/** A floor as cells that one can stand on. */
export interface Grid {
  readonly cell: number;
  readonly columns: number;
  readonly rows: number;
  readonly isFree: (column: number, row: number) => boolean;
}

const BLOCKING: ReadonlySet<MapArea['kind']> = new Set(['shelf', 'fridge', 'counter', 'till', 'service', 'wall']);

export const middleOf = ({ x, y, width, depth }: Rect): Point => ({ x: x + width / 2, y: y + depth / 2 });

/** The part of an area that is one bay: they share its longer side equally. */
export function bayOf(area: MapArea, bay: number | undefined): Rect {
  const count = area.bays?.length ?? 1;
  if (bay === undefined || bay >= count) return area;
  if (area.width >= area.depth) return { ...area, x: area.x + (area.width * bay) / count, width: area.width / count };
  return { ...area, y: area.y + (area.depth * bay) / count, depth: area.depth / count };
}

const holds = ({ x, y, width, depth }: Rect, point: Point): boolean =>
  point.x > x && point.x < x + width && point.y > y && point.y < y + depth;

export function gridOf(floor: MapFloor): Grid {
  const cell = Math.max(CELL_METRES, Math.max(floor.width, floor.depth) / MAX_CELLS_A_SIDE);
  const columns = Math.max(1, Math.floor(floor.width / cell));
  const rows = Math.max(1, Math.floor(floor.depth / cell));
  const taken = new Uint8Array(columns * rows);
  for (const area of floor.areas.filter(({ kind }) => BLOCKING.has(kind)))
    for (let row = Math.max(0, Math.floor(area.y / cell)); row < rows && row * cell < area.y + area.depth; row += 1)
      for (
        let column = Math.max(0, Math.floor(area.x / cell));
        column < columns && column * cell < area.x + area.width;
        column += 1
      )
        if (holds(area, pointAt(cell, column, row))) taken[row * columns + column] = 1;
  const isFree = (column: number, row: number): boolean =>
    column >= 0 && row >= 0 && column < columns && row < rows && taken[row * columns + column] === 0;
  return { cell, columns, rows, isFree };
}

export const pointAt = (cell: number, column: number, row: number): Point => ({
  x: (column + 0.5) * cell,
  y: (row + 0.5) * cell,
});

/** Cells from which one reaches something: those beside it, or on it where it may be walked on. */
export function cellsAt(grid: Grid, rect: Rect): number[] {
  const { cell, columns, rows, isFree } = grid;
  const near: Rect = { x: rect.x - cell, y: rect.y - cell, width: rect.width + 2 * cell, depth: rect.depth + 2 * cell };
  const found: number[] = [];
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) {
      const point = pointAt(cell, column, row);
      // In front of it, not at its corner.
      const isInFront =
        (point.x > rect.x && point.x < rect.x + rect.width) || (point.y > rect.y && point.y < rect.y + rect.depth);
      if (isFree(column, row) && holds(near, point) && isInFront) found.push(row * columns + column);
    }
  return found;
}
