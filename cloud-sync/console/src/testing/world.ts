import type { CampaignSet } from '@tillside/decide';
import type { HubAnswer } from '@tillside/hub-contract';
import { MODELS, RULES } from './model-samples.ts';
import { campaignSet, eventsOf } from './samples.ts';
import { stageOf, takesFor } from './take-samples.ts';

/** What the stand-in hub holds. `empty`: nothing yet; `market`: three stores on a good day; `many`: a hundred and twenty stores. */
export type WorldKind = 'empty' | 'market' | 'many';
type Store = HubAnswer<'stores'>['stores'][number];
type Day = HubAnswer<'salesDaily'>['days'][number];
type Release = HubAnswer<'campaigns'>['releases'][number];
type ReleaseState = Release['stores'][number];
type EventRow = HubAnswer<'events'>['events'][number];
type Model = HubAnswer<'models'>['models'][number];
type StoreModel = HubAnswer<'modelStages'>['stores'][number];

const SHA = 'ab'.repeat(32);
const EPOCH = '7f1c6a52-8a3e-4a4b-9f5e-0d7f6f1f2a11';
const NAMES = ['人民路店', '滨河店', 'Harbour Street and Old Customs House Market Hall'];
const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const stateOf = (store: string, version: number, state: ReleaseState['state']): ReleaseState => ({
  store,
  version,
  sha256: SHA,
  state,
  at: state === 'pending' ? null : ago(30),
  code: state === 'refused' ? 'CAMPAIGN_TOO_NEW' : null,
  message: state === 'refused' ? 'This set needs a newer agent.' : null,
});

const ROLLED_BACK = {
  code: 'DEVICES_ROLLED_BACK',
  message:
    'With the new device configuration, devices that were online did not come back; the one before is in force again. (scanner-2)',
};

function storeOf(index: number): Store {
  const id = index < 3 ? (['renmin-lu', 'binhe', 'harbour'][index] ?? '') : `store-${String(index).padStart(3, '0')}`;
  const state = index % 7 === 2 ? 'paired' : 'live';
  return {
    id,
    name: NAMES[index] ?? `${index} 号店`,
    state,
    createdAt: '2026-03-01T01:00:00Z',
    lastSeenAt: ago(state === 'live' ? 1 : 44),
    events: 18_204 - index * 37,
    quarantined: 0,
    items: stateOf(id, 7, 'applied'),
    devices: index === 0 ? { ...stateOf(id, 3, 'refused'), ...ROLLED_BACK } : null,
    members: index < 2 ? stateOf(id, 12, 'applied') : null,
    terms: index < 2 ? stateOf(id, 3, 'applied') : null,
    content: index < 2 ? stateOf(id, 2, 'applied') : null,
    campaigns: stateOf(id, 4, state === 'live' ? 'applied' : 'refused'),
    model: index === 0 ? stateOf(id, 2, 'applied') : null,
  };
}

const DAY_MS = 86_400_000;
const LAST_DAY = '2026-11-21';
/** Takings of each of 14 days as shares of a usual day, oldest first. */
const RHYTHM = [0.97, 1.02, 0.99, 1.04, 1.01, 0.95, 1.0, 1.03, 0.98, 1.02, 0.97, 1.01, 0.99, 1.18];

function daysOf(stores: readonly Store[]): Day[] {
  return stores
    .flatMap((store, place) =>
      RHYTHM.map((share, index) => {
        const date = new Date(Date.parse(LAST_DAY) - (RHYTHM.length - 1 - index) * DAY_MS).toISOString().slice(0, 10);
        const payableFen = Math.round((share * 4_182_350) / (place + 1));
        const savingsFen = Math.round(payableFen * 0.085);
        const sales = Math.round((share * 640) / (place + 1));
        return {
          businessDate: date,
          store: store.id,
          sales,
          returns: index % 3,
          items: sales * 7,
          memberSales: Math.round(sales * 0.46),
          listFen: payableFen + savingsFen,
          savingsFen,
          payableFen,
          refundFen: 1200,
        };
      }),
    )
    .sort((a, b) => b.businessDate.localeCompare(a.businessDate));
}

