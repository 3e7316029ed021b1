import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { condition, type DeviceConditionCode } from '../../../conditions.ts';
import type { CommandResult } from '../../../contract/command.ts';
import type { DeviceSession, DriverContext } from '../../../contract/definition.ts';
import type { Condition, DeviceState } from '../../../contract/event.ts';
import { RejectBudget } from '../../../transport/http-rejects.ts';
import { decodeReport, toObservations } from './decode.ts';
import type { MerakiOptions } from './options.ts';
import { DailyPseudonyms } from './pseudonym.ts';

/** A post of 5,000 observations is about 2 MB. */
const MAX_POST_BYTES = 4 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;
const KEY_BYTES = 32;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The listener that the Wi-Fi cloud posts to. Raw addresses end here: what leaves is pseudonyms and counts. */
export class MerakiSession implements DeviceSession {
  readonly #context: DriverContext<MerakiOptions>;
  readonly #pseudonyms = new DailyPseudonyms(() => randomBytes(KEY_BYTES));
  readonly #rejects: RejectBudget;
  #server: Server | undefined;

  constructor(context: DriverContext<MerakiOptions>) {
    this.#context = context;
    this.#rejects = new RejectBudget(context);
  }

  async start(): Promise<void> {
    const { connection } = this.#context.config;
    if (this.#server !== undefined || connection.kind !== 'http-listen') return;
    this.#state('starting');
    const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, reply) =>
      this.#answer(request, reply),
    );
    this.#server = server;
    await new Promise<void>((resolve) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        this.#state(
          'faulty',
          condition('PORT_OPEN_FAILED', `${connection.host}:${connection.port} ${error.code ?? ''}`),
        );
        this.#server = undefined;
        resolve();
      });
      server.listen(connection.port, connection.host, () => {
        this.#state('online');
        resolve();
      });
    });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    this.#rejects.stop();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    this.#state('stopped');
  }

  async command(): Promise<CommandResult> {
    return { ok: false, ...condition('COMMAND_UNSUPPORTED') };
  }

  #answer(request: IncomingMessage, reply: ServerResponse): void {
    if (request.method === 'GET') {
      reply.writeHead(200, { 'content-type': 'text/plain' }).end(this.#context.options.validator);
      return;
    }
    if (request.method !== 'POST') {
      this.#refuse(reply, 405, 'PRESENCE_ROUTE_UNKNOWN', 0);
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_POST_BYTES) {
        this.#refuse(reply, 413, 'PRESENCE_TOO_LARGE', bytes);
        request.destroy();
        return;
      }
      chunks.push(chunk);
    });
    request.on('error', () => reply.destroy());
    request.on('end', () => this.#take(Buffer.concat(chunks).toString('utf8'), bytes, reply));
  }

  #take(text: string, bytes: number, reply: ServerResponse): void {
    const { options, clock, config } = this.#context;
    const report = decodeReport(text);
    if (!report.ok) {
      this.#refuse(reply, 400, 'PRESENCE_MALFORMED', bytes);
      return;
    }
    if (!timingSafeEqual(digest(report.secret), digest(options.secret))) {
      this.#refuse(reply, 403, 'PRESENCE_SECRET_WRONG', bytes);
      return;
    }
    const nowMs = clock.now();
    const zones = toObservations(
      report.sightings,
      (apMac) => options.zoneByApMac[apMac] ?? options.zone,
      (mac) => this.#pseudonyms.visitor(mac, nowMs),
    );
    for (const [zone, observations] of zones) {
      this.#context.emit({
        deviceId: config.id,
        at: new Date(nowMs).toISOString(),
        type: 'presence',
        zone,
        observations,
      });
    }
    reply.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
  }

  #refuse(reply: ServerResponse, status: number, code: DeviceConditionCode, byteCount: number): void {
    this.#rejects.tell(code, byteCount);
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(condition(code)));
  }

  #state(state: DeviceState, because?: Condition): void {
    const { clock, config } = this.#context;
    this.#context.emit({
      deviceId: config.id,
      at: new Date(clock.now()).toISOString(),
      type: 'state',
      state,
      ...(because === undefined ? {} : { condition: because }),
    });
  }
}
