import { randomUUID } from 'node:crypto';
import {
  type CampaignSet,
  checkCampaignSet,
  compileCampaigns,
  confirmUnlocks,
  type DecideError,
  decide,
  type Finding,
  parseBasket,
  parseCampaignSet,
  parseDecisionContext,
} from '@tillside/decide';
import type { CampaignFinding, CampaignRelease, Issue, PushedCampaigns } from '@tillside/hub-contract';
import type { Artifacts } from './artifacts.ts';
import { type Clock, instantOf } from './clock.ts';
import { HubFault } from './fault.ts';
import type { HubStorage, ReleaseRecord } from './storage/port.ts';
import { storeStates } from './store-state.ts';
import type { Publisher } from './tuf/publisher.ts';

const MAX_ISSUES = 100;
const MAX_RELEASES = 50;
/** Baskets that a preview decides again, to say what would bring a saving. */
const MAX_CONFIRMED = 10;

export interface Campaigns {
  /**
   * Checks, signs and publishes; each store gets the set with its own next version. What its author should look at comes with the answer.
   * Throws HUB_CAMPAIGNS_INVALID, HUB_CAMPAIGNS_UNSOUND, HUB_NO_STORES, HUB_STORE_UNKNOWN.
   */
  push(request: { stores: readonly string[]; set: unknown; by: string }): Promise<PushedCampaigns>;
  /** Newest first. */
  list(): Promise<CampaignRelease[]>;
  preview(request: { set: unknown; basket: unknown; context: unknown }): Preview;
}

export interface Preview {
  readonly decision: Record<string, unknown>;
  readonly findings: CampaignFinding[];
}

export interface DeliveryPorts {
  readonly storage: HubStorage;
  readonly publisher: Publisher;
  readonly artifacts: Artifacts;
  readonly clock: Clock;
  readonly wake: (store: string, version: number) => Promise<void>;
}

const issuesOf = (errors: readonly DecideError[], at = ''): Issue[] =>
  errors.slice(0, MAX_ISSUES).map(({ path, code, message, hint }) => ({
    path: [at, path].filter((part) => part !== '').join('.'),
    code,
    message: `${message} ${hint}`,
  }));

/** `*` means every store known now. A store added later gets its campaigns with the next push. */
export async function resolveStores(storage: HubStorage, wanted: readonly string[]): Promise<string[]> {
  const known = (await storage.registry.stores()).map(({ id }) => id);
  if (wanted.includes('*')) {
    if (known.length === 0) throw new HubFault('HUB_NO_STORES');
    return known;
  }
  const unknown = wanted.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new HubFault('HUB_STORE_UNKNOWN', unknown);
  return [...new Set(wanted)];
}

const findingsOf = (findings: readonly Finding[]): CampaignFinding[] =>
  findings.map(({ campaignIds, names, ...rest }) => ({
    ...rest,
    campaignIds: [...campaignIds],
    ...(names === undefined ? {} : { names: [...names] }),
  }));

/** What can't work as it is written is refused; the rest is told. */
function soundFindings(set: CampaignSet): CampaignFinding[] {
  const findings = checkCampaignSet(set);
  const errors = findings.filter(({ severity }) => severity === 'error').slice(0, MAX_ISSUES);
  if (errors.length > 0) {
    const issues = errors.map(({ path, code, message }) => ({ path, code, message: message.en, text: message }));
    throw new HubFault('HUB_CAMPAIGNS_UNSOUND', '', issues);
  }
  return findingsOf(findings);
}

function checkedSet(input: unknown): CampaignSet {
  const read = parseCampaignSet(input);
  if (!read.ok) throw new HubFault('HUB_CAMPAIGNS_INVALID', read.errors[0]?.message ?? '', issuesOf(read.errors));
  return read.value;
}

export function createCampaigns({ storage, publisher, artifacts, clock, wake }: DeliveryPorts): Campaigns {
  const describe = async (releases: readonly ReleaseRecord[]): Promise<CampaignRelease[]> => {
    const [current, applied] = [await storage.desired.current(), await storage.desired.applied()];
    return Promise.all(
      releases.map(async (release) => ({
        ...release,
        campaignCount: Array.isArray(release.set.campaigns) ? release.set.campaigns.length : 0,
        stores: storeStates(await storage.desired.byOrigin(release.id), current, applied),
      })),
    );
  };
  return {
    push: async ({ stores, set: input, by }) => {
      const set = checkedSet(input);
      const findings = soundFindings(set);
      const targets = await resolveStores(storage, stores);
      const release = { id: randomUUID(), publishedAt: instantOf(clock.now()), publishedBy: by, set: { ...set } };
      const published = await publisher.publish({
        kind: 'campaigns',
        stores: targets,
        origin: release.id,
        artifact: (_store, version) => artifacts.add('campaigns', Buffer.from(JSON.stringify({ ...set, version }))),
        release,
      });
      await Promise.all(published.map(({ store, version }) => wake(store, version)));
      const [described] = await describe([release]);
      if (described === undefined) throw new HubFault('HUB_INTERNAL');
      return { ...described, findings };
    },
    list: async () => describe(await storage.desired.releases(MAX_RELEASES)),
    preview: ({ set: input, basket, context }) => {
      const set = checkedSet(input);
      const [readBasket, readContext] = [parseBasket(basket), parseDecisionContext(context)];
      if (!readBasket.ok || !readContext.ok) {
        const issues = [
          ...(readBasket.ok ? [] : issuesOf(readBasket.errors, 'basket')),
          ...(readContext.ok ? [] : issuesOf(readContext.errors, 'context')),
        ];
        throw new HubFault('HUB_PREVIEW_INVALID', issues[0]?.message ?? '', issues);
      }
      const scene = [readContext.value, compileCampaigns(set), readBasket.value] as const;
      const decision = confirmUnlocks(...scene, decide(...scene), { most: MAX_CONFIRMED });
      return { decision: { ...decision }, findings: findingsOf(checkCampaignSet(set)) };
    },
  };
}
