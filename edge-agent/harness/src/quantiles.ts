import { build, type Histogram } from 'hdr-histogram-js';
import type { Result } from './output/schema.ts';

/** Ten minutes; nothing here waits longer. */
const HIGHEST_MICROSECONDS = 600_000_000;

/** Durations, kept to three significant digits from one microsecond up. */
export class Durations {
  #histogram: Histogram = build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_MICROSECONDS,
    numberOfSignificantValueDigits: 3,
  });

  record(ms: number): void {
    this.#histogram.recordValue(Math.min(HIGHEST_MICROSECONDS, Math.max(0, Math.round(ms * 1_000))));
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** Milliseconds that this percentage (0 to 100) of the durations did not exceed; NaN when there is none, which the output refuses. */
  quantileMs(percentage: number): number {
    return this.count === 0 ? Number.NaN : this.#histogram.getValueAtPercentile(percentage) / 1_000;
  }

  /** `p50Ms` and `p99Ms`, with `p999Ms` and the greatest when asked. A quantile says nothing without its count, which goes along as `countMetric`. */
  results(of: { case: string; countMetric: string; far: boolean }): Result[] {
    const ms = (metric: string, value: number): Result => ({ case: of.case, metric, value, unit: 'ms' });
    return [
      ms('p50Ms', this.quantileMs(50)),
      ms('p99Ms', this.quantileMs(99)),
      ...(of.far ? [ms('p999Ms', this.quantileMs(99.9)), ms('maxMs', this.quantileMs(100))] : []),
      { case: of.case, metric: of.countMetric, value: this.count, unit: 'count' },
    ];
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 1 ? middle : middle - 1], sorted[middle]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}
