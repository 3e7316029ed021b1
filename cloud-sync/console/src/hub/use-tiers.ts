import { TierRules } from '@tillside/decide';
import { useFormat } from '../parts/use-format.ts';
import { useHub } from './use-hub.ts';

const EVERY_MS = 60_000;

/** Names of tiers as the chain has set them; a tier that the settings don't know keeps its id. */
export function useTierNames(): (id: string) => string {
  const format = useFormat();
  const read = TierRules.safeParse(useHub('memberSettings', {}, EVERY_MS).value?.settings.tiers);
  return (id) => {
    const found = read.success ? [read.data.base, ...read.data.tiers].find((tier) => tier.id === id) : undefined;
    return found === undefined ? id : format.said(found.name);
  };
}
