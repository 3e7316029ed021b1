import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { KioskCard } from '@tillside/agent-contract';
import { type ContentCard, type ContentPicture, isCardDue, PICTURE_EXTENSIONS } from '@tillside/decide';
import type { ApplyOutcome } from '@tillside/link';
import { type ContentManifest, MAX_TARGET_BYTES, readContentManifest, readContentPack } from '@tillside/protocol';
import { AgentError } from '../errors.ts';
import type { Journal } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import { type Artifact, contentInForce, recordApplied, versionInForce } from './record.ts';

interface DesiredContentOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly log: { warn(data: object, message: string): void };
  /** Kiosks are to look again. */
  readonly changed: () => void;
}

const NOTHING: ContentManifest = { format: 1, cards: [], pictures: [] };
const nameOf = ({ sha256, type }: ContentPicture): string => `${sha256}.${PICTURE_EXTENSIONS[type]}`;

/**
 * HQ's pictures and texts for kiosks. A pack is checked as a whole; its pictures are on disk before the journal says that it is in force, and those of the pack before go after that.
 * What a disk lost or spoilt is never shown: its card goes without a picture, and the pack counts as one that the store does not have, so that the link fetches it again.
 */
export class DesiredContent {
  readonly #options: DesiredContentOptions;
  readonly #folder: string;
  #manifest = NOTHING;
  /** Names of pictures whose bytes are not what they should be. */
  #lost = new Set<string>();

  constructor(options: DesiredContentOptions) {
    this.#options = options;
    this.#folder = join(options.dataDir, 'content');
  }

  /** 0 when a picture is gone: then all of it has to be fetched again. */
  currentVersion(): number {
    return this.#lost.size > 0 ? 0 : versionInForce(this.#options.journal, 'content');
  }

  /** Reads what was in force before a restart and holds each picture against its hash. Never throws. */
  async restore(): Promise<void> {
    const { journal, log } = this.#options;
    const json = contentInForce(journal, 'content');
    const manifest = json === undefined ? NOTHING : readContentManifest(json);
    if (typeof manifest === 'string') {
      // Of a newer program: the pack is read again by this one.
      log.warn({ detail: manifest }, 'the kiosk content in force cannot be read by this version');
      this.#lost.add('manifest');
      return;
    }
    this.#manifest = manifest;
    for (const picture of manifest.pictures) await this.#bytesOf(picture);
    await this.#prune();
  }

  async apply(artifact: Artifact): Promise<ApplyOutcome> {
    const { journal, clock } = this.#options;
    const { size } = await stat(artifact.file);
    const pack = size > MAX_TARGET_BYTES.content ? `${size} bytes` : readContentPack(await readFile(artifact.file));
    if (typeof pack === 'string') {
      const error = new AgentError('CONTENT_REFUSED', { detail: `(${pack})`.slice(0, 300) });
      return { outcome: 'refused', code: error.code, message: error.words('en').message };
    }
    const { manifest, pictures } = pack;
    await mkdir(this.#folder, { recursive: true });
    for (const picture of manifest.pictures) {
      const bytes = pictures.get(picture.sha256);
      if (bytes !== undefined) await writeDurably(join(this.#folder, nameOf(picture)), bytes);
    }
    const folder = await open(this.#folder);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    journal.write((tx) =>
      recordApplied(tx, 'content', artifact, { content: JSON.stringify(manifest), at: instantOf(clock.now()) }),
    );
    this.#manifest = manifest;
    this.#lost.clear();
    await this.#prune();
    this.#options.changed();
    return { outcome: 'applied' };
  }

  /** Cards to be shown now, the most urgent first. `acts`: whether a campaign has an offer in this store. */
  cards(acts: (campaignId: string) => boolean): KioskCard[] {
    const nowMs = this.#options.clock.now();
    const { cards, pictures } = this.#manifest;
    const byHash = new Map(pictures.map((picture) => [picture.sha256, picture]));
    return cards
      .filter((card) => isCardDue(card, nowMs) && (card.campaignId === undefined || acts(card.campaignId)))
      .sort((one, other) => other.priority - one.priority || (one.id < other.id ? -1 : 1))
      .map((card) => this.#shown(card, byHash));
  }

  /** A picture in force by the last part of its path, held against its hash each time. Throws CONTENT_PICTURE_UNKNOWN. */
  async picture(name: string): Promise<{ readonly type: string; readonly bytes: Buffer }> {
    const picture = this.#manifest.pictures.find((each) => nameOf(each) === name);
    const bytes = picture && (await this.#bytesOf(picture));
    if (picture === undefined || bytes === undefined) throw new AgentError('CONTENT_PICTURE_UNKNOWN');
    return { type: picture.type, bytes };
  }

  #shown(card: ContentCard, byHash: ReadonlyMap<string, ContentPicture>): KioskCard {
    const { id, campaignId, title, text, places, until, picture } = card;
    const served = (sha256: string) => {
      const found = byHash.get(sha256);
      if (found === undefined || this.#lost.has(nameOf(found))) return undefined;
      return { url: `/content/${nameOf(found)}`, widthPx: found.widthPx, heightPx: found.heightPx };
    };
    const [portrait, landscape] = picture ? [served(picture.portrait), served(picture.landscape)] : [];
    return {
      id,
      ...(campaignId === undefined ? {} : { campaignId }),
      title,
      text,
      places,
      until,
      ...(picture && portrait && landscape ? { picture: { portrait, landscape, alt: picture.alt } } : {}),
    };
  }

  /** Undefined, and noted, where the file is gone or spoilt. */
  async #bytesOf(picture: ContentPicture): Promise<Buffer | undefined> {
    const name = nameOf(picture);
    const bytes = await readFile(join(this.#folder, name)).catch(() => undefined);
    if (bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === picture.sha256) return bytes;
    if (!this.#lost.has(name))
      this.#options.log.warn({ picture: name }, 'a kiosk picture is gone or damaged; it is fetched again');
    this.#lost.add(name);
    return undefined;
  }

  async #prune(): Promise<void> {
    const kept = new Set(this.#manifest.pictures.map(nameOf));
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names.filter((each) => !kept.has(each))) {
      await rm(join(this.#folder, name), { force: true }).catch((error: unknown) =>
        this.#options.log.warn({ picture: name, error: String(error) }, 'an old kiosk picture could not be deleted'),
      );
    }
  }
}

/** Under its name only once all of it is on disk. */
async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const part = `${path}.part`;
  const file = await open(part, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
}
