import { Agent, request } from 'node:http';
import { IDEMPOTENCY_HEADER } from '@tillside/agent-contract';
import { Durations } from '../quantiles.ts';
import type { Chance } from '../random.ts';

/** Requests that may be on their way at once; beyond this the next one counts as an error instead of waiting unseen. */
const MAX_IN_FLIGHT = 2_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Timers are a millisecond coarse: the last bit of the wait is spent in turns of the event loop. */
const TIMER_SLACK_MS = 1.5;

/** What a caller sends next: a body makes it a PUT under an idempotency key of its own. */
export interface LoadRequest {
  readonly path: string;
  readonly put?: { readonly body: unknown; readonly key: string };
}

/** One caller with a connection of its own, kept alive. */
export interface LoadClient {
  readonly url: string;
  readonly credential: string;
  next(): LoadRequest;
}

export interface LoadOptions {
  readonly clients: readonly LoadClient[];
  readonly ratePerSecond: number;
  readonly seconds: number;
  /** Seconds at the start that are sent but not counted. */
  readonly warmUpSeconds: number;
  readonly chance: Chance;
  readonly signal: AbortSignal;
  /** Sees each counted answer, after its time was taken. Throws when the answer is not what it should be. */
  check(body: string): void;
  onSecond(): void;
}

export interface LoadReport {
  /** From the intended start of each request to the last byte of its answer. */
  readonly latency: Durations;
  /** How much later than intended the generator itself sent; part of every latency above. */
  readonly lateness: Durations;
  readonly errors: number;
  readonly firstError: string | undefined;
  /** Answers a second, measured. */
  readonly answeredPerSecond: number;
}

/**
 * Open model: all arrival times are drawn before the first request (Poisson, so bursts happen as at fifty independent tills) and nothing that the
 * server does moves them. A stalled server is charged for every request that should have been sent meanwhile (no coordinated omission).
 */
export async function openLoad(options: LoadOptions): Promise<LoadReport> {
  const { clients, signal, warmUpSeconds } = options;
  const connections = clients.map(() => new Agent({ keepAlive: true, maxSockets: 1 }));
  const arrivals = arrivalTimes(options);
  const [latency, lateness] = [new Durations(), new Durations()];
  const flying = new Set<Promise<void>>();
  let errors = 0;
  let firstError: string | undefined;
  let lastAnswerMs = 0;
  const startedMs = performance.now();
  const fly = async (place: number, dueMs: number): Promise<void> => {
    const client = clients[place % clients.length];
    const connection = connections[place % connections.length];
    if (client === undefined || connection === undefined) return;
    const counted = dueMs - startedMs >= warmUpSeconds * 1_000;
    if (counted) lateness.record(performance.now() - dueMs);
    let failure: string | undefined;
    let body = '';
    try {
      body = await send(client, connection);
    } catch (error) {
      failure = (error as Error).message;
    }
    const answeredMs = performance.now();
    if (!counted) return;
    latency.record(answeredMs - dueMs);
    lastAnswerMs = answeredMs;
    try {
      if (failure === undefined) options.check(body);
    } catch (error) {
      failure = (error as Error).message;
    }
    if (failure === undefined) return;
    errors += 1;
    firstError ??= failure;
  };
  let second = 0;
  try {
    for (const [place, arrivalMs] of arrivals.entries()) {
      const dueMs = startedMs + arrivalMs;
      await waitUntil(dueMs);
      signal.throwIfAborted();
      for (; second < Math.floor(arrivalMs / 1_000); second++) options.onSecond();
      if (flying.size >= MAX_IN_FLIGHT) {
        errors += 1;
        firstError ??= `${MAX_IN_FLIGHT} requests were on their way at once`;
        continue;
      }
      const flight = fly(place, dueMs).finally(() => flying.delete(flight));
      flying.add(flight);
    }
    await Promise.all(flying);
  } finally {
    for (const connection of connections) connection.destroy();
  }
  const measuredSeconds = (lastAnswerMs - startedMs) / 1_000 - warmUpSeconds;
  return { latency, lateness, errors, firstError, answeredPerSecond: latency.count / measuredSeconds };
}

function arrivalTimes(options: LoadOptions): number[] {
  const endMs = (options.warmUpSeconds + options.seconds) * 1_000;
  const times: number[] = [];
  for (let atMs = 0; ; ) {
    atMs += (-Math.log(1 - options.chance.next()) / options.ratePerSecond) * 1_000;
    if (atMs >= endMs) return times;
    times.push(atMs);
  }
}

async function waitUntil(dueMs: number): Promise<void> {
  const leftMs = dueMs - performance.now();
  if (leftMs > TIMER_SLACK_MS) await new Promise((resolve) => setTimeout(resolve, leftMs - TIMER_SLACK_MS));
  while (performance.now() < dueMs) await new Promise((resolve) => setImmediate(resolve));
}

function send(client: LoadClient, connection: Agent): Promise<string> {
  const { path, put } = client.next();
  const headers = {
    authorization: `Bearer ${client.credential}`,
    ...(put === undefined ? {} : { 'content-type': 'application/json', [IDEMPOTENCY_HEADER]: put.key }),
  };
  return new Promise((resolve, reject) => {
    const asked = request(
      client.url + path,
      { agent: connection, method: put === undefined ? 'GET' : 'PUT', headers, timeout: REQUEST_TIMEOUT_MS },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        answer.once('error', reject);
        answer.once('end', () =>
          answer.statusCode === 200
            ? resolve(body)
            : reject(new Error(`HTTP ${answer.statusCode}: ${body.slice(0, 200)}`)),
        );
      },
    );
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${REQUEST_TIMEOUT_MS / 1_000} s`)));
    asked.once('error', reject);
    asked.end(put === undefined ? undefined : JSON.stringify(put.body));
  });
}
