import type { MemberHome, SignedUp } from '@tillside/agent-contract';

export type Screen =
  | { readonly name: 'attract' }
  | { readonly name: 'offers' }
  | { readonly name: 'join' }
  | { readonly name: 'sign-in' }
  | { readonly name: 'welcome'; readonly member: SignedUp }
  | { readonly name: 'home'; readonly home: MemberHome };

export type KioskAction =
  | { readonly type: 'open'; readonly screen: 'offers' | 'join' | 'sign-in' }
  | { readonly type: 'joined'; readonly member: SignedUp }
  | { readonly type: 'signed-in'; readonly home: MemberHome }
  | { readonly type: 'wipe' };

/**
 * The member's code (`TM:...`, a rotating `TR:...`, or the 18 digits `77...` of a phone) in a scan, or undefined for a product that somebody holds to the kiosk's scanner. Scanners that are set to may send an
 * AIM identifier before it (`]Q1`; ISO/IEC 15424).
 */
export function memberCodeIn(scanned: string): string | undefined {
  const data = scanned.trim().replace(/^\][A-Za-z]./, '');
  return /^(T[MR]:.|77\d{16}$)/i.test(data) ? data : undefined;
}

/** What the kiosk shows before anybody touched it, and again after everybody left. */
export const AT_REST: Screen = { name: 'attract' };

/** One screen at a time; whatever belongs to a shopper lives in the screen and is gone with it. */
export function nextScreen(screen: Screen, action: KioskAction): Screen {
  switch (action.type) {
    case 'open':
      return { name: action.screen };
    case 'joined':
      // A late answer to somebody who has left (the screen was wiped) must not bring their code back.
      return screen.name === 'join' ? { name: 'welcome', member: action.member } : screen;
    case 'signed-in':
      return screen.name === 'attract' ? screen : { name: 'home', home: action.home };
    case 'wipe':
      return AT_REST;
  }
}
