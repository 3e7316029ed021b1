/**
 * A store's agent that a hostile page talks to: it says what the page shall try, and hears what came of it. Whatever runs the kiosk, what the page can
 * do is seen from here alone.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const CREDENTIAL = 'credential-of-the-kiosk';
export const PAIRING_CODE = '7K2M-94QF';

export interface ProbeAgent {
  readonly origin: string;
  readonly pagesDir: string;
  /** What the page posted, newest last. */
  readonly told: { kind: string; value: unknown; authorization: string | undefined }[];
  /** What the page does next, once. */
  order: 'probe' | 'hang' | 'leave' | 'rest' | 'busy' | null;
  /** Resolves to what the page told under that kind, from now on. */
  next(kind: string): Promise<unknown>;
  /** Stops and starts listening on the same port. */
  setAway(isAway: boolean): Promise<void>;
  stop(): Promise<void>;
}

const HTML =
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>t</title></head><body><p style="color:red">here</p><script>window.inlineRan = true</script><script type="module" src="/assets/probe.js"></script></body></html>';

/** Runs in the page. Each attempt is told by what came of it. */
const SCRIPT = `
const tell = (kind, value) => fetch('/v1/told', { method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer own' }, body: JSON.stringify({ kind, value }) });
const attempt = async (work) => { try { return String(await Promise.race([work(), new Promise((r) => setTimeout(r, 2000, 'pending'))])); } catch (error) { return error.name; } };
const permission = (name) => attempt(async () => (await navigator.permissions.query({ name })).state);
async function probe() {
  const frame = document.createElement('iframe');
  frame.src = 'https://example.com/';
  document.body.append(frame);
  const webview = document.createElement('webview');
  webview.setAttribute('src', 'https://example.com/');
  document.body.append(webview);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(['x']));
  link.download = 'left-behind.txt';
  link.click();
  await tell('probed', {
    node: [typeof globalThis.process, typeof globalThis.require, typeof globalThis.Buffer, typeof globalThis.tillsideShell],
    inline: typeof window.inlineRan,
    eval: await attempt(() => (0, eval)('1')),
    popup: await attempt(() => window.open('https://example.com/')),
    elsewhere: await attempt(() => fetch('https://example.com/')),
    file: await attempt(() => fetch('file:///etc/hostname')),
    otherPort: await attempt(() => fetch('http://127.0.0.1:9/')),
    escape: (await fetch('/..%2f..%2fetc/hostname')).status,
    secret: (await fetch('/credential')).status,
    geolocation: await permission('geolocation'),
    notifications: typeof Notification === 'undefined' ? 'denied' : Notification.permission,
    camera: await attempt(() => navigator.mediaDevices.getUserMedia({ video: true, audio: true })),
    screen: await attempt(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
    usb: await attempt(() => navigator.usb.requestDevice({ filters: [] })),
    serial: await attempt(() => navigator.serial.requestPort()),
    hid: await attempt(async () => (await navigator.hid.requestDevice({ filters: [] })).length),
    stored: [localStorage.length, document.cookie],
    mark: document.querySelector('meta[name=tillside-shell]')?.content,
    secure: isSecureContext,
    reducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches,
  });
}
const orders = {
  probe,
  hang: () => { for (;;) {} },
  leave: () => { location.href = 'https://example.com/'; setTimeout(() => tell('stayed', location.pathname), 500); },
  rest: () => { document.documentElement.dataset.screen = 'attract'; return tell('rests', ''); },
  busy: () => { document.documentElement.dataset.screen = 'home'; return tell('busy', ''); },
};
async function follow() {
  const response = await fetch('/v1/events', { headers: { accept: 'text/event-stream' } });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    await tell('event', value);
  }
}
const code = new URLSearchParams(location.hash.slice(1)).get('pair');
if (code !== null) {
  const answer = await fetch('/v1/pair', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code, kind: 'kiosk' }) });
  await tell('paired', await answer.json());
}
document.documentElement.dataset.screen = 'attract';
await tell('loaded', document.querySelector('meta[name=tillside-shell]')?.content ?? 'none');
void (async () => { for (;;) { await follow().catch(() => {}); await new Promise((r) => setTimeout(r, 100)); } })();
for (;;) {
  try {
    const { order } = await (await fetch('/v1/order')).json();
    if (order) await orders[order]();
  } catch {}
  await new Promise((r) => setTimeout(r, 50));
}
`;

export async function startProbeAgent(): Promise<ProbeAgent> {
  const pagesDir = await mkdtemp(join(tmpdir(), 'tillside-probe-'));
  await writeFile(join(pagesDir, 'index.html'), HTML);
  const { mkdir } = await import('node:fs/promises');
  await mkdir(join(pagesDir, 'assets'));
  await writeFile(join(pagesDir, 'assets', 'probe.js'), SCRIPT);
  await writeFile(join(pagesDir, 'credential'), 'not for pages');
  const waiting: { kind: string; resolve: (value: unknown) => void }[] = [];
  const server = createServer((request, response) => void answer(request, response));
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  await listen(0);
  const address = server.address();
  const port = address !== null && typeof address !== 'string' ? address.port : 0;
  const agent: ProbeAgent = {
    origin: `http://127.0.0.1:${port}`,
    pagesDir,
    told: [],
    order: null,
    next: (kind) => new Promise((resolve) => waiting.push({ kind, resolve })),
    async setAway(isAway) {
      if (!isAway) return await listen(port);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
    async stop() {
      if (server.listening) await agent.setAway(true);
      await rm(pagesDir, { recursive: true, force: true });
    },
  };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const json = (body: unknown): void =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    switch (request.url) {
      case '/readyz':
        return json({ ok: true });
      case '/v1/pair':
        return json({ deviceId: 'kiosk-1', credential: CREDENTIAL });
      case '/v1/order': {
        const { order } = agent;
        agent.order = null;
        return json({ order });
      }
      case '/v1/events':
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: hello\n\n');
        return;
      case '/v1/told': {
        let text = '';
        for await (const part of request) text += String(part);
        const { kind, value } = JSON.parse(text) as { kind: string; value: unknown };
        agent.told.push({ kind, value, authorization: request.headers.authorization });
        for (const one of waiting.filter((each) => each.kind === kind)) {
          waiting.splice(waiting.indexOf(one), 1);
          one.resolve(value);
        }
        return json({});
      }
      default:
        response.writeHead(404).end();
    }
  }
  return agent;
}

/** Linux: processes that stand below this one and whose command line fits. Nothing of anybody else's. */
export async function ownProcesses(fits: (commandLine: string) => boolean): Promise<number[]> {
  const { readdir, readFile } = await import('node:fs/promises');
  const parents = new Map<number, number>();
  const lines = new Map<number, string>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    lines.set(Number(name), (await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' '));
  }
  const isOwn = (pid: number): boolean => pid === process.pid || (parents.has(pid) && isOwn(parents.get(pid) ?? 0));
  return [...lines].filter(([pid, line]) => pid !== process.pid && isOwn(pid) && fits(line)).map(([pid]) => pid);
}
