import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Journal, Outbox } from '@tillside/edge-agent/journal';
import { parseConfig, startHub } from '@tillside/hub';
import { openSqliteStorage } from '@tillside/hub/storage';
import { type OutboxPort, systemClock } from '@tillside/link';
import { LINK_LIMITS, startUplink, uuidFrom } from '@tillside/link/machines';
import type { EventBody, EventType } from '@tillside/protocol';
import { measure, type SoakReport } from '../measure.ts';
import { MAX_LISTED_FAILURES, type SoakFailure } from '../output/schema.ts';
import { type Chance, createChance } from '../random.ts';
import { drawDeed } from '../sim/deeds.ts';
import { FaultyLine } from './network-proxy.ts';
import { credentialOf } from './storm-stores.ts';

const STORE = 'soak-network';
const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(2026, 9, 1);
/** Deeds that one commit holds while the outage is written; the till writes one. */
const AT_ONCE = 50;
/** Through faults the backlog drains for so long, then the line is well and must take the rest. */
const FAULTY_SECONDS = 60;
const WELL_SECONDS = 600;
const LOOK_EVERY_MS = 50;
const SECOND_MS = 1_000;
/** A link that hears nothing gives up sooner than in a shop: the soak has its own patience. */
const IMPATIENT = { requestTimeoutMs: 1_000, backoffBaseMs: 20, backoffCapMs: 500 } as const;
const PAGE = 1_000;
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined };

export const networkSoak = measure({
  description:
    'the real link against a real hub over a line that drops, cuts, delays, says twice and goes half open, after a month of outage: exact set and order',
  options: {
    days: { description: 'simulated days of outage', default: 30, min: 1, max: 400 },
    perDay: { description: 'events a day', default: 2_000, min: 1, max: 100_000 },
    batch: { description: 'most events of one request', default: 100, min: 1, max: 1_000 },
    seconds: { description: 'most seconds of faults', default: FAULTY_SECONDS, min: 0, max: 86_400 },
    seed: {
      description: 'of everything drawn',
      default: Math.floor(Math.random() * 2 ** 31),
      min: 0,
      max: 2 ** 31 - 1,
    },
  },
  async run({ days, perDay, batch, seconds, seed }, { progress, signal }): Promise<SoakReport> {
    const chance = createChance(seed);
    const dir = mkdtempSync(join(tmpdir(), 'tillside-network-'));
    const undo: (() => Promise<void> | void)[] = [() => rmSync(dir, { recursive: true, force: true })];
    try {
      const hubDir = join(dir, 'hub');
      let hub = await startHubFor(hubDir, seed, 0);
      undo.push(() => hub.stop());
      const line = new FaultyLine(chance.fork(), Number(new URL(hub.url).port));
      undo.push(() => line.close());
      const hubUrl = `http://127.0.0.1:${await line.listen()}`;

      const clock = { nowMs: FIRST_MS, now: (): number => clock.nowMs };
      const ids = chance.fork();
      const random = { uuid: () => uuidFrom(ids.next), bytes: (count: number) => bytesOf(ids, count) };
      const journal = Journal.open({ dataDir: join(dir, 'store'), store: STORE, clock, random });
      undo.push(() => journal.close());
      const outbox = new Outbox(journal);
      const sell = seller(journal, clock, chance.fork());
      const abort = new AbortController();
      const link = startUplink({
        store: STORE,
        hub: { hubUrl, credential: credentialOf(seed, 0), root: '' },
        outbox: inSmallBatches(outbox, batch),
        http: { fetch, timeoutMs: IMPATIENT.requestTimeoutMs, stopping: abort.signal },
        clock: systemClock,
        random: chance.fork().next,
        log: quiet,
        pollMs: SECOND_MS,
        limits: { ...LINK_LIMITS, ...IMPATIENT },
      });
      journal.onAppend(() => link.nudge());
      undo.push(async () => {
        abort.abort();
        await link.stop();
      });

      progress.stage(`${days} days without a line`, days);
      for (let day = 0; day < days; day += 1) {
        sell(perDay, DAY_MS);
        await sleep(0, undefined, { signal });
        progress.tick();
      }
      const backlog = outbox.waiting();
      progress.stage('the line is back, and bad', backlog);
      line.isDown = false;
      const restartMs = Date.now() + chance.between(1, 3) * SECOND_MS;
      let [restarts, left] = [0, backlog];
      const badUntilMs = Date.now() + seconds * SECOND_MS;
      while (Date.now() < badUntilMs && outbox.waiting() > 0) {
        await sleep(LOOK_EVERY_MS, undefined, { signal });
        if (chance.happens(0.2)) sell(1, SECOND_MS);
        if (restarts === 0 && Date.now() > restartMs) {
          const { port } = new URL(hub.url);
          line.sever();
          await hub.stop();
          hub = await startHubFor(hubDir, seed, Number(port));
          restarts += 1;
        }
        const waiting = outbox.waiting();
        progress.tick(Math.max(0, left - waiting));
        left = Math.min(left, waiting);
      }
      line.isWell = true;
      const leftWhenWell = outbox.waiting();
      const wellUntilMs = Date.now() + WELL_SECONDS * SECOND_MS;
      while (Date.now() < wellUntilMs && outbox.waiting() > 0) await sleep(LOOK_EVERY_MS, undefined, { signal });
      const waiting = outbox.waiting();
      abort.abort();
      await link.stop();
      // What is said again late is heard before the books are compared.
      await sleep(2 * SECOND_MS, undefined, { signal });
      line.sever();
      await hub.stop();
      const compared = await compare(join(hubDir, 'hub.db'), journal);
      if (waiting > 0) compared.failures.push({ code: 'NO_PROGRESS', message: `${waiting} events still wait` });
      const { refusals, counts } = line;
      const lines = Object.fromEntries(Object.entries(counts).map(([name, count]) => [METRIC[name] ?? name, count]));
      const said = { backlog, leftWhenWell, refusals, restarts, ...lines, ...compared.counts };
      return { counts: { ...said, failures: compared.failures.length }, failures: compared.failures };
    } finally {
      for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
    }
  },
});

