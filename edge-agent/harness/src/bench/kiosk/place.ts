import { HarnessError } from '../../errors.ts';
import { KioskBrowser } from '../../kiosk/browser.ts';
import { Hand } from '../../kiosk/hand.ts';
import type { MeasuredStore } from '../../store/measured-store.ts';

/** Where a kiosk is measured: its agent, and its browser's folder, in which it is paired. */
export interface Place {
  readonly store: MeasuredStore;
  readonly profile: string;
}

const OPEN_MS = 30_000;

export const kioskUrl = ({ store }: Place): string => `${store.demo.agentUrl}/kiosk/`;

/** A kiosk that is up and at rest, laid out as a portrait one. What `before` is runs in each of its pages first. */
export async function openKiosk(place: Place, before?: () => void): Promise<KioskBrowser> {
  const kiosk = await KioskBrowser.start({ profile: place.profile, url: 'about:blank' });
  await kiosk.layOut();
  if (before !== undefined) await kiosk.page.addInitScript(before);
  await kiosk.page.goto(kioskUrl(place));
  await awaitRest(new Hand(kiosk));
  return kiosk;
}

/** Rejects with HARNESS_TIMED_OUT. */
export async function awaitRest(hand: Hand): Promise<void> {
  const seen = await hand.see(OPEN_MS, ({ screen, targets }) =>
    screen === 'attract' && targets.some(({ look }) => look === 'member') ? true : undefined,
  );
  if (seen !== undefined) return;
  const { screen, words } = await hand.look();
  throw new HarnessError('HARNESS_TIMED_OUT', `the kiosk stays at "${screen}": ${words.slice(0, 80)}`);
}
