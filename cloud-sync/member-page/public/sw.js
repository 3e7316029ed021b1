/**
 * Keeps the page on the phone, so that it opens and shows its code without a network. Only files of this folder are kept: what the hub says of a member never is. The page itself is asked of the
 * network first, so that a new one is in use with the next opening; its files carry their content's hash in their names and never change.
 */
const CACHE = 'tillside-member-page-1';
/** Fonts come in many small files; what was not used for longest goes. */
const MAX_FILES = 150;
/** A network that says nothing for so long is none. */
const PATIENCE_MS = 2500;
const PAGE = new URL('./', self.registration.scope).href;

self.addEventListener('install', (event) => {
  event.waitUntil(keepPage().then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(PAGE)) return;
  event.respondWith(request.mode === 'navigate' ? page() : file(request));
});

/** The page and what it names, together or not at all. */
async function keepPage() {
  const answer = await fetch(PAGE, { cache: 'no-cache' });
  if (!answer.ok) throw new Error(`the page answered ${answer.status}`);
  const html = await answer.clone().text();
  const named = [...html.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)].map(([, path]) => new URL(path, PAGE).href);
  const cache = await caches.open(CACHE);
  await cache.addAll(named);
  await cache.put(PAGE, answer);
  return html;
}

async function page() {
  const kept = await caches.match(PAGE);
  const fresh = keepPage().then(() => caches.match(PAGE));
  if (kept === undefined) return fresh;
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
  return Promise.race([fresh.catch(() => kept), late]);
}

async function file(request) {
  const kept = await caches.match(request);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok && /-[\w-]{8,}\.\w+$/.test(request.url)) {
    const cache = await caches.open(CACHE);
    await cache.put(request, answer.clone());
    const files = await cache.keys();
    for (const old of files.slice(0, Math.max(0, files.length - MAX_FILES)))
      if (old.url !== PAGE) await cache.delete(old);
  }
  return answer;
}
