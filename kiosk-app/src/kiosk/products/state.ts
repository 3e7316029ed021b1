import type { MemberHome } from '@tillside/agent-contract';
import type { Screen } from '../state.ts';

/** What a shopper looks for: words, a group, or both. */
export interface Search {
  readonly q: string;
  readonly pictogram?: string;
}

/** What was held to the scanner, or touched. */
export type Asked = { readonly scan: string } | { readonly sku: string };

export interface PriceCheckScreen {
  readonly name: 'price-check';
  readonly asked?: Asked;
  /** Counts what was asked: who scans is there, though nothing is touched. */
  readonly turn: number;
  readonly home?: MemberHome;
  /** What led here, to go back to. */
  readonly search?: Search;
}

export interface FinderScreen {
  readonly name: 'finder';
  readonly search?: Search;
  readonly home?: MemberHome;
}

export type ProductAction =
  | { readonly type: 'price'; readonly asked?: Asked; readonly search?: Search }
  | { readonly type: 'find'; readonly search?: Search };

/** From where goods that are scanned open their price; whoever types or reads their own data is not taken away from it. */
const OPENS_PRICE: ReadonlySet<Screen['name']> = new Set(['attract', 'offers', 'home', 'price-check', 'finder']);

export function nextProductScreen(screen: Screen, action: ProductAction): Screen {
  const home = homeIn(screen);
  const mine = home === undefined ? {} : { home };
  if (action.type === 'find')
    return { name: 'finder', ...mine, ...(action.search === undefined ? {} : { search: action.search }) };
  if (!OPENS_PRICE.has(screen.name)) return screen;
  const { asked, search } = action;
  return {
    name: 'price-check',
    turn: screen.name === 'price-check' ? screen.turn + 1 : 0,
    ...mine,
    ...(asked === undefined ? {} : { asked }),
    ...(search === undefined ? {} : { search }),
  };
}

/** Whoever is signed in on this screen. */
export const homeIn = (screen: Screen): MemberHome | undefined => ('home' in screen ? screen.home : undefined);