const METRIC: Readonly<Record<string, string>> = {
  none: 'linesWell',
  drop: 'linesDropped',
  'cut-up': 'linesCutUp',
  'cut-down': 'linesCutDown',
  'half-open': 'linesHalfOpen',
  delay: 'linesDelayed',
  throttle: 'linesThrottled',
  replay: 'linesReplayed',
};

async function startHubFor(dataDir: string, seed: number, port: number) {
  const hub = await startHub({ ...parseConfig({ dataDir, port, mqtt: { port: 0 }, logLevel: 'silent' }) });
  if (port !== 0) return hub;
  // The database is the hub's alone while it runs.
  await hub.stop();
  const storage = openSqliteStorage(join(dataDir, 'hub.db'));
  const createdAt = new Date(FIRST_MS).toISOString();
  await storage.registry.putStore({ id: STORE, name: STORE, createdAt });
  const hash = createHash('sha256').update(credentialOf(seed, 0)).digest('hex');
  const credential = {
    id: 'soak',
    kind: 'store',
    name: STORE,
    store: STORE,
    createdAt,
    revokedAt: null,
  } as const;
  await storage.registry.putCredential({ ...credential, scopes: [], hash });
  await storage.close();
  return startHub({ dataDir, port: Number(new URL(hub.url).port), mqtt: { port: 0 }, logLevel: 'silent' });
}

/** More requests, each with a fate of its own. */
const inSmallBatches = (outbox: Outbox, most: number): OutboxPort => ({
  next: (batchId, { events, bytes }) => outbox.next(batchId, { events: Math.min(events, most), bytes }),
  settle: (batchId, answer) => outbox.settle(batchId, answer),
  setAside: (batchId, problem) => outbox.setAside(batchId, problem),
  release: (batchId) => outbox.release(batchId),
  keysToDeposit: (limit) => outbox.keysToDeposit(limit),
  keysDeposited: (memberIds) => outbox.keysDeposited(memberIds),
});

/** Writes deeds spread over a span of the store's own time. */
function seller(journal: Journal, clock: { nowMs: number }, chance: Chance): (count: number, spanMs: number) => void {
  let deed = 0;
  return (count, spanMs) => {
    for (let left = count; left > 0; left -= AT_ONCE) {
      const some = Math.min(left, AT_ONCE);
      journal.write((tx) => {
        for (let one = 0; one < some; one += 1) {
          clock.nowMs += Math.ceil(spanMs / count);
          deed += 1;
          const { type, data } = known(chance, deed, clock.nowMs);
          tx.append(type as EventType, data as EventBody<EventType>);
        }
      });
    }
  };
}

function known(chance: Chance, deed: number, nowMs: number): ReturnType<typeof drawDeed> {
  for (;;) {
    const drawn = drawDeed(chance, deed, nowMs);
    if (!drawn.type.endsWith('v99')) return drawn;
  }
}

const bytesOf = (chance: Chance, count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, () => chance.between(0, 255)));

/** Stream by stream the bytes that the hub gives its consumers, against those in the store's journal. */
async function compare(
  hubFile: string,
  journal: Journal,
): Promise<{ counts: Record<string, number>; failures: SoakFailure[] }> {
  const storage = openSqliteStorage(hubFile);
  const failures: SoakFailure[] = [];
  const fail = (code: string, message: string): void => {
    if (failures.length < MAX_LISTED_FAILURES) failures.push({ code, message });
  };
  let events = 0;
  const lanes = journal.all<{ epoch: string; stream: 'sales'; head: number }>(
    'SELECT epoch, stream, max(seq) AS head FROM event GROUP BY epoch, stream',
  );
  for (const { epoch, stream, head } of lanes) {
    let after = 0;
    for (;;) {
      const page = await storage.events.read({ store: STORE, epoch, stream }, after, PAGE);
      if (page.length === 0) break;
      const ours = journal.all<{ seq: number; text: string }>(
        'SELECT seq, envelope AS text FROM event WHERE epoch = ? AND stream = ? AND seq > ? ORDER BY seq LIMIT ?',
        epoch,
        stream,
        after,
        page.length,
      );
      page.forEach(({ seq, text }, place) => {
        if (ours[place]?.seq !== seq || ours[place]?.text !== text) fail('EVENT_DIFFERS', `${stream} ${seq}`);
      });
      events += page.length;
      after = page.at(-1)?.seq ?? after;
    }
    if (after !== head) fail('EVENT_LOST', `${stream}: ${after} of ${head}`);
  }
  const held = (await storage.reads.streamCounts()).reduce((sum, one) => sum + one.events, 0);
  if (held !== events) fail('EVENT_TWICE', `the hub counted ${held} events, and gives ${events}`);
  const conflicts = await storage.events.conflictCount(STORE);
  if (conflicts > 0) fail('CONFLICT', `${conflicts} events met another history`);
  await storage.close();
  return { counts: { events, streams: lanes.length, conflicts }, failures };
}
