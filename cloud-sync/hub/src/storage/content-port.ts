import type { ContentCard, ContentPicture } from '@tillside/decide';
import { z } from 'zod';

/** The cards that HQ works on, under a version that grows with each change. */
export interface DraftRecord {
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly cards: readonly ContentCard[];
}

export interface ContentReleaseRecord {
  readonly id: string;
  readonly publishedAt: string;
  readonly publishedBy: string;
  readonly lengthBytes: number;
  readonly cards: readonly ContentCard[];
}

/** What HQ shows on kiosks. A picture's bytes are an artifact (`ArtifactStore`) under its hash. */
export interface ContentStore {
  /** Null before the first. */
  draft(): Promise<DraftRecord | null>;
  /** False, and no change, where another version than the one before it is held. */
  putDraft(draft: DraftRecord): Promise<boolean>;
  /** The same again counts as new; beyond `most` the oldest are forgotten. */
  putPicture(picture: ContentPicture, at: string, most: number): Promise<void>;
  /** Those that are known of the hashes asked for, in no order. */
  pictures(hashes: readonly string[]): Promise<ContentPicture[]>;
  putRelease(release: ContentReleaseRecord): Promise<void>;
  /** Newest first. */
  releases(limit: number): Promise<ContentReleaseRecord[]>;
}

const Cards = z.array(z.unknown());
/** Cards as they lie in a database: this hub wrote them, by a schema that only grows. */
export const readCards = (json: string): ContentCard[] => Cards.parse(JSON.parse(json)) as ContentCard[];