export function worldOf(kind: WorldKind): World {
  return new World(kind === 'empty' ? 0 : kind === 'market' ? 3 : 120);
}

export class World {
  readonly stores: Store[];
  readonly days: Day[];
  readonly releases: Release[];
  readonly models: Model[];
  readonly stages: StoreModel[];
  readonly events: EventRow[];
  quarantined = 0;

  constructor(storeCount: number) {
    this.stores = Array.from({ length: storeCount }, (_, index) => storeOf(index));
    this.days = daysOf(this.stores.slice(0, 12));
    this.events = storeCount === 0 ? [] : eventsOf(this.stores.map(({ id }) => id));
    this.models = storeCount === 0 ? [] : structuredClone([...MODELS]);
    this.stages = this.stores.map(({ id }, index) => stageOf(id, index));
    for (const model of this.models.filter(({ promoted }) => promoted))
      model.stores = this.stores.slice(0, 12).map(({ id }) => stateOf(id, 2, 'applied'));
    this.releases = storeCount === 0 ? [] : [this.#release(campaignSet(2), 240), this.#release(campaignSet(1), 4000)];
    for (const state of this.releases[1]?.stores ?? []) state.state = 'superseded';
  }

  #release(set: CampaignSet, minutesAgo: number): Release {
    return {
      id: crypto.randomUUID(),
      publishedAt: ago(minutesAgo),
      publishedBy: '运营部 Operations',
      campaignCount: set.campaigns.length,
      set: { ...set },
      stores: this.stores.map(({ id }) => ({ ...stateOf(id, set.version, 'applied'), at: ago(minutesAgo - 0.02) })),
    };
  }

  overview(): HubAnswer<'overview'> {
    const last = this.days.filter(({ businessDate }) => businessDate === LAST_DAY);
    const sum = (pick: (day: Day) => number): number => last.reduce((all, day) => all + pick(day), 0);
    const facts =
      last.length === 0
        ? []
        : [
            {
              code: 'takings-up',
              text: {
                zh: '会员日带旺三家店，实收高出平常一成八',
                en: 'Members’ day lifts all three stores 18% above a usual day',
              },
              values: { share: 0.18 },
            },
            {
              code: 'members',
              text: { zh: '会员买走了近半数的篮子', en: 'Members filled nearly half of all baskets' },
              values: {},
            },
            {
              code: 'savings',
              text: { zh: '优惠最多的是乳品蛋类', en: 'Dairy and eggs saved shoppers the most' },
              values: {},
            },
            {
              code: 'late',
              text: {
                zh: '滨河店断网 12 分钟，销售一笔未丢',
                en: 'Binhe lost its line for 12 minutes and not one sale',
              },
              values: {},
            },
          ];
    return {
      at: ago(0),
      businessDate: last.length === 0 ? null : LAST_DAY,
      today: {
        sales: sum(({ sales }) => sales),
        payableFen: sum(({ payableFen }) => payableFen),
        savingsFen: sum(({ savingsFen }) => savingsFen),
      },
      events: this.stores.reduce((all, { events }) => all + events, 0),
      quarantined: this.quarantined,
      streams: [],
      stores: this.stores,
      facts,
    };
  }

  detail(id: string): HubAnswer<'store'> | undefined {
    const store = this.stores.find((one) => one.id === id);
    if (store === undefined) return undefined;
    const streams = ['sales', 'members', 'ops', 'presence'] as const;
    return {
      ...store,
      positions: streams.map((stream, index) => ({
        epoch: EPOCH,
        stream,
        contiguousSeq: 9000 - index * 2100,
        ranges: stream === 'presence' ? [[2712, 2744] as [number, number]] : [],
        givenUp: stream === 'presence' ? 1300 : 0,
        lastReceivedAt: ago(index + 1),
      })),
      conflicts: 0,
      days: this.days.filter((day) => day.store === id),
    };
  }

