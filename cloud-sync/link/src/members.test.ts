import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChangesAnswer } from '@tillside/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LINK_LIMITS } from './limits.ts';
import { Freshness, type MemberLane, startMemberLane } from './members.ts';
import { systemClock } from './ports.ts';

const quiet = { debug: () => {}, info: () => {}, warn: () => {} };
const hub = { credential: 'c'.repeat(43), root: '{}' };
let server: Server;
let url: string;
let asked: { after: number; packVersion?: number }[];
/** A hub of before packs were named in questions. */
let isOlder: boolean;
let newest: number;
let reply: { status: number; headers?: Record<string, string> } | undefined;
let cursor: number;
let taken: ChangesAnswer[];
let lane: MemberLane | undefined;
const stopping = new AbortController();

beforeEach(async () => {
  [asked, taken, newest, cursor, reply, isOlder] = [[], [], 3, 0, undefined, false];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (reply !== undefined) return response.writeHead(reply.status, reply.headers).end('{}');
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { after: number; packVersion?: number };
      if (isOlder && body.packVersion !== undefined) return response.writeHead(400).end('{}');
      asked.push(body);
      const next = Math.min(newest, body.after + 2);
      const answer = { cursor: next, more: next < newest, changes: [], included: [] };
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await lane?.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function start(freshness: Freshness, limits: Partial<typeof LINK_LIMITS> = {}): MemberLane {
  lane = startMemberLane({
    hub: { ...hub, hubUrl: url },
    members: {
      cursor: () => cursor,
      packVersion: () => 4,
      take: async (answer) => {
        ({ cursor } = answer);
        taken.push(answer);
      },
      mayPersonalise: () => undefined,
    },
    freshness,
    http: { fetch: freshness.watch(fetch, () => lane?.contact()), timeoutMs: 5_000, stopping: stopping.signal },
    clock: systemClock,
    random: () => 0.5,
    log: quiet,
    limits: { ...LINK_LIMITS, memberPollMs: 600_000, backoffBaseMs: 20, backoffCapMs: 20, ...limits },
  });
  return lane;
}
const done = (freshness: Freshness) => vi.waitFor(() => expect(freshness.isFresh).toBe(true));

describe('changes of members', () => {
  it('are asked for page by page from the cursor, then again at a wake-up and after a while', async () => {
    const freshness = new Freshness(() => undefined);
    const running = start(freshness);
    await done(freshness);
    expect(asked).toMatchObject([
      { after: 0, packVersion: 4 },
      { after: 2, packVersion: 4 },
    ]);
    newest = 4;
    running.check();
    await vi.waitFor(() => expect(cursor).toBe(4));
    expect(asked.map(({ after }) => after)).toEqual([0, 2, 3]);
    await running.stop();
    start(new Freshness(() => undefined), { memberPollMs: 5 });
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(6));
  });

  it('make a store that is back go by nothing that it knew before they are heard', async () => {
    const freshness = new Freshness(() => undefined);
    expect(freshness.mayPersonalise).toBe(true);
    reply = { status: 500 };
    start(freshness);
    await vi.waitFor(() => expect(lane?.state().problem?.code).toBe('HUB_FAILED'));
    expect(freshness.mayPersonalise).toBe(false);
    reply = undefined;
    await done(freshness);
    expect(freshness.mayPersonalise).toBe(true);
    // Away: the store goes on with what it knows; back: not before the next round.
    freshness.lost();
    expect(freshness.mayPersonalise).toBe(true);
    freshness.heard();
    expect(freshness.mayPersonalise).toBe(false);
    lane?.contact();
    await done(freshness);
    expect(freshness.mayPersonalise).toBe(true);
  });

  it('a round that began before contact was lost says nothing of afterwards', () => {
    const freshness = new Freshness(() => undefined);
    const begun = freshness.begin();
    freshness.lost();
    freshness.done(begun);
    freshness.heard();
    expect(freshness.mayPersonalise).toBe(false);
  });

  it('wait as long as HQ asks for, whoever knows of news', async () => {
    reply = { status: 503, headers: { 'retry-after': '30' } };
    const freshness = new Freshness(() => undefined);
    const running = start(freshness);
    await vi.waitFor(() => expect(running.state().problem?.code).toBe('HUB_BUSY'));
    reply = undefined;
    running.check();
    running.contact();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(asked).toEqual([]);
    expect(freshness.mayPersonalise).toBe(false);
  });

  it('of a hub that knows no such question there are none', async () => {
    reply = { status: 404 };
    const freshness = new Freshness(() => undefined);
    start(freshness);
    await done(freshness);
    expect(taken).toEqual([]);
  });

  it('of a hub that refuses a question with a pack in it are asked for without', async () => {
    isOlder = true;
    const freshness = new Freshness(() => undefined);
    start(freshness);
    await done(freshness);
    expect(asked.map(({ after, packVersion }) => [after, packVersion])).toEqual([
      [0, undefined],
      [2, undefined],
    ]);
    expect(cursor).toBe(3);
  });

  it('that are no answer are refused, and asked for again', async () => {
    const freshness = new Freshness(() => undefined);
    reply = { status: 200 };
    start(freshness);
    await vi.waitFor(() => expect(lane?.state().problem?.code).toBe('HUB_ANSWER_UNREADABLE'));
    expect(taken).toEqual([]);
    reply = undefined;
    await done(freshness);
  });
});
