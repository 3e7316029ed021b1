import type { Place } from '@tillside/agent-contract';
import type { Locale } from '@tillside/ui';
import type { TFunction } from 'i18next';
import { pick } from '../../shared/pick.ts';

/** A place as it is said: "4 号 · 奶酪 · 第 2 格". */
export function placeWords(place: Place, locale: Locale, t: TFunction): string {
  const { sign, name, bay } = place;
  return [
    ...(sign === undefined ? [] : [t('products.map.sign', { sign })]),
    ...(name === undefined ? [] : [pick(name, locale)]),
    ...(bay === undefined ? [] : [t('products.map.bay', { bay: bay + 1 })]),
  ].join(' · ');
}
