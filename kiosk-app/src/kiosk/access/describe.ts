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

/** Screens on which all is a shopper's own but what there is to do. */
const OF_A_SHOPPER = ['welcome', 'home', 'mine', 'receipt'].map((name) => `[data-screen="${name}"] main`).join(', ');
/** What is a shopper's alone on any screen. */
const PERSONAL = '[data-personal], .k-code';
/** What is needed to find the way about: headings and controls. Their numbers may be the shopper's. */
const SIGNPOST = 'h1, h2, h3, button, a[href], input, [role="status"], [role="alert"]';
const NUMBERS = /[\p{L}¥$+-]*\d[\d.,:%]*/gu;

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

/** What others may hear of it. */
function publicName(element: HTMLElement, spoken: Spoken): string {
  const name = nameOf(element);
  // What is typed on the screen's own keys.
  if (element.localName === 'output') return /\d/.test(name) ? spoken.typed(name.replace(/\W/g, '').length) : name;
  if (element.closest(PERSONAL) !== null || element.querySelector(PERSONAL) !== null) return spoken.private;
  if (element.closest(OF_A_SHOPPER) === null) return name;
  return element.matches(SIGNPOST) ? tidy(name.replace(NUMBERS, ' ')) : spoken.private;
}

/** `isPrivate`: only the shopper hears it, so that what is theirs may be said. */
export function describe(element: HTMLElement, spoken: Spoken, isPrivate: boolean): string {
  const said = [isPrivate ? nameOf(element) : publicName(element, spoken)];
  if (element instanceof HTMLInputElement && !['checkbox', 'radio'].includes(element.type))
    said.push(
      isPrivate ? [...element.value].join(' ') : element.value === '' ? '' : spoken.typed(element.value.length),
    );
  return [...said, roleOf(element, spoken), stateOf(element, spoken)].filter((part) => part !== '').join(', ');
}
