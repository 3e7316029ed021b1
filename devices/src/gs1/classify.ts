import type { z } from 'zod';
import type { ScanEvent } from '../contract/event.ts';
import { parseScan, type ScanOptions } from './scan.ts';

/** What drivers put into a ScanEvent. */
export type ClassifiedScan = Pick<
  z.infer<typeof ScanEvent>,
  'aim' | 'data' | 'kind' | 'gtin' | 'ownPrefix' | 'ais' | 'problem'
>;

/** The thin form of `parseScan`: what the event holds of a scan. Drivers know no rules of the store, so in-store codes are not read. */
export function classifyScan(raw: string, options: ScanOptions = { inStore: [] }): ClassifiedScan {
  const scan = parseScan(raw, options);
  const { aim, data, kind } = scan;
  const base = { ...(aim === undefined ? {} : { aim }), data, kind };
  if (!scan.ok) return { ...base, problem: { ...scan.problem } };
  const { gtin, ownPrefix, ais } = scan;
  return {
    ...base,
    ...(gtin === undefined ? {} : { gtin }),
    ...(ownPrefix === undefined ? {} : { ownPrefix }),
    ...(ais === undefined ? {} : { ais: ais.map((element) => ({ ...element })) }),
  };
}
