import type { ComponentType } from 'react';
import type { PageContext } from '../shared/start.tsx';
import type { KioskAction, Screen } from './state.ts';
import type { Member } from './use-member.ts';
import type { Offers } from './use-offers.ts';

/** What every screen is given; what is a shopper's own is in the screen itself. */
export interface ScreenProps {
  context: PageContext;
  dispatch: (action: KioskAction) => void;
  /** Ends the shopper's time here and leads to the attract page. */
  wipe: () => void;
  member: Member;
  offers: Offers['offers'];
  storeName: string;
  /** The agent does not answer. */
  isAway: boolean;
}

type Named<N extends Screen['name']> = Extract<Screen, { readonly name: N }>;

export type PropsOf<N extends Screen['name']> = ScreenProps & { screen: Named<N> };

/** One component for each screen: a missing one does not compile. */
export type Screens = { readonly [N in Screen['name']]: ComponentType<PropsOf<N>> };
