/** What is said of an element: its words, what it is, how it stands. */

export interface Spoken {
  readonly private: string;
  readonly button: string;
  readonly checkbox: string;
  readonly switch: string;
  readonly textbox: string;
  readonly heading: string;
  readonly on: string;
  readonly unchosen: string;
  readonly disabled: string;
  /** A number of characters, without the characters. */
  typed(count: number): string;
}

/** Marks what is a shopper's alone: their number, code, points, purchases. */
export const PERSONAL = '[data-personal]';

const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Words that a sighted reader would see, and those written for a reader who can't. */
function wordsIn(element: Element): string {
  const parts: string[] = [];
  const walk = (node: Node): void => {
    if (node.nodeType === Node.TEXT_NODE) parts.push(node.textContent ?? '');
    if (!(node instanceof Element) || node.getAttribute('aria-hidden') === 'true') return;
    const label = node === element ? null : node.getAttribute('aria-label');
    if (label !== null) {
      parts.push(` ${label} `);
      return;
    }
    for (const child of node.childNodes) walk(child);
    // Blocks are told apart by a short silence.
    if (/^(p|div|strong|small|dt|dd|span|h[1-6]|li)$/.test(node.localName)) parts.push(' ');
  };
  walk(element);
  return tidy(parts.join(''));
}

function nameOf(element: HTMLElement): string {
  const label = element.getAttribute('aria-label');
  if (label !== null) return label;
  const ids = element.getAttribute('aria-labelledby')?.split(/\s+/) ?? [];
  const named = ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  if (tidy(named) !== '') return tidy(named);
  const around = element instanceof HTMLInputElement ? element.closest('label') : null;
  return wordsIn(around ?? element);
}

function roleOf(element: HTMLElement, spoken: Spoken): string {
  const role = element.getAttribute('role') ?? (element instanceof HTMLInputElement ? element.type : element.localName);
  if (role === 'button') return spoken.button;
  if (role === 'checkbox') return spoken.checkbox;
  if (role === 'switch') return spoken.switch;
  if (role === 'text') return spoken.textbox;
  return /^h[1-3]$/.test(role) ? spoken.heading : '';
}

function stateOf(element: HTMLElement, spoken: Spoken): string {
  if (element.getAttribute('aria-disabled') === 'true' || element.matches(':disabled')) return spoken.disabled;
  const isOn =
    element instanceof HTMLInputElement && ['checkbox', 'radio'].includes(element.type)
      ? element.checked
      : { true: true, false: false }[element.getAttribute('aria-pressed') ?? ''];
  return isOn === undefined ? '' : isOn ? spoken.on : spoken.unchosen;
}

/** `isPrivate`: only the shopper hears it, so that what is theirs may be said. */
export function describe(element: HTMLElement, spoken: Spoken, isPrivate: boolean): string {
  const isPersonal = !isPrivate && (element.closest(PERSONAL) !== null || element.querySelector(PERSONAL) !== null);
  const said = [isPersonal ? spoken.private : nameOf(element)];
  if (element instanceof HTMLInputElement && !['checkbox', 'radio'].includes(element.type))
    said.push(
      isPrivate ? [...element.value].join(' ') : element.value === '' ? '' : spoken.typed(element.value.length),
    );
  return [...said, roleOf(element, spoken), stateOf(element, spoken)].filter((part) => part !== '').join(', ');
}
