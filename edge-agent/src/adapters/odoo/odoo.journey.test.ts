import { request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { EscPosSimulator, Mettler8217Simulator, ScannerSimulator, TcpLine } from '@tillside/devices/simulators';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../config.ts';
import { startRig } from '../../testing.ts';

const ORIGIN = 'https://erp.example.com';
const KEY = 'a-key-of-lane-two';
type Rig = Awaited<ReturnType<typeof startRig>>;

let rig: Rig;
let scanner: ScannerSimulator;
let scale: Mettler8217Simulator;
let printer: EscPosSimulator;

/** A JPEG of 8 by 8 black dots. */
const JPEG =
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wCEAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRQBAwQEBQQFCQUFCRQNCw0UFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFP/AABEIAAgACAMBEQACEQEDEQH/xAGiAAABBQEBAQEBAQAAAAAAAAAAAQIDBAUGBwgJCgsQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+gEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoLEQACAQIEBAMEBwUEBAABAncAAQIDEQQFITEGEkFRB2FxEyIygQgUQpGhscEJIzNS8BVictEKFiQ04SXxFxgZGiYnKCkqNTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqCg4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2dri4+Tl5ufo6ery8/T19vf4+fr/2gAMAwEAAhEDEQA/APyqoA//2Q==';

async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const at = (lane = '1'): string => rig.agent.app.odoo.urlOf(lane) ?? '';

interface Answer {
  jsonrpc: string;
  id: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a till reads, whatever it is.
  result?: any;
  error?: { code: number; message: string; data: { name: string; message: string; code: string } };
}

/** As the till's own client posts: JSON-RPC from the page of its origin. */
async function rpc(name: string, params: unknown = {}, signal?: AbortSignal): Promise<Answer> {
  const answer = await fetch(`${at()}/hw_proxy/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: ORIGIN, 'accept-language': 'en' },
    body: JSON.stringify({ jsonrpc: '2.0', method: 'call', params, id: 7 }),
    ...(signal === undefined ? {} : { signal }),
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  return (await answer.json()) as Answer;
}

const device = (id: string) => rig.agent.app.status('en').devices.find(({ deviceId }) => deviceId === id);
const online = (id: string) => until(() => (device(id)?.state === 'online' ? true : undefined));

beforeAll(async () => {
  const lines = [new TcpLine(), new TcpLine(), new TcpLine()] as const;
  scanner = new ScannerSimulator(lines[0]);
  scale = new Mettler8217Simulator(lines[1]);
  printer = new EscPosSimulator(lines[2]);
  for (const one of [scanner, scale, printer]) await one.start();
  rig = await startRig({
    devices: [
      { id: 'scanner-1', model: 'scanner/serial-generic', lane: '1', connection: lines[0].connection },
      { id: 'scale-1', model: 'scale/mettler-8217', lane: '1', connection: lines[1].connection },
      {
        id: 'printer-1',
        model: 'printer/escpos',
        lane: '1',
        connection: lines[2].connection,
        options: { pollMs: 200 },
      },
    ],
    odoo: [
      { lane: '1', port: 0, origins: [ORIGIN, 'http://localhost:8069'], names: ['till-1.example.com'] },
      { lane: '2', port: 0, host: '0.0.0.0', key: KEY, origins: [ORIGIN] },
    ],
  });
  for (const id of ['scanner-1', 'scale-1', 'printer-1']) await online(id);
});
afterAll(async () => {
  await rig.stop();
  for (const one of [scanner, scale, printer]) await one.stop();
});
afterEach(() => {
  scale.setMotion(false);
  printer.setPaper('full');
  printer.takeAway();
});

describe('an Odoo till at a lane', { timeout: 60_000 }, () => {
  it('finds the proxy, shakes hands and sees its devices', async () => {
    const hello = await fetch(`${at()}/hw_proxy/hello`, { headers: { origin: ORIGIN } });
    expect([hello.status, await hello.text(), hello.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'ping',
      ORIGIN,
    ]);
    expect(await rpc('handshake')).toEqual({ jsonrpc: '2.0', id: 7, result: true });
    const { result } = await rpc('status_json');
    expect(Object.keys(result)).toEqual(['scanner', 'scale', 'printer', 'escpos']);
    expect(Object.values(result)).toEqual(Array(4).fill({ status: 'connected', messages: [] }));
    expect(await rpc('log', { arguments: ['receipt of Li Lei'] })).toMatchObject({ result: true });
  });

  it('weighs in kilograms, and never by an unsteady scale', async () => {
    scale.setWeight(1_234);
    expect((await rpc('scale_read')).result).toEqual({ weight: 1.234, unit: 'kg', info: 'ok' });
    const both = await Promise.all([rpc('scale_read'), rpc('scale_read/')]);
    expect(both.map(({ result }) => result.weight)).toEqual([1.234, 1.234]);
    scale.setMotion(true);
    expect((await rpc('scale_read')).result).toEqual({ weight: 0, unit: 'kg', info: 'SCALE_IN_MOTION' });
  });

  it('gets codes of goods by its long poll, each once and in order, and no others', async () => {
    const first = rpc('scanner');
    await scanner.scan('6901234567892', { aim: ']E0' });
    expect((await first).result).toBe('6901234567892');
    const second = rpc('scanner');
    await scanner.scan('TM:8f3a2b', { aim: ']Q1' });
    await scanner.scan('TC:SPRING', { aim: ']Q1' });
    await scanner.scan('134567890123456789', { aim: ']Q1' });
    await scanner.scan('a note', { aim: ']Q1' });
    await scanner.scan('https://id.gs1.org/01/06901234567892/10/LOT1', { aim: ']Q1' });
    await scanner.scan('96385074', { aim: ']E4' });
    expect((await second).result).toBe('6901234567892');
    expect((await rpc('scanner')).result).toBe('96385074');
  });

  it('that closes its page leaves the next code to who asks then', async () => {
    const closing = new AbortController();
    const poll = rpc('scanner', {}, closing.signal);
    await new Promise((resolve) => setTimeout(resolve, 100));
    closing.abort();
    await expect(poll).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await scanner.scan('6901234567892');
    expect((await rpc('scanner')).result).toBe('6901234567892');
  });

  it('prints the picture of a receipt and opens the drawer', async () => {
    const receipt = await rpc('default_printer_action', { data: { action: 'print_receipt', receipt: JPEG } });
    expect(receipt.result).toEqual({ result: true, proof: 'processed' });
    expect(printer.lines).toEqual(['[picture 8x8]', '[cut]']);
    expect((await rpc('default_printer_action', { data: { action: 'cashbox' } })).result.result).toBe(true);
    expect(printer.drawerPulses).toEqual([2, 5]);
    expect((await rpc('open_cashbox')).result.result).toBe(true);
    expect(printer.drawerPulses).toEqual([2, 5, 2, 5]);
  });

  it('hears that nothing was printed, and why', async () => {
    printer.setPaper('out');
    const { result } = await rpc('default_printer_action', { data: { action: 'print_receipt', receipt: JPEG } });
    expect(result).toMatchObject({ result: false, errorCode: 'PRINTER_PAPER_OUT' });
    expect(result.message).toContain('Put in a new roll');
    expect(printer.lines).toEqual([]);
    await until(async () => ((await rpc('status_json')).result.printer.status === 'disconnected' ? true : undefined));
    const bad = await rpc('default_printer_action', { data: { action: 'print_receipt', receipt: 'bm8=' } });
    expect(bad.result).toMatchObject({ result: false });
  });

  it.each([
    ['default_printer_action', { data: { action: 'format_disk' } }, 'ODOO_CALL_REFUSED'],
    ['default_printer_action', { data: { action: 'print_receipt', receipt: '<b>no</b>' } }, 'ODOO_CALL_REFUSED'],
    ['default_printer_action', {}, 'ODOO_CALL_REFUSED'],
    ['print_xml_receipt', { receipt: '<receipt/>' }, 'ODOO_RECEIPT_TOO_OLD'],
    ['customer_facing_display', { html: 'x' }, 'ODOO_CALL_UNKNOWN'],
  ])('%s %j is answered as an error that its client reads', async (name, params, code) => {
    const { error, id } = await rpc(name, params);
    expect(id).toBe(7);
    expect(error).toMatchObject({ code: 200, data: { name: code, code } });
    expect(error?.data.message).toMatch(/^[A-Z].*\. /);
  });
});

/** Any headers, also those that a browser sets by itself. */
function raw(
  url: string,
  headers: Record<string, string>,
  method = 'GET',
  body = '',
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }> {
  return new Promise((resolve, reject) => {
    const asking = httpRequest(url, { method, headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

describe('who is not let in', () => {
  const hello = (headers: Record<string, string>, lane = '1', path = '/hw_proxy/hello') =>
    raw(`${at(lane)}${path}`, headers);

  it.each([
    ['a page of another origin', { origin: 'https://evil.example' }, 'ODOO_ORIGIN_REFUSED'],
    ['one that only looks like it', { origin: 'https://erp.example.com.evil.example' }, 'ODOO_ORIGIN_REFUSED'],
    ['one of the same name without TLS', { origin: 'http://erp.example.com' }, 'ODOO_ORIGIN_REFUSED'],
    ['no page at all', {}, 'ODOO_ORIGIN_REFUSED'],
    ['a sandboxed page', { origin: 'null' }, 'ODOO_ORIGIN_REFUSED'],
    ['a name that somebody pointed here', { origin: ORIGIN, host: 'rebind.evil.example' }, 'ODOO_HOST_REFUSED'],
    ['the same with our port', { origin: ORIGIN, host: 'rebind.evil.example:8069' }, 'ODOO_HOST_REFUSED'],
  ])('%s', async (_, headers, code) => {
    const refused = await hello(headers as Record<string, string>);
    expect(refused.status).toBe(403);
    expect(JSON.parse(refused.text)).toMatchObject({ code });
    expect(refused.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('not even by a preflight; who is on the list may, also from a public page', async () => {
    const asks = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
    const ask = (headers: Record<string, string>) =>
      raw(`${at()}/hw_proxy/scale_read`, { ...asks, ...headers }, 'OPTIONS');
    const refused = await ask({ origin: 'https://evil.example', 'access-control-request-private-network': 'true' });
    expect([refused.status, refused.headers['access-control-allow-private-network']]).toEqual([403, undefined]);
    const plain = await ask({ origin: ORIGIN });
    expect(plain.status).toBe(204);
    expect(plain.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': expect.stringContaining('Content-Type'),
      vary: 'Origin',
    });
    expect(plain.headers['access-control-allow-private-network']).toBeUndefined();
    const fromPublic = await ask({ origin: ORIGIN, 'access-control-request-private-network': 'true' });
    expect(fromPublic.headers['access-control-allow-private-network']).toBe('true');
  });

  it('by names on the list, addresses and localhost it is reached', async () => {
    for (const host of ['localhost:8069', '127.0.0.1', '[::1]:8069', '192.168.1.20', 'Till-1.example.com'])
      expect([host, (await hello({ origin: ORIGIN, host })).status]).toEqual([host, 200]);
    expect((await hello({ origin: 'http://localhost:8069' })).status).toBe(200);
  });

  it('where other machines can reach it, only with its key', async () => {
    const base = at('2').replace('0.0.0.0', '127.0.0.1');
    expect(base.endsWith(`/${KEY}`)).toBe(true);
    const ask = (path: string) => raw(`${base.replace(`/${KEY}`, '')}${path}/hw_proxy/hello`, { origin: ORIGIN });
    expect((await ask(`/${KEY}`)).status).toBe(200);
    for (const path of ['', '/wrong-key-of-lane', `/${KEY}x`]) expect((await ask(path)).status).toBe(404);
  });

  it('bodies that are too large, and what is no JSON-RPC', async () => {
    const headers = { origin: ORIGIN, 'content-type': 'application/json' };
    const big = await raw(
      `${at()}/hw_proxy/default_printer_action`,
      headers,
      'POST',
      JSON.stringify('x'.repeat(1_100_000)),
    ).catch(() => ({ status: 413 }));
    expect(big.status).toBe(413);
    for (const body of ['[]', '{"params":1}', 'nonsense', '']) {
      const answer = await raw(`${at()}/hw_proxy/handshake`, headers, 'POST', body);
      expect([answer.status, JSON.parse(answer.text).error.data.code]).toEqual([200, 'ODOO_CALL_REFUSED']);
    }
    const form = await raw(`${at()}/hw_proxy/handshake`, { ...headers, 'content-type': 'text/plain' }, 'POST', '{}');
    expect(JSON.parse(form.text).error.data.code).toBe('ODOO_CALL_REFUSED');
  });
});

it('a port that another program has costs that lane and is told', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as { port: number };
  const other = await startRig({ odoo: [{ lane: '9', port, origins: [ORIGIN] }] });
  try {
    expect(other.agent.app.odoo.urlOf('9')).toBeUndefined();
    const { conditions } = other.agent.app.status('en');
    expect(conditions).toMatchObject([{ code: 'ODOO_PORT_TAKEN' }]);
  } finally {
    await other.stop();
    holder.close();
  }
});

describe('the configuration', () => {
  const config = (odoo: unknown) => () =>
    parseConfig({ version: 1, storeId: 's-1', storeName: { zh: '店', en: 'Shop' }, dataDir: '/tmp/x', odoo });
  it.each([
    [[{ lane: '1', port: 8069, origins: ['https://erp.example.com/'] }]],
    [[{ lane: '1', port: 8069, origins: ['*'] }]],
    [[{ lane: '1', port: 8069, origins: [] }]],
    [[{ lane: '1', port: 8069, host: '0.0.0.0', origins: [ORIGIN] }]],
    [[{ lane: '1', port: 8069, key: 'short', origins: [ORIGIN] }]],
    [
      [
        { lane: '1', port: 8069, origins: [ORIGIN] },
        { lane: '1', port: 8070, origins: [ORIGIN] },
      ],
    ],
    [
      [
        { lane: '1', port: 8069, origins: [ORIGIN] },
        { lane: '2', port: 8069, origins: [ORIGIN] },
      ],
    ],
  ])('refuses %j', (odoo) => {
    expect(config(odoo)).toThrow(expect.objectContaining({ code: 'CONFIG_REFUSED' }));
  });
  it('takes what is lawful', () => {
    expect(config([{ lane: '1', port: 8069, origins: [ORIGIN] }])().odoo[0]).toMatchObject({
      host: '127.0.0.1',
      names: [],
    });
  });
});
