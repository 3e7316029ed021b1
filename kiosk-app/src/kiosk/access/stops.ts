/** What the arrow keys walk through: controls, and with the voice on all that can be read, in the order of the page. */

const CONTROLS =
  'button:not([disabled]):not([tabindex="-1"]), a[href], input:not([disabled]), [role="switch"], [role="checkbox"], [tabindex="0"]';
/** Read as a whole: a line, a fact, a tile. */
const BLOCKS = 'h1, h2, h3, p, li, legend, output, dl > div, [role="img"], [role="status"], [role="alert"]';

const isSeen = (element: Element): boolean =>
  element.checkVisibility({ visibilityProperty: true }) && element.closest('[aria-hidden="true"], [inert]') === null;

/** A dialog that is open holds everything else back. */
export function stage(root: ParentNode = document): ParentNode {
  const dialogs = root.querySelectorAll('[role="dialog"], [role="alertdialog"]');
  return dialogs[dialogs.length - 1] ?? root;
}

/** A control keeps its words; a hidden input stands for the label around it. */
const isControl = (element: Element): boolean => element.matches(CONTROLS) && element.localName !== 'main';

export function stopsIn(root: ParentNode, withWords: boolean): HTMLElement[] {
  const found = [...root.querySelectorAll<HTMLElement>(withWords ? `${CONTROLS}, ${BLOCKS}` : CONTROLS)];
  return found.filter((element) => {
    if (element.localName === 'main' || !isSeen(element)) return false;
    if (isControl(element)) return true;
    if (element.textContent?.trim() === '' && element.getAttribute('aria-label') === null) return false;
    // What stands in a control is said with it, and a block that holds controls or other blocks is said by them.
    const within = element.parentElement?.closest(`${CONTROLS}, label, li, [role="status"], [role="alert"]`) ?? null;
    const isWithin = within !== null && within.localName !== 'main' && !within.matches(`li:has(${CONTROLS})`);
    return !isWithin && (element.localName !== 'li' || element.querySelector(CONTROLS) === null);
  });
}

export type Step = 'previous' | 'next' | 'first' | 'last';

/** The stop to go to from `current`, round the ends; null where there is none. */
export function stepFrom<T>(stops: readonly T[], current: T | null, step: Step): T | null {
  const at = current === null ? -1 : stops.indexOf(current);
  const last = stops.length - 1;
  switch (step) {
    case 'first':
      return stops[0] ?? null;
    case 'last':
      return stops[last] ?? null;
    case 'next':
      return stops[at >= last ? 0 : at + 1] ?? null;
    case 'previous':
      return stops[at <= 0 ? last : at - 1] ?? null;
  }
}

/** Puts the focus on what may be no control, without moving the page more than needed. */
export function focusOn(element: HTMLElement): void {
  if (element.tabIndex < 0 && !element.hasAttribute('tabindex')) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: 'nearest' });
}
