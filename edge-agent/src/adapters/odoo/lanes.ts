import type { AddressInfo } from 'node:net';
import type { Locale, StatusView } from '@tillside/agent-contract';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { conditionOf } from '../../conditions.ts';
import { AgentError } from '../../errors.ts';
import type { DevicesPort } from '../../intake/devices.ts';
import type { DeviceStatus } from '../../intake/intake.ts';
import type { Scanned } from '../../intake/store-event.ts';
import type { OdooLaneConfig } from './config.ts';
import { LaneHardware } from './lane-hardware.ts';
import { odooListener } from './listener.ts';
import { codeForTill, ScanPoll } from './scans.ts';

/** A port that another program has is tried again this often. */
const RETRY_MS = 5_000;

interface OdooLane {
  readonly config: OdooLaneConfig;
  readonly hardware: LaneHardware;
  readonly scans: ScanPoll;
  server?: FastifyInstance | undefined;
  failed?: AgentError | undefined;
  retry?: NodeJS.Timeout | undefined;
}

export interface OdooLanesPorts {
  readonly lanes: readonly OdooLaneConfig[];
  readonly devices: DevicesPort;
  deviceOf(lane: string, family: string): DeviceStatus | undefined;
  readonly log: Logger;
}

const timers = {
  now: () => performance.now(),
  setTimeout: (callback: () => void, delayMs: number) => {
    const timer = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Hardware proxies for the lanes that have an Odoo till: one small listener each. A port that is taken costs that lane and nothing else. */
export class OdooLanes {
  readonly #lanes: readonly OdooLane[];
  readonly #log: Logger;
  #running = false;

  constructor({ lanes, devices, deviceOf, log }: OdooLanesPorts) {
    this.#log = log;
    this.#lanes = lanes.map((config) => ({
      config,
      hardware: new LaneHardware({ lane: config.lane, devices, deviceOf: (family) => deviceOf(config.lane, family) }),
      scans: new ScanPoll(timers),
    }));
  }

  async start(): Promise<void> {
    this.#running = true;
    for (const lane of this.#lanes) await this.#open(lane);
  }

  async stop(): Promise<void> {
    this.#running = false;
    for (const lane of this.#lanes) {
      clearTimeout(lane.retry);
      lane.scans.stop();
      await lane.server?.close();
      lane.server = undefined;
    }
  }

  /** A code that was read at a lane; kept for its till only when it is one of goods. */
  scanned(scan: Scanned): void {
    const lane = this.#lanes.find(({ config }) => config.lane === scan.lane);
    const code = lane && codeForTill(scan);
    if (code !== undefined) lane?.scans.push(code);
  }

  /** Where a lane's till finds it; undefined while it does not listen. */
  urlOf(lane: string): string | undefined {
    const found = this.#lanes.find(({ config }) => config.lane === lane);
    const bound = found?.server?.server.address() as AddressInfo | null | undefined;
    if (!found || !bound) return undefined;
    const { host, key } = found.config;
    return `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}${key === undefined ? '' : `/${key}`}`;
  }

  /** What is wrong, for people. */
  conditions(locale: Locale): z.infer<typeof StatusView>['conditions'] {
    return this.#lanes.flatMap(({ failed }) => (failed === undefined ? [] : [conditionOf(failed, locale)]));
  }

  async #open(lane: OdooLane): Promise<void> {
    const { host, port } = lane.config;
    const server = odooListener(lane.config, lane, this.#log);
    try {
      await server.listen({ host, port });
      lane.server = server;
      lane.failed = undefined;
      this.#log.info({ lane: lane.config.lane, url: this.urlOf(lane.config.lane) }, 'hardware proxy for Odoo');
    } catch (error) {
      await server.close();
      const code = (error as { code?: string }).code ?? 'unknown';
      lane.failed = new AgentError('ODOO_PORT_TAKEN', { detail: `(${host}:${port}, ${code})` });
      this.#log.warn({ lane: lane.config.lane, host, port, code }, 'hardware proxy for Odoo can not listen');
      if (!this.#running) return;
      lane.retry = setTimeout(() => void this.#open(lane), RETRY_MS);
    }
  }
}
