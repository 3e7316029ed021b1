import { type ComponentType, createElement, type ReactElement } from 'react';
import { AttractPage } from './attract-page.tsx';
import { HomePage } from './home-page.tsx';
import { JoinPage } from './join/join-page.tsx';
import { PhoneSignInPage } from './join/phone-sign-in.tsx';
import { ReceiptPage } from './own/receipt-page.tsx';
import { LeftPage, MinePage, OffersPage, SignInPage, WelcomePage } from './pages.tsx';
import { FinderPage } from './products/finder.tsx';
import { PriceCheckPage } from './products/price-check.tsx';
import type { ScreenProps, Screens } from './screen-props.ts';
import type { Screen } from './state.ts';

const SCREENS: Screens = {
  attract: AttractPage,
  offers: OffersPage,
  join: JoinPage,
  'sign-in': SignInPage,
  'phone-sign-in': PhoneSignInPage,
  receipt: ReceiptPage,
  welcome: WelcomePage,
  home: HomePage,
  mine: MinePage,
  'price-check': PriceCheckPage,
  finder: FinderPage,
  left: LeftPage,
};

/** The screen that is open. */
export function KioskScreen(props: ScreenProps & { screen: Screen }): ReactElement {
  // The table holds under a screen's name what takes that screen; TypeScript can't follow that through the union.
  const Open = SCREENS[props.screen.name] as ComponentType<ScreenProps & { screen: Screen }>;
  return createElement(Open, props);
}
