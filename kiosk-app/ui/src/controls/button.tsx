import type { ReactElement, ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';

/** `primary`: the one thing to do here. `member`: joins or opens membership. `quiet`: an alternative. `plain`: a way out. */
export type ButtonLook = 'primary' | 'member' | 'quiet' | 'plain';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  look?: ButtonLook;
  size?: 'normal' | 'large';
  wide?: boolean;
  /** Set when the button's words are in another language than the page. */
  lang?: string;
  children: ReactNode;
}

export function Button({
  look = 'quiet',
  size = 'normal',
  wide = false,
  children,
  ...rest
}: ButtonProps): ReactElement {
  return (
    <AriaButton {...rest} className="tl-button" data-look={look} data-size={size} data-wide={wide}>
      {children}
    </AriaButton>
  );
}
