import type { TrainingJob } from '@tillside/hub-contract';
import type { Clock } from '../clock.ts';
import type { HubConfig } from '../config.ts';
import { HubFault } from '../fault.ts';
import type { HubStorage } from '../storage/port.ts';
import type { Training } from './training.ts';

const HOUR_MS = 60 * 60_000;
/** Newest models among which the last training is looked for. */
const LOOKED_AT = 20;

/** A training, or a try at one. */
export interface Tried {
  readonly sales: number;
  readonly atMs: number;
}

/** Why a training should begin now; null while none should. */
export function dueCause(
  { afterSales, everyHours }: Pick<HubConfig['training'], 'afterSales' | 'everyHours'>,
  now: Tried,
  last: Tried | null,
): 'new-sales' | 'hours' | null {
  const fresh = now.sales - (last?.sales ?? 0);
  if (fresh <= 0) return null;
  if (afterSales > 0 && fresh >= afterSales) return 'new-sales';
  const isOld = last === null || now.atMs - last.atMs >= everyHours * HOUR_MS;
  return everyHours > 0 && isOld ? 'hours' : null;
}

export interface RetrainingPorts {
  readonly storage: HubStorage;
  readonly training: Training;
  readonly clock: Clock;
  readonly rules: HubConfig['training'];
  /** Of a training that could not even begin. */
  readonly failed: (error: unknown) => void;
}

/** Looks now and then whether enough was sold since the last training, and begins one. Hubs of one storage take turns. */
export function startRetraining({ storage, training, clock, rules, failed }: RetrainingPorts): () => void {
  if (rules.afterSales === 0 && rules.everyHours === 0) return () => undefined;
  let tried: Tried | null = null;

  const lastOf = async (): Promise<Tried | null> => {
    const made = await newestTrained(storage);
    // One that failed is tried again once as much is new again.
    return made !== null && made.atMs >= (tried?.atMs ?? 0) ? made : tried;
  };
  const look = async (): Promise<void> => {
    const stores = (await storage.registry.stores()).map(({ id }) => id);
    const now = { sales: await storage.events.saleCount(stores), atMs: clock.now() };
    const cause: TrainingJob['cause'] | null = dueCause(rules, now, await lastOf());
    if (cause === null) return;
    await training.start({ seed: 1, stores: ['*'], cause });
    tried = now;
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => {
      // Another hub, or a person, has begun one.
      if (!(error instanceof HubFault && error.code === 'HUB_TRAINING_BUSY')) failed(error);
    });
  }, rules.lookSeconds * 1000);
  return () => clearInterval(timer);
}

/** Of models that were brought nobody knows which sales they learnt from. */
async function newestTrained({ desired }: HubStorage): Promise<Tried | null> {
  for (const { id, createdAt } of await desired.models(LOOKED_AT)) {
    const notes = await desired.modelNotes(id);
    if (notes !== null && notes.cause !== 'brought') return { sales: notes.sales, atMs: Date.parse(createdAt) };
  }
  return null;
}
