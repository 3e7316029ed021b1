import { SETTINGS_KEY } from './access/settings.ts';

/** What is the device's and not a shopper's: its pairing, and how its store set it. */
const OF_THE_DEVICE: ReadonlySet<string> = new Set(['tillside.kiosk.credential', SETTINGS_KEY]);

function emptyStorage(storage: Storage): void {
  const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '');
  for (const key of keys) if (!OF_THE_DEVICE.has(key)) storage.removeItem(key);
}

function forgetCookies(): void {
  for (const cookie of document.cookie.split(';')) {
    const name = cookie.split('=')[0]?.trim() ?? '';
    if (name === '') continue;
    // One is forgotten only under the path that it was set for: the page's, or one above.
    for (const path of [location.pathname, location.pathname.replace(/\/[^/]*$/, ''), '/']) {
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is there in secure contexts alone
      document.cookie = `${name}=; expires=${new Date(0).toUTCString()}; path=${path}`;
    }
  }
}

/**
 * The browser's part of a session's end: nothing of a shopper stays in storages, caches, cookies or the queue of the voice. What was on the screen goes with the screen's state (`wipe`),
 * what the agent holds of the visit by `endVisit`. Never rejects: a browser without one of these has nothing in it.
 */
export async function endSession(): Promise<void> {
  globalThis.speechSynthesis?.cancel();
  getSelection()?.removeAllRanges();
  emptyStorage(localStorage);
  emptyStorage(sessionStorage);
  forgetCookies();
  // The last text that was matched against a pattern stays reachable for as long as no other is (RegExp.lastMatch).
  /(?:)/.exec('');
  const [names, databases] = await Promise.all([
    globalThis.caches?.keys().catch(() => []) ?? [],
    globalThis.indexedDB?.databases().catch(() => []) ?? [],
  ]);
  await Promise.all(names.map((name) => caches.delete(name).catch(() => false)));
  for (const { name } of databases) if (name !== undefined) indexedDB.deleteDatabase(name);
}