  pairing(store: string): HubAnswer<'createPairing'> {
    return { code: 'K7QM-3RXT', kind: 'store', store, expiresAt: new Date(Date.now() + 900_000).toISOString() };
  }

  addStore({ id, name }: { id: string; name?: string }): HubAnswer<'addStore'> {
    const store: Store = {
      ...storeOf(0),
      id,
      name: name ?? id,
      state: 'waiting',
      lastSeenAt: null,
      events: 0,
      campaigns: null,
      items: null,
      model: null,
      devices: null,
      members: null,
      terms: null,
      content: null,
    };
    this.stores.push(store);
    return { store, pairing: this.pairing(id) };
  }

  push(set: CampaignSet, targets: readonly string[]): Release {
    const release = this.#release(set, 0);
    const wanted = release.stores.filter(({ store }) => targets.includes('*') || targets.includes(store));
    const stores = wanted.map(({ store }) => stateOf(store, set.version, 'pending'));
    const pushed = { ...release, stores };
    this.releases.unshift(pushed);
    return pushed;
  }

  /** Every store reports the newest set as applied. */
  applyAll(): void {
    const newest = this.releases[0];
    for (const state of newest?.stores ?? []) Object.assign(state, { state: 'applied', at: ago(-0.01) });
  }

  pushModel(id: string, targets: readonly string[] = ['*']): ReleaseState[] {
    const model = this.models.find((one) => one.id === id);
    if (model === undefined) return [];
    const wanted = this.stores.filter((store) => targets.includes('*') || targets.includes(store.id));
    model.stores = wanted.map((store) => stateOf(store.id, 3, 'pending'));
    const given = { version: 5, modelId: id, at: ago(0) };
    for (const stage of this.stages)
      if (wanted.some((store) => store.id === stage.store))
        Object.assign(stage, { state: 'waiting', given, newest: null, refused: null });
    return model.stores;
  }

  /** Chosen stores get the promoted model again. */
  rollBackModel(targets: readonly string[]): HubAnswer<'rollBackModel'>['stores'] {
    const model = this.models.find(({ promoted }) => promoted)?.id ?? '';
    return this.pushModel(model, targets).map((state) => ({ ...state, model }));
  }

  takes(query: URLSearchParams): HubAnswer<'takes'> {
    return takesFor(query, this.stores.length > 0);
  }

  rules(): HubAnswer<'associationRules'> {
    return this.stores.length === 0 ? { model: null, madeAt: null, baskets: 0, rules: [], items: [] } : RULES;
  }

  job(reads: number, kind: 'train' | 'evaluate' = 'train'): HubAnswer<'trainModel'> {
    const isDone = reads > 3;
    return {
      id: EPOCH,
      kind,
      cause: 'asked',
      state: isDone ? 'done' : reads < 2 ? 'exporting' : 'training',
      progress: isDone ? 1 : Math.min(0.9, reads * 0.3),
      stage: reads < 2 ? 'exporting' : 'fit',
      sales: 1173,
      startedAt: ago(1),
      endedAt: isDone ? ago(0) : null,
      modelId: isDone ? 'next-item-77aa01b2c3d4' : null,
      comparison: isDone ? (MODELS[0]?.notes?.comparison ?? null) : null,
      promotion: null,
      error: null,
      output: [],
    };
  }

  page(query: URLSearchParams): HubAnswer<'events'> {
    const [store, stream, before] = [query.get('store'), query.get('stream'), Number(query.get('before') ?? Infinity)];
    const limit = Number(query.get('limit') ?? 50);
    const isQuarantined = query.get('quarantined') === 'true';
    const found = this.events.filter(
      (event) =>
        (store === null || event.store === store) &&
        (stream === null || event.stream === stream) &&
        (!isQuarantined || event.quarantine !== null) &&
        event.cursor < before,
    );
    const events = found.slice(0, limit);
    return { events, nextBefore: found.length > limit ? (events.at(-1)?.cursor ?? null) : null };
  }
}
