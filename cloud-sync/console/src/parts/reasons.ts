import type { MemberView } from '@tillside/hub-contract';

export interface Look {
  readonly reason: string;
  /** What the search answered: one look, one line in the access log. */
  readonly found: MemberView;
}

/** Why the reader opened whom, until that page is left: neither kept in the browser's store nor written into an address. */
let last: Look | undefined;

export function rememberReason(reason: string, found: MemberView): void {
  last = { reason, found };
}

export const reasonOf = (memberId: string): Look | undefined => (last?.found.memberId === memberId ? last : undefined);

/** Who comes back later is asked again. */
export function forgetReason(): void {
  last = undefined;
}
