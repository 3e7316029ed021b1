import { useEffect, useRef } from 'react';
import { focusOn } from './stops.ts';

/** What a page still loads must be there by then, or the page itself keeps the focus. */
const HEADING_WAIT_MS = 5_000;

/** Each new screen begins at its heading, for keys and for the voice (WCAG 2.2, 2.4.3). */
export function useHeadingFocus(screen: string): void {
  const before = useRef(screen);
  useEffect(() => {
    if (before.current === screen) return undefined;
    before.current = screen;
    const main = document.querySelector<HTMLElement>('main');
    const heading = (): HTMLElement | null => document.querySelector<HTMLElement>('main :is(h1, h2)');
    const first = heading();
    if (first !== null) {
      focusOn(first);
      return undefined;
    }
    main?.focus({ preventScroll: true });
    const observer = new MutationObserver(() => {
      const found = heading();
      if (found === null) return;
      observer.disconnect();
      // Only where nobody has gone on meanwhile.
      if (document.activeElement === main || document.activeElement === document.body) focusOn(found);
    });
    observer.observe(document.body, { childList: true, subtree: true });
    const timer = setTimeout(() => observer.disconnect(), HEADING_WAIT_MS);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [screen]);
}
