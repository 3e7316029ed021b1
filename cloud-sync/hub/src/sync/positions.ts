/** Closed range of sequence numbers, `[first, last]`. */
export type SeqRange = readonly [number, number];

/** What is held of one stream: all of 1..contiguousSeq, and the ranges above it, ascending, never touching. */
export interface Position {
  readonly contiguousSeq: number;
  readonly ranges: readonly SeqRange[];
}

export const EMPTY_POSITION: Position = { contiguousSeq: 0, ranges: [] };

/** As many as one acknowledgement can name. A seq that would open one more waits at the store until holes are filled. */
export const MAX_RANGES = 1000;

export function holds(position: Position, seq: number): boolean {
  return seq <= position.contiguousSeq || position.ranges.some(([first, last]) => seq >= first && seq <= last);
}

/** The position with `seq` added, or null when there is no room for one more range. Adding a held seq changes nothing. */
export function withSeq(position: Position, seq: number): Position | null {
  if (holds(position, seq)) return position;
  const ranges: [number, number][] = [];
  let joined: [number, number] = [seq, seq];
  for (const [first, last] of position.ranges) {
    if (last === joined[0] - 1) joined = [first, joined[1]];
    else if (first === joined[1] + 1) joined = [joined[0], last];
    else ranges.push([first, last]);
  }
  if (joined[0] === position.contiguousSeq + 1) return { contiguousSeq: joined[1], ranges };
  if (ranges.length >= MAX_RANGES) return null;
  return { contiguousSeq: position.contiguousSeq, ranges: [...ranges, joined].sort((a, b) => a[0] - b[0]) };
}
