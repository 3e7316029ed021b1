import { IdentificationCardIcon } from '@phosphor-icons/react/IdentificationCard';
import { TagIcon } from '@phosphor-icons/react/Tag';
import type { ReactElement, ReactNode } from 'react';

export interface OfferTagProps {
  /** `member` for what only members get. The icon differs too, so that colour isn't the only signal. */
  kind?: 'offer' | 'member';
  /** True when it hangs from nothing: all corners round. */
  free?: boolean;
  children: ReactNode;
}

export function OfferTag({ kind = 'offer', free = false, children }: OfferTagProps): ReactElement {
  const Icon = kind === 'member' ? IdentificationCardIcon : TagIcon;
  return (
    <span className="tl-offer-tag" data-kind={kind} data-free={free}>
      <Icon className="tl-icon" weight="fill" aria-hidden />
      {children}
    </span>
  );
}
