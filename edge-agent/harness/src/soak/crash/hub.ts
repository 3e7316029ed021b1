import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callHub, Part, roomEntry } from '@tillside/demo';
import { isIn, laneKey } from '@tillside/edge-agent/sync';
import type { Held } from './audit.ts';
import type { CrashLedger } from './ledger.ts';

const PAGE = 500;

/** A real hub beside the stores, which may be killed too. */
export class CrashHub {
  readonly #part: Part<{ url: string; operatorPairingCode: string }>;
  #crash: Promise<void> | undefined;
  #at = { url: '', credential: '' };
  kills = 0;

  constructor(root: string, ports: { hub: number; mqtt: number }) {
    mkdirSync(root, { recursive: true });
    const config = join(root, 'hub.json');
    const { hub: port, mqtt } = ports;
    writeFileSync(config, JSON.stringify({ dataDir: join(root, 'hub'), port, mqtt: { port: mqtt }, logLevel: 'warn' }));
    const args = ['run', '--config', config, '--ready-json'];
    this.#part = new Part({ name: 'hub', entry: roomEntry('@tillside/hub'), args, logPath: join(root, 'hub.log') });
  }

  get url(): string {
    return this.#at.url;
  }

  async start(): Promise<void> {
    const { url, operatorPairingCode: code } = await this.#part.start();
    const { credential } = await callHub({ url }, 'pair', { body: { code, kind: 'operator', name: 'soak' } });
    this.#at = { url, credential };
  }

  stop(): Promise<void> {
    return this.#part.stop();
  }

  /** One that is asked for while it comes back from another counts as that one. */
  crash(): Promise<void> {
    this.#crash ??= this.#killed().finally(() => {
      this.#crash = undefined;
    });
    return this.#crash;
  }

  async #killed(): Promise<void> {
    this.kills += 1;
    await this.#part.stop('SIGKILL');
    await this.#part.start();
  }

  /** The code by which a new store pairs. */
  async addStore(id: string): Promise<string> {
    return (await callHub(this.#at, 'addStore', { body: { id, name: id } })).pairing.code;
  }

  /** Holds what the hub has of a store to the store's own journal: the same events, each once, none besides but older ones that the store gave up; and of each sale one event. */
  async compare(store: string, held: Held, ledger: CrashLedger): Promise<number> {
    const { positions, conflicts } = await callHub(this.#at, 'store', { params: { id: store } });
    const holes = positions.reduce((sum, position) => sum + position.ranges.length, 0);
    if (holes > 0 || conflicts > 0) ledger.fail('HUB_DIFFERS', `${store}: ${holes} holes, ${conflicts} conflicts`);
    const atHub = new Map<string, string>();
    const sales: string[] = [];
    for (let before: number | null | undefined; before !== null; ) {
      const page: Awaited<ReturnType<typeof callHub<'events'>>> = await callHub(this.#at, 'events', {
        query: { store, limit: String(PAGE), ...(before === undefined ? {} : { before: String(before) }) },
      });
      for (const { epoch, stream, seq, type, data, quarantine } of page.events) {
        if (quarantine !== null) ledger.fail('HUB_QUARANTINED', `${store} ${stream} ${seq}: ${quarantine}`);
        const place = `${epoch} ${stream} ${seq}`;
        if (atHub.has(place)) ledger.fail('HUB_TWICE', `${store} ${place}`);
        atHub.set(place, JSON.stringify([type, data]));
        if (type === 'tillside.sale.completed.v1') sales.push(String(data.saleId));
      }
      before = page.nextBefore;
    }
    const oldest = new Map<string, number>();
    for (const { epoch, stream, seq, type, text } of held.events) {
      const key = `${epoch} ${stream}`;
      oldest.set(key, Math.min(seq, oldest.get(key) ?? seq));
      const place = `${epoch} ${stream} ${seq}`;
      const there = atHub.get(place);
      if (there === undefined) {
        // What HQ sent is told once it is applied, which may be after all was sent: such an event goes with the next start.
        const waits = isIn(held.waiting.get(laneKey({ epoch, stream })) ?? [], seq);
        if (!waits) ledger.fail('HUB_LACKS', `${store} ${place}, a ${type}, which the store takes for sent`);
      } else if (there !== JSON.stringify([type, (JSON.parse(text) as { data: unknown }).data]))
        ledger.fail('HUB_DIFFERS', `${store} ${place} is another event there`);
      atHub.delete(place);
    }
    for (const place of atHub.keys()) {
      const [epoch = '', stream = '', seq = ''] = place.split(' ');
      if (Number(seq) >= (oldest.get(`${epoch} ${stream}`) ?? 1))
        ledger.fail('HUB_KNOWS_MORE', `${store} ${place}, which the store does not have`);
    }
    const booked = held.sales.map(({ saleId }) => saleId).sort();
    if (booked.join() !== sales.sort().join())
      ledger.fail(
        'HUB_DIFFERS',
        `${store}: ${booked.length} sales, the hub has events of ${sales.length}, or of others`,
      );
    return held.events.length;
  }
}
