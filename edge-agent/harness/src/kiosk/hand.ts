import type { KioskBrowser } from './browser.ts';
import { lookAround, type Sight, type Target } from './sight.ts';

const LOOK_EVERY_MS = 20;

/** A shopper's finger: real touches through the browser's own input, so that whatever lies on top is what gets them. */
export class Hand {
  touches = 0;
  readonly kiosk: KioskBrowser;

  constructor(kiosk: KioskBrowser) {
    this.kiosk = kiosk;
  }

  look(): Promise<Sight> {
    return this.kiosk.page.evaluate(lookAround);
  }

  async touch({ x, y }: { x: number; y: number }): Promise<void> {
    this.touches += 1;
    await this.kiosk.cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
    await this.kiosk.cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  }

  /** Twice, as fast as a nervous finger. */
  async touchTwice(target: Target): Promise<void> {
    await this.touch(target);
    await this.touch(target);
  }

  /** False: nothing of that name can be touched now. */
  async touchNamed(name: RegExp): Promise<boolean> {
    const found = (await this.look()).targets.find((one) => name.test(one.name));
    if (found !== undefined) await this.touch(found);
    return found !== undefined;
  }

  /** Types on the page's own keys; keys that are not there are left out. */
  async type(digits: string): Promise<void> {
    const { targets } = await this.look();
    for (const digit of digits) {
      const key = targets.find((one) => one.kind === 'key' && one.name === digit);
      if (key !== undefined) await this.touch(key);
    }
  }

  /** Looks until something is seen, or time is up (then undefined). */
  async see<T>(timeoutMs: number, what: (sight: Sight) => T | undefined): Promise<T | undefined> {
    const untilMs = performance.now() + timeoutMs;
    for (;;) {
      const seen = what(await this.look());
      if (seen !== undefined) return seen;
      if (performance.now() > untilMs) return undefined;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Brings an element into view, as a finger that scrolls does, and touches it. False: it is not there. */
  async find(selector: string): Promise<boolean> {
    const one = this.kiosk.page.locator(selector).first();
    if ((await one.count()) === 0) return false;
    await one.scrollIntoViewIfNeeded();
    const box = await one.boundingBox();
    if (box === null) return false;
    await this.touch({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
    return true;
  }
}
