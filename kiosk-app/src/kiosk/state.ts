import type { MemberHome, SignedUp } from '@tillside/agent-contract';
import type { TypedPhone } from './join/phone.ts';
import { type FinderScreen, nextProductScreen, type PriceCheckScreen, type ProductAction } from './products/state.ts';

/** The pages of a member's own data. */
export type MinePart =
  | 'points'
  | 'privacy'
  | 'correct'
  | 'data'
  | 'leave'
  | 'sure'
  | 'verify'
  | 'coupons'
  | 'gifts'
  | 'receipts';

export type Screen =
  | { readonly name: 'attract' }
  | { readonly name: 'offers' }
  | { readonly name: 'join'; readonly phone?: TypedPhone; readonly scanned?: string }
  | { readonly name: 'sign-in' }
  | { readonly name: 'phone-sign-in'; readonly scanned?: string }
  | { readonly name: 'receipt' }
  | { readonly name: 'welcome'; readonly member: SignedUp }
  | { readonly name: 'home'; readonly home: MemberHome; readonly isBack?: boolean }
  | { readonly name: 'mine'; readonly home: MemberHome; readonly part: MinePart }
  | PriceCheckScreen
  | FinderScreen
  | { readonly name: 'left' };

/** Screens that anybody may open: nothing of anybody's is in them at first. */
export type OpenScreen = 'offers' | 'join' | 'sign-in' | 'phone-sign-in' | 'price-check' | 'finder' | 'receipt';

export type KioskAction =
  | { readonly type: 'open'; readonly screen: OpenScreen }
  /** The number is nobody's yet: it stands typed on the page for joining. */
  | { readonly type: 'join-with'; readonly phone: TypedPhone }
  | { readonly type: 'joined'; readonly member: SignedUp }
  /** `isBack`: came to join, and was a member. */
  | { readonly type: 'signed-in'; readonly home: MemberHome; readonly isBack?: boolean }
  /** A member code was scanned while somebody types; null: they go on typing. */
  | { readonly type: 'scanned'; readonly code: string | null }
  | { readonly type: 'mine'; readonly part: MinePart }
  | { readonly type: 'home' }
  | { readonly type: 'left' }
  | ProductAction
  | { readonly type: 'wipe' };

/**
 * The member's code (`TM:...`, a rotating `TR:...`, or 18 digits for scanners that read no QR) in a scan, or undefined for a product that somebody holds to the kiosk's
 * scanner. Scanners that are set to may send an AIM identifier before it (`]Q1`; ISO/IEC 15424).
 */
export function memberCodeIn(scanned: string): string | undefined {
  const data = scanned.trim().replace(/^\][A-Za-z]./, '');
  return /^T[MR]:./i.test(data) || /^\d{18}$/.test(data) ? data : undefined;
}

/** What the kiosk shows before anybody touched it, and again after everybody left. */
export const AT_REST: Screen = { name: 'attract' };

/** One screen at a time; whatever belongs to a shopper lives in the screen and is gone with it. */
export function nextScreen(screen: Screen, action: KioskAction): Screen {
  switch (action.type) {
    case 'open':
      return action.screen === 'price-check' ? { name: action.screen, turn: 0 } : { name: action.screen };
    case 'join-with':
      return screen.name === 'phone-sign-in' ? { name: 'join', phone: action.phone } : screen;
    case 'scanned':
      if (screen.name !== 'join' && screen.name !== 'phone-sign-in') return screen;
      return action.code === null ? withoutScan(screen) : { ...screen, scanned: action.code };
    case 'joined':
      // A late answer to somebody who has left (the screen was wiped) must not bring their code back.
      return screen.name === 'join' ? { name: 'welcome', member: action.member } : screen;
    case 'signed-in':
      if (screen.name === 'attract' || screen.name === 'left') return screen;
      return screen.name === 'mine'
        ? { ...screen, home: sameCard(screen.home, action.home) }
        : homeAfter(screen, action.home, action.isBack);
    case 'mine':
      return screen.name === 'home' || screen.name === 'mine'
        ? { name: 'mine', home: screen.home, part: action.part }
        : screen;
    case 'home':
      return 'home' in screen && screen.home !== undefined ? { name: 'home', home: screen.home } : screen;
    case 'price':
    case 'find':
      return nextProductScreen(screen, action);
    case 'left':
      return screen.name === 'mine' ? { name: 'left' } : screen;
    case 'wipe':
      return AT_REST;
  }
}

const homeAfter = (screen: Screen, home: MemberHome, isBack = false): Screen => ({
  name: 'home',
  home: screen.name === 'home' ? sameCard(screen.home, home) : home,
  ...(isBack ? { isBack } : {}),
});

function withoutScan<S extends { readonly scanned?: string }>({ scanned: _over, ...screen }: S): Omit<S, 'scanned'> {
  return screen;
}

/** A page that was read anew by the word of the visit does not know the card that began it. */
const sameCard = (before: MemberHome, home: MemberHome): MemberHome =>
  before.memberId === home.memberId && before.code !== undefined ? { ...home, code: before.code } : home;
