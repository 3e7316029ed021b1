import { CheckCircleIcon } from '@phosphor-icons/react/CheckCircle';
import { ClockIcon } from '@phosphor-icons/react/Clock';
import { WarningIcon } from '@phosphor-icons/react/Warning';
import { XCircleIcon } from '@phosphor-icons/react/XCircle';
import type { ReactElement, ReactNode } from 'react';
import type { IconComponent } from '../product/pictogram.tsx';

export type StatusTone = 'good' | 'waiting' | 'warning' | 'bad';

const ICONS: Readonly<Record<StatusTone, IconComponent>> = {
  good: CheckCircleIcon,
  waiting: ClockIcon,
  warning: WarningIcon,
  bad: XCircleIcon,
};

/** A state in words and a shape; the colour only helps. */
export function Status({ tone, children }: { tone: StatusTone; children: ReactNode }): ReactElement {
  const Icon = ICONS[tone];
  return (
    <span className="tl-status" data-tone={tone}>
      <Icon className="tl-icon" weight="fill" aria-hidden />
      {children}
    </span>
  );
}
