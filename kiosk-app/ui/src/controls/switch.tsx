import type { ReactElement, ReactNode } from 'react';
import { Switch as AriaSwitch, type SwitchProps as AriaSwitchProps } from 'react-aria-components';

export interface SwitchProps extends Omit<AriaSwitchProps, 'className' | 'style' | 'children'> {
  children: ReactNode;
  hint?: ReactNode;
}

/** Something that is on or off from now on; a Checkbox is an answer in a form. */
export function Switch({ children, hint, ...rest }: SwitchProps): ReactElement {
  return (
    <AriaSwitch {...rest} className="tl-switch">
      <span className="tl-check-words">
        <span>{children}</span>
        {hint === undefined ? null : <span className="tl-check-hint">{hint}</span>}
      </span>
      <span className="tl-switch-track" />
    </AriaSwitch>
  );
}
