import type { ReactElement, ReactNode } from 'react';

/** Sets `data-scale` (and optionally `data-theme`) on the document. Call once, before the first render. */
export function dressDocument(
  scale: 'kiosk' | 'handheld' | 'console',
  theme?: 'light' | 'dark' | 'high-contrast',
): void {
  document.documentElement.dataset.scale = scale;
  if (theme) document.documentElement.dataset.theme = theme;
}

/** Header above, the one big thing in the middle, and what to touch in the lower third. */
export function KioskPage({
  head,
  foot,
  children,
}: {
  head: ReactNode;
  foot?: ReactNode;
  children: ReactNode;
}): ReactElement {
  return (
    <div className="tl-kiosk">
      <header className="tl-kiosk-head">{head}</header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to scroll it */}
      <main className="tl-kiosk-main" tabIndex={0}>
        {children}
      </main>
      <div className="tl-kiosk-foot">{foot}</div>
    </div>
  );
}

export function HandheldPage({
  head,
  nav,
  children,
}: {
  head: ReactNode;
  nav?: ReactNode;
  children: ReactNode;
}): ReactElement {
  return (
    <div className="tl-handheld">
      <header className="tl-handheld-head">{head}</header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to scroll it */}
      <main className="tl-handheld-main" tabIndex={0}>
        {children}
      </main>
      {nav ? <div className="tl-handheld-nav">{nav}</div> : <div />}
    </div>
  );
}

/** A newspaper: masthead, then what changed, then the evidence, then the tools. */
export function ConsolePage({ head, children }: { head: ReactNode; children: ReactNode }): ReactElement {
  return (
    <div className="tl-console">
      <header className="tl-console-head">{head}</header>
      <main className="tl-console-main">{children}</main>
    </div>
  );
}
