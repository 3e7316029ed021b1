/** What a soak can be told to plant, to see that it is found. */
export const KIOSK_FAULTS = ['none', 'keeps-phone', 'keeps-screen', 'raw-error', 'blank'] as const;
export type KioskFault = (typeof KIOSK_FAULTS)[number];

/** A script that spoils the page, to run in it before its own code; nothing for `none`. */
export const faultScript = (fault: KioskFault): string | undefined => SCRIPTS[fault];

const onDigits = (what: string): string => `
  let typed = '';
  document.addEventListener('pointerup', (event) => {
    const key = event.target instanceof Element ? event.target.closest('.tl-key') : null;
    if (key === null) return;
    typed += key.textContent.trim();
    ${what}
  }, true);`;

const SCRIPTS: Readonly<Partial<Record<KioskFault, string>>> = {
  'keeps-phone': onDigits(`document.documentElement.dataset.last = typed;`),
  // The page never learns that time has passed, so nobody who walks away is noticed.
  'keeps-screen': `const still = performance.now(); setTimeout(() => { performance.now = () => still; Date.now = () => 0; }, 0);`,
  'raw-error': onDigits(`document.querySelector('h1').textContent = 'TypeError: ' + typed.length;`),
  blank: onDigits(`document.getElementById('app').hidden = true;`),
};
