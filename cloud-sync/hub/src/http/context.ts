import type { PartnerScope } from '@tillside/hub-contract';
import type { Logger } from 'pino';
import type { Campaigns } from '../campaigns.ts';
import type { Clock } from '../clock.ts';
import type { ContentDesk } from '../content/content.ts';
import type { DevicesDesk } from '../devices/devices.ts';
import type { ItemsDesk } from '../items/items.ts';
import type { MemberDesk } from '../members/desk.ts';
import type { DuplicateDesk } from '../members/duplicate-desk.ts';
import type { Erasures } from '../members/erase.ts';
import type { MyData } from '../members/my-data.ts';
import type { MemberPacks } from '../members/packs.ts';
import type { Phones } from '../members/phones.ts';
import type { PointsDesk } from '../members/points-desk.ts';
import type { MemberSync } from '../members/sync.ts';
import type { Metrics } from '../metrics.ts';
import type { BroughtModels } from '../models/brought.ts';
import type { Models } from '../models/models.ts';
import type { Training } from '../models/training.ts';
import type { Pairing } from '../pairing.ts';
import type { SegmentDesk } from '../segments/desk.ts';
import type { MemberRow } from '../storage/member-port.ts';
import type { CredentialRecord, HubStorage } from '../storage/port.ts';
import type { TakeCounter } from '../takes/counter.ts';
import type { Ceremony } from '../tuf/ceremony.ts';
import type { Publisher } from '../tuf/publisher.ts';
import type { WebhookDesk } from '../webhooks/desk.ts';
import type { TlsPair } from './tls.ts';

/** What the routes work with; made once by hub.ts. */
export interface HttpContext {
  readonly storage: HubStorage;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly pairing: Pairing;
  readonly publisher: Publisher;
  readonly ceremony: Ceremony;
  readonly campaigns: Campaigns;
  readonly items: ItemsDesk;
  readonly devices: DevicesDesk;
  readonly content: ContentDesk;
  readonly packs: MemberPacks;
  readonly memberSync: MemberSync;
  readonly models: Models;
  readonly training: Training;
  readonly brought: BroughtModels;
  readonly segments: SegmentDesk;
  readonly takes: TakeCounter;
  readonly erasures: Erasures;
  readonly memberDesk: MemberDesk;
  readonly duplicates: DuplicateDesk;
  readonly points: PointsDesk;
  /** The hub's `member-index` secret: phones are found under it. */
  readonly indexKey: Buffer;
  /** For files of one request; emptied at the start. */
  readonly workDir: string;
  readonly webhooks: WebhookDesk;
  readonly phones: Phones;
  readonly myData: MyData;
  readonly consoleDir: string | undefined;
  readonly memberPageDir: string | undefined;
  /** For HTTPS. */
  readonly tls: TlsPair | undefined;
  /** Threads that read batches; undefined: by the cores. */
  readonly ingestThreads: number | undefined;
  /** Where a store reaches the broker, given the host name it reached us by. */
  readonly mqttUrl: (requestHost: string) => string;
  /** Closes what a revoked credential holds open. */
  readonly dropCredential: (id: string) => void;
  /** Sealing keys came: what they open can be looked at. */
  readonly keysDeposited: () => void;
  /** Something of members may have changed that all stores must hear of. */
  readonly membersChanged: () => void;
  /** The terms of membership were changed, or a store has none yet. */
  readonly termsWanted: () => void;
  readonly stopping: () => boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the auth hook on every route that is not public. */
    credential: CredentialRecord | null;
    /** Set on routes for members: whose phone asks, and which. */
    member: { readonly member: MemberRow; readonly keyId: string } | null;
  }
  interface FastifyContextConfig {
    auth?: 'public' | 'operator' | 'store' | 'member';
    /** Partners who hold it may call a route for operators. */
    scope?: PartnerScope;
  }
}
