import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltPack } from '@tillside/hub-contract';
import { type IncludedMarks, PACK_LIMITS, type PackHeader } from '@tillside/protocol';
import type { Logger } from 'pino';
import type { Artifact } from '../artifacts.ts';
import { type DeliveryPorts, resolveStores } from '../campaigns.ts';
import { instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { Person } from '../storage/member-port.ts';
import { PackFile } from '../storage/pack-file.ts';
import { MAX_NEAR } from '../storage/pack-port.ts';
import { dueBefore } from './pack-due.ts';
import { pointsRulesOf, toldOfMany } from './record.ts';

/** Members looked up before the event loop has its turn. */
const BREATH_MEMBERS = 10;
const PAGE_MEMBERS = 500;
/** Packs are looked at this often for those that are due. */
const LOOK_EVERY_MS = 10 * 60_000;
/** Who is told of a pack in the log of accesses: all of its members. */
const ALL_MEMBERS = '*';

export interface PackPorts extends DeliveryPorts {
  readonly workDir: string;
  readonly log: Pick<Logger, 'info' | 'error'>;
  readonly maxPackBytes: number;
  /** Hours; a store whose pack is older gets another. 0: only when somebody asks. */
  readonly everyHours: number;
}

export interface MemberPacks {
  /** Builds, signs and publishes a pack for each of the stores, one after the other. Throws HUB_NO_STORES, HUB_STORE_UNKNOWN, HUB_PACKS_BUSY. */
  build(request: { stores: readonly string[]; by: string }): Promise<BuiltPack[]>;
  near(store: string): Promise<string[]>;
  /** Throws HUB_STORE_UNKNOWN. */
  putNear(store: string, near: readonly string[]): Promise<string[]>;
  /** Base64url. Throws HUB_PACK_KEY_UNKNOWN. */
  key(store: string, version: number): Promise<string>;
  start(): void;
  stop(): Promise<void>;
}

export function createMemberPacks(ports: PackPorts): MemberPacks {
  const { storage, publisher, artifacts, clock, wake, workDir, log, everyHours } = ports;
  let timer: NodeJS.Timeout | undefined;
  let work: Promise<unknown> = Promise.resolve();
  let stopping = false;

  const write = async (store: string, version: number): Promise<WrittenPack & { artifact: Artifact }> => {
    const key = randomBytes(PACK_LIMITS.keyBytes);
    const file = join(workDir, `pack-${store}-${version}`);
    await mkdir(workDir, { recursive: true, mode: 0o700 });
    try {
      const written = await writePack(ports, { store, version, file, key, isStopping: () => stopping });
      // The key before the file: who is signed a pack can always be given its key.
      await storage.packs.putKey(store, version, key.toString('base64url'));
      return { ...written, artifact: await artifacts.addFile('members', file) };
    } finally {
      await rm(file, { force: true });
    }
  };

  /** Not under the turn of signing: the pack of a large store takes a while. Where another hub was quicker it is built again. */
  const buildOne = async (store: string, by: string): Promise<BuiltPack> => {
    const next = Math.max(
      ((await publisher.target(store, 'members'))?.custom.version ?? 0) + 1,
      await storage.desired.versionFloor(),
    );
    let built = { version: next, ...(await write(store, next)) };
    const artifact = async (_store: string, version: number): Promise<Artifact> => {
      if (version !== built.version) built = { version, ...(await write(store, version)) };
      return built.artifact;
    };
    await publisher.publish({ kind: 'members', stores: [store], origin: `members-${store}`, artifact });
    const { version, header, tastes } = built;
    const { members, leftOut, asOf } = header;
    const at = instantOf(clock.now());
    const reason = `store ${store}, version ${version}: ${members} members`;
    await storage.members.accesses.add({ memberId: ALL_MEMBERS, by, what: 'member pack', reason, at });
    log.info({ store, version, members, leftOut, tastes, by }, 'member pack signed');
    await wake(store, version);
    return { store, version, members, leftOut, tastes, asOf, lengthBytes: built.artifact.lengthBytes };
  };

  const build = async (stores: readonly string[], by: string): Promise<BuiltPack[]> => {
    const release = await storage.turns.take('packs');
    if (release === null) throw new HubFault('HUB_PACKS_BUSY');
    try {
      const built: BuiltPack[] = [];
      for (const store of stores) built.push(await buildOne(store, by));
      return built;
    } finally {
      await release();
    }
  };

  const due = async (): Promise<string[]> => {
    const before = dueBefore(clock.now(), everyHours, (await storage.members.tastes.newest())?.at);
    const fresh = new Set(
      (await storage.desired.current())
        .filter(({ kind, publishedAt }) => kind === 'members' && publishedAt > before)
        .map(({ store }) => store),
    );
    const paired = (await storage.registry.credentials()).filter(({ revokedAt }) => revokedAt === null);
    const stores = new Set(paired.flatMap(({ store }) => store ?? []));
    return [...stores].filter((store) => !fresh.has(store));
  };
  const look = async (): Promise<void> => {
    if ((await storage.members.directory.count()).members === 0) return;
    for (const store of await due()) {
      if (stopping) return;
      await build([store], 'hub');
    }
  };

  return {
    build: async ({ stores, by }) => {
      const wanted = await resolveStores(storage, stores);
      const building = build(wanted, by);
      work = Promise.allSettled([work, building]);
      return building;
    },
    near: (store) => storage.packs.near(store),
    putNear: async (store, near) => {
      const known = new Set((await storage.registry.stores()).map(({ id }) => id));
      const unknown = [store, ...near].find((id) => !known.has(id));
      if (unknown !== undefined) throw new HubFault('HUB_STORE_UNKNOWN', unknown);
      const kept = [...new Set(near)].filter((id) => id !== store).slice(0, MAX_NEAR);
      await storage.packs.putNear(store, kept);
      return kept;
    },
    key: async (store, version) => {
      const key = await storage.packs.key(store, version);
      if (key === null) throw new HubFault('HUB_PACK_KEY_UNKNOWN', `${version}`);
      return key;
    },
    start: () => {
      if (everyHours === 0) return;
      timer = setInterval(() => {
        work = Promise.allSettled([work, look()]).then(([, looked]) => {
          // Another hub builds them.
          if (looked?.status === 'rejected' && (looked.reason as HubFault).code !== 'HUB_PACKS_BUSY')
            log.error({ err: looked.reason as Error }, 'member packs could not be built');
        });
      }, LOOK_EVERY_MS);
      timer.unref();
    },
    stop: async () => {
      stopping = true;
      clearInterval(timer);
      await work;
    },
  };
}

interface WrittenPack {
  readonly header: PackHeader;
  /** How many of its members have a taste in it. */
  readonly tastes: number;
}

interface PackWish {
  readonly store: string;
  readonly version: number;
  readonly file: string;
  readonly key: Buffer;
  readonly isStopping: () => boolean;
}

/**
 * Who was seen in the store, the last one first, then who was seen near it, until there is no room. Cursor and marks are of before the first record: what changes meanwhile the feed
 * tells again. Room that is left is for tastes: who withdrew a consent since the record was made has none any more.
 */
async function writePack({ storage, clock, maxPackBytes }: PackPorts, wish: PackWish): Promise<WrittenPack> {
  const { store, version, file, key } = wish;
  const nowMs = clock.now();
  const { directory, feed, ledger } = storage.members;
  const cursor = await feed.newest();
  const rules = await pointsRulesOf(storage);
  const { included }: { included: IncludedMarks } = await ledger.withMarks([], store);
  const pack = PackFile.create(file, { store, version, key, maxBytes: maxPackBytes });
  let [leftOut, looked, isFull] = [0, 0, false];
  try {
    for (const stores of [[store], await storage.packs.near(store)]) {
      if (stores.length === 0) continue;
      // Who was seen here is in it already, or was left out.
      const isMeant = (person: Person): boolean =>
        stores[0] === store || !person.stores.some((seen) => seen.store === store);
      for await (const page of seenIn(directory, stores)) {
        for await (const told of toldOfMany(storage, page, { store, rules, nowMs, isMeant })) {
          looked += 1;
          if (looked % BREATH_MEMBERS === 0) await new Promise<void>((resolve) => setImmediate(resolve));
          if (wish.isStopping()) throw new HubFault('HUB_STOPPING');
          if (!isFull) isFull = !pack.add(told);
          if (isFull) leftOut += 1;
        }
      }
    }
    const tastes = await pack.addTastes((memberIds) => {
      if (wish.isStopping()) throw new HubFault('HUB_STOPPING');
      return storage.members.tastes.of(memberIds);
    });
    return { header: pack.finish({ asOf: instantOf(nowMs), cursor, leftOut, included }), tastes };
  } finally {
    pack.close();
  }
}

async function* seenIn(
  directory: PackPorts['storage']['members']['directory'],
  stores: readonly string[],
): AsyncGenerator<string[]> {
  let after: { lastAt: string; memberId: string } | null = null;
  for (;;) {
    const page: { memberId: string; lastAt: string }[] = await directory.seenIn(stores, { after, limit: PAGE_MEMBERS });
    yield page.map(({ memberId }) => memberId);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_MEMBERS) return;
    after = last;
  }
}
