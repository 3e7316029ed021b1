/** A linear scale that starts at zero, so that a bar's length is its value. Maps 0..max to 0..length. */
export function fromZero(values: readonly number[], length: number): (value: number) => number {
  const max = Math.max(0, ...values);
  return (value) => (max === 0 ? 0 : (Math.max(0, value) / max) * length);
}

/** A round number at or above `value`, for the top of an axis: 1, 2 or 5 times a power of ten. */
export function roundAbove(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((candidate) => candidate * power >= value) ?? 10;
  return step * power;
}

/**
 * Moves labels that would cover each other apart, keeping their order. `positions` and the result are in the same
 * unit; `gap` is the least distance between two.
 */
export function spread(positions: readonly number[], gap: number): number[] {
  const order = positions.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at);
  const placed = new Array<number>(positions.length).fill(0);
  let floor = Number.NEGATIVE_INFINITY;
  for (const { at, index } of order) {
    const y = Math.max(at, floor);
    placed[index] = y;
    floor = y + gap;
  }
  return placed;
}
