import { randomUUID } from 'node:crypto';
import { ContentCard, type ContentPicture } from '@tillside/decide';
import { type ContentDraft, type ContentRelease, type Issue, MAX_HELD_PICTURES } from '@tillside/hub-contract';
import { ContentManifest, packContent, readPicture } from '@tillside/protocol';
import { type DeliveryPorts, resolveStores } from '../campaigns.ts';
import { instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { ContentReleaseRecord } from '../storage/content-port.ts';
import { storeStates } from '../store-state.ts';

const MAX_ISSUES = 100;
const MAX_RELEASES = 20;

/** What HQ shows on kiosks: cards are written in a draft, pictures kept by their hash, and both published as one signed artifact. */
export interface ContentDesk {
  draft(): Promise<ContentDraft>;
  /** Throws HUB_CONTENT_INVALID, HUB_CONTENT_CHANGED. */
  save(request: { was: number; cards: readonly unknown[]; by: string }): Promise<ContentDraft>;
  /** Throws HUB_PICTURE_REFUSED. */
  addPicture(bytes: Buffer): Promise<ContentPicture>;
  /** Throws HUB_PICTURE_UNKNOWN. */
  picture(sha256: string): Promise<{ readonly type: string; readonly bytes: Buffer }>;
  /** Throws HUB_CONTENT_INVALID, HUB_CONTENT_CHANGED, HUB_PICTURE_UNKNOWN, HUB_NO_STORES, HUB_STORE_UNKNOWN. */
  push(request: {
    stores: readonly string[];
    was: number;
    cards?: readonly string[] | undefined;
    by: string;
  }): Promise<ContentRelease>;
  /** Newest first. */
  releases(): Promise<ContentRelease[]>;
}

const NO_DRAFT: ContentDraft = { version: 0, at: null, by: null, cards: [] };

export function createContentDesk(ports: DeliveryPorts): ContentDesk {
  const { storage, artifacts, clock } = ports;
  const draft = async (): Promise<ContentDraft> => {
    const held = await storage.content.draft();
    return held === null ? NO_DRAFT : { ...held, cards: [...held.cards] };
  };
  const bytesOf = async ({ sha256 }: ContentPicture): Promise<Buffer> => {
    const bytes = await artifacts.content(sha256);
    if (bytes === null) throw new HubFault('HUB_PICTURE_UNKNOWN', sha256);
    return bytes;
  };
  return {
    draft,
    save: async ({ was, cards: input, by }) => {
      const cards = checkedCards(input);
      const hashes = hashesOf(cards);
      const known = new Set((await storage.content.pictures(hashes)).map(({ sha256 }) => sha256));
      const missing = cards.flatMap(({ picture }, at) =>
        picture && !(known.has(picture.portrait) && known.has(picture.landscape))
          ? [{ path: `cards.${at}.picture`, message: 'not uploaded, or forgotten since' }]
          : [],
      );
      if (missing.length > 0) throw invalid(missing);
      const next = { version: was + 1, at: instantOf(clock.now()), by, cards };
      if (!(await storage.content.putDraft(next))) throw new HubFault('HUB_CONTENT_CHANGED');
      return next;
    },
    addPicture: async (bytes) => {
      const facts = readPicture(bytes);
      if (typeof facts === 'string') throw new HubFault('HUB_PICTURE_REFUSED', facts);
      const { sha256, lengthBytes } = await artifacts.add('content', bytes);
      const picture = { sha256, lengthBytes, ...facts };
      await storage.content.putPicture(picture, instantOf(clock.now()), MAX_HELD_PICTURES);
      return picture;
    },
    picture: async (sha256) => {
      const [picture] = await storage.content.pictures([sha256]);
      if (picture === undefined) throw new HubFault('HUB_PICTURE_UNKNOWN', sha256);
      return { type: picture.type, bytes: await bytesOf(picture) };
    },
    push: async ({ stores: wanted, was, cards: ids, by }) => {
      const { version, cards: all } = await draft();
      if (version !== was) throw new HubFault('HUB_CONTENT_CHANGED');
      const cards = ids === undefined ? all : all.filter(({ id }) => ids.includes(id));
      const stores = await resolveStores(storage, wanted);
      const pictures = await storage.content.pictures(hashesOf(cards));
      const manifest = checkedManifest({ format: 1, cards, pictures });
      const bytes = await Promise.all(pictures.map(async (each) => [each.sha256, await bytesOf(each)] as const));
      const pack = packContent(manifest, new Map(bytes));
      return publish(ports, { stores, pack, cards, by });
    },
    releases: async () => describe(ports, await storage.content.releases(MAX_RELEASES)),
  };
}

/** The release is written down first: one that nobody was given is seen as that, one that is nowhere would be a riddle. */
async function publish(
  ports: DeliveryPorts,
  { stores, pack, cards, by }: { stores: string[]; pack: Buffer; cards: ContentCard[]; by: string },
): Promise<ContentRelease> {
  const { storage, publisher, artifacts, clock, wake } = ports;
  const artifact = await artifacts.add('content', pack);
  const at = instantOf(clock.now());
  const release = { id: randomUUID(), publishedAt: at, publishedBy: by, lengthBytes: artifact.lengthBytes, cards };
  await storage.content.putRelease(release);
  const origin = release.id;
  const published = await publisher.publish({ kind: 'content', stores, origin, artifact: async () => artifact });
  await Promise.all(published.map(({ store, version }) => wake(store, version)));
  const [described] = await describe(ports, [release]);
  if (described === undefined) throw new HubFault('HUB_INTERNAL');
  return described;
}

async function describe(
  { storage }: DeliveryPorts,
  releases: readonly ContentReleaseRecord[],
): Promise<ContentRelease[]> {
  const [current, applied] = [await storage.desired.current(), await storage.desired.applied()];
  return Promise.all(
    releases.map(async (release) => ({
      ...release,
      cards: [...release.cards],
      stores: storeStates(await storage.desired.byOrigin(release.id), current, applied),
    })),
  );
}

const hashesOf = (cards: readonly ContentCard[]): string[] => [
  ...new Set(cards.flatMap(({ picture }) => (picture ? [picture.portrait, picture.landscape] : []))),
];

const invalid = (issues: readonly Issue[]): HubFault =>
  new HubFault(
    'HUB_CONTENT_INVALID',
    issues[0] && `${issues[0].path}: ${issues[0].message}`,
    issues.slice(0, MAX_ISSUES),
  );

const issuesOf = (
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
  at: readonly PropertyKey[] = [],
): Issue[] => issues.map(({ path, message }) => ({ path: [...at, ...path].join('.'), message }));

function checkedCards(input: readonly unknown[]): ContentCard[] {
  const read = input.map((card) => ContentCard.safeParse(card));
  const issues = read.flatMap(({ error }, at) => (error ? issuesOf(error.issues, ['cards', at]) : []));
  const cards = read.flatMap(({ data }) => (data ? [data] : []));
  const ids = cards.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined)
    issues.push({ path: `cards.${ids.lastIndexOf(twice)}.id`, message: 'two cards with one id' });
  if (issues.length > 0) throw invalid(issues);
  return cards;
}

function checkedManifest(input: ContentManifest): ContentManifest {
  const read = ContentManifest.safeParse(input);
  if (!read.success) throw invalid(issuesOf(read.error.issues));
  return read.data;
}
