import { CheckIcon } from '@phosphor-icons/react/Check';
import type { ReactElement, ReactNode } from 'react';
import { Checkbox as AriaCheckbox, type CheckboxProps as AriaCheckboxProps } from 'react-aria-components';

export interface CheckboxProps extends Omit<AriaCheckboxProps, 'className' | 'style' | 'children'> {
  children: ReactNode;
  hint?: ReactNode;
}

export function Checkbox({ children, hint, ...rest }: CheckboxProps): ReactElement {
  return (
    <AriaCheckbox {...rest} className="tl-check">
      {({ isSelected }) => (
        <>
          <span className="tl-check-box">{isSelected ? <CheckIcon weight="bold" aria-hidden /> : null}</span>
          <span className="tl-check-words">
            <span>{children}</span>
            {hint === undefined ? null : <span className="tl-check-hint">{hint}</span>}
          </span>
        </>
      )}
    </AriaCheckbox>
  );
}
