import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  EscPosSimulator,
  MerakiSimulator,
  Mettler8217Simulator,
  OpenEpaperLinkSimulator,
  PtyLine,
  ScannerSimulator,
  type SimulatorLine,
  TcpLine,
} from '@tillside/devices/simulators';
import type { Counter } from '../day/cashier.ts';
import { type Layout, type Ports, TAGS } from './layout.ts';

export const LANES = ['1', '2'] as const;

/** 2.9" black, white and red: the tag of most aisles. */
const TAG_HARDWARE_TYPE = 1;
const TAG_CHECK_IN_MS = 400;
const VALIDATOR = 'demo-validator';
const SECRET = 'demo-secret-of-this-machine';

/**
 * The other end of every wire of the demo store: a scanner and a scale a lane on pseudo-terminals (or TCP, where the machine has no socat), a receipt printer
 * on TCP, an access point with shelf labels over HTTP and WebSocket, and a Wi-Fi cloud that posts observations.
 */
export class Simulators {
  readonly counters = new Map<string, Counter>();
  accessPoint: OpenEpaperLinkSimulator;
  presence: MerakiSimulator;
  /** Why lanes run over TCP, when they do. */
  withoutSerial: string | undefined;
  #layout: Layout;
  #ports: Ports;
  #lines: { lane: string; scanner: SimulatorLine; scale: SimulatorLine; printer: SimulatorLine }[] = [];

  constructor(layout: Layout, ports: Ports) {
    this.#layout = layout;
    this.#ports = ports;
    this.accessPoint = new OpenEpaperLinkSimulator({
      port: ports.accessPoint,
      tags: TAGS.map((mac) => ({ mac, hwType: TAG_HARDWARE_TYPE })),
      checkInMs: TAG_CHECK_IN_MS,
    });
    this.presence = new MerakiSimulator({
      url: `http://127.0.0.1:${ports.presence}/`,
      validator: VALIDATOR,
      secret: SECRET,
      shoppers: 14,
      seed: 7,
    });
  }

  async start(): Promise<void> {
    for (const lane of LANES) {
      const scanner = await this.#line(`scanner-${lane}`);
      const scale = await this.#line(`scale-${lane}`);
      const printer = new TcpLine();
      const counter = {
        scanner: new ScannerSimulator(scanner),
        scale: new Mettler8217Simulator(scale),
        printer: new EscPosSimulator(printer),
      };
      await counter.scanner.start();
      await counter.scale.start();
      await counter.printer.start();
      this.counters.set(lane, counter);
      this.#lines.push({ lane, scanner, scale, printer });
    }
    await this.accessPoint.start();
  }

  async stop(): Promise<void> {
    for (const counter of this.counters.values()) {
      await counter.scanner.stop();
      await counter.scale.stop();
      await counter.printer.stop();
    }
    await this.accessPoint.stop();
  }

  counter(lane: string): Counter {
    const counter = this.counters.get(lane);
    if (counter === undefined) throw new Error(`no lane ${lane}`);
    return counter;
  }

  /** The devices as the agent's config names them. */
  deviceConfigs(): unknown[] {
    const lanes = this.#lines.flatMap(({ lane, scanner, scale, printer }) => [
      {
        id: `scanner-${lane}`,
        model: 'scanner/serial-generic',
        lane,
        connection: scanner.connection,
        options: { duplicateWindowMs: 50 },
      },
      { id: `scale-${lane}`, model: 'scale/mettler-8217', lane, connection: evenParity(scale.connection) },
      { id: `printer-${lane}`, model: 'printer/escpos', lane, connection: printer.connection },
    ]);
    return [
      ...lanes,
      {
        id: 'labels',
        model: 'label/openepaperlink',
        connection: { kind: 'http', url: `http://127.0.0.1:${this.#ports.accessPoint}` },
        // A simulated access point has memory to spare: the gaps that a real one needs are shortened.
        options: { minGapMs: 50, pollMs: 100 },
      },
      {
        id: 'wifi',
        model: 'presence/meraki',
        connection: { kind: 'http-listen', host: '127.0.0.1', port: this.#ports.presence },
        options: { validator: VALIDATOR, secret: SECRET, zone: 'shop-floor' },
      },
    ];
  }

  /** A pseudo-terminal; where there is no socat to make one, the same bytes go over TCP. */
  async #line(name: string): Promise<SimulatorLine> {
    if (this.withoutSerial !== undefined) return new TcpLine();
    const path = join(this.#layout.simulators, name);
    rmSync(path, { force: true });
    const pty = new PtyLine({ path });
    try {
      await pty.start(() => undefined);
      await pty.stop();
      return pty;
    } catch (error) {
      this.withoutSerial = (error as Error).message;
      return new TcpLine();
    }
  }
}

/** The 8217 speaks 7 data bits with even parity. */
const evenParity = (connection: SimulatorLine['connection']): unknown =>
  connection.kind === 'serial' ? { ...connection, dataBits: 7, parity: 'even' } : connection;
