import { decideBench } from './bench/decide.ts';
import { devicesBench } from './bench/devices.ts';
import { ingestBench } from './bench/ingest.ts';
import { itemsBench } from './bench/items.ts';
import { kioskBench } from './bench/kiosk.ts';
import { membersBench } from './bench/members.ts';
import { posBench } from './bench/pos.ts';
import { recommendBench } from './bench/recommend.ts';
import { resyncBench } from './bench/resync.ts';
import { startBench } from './bench/start.ts';
import { trainBench } from './bench/train.ts';
import { HarnessError } from './errors.ts';
import { nextBasketEval } from './eval/next-basket.ts';
import { recommendEval } from './eval/recommend.ts';
import { withinBasketEval } from './eval/within-basket.ts';
import type { Bench, Soak } from './measure.ts';
import { crashSoak } from './soak/crash.ts';
import { decideSoak } from './soak/decide.ts';
import { diskFullSoak } from './soak/disk-full.ts';
import { erasureSoak } from './soak/erasure.ts';
import { kioskSoak } from './soak/kiosk.ts';
import { labelsSoak } from './soak/labels.ts';
import { ledgerSoak } from './soak/ledger.ts';
import { networkSoak } from './soak/network.ts';
import { parsersSoak } from './soak/parsers.ts';
import { retrainSoak } from './soak/retrain.ts';
import { returnsSoak } from './soak/returns.ts';
import { simSoak } from './soak/sim.ts';
import { stormSoak } from './soak/storm.ts';
import { tillSoak } from './soak/till.ts';

/** Everything that can be asked for, by kind and name. */
export const REGISTRY = {
  bench: {
    pos: posBench,
    start: startBench,
    decide: decideBench,
    devices: devicesBench,
    items: itemsBench,
    ingest: ingestBench,
    recommend: recommendBench,
    resync: resyncBench,
    members: membersBench,
    kiosk: kioskBench,
    train: trainBench,
  },
  eval: { recommend: recommendEval, 'next-basket': nextBasketEval, 'within-basket': withinBasketEval },
  // `sales` is what `till` was called before terminals crashed and raced too.
  soak: {
    till: tillSoak,
    sales: tillSoak,
    returns: returnsSoak,
    decide: decideSoak,
    parsers: parsersSoak,
    crash: crashSoak,
    'disk-full': diskFullSoak,
    sim: simSoak,
    network: networkSoak,
    storm: stormSoak,
    erasure: erasureSoak,
    ledger: ledgerSoak,
    labels: labelsSoak,
    retrain: retrainSoak,
    kiosk: kioskSoak,
  },
} as const satisfies { bench: Record<string, Bench>; eval: Record<string, Bench>; soak: Record<string, Soak> };

export type Kind = keyof typeof REGISTRY;

/** Throws HARNESS_NAME_UNKNOWN with the names there are and the nearest of them. */
export function findMeasure<T>(kind: Kind, known: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(known);
  const nearest = [...names].sort((left, right) => distance(name, left) - distance(name, right))[0];
  throw new HarnessError(
    'HARNESS_NAME_UNKNOWN',
    `no ${kind} is called "${name}"; did you mean "${nearest}"? Known: ${names.join(', ')}`,
  );
}

/** Insertions, deletions and replacements between two words. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, place) => place);
  for (let i = 1; i <= left.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = (above[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      row.push(Math.min(change, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
  }
  return row[right.length] ?? 0;
}
