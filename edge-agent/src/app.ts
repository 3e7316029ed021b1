import { createHash, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import type { Locale, StatusView } from '@tillside/agent-contract';
import { InferenceProcess } from '@tillside/inference';
import { createLink, LINK_LIMITS, type Link, systemClock as linkClock } from '@tillside/link';
import type { ToldPoints, ToldTier } from '@tillside/protocol';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { OdooLanes } from './adapters/odoo/lanes.ts';
import { Poslog } from './adapters/poslog/poslog.ts';
import { quarantined } from './adapters/poslog/quarantine.ts';
import { pruneToast } from './adapters/toast/transactions.ts';
import { pruneIdempotency } from './api/register.ts';
import { EventStream } from './api/stream.ts';
import { Turns } from './api/turns.ts';
import { agentConditions, conditionOf } from './conditions.ts';
import { type AgentConfig, backupDirOf } from './config.ts';
import { pruneGiftChoices } from './coupons/gift-choice.ts';
import { DesiredContent } from './desired/content.ts';
import { Desired } from './desired/desired.ts';
import { DesiredDevices, devicesToRun } from './desired/devices.ts';
import { DesiredModel, rolloutLimits } from './desired/model.ts';
import { AgentError } from './errors.ts';
import { hubFetch } from './hub-fetch.ts';
import { DeviceHosts } from './intake/device-hosts.ts';
import { Intake } from './intake/intake.ts';
import { Backups } from './journal/backups.ts';
import { Housekeeping, Journal, Outbox } from './journal/index.ts';
import { Labels } from './labels/labels.ts';
import { Promotions } from './labels/promotions.ts';
import { pruneSoldPrices } from './labels/reference-price.ts';
import { LabelReports } from './labels/reports.ts';
import { Approvals } from './lanes/approvals.ts';
import { BlindReturns } from './lanes/blind-return.ts';
import { LaneDisplay } from './lanes/display.ts';
import { leftBaskets } from './lanes/left-baskets.ts';
import { OtherStoreReturns } from './lanes/other-store.ts';
import { Reported } from './lanes/reported.ts';
import { Sales } from './lanes/sales.ts';
import { scanRules } from './lanes/scanned-item.ts';
import { Sessions } from './lanes/session.ts';
import { TakeBack } from './lanes/take-back.ts';
import { Till } from './lanes/till.ts';
import { pruneTraining } from './lanes/training.ts';
import { eraseAgain } from './members/erase.ts';
import { MemberFeed, packInForce } from './members/feed.ts';
import { MemberFinder } from './members/find.ts';
import { MemberNews } from './members/news.ts';
import { MemberPack } from './members/pack.ts';
import { keepAsking } from './members/phone-proof.ts';
import { Finds } from './members/staff-access.ts';
import { Visits } from './members/visits.ts';
import { prunePhoneCodes } from './messages/codes.ts';
import { createMessages, type PhoneMessages } from './messages/messages.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { Pairing } from './pairing/pairing.ts';
import { Pins } from './pairing/pins.ts';
import { StaffSessions } from './pairing/staff.ts';
import { Holds } from './points/ask-hold.ts';
import { tellOpenings } from './points/entries.ts';
import { keepOwnRules } from './points/rules.ts';
import { type Clock, instantOf, type Random, systemClock, systemRandom } from './ports.ts';
import { EmptyZones } from './presence/empty-zones.ts';
import { FootfallCounter } from './presence/footfall.ts';
import { CampaignBook } from './prices/campaigns.ts';
import { ItemImports } from './prices/import/item-imports.ts';
import { Items } from './prices/item.ts';
import { PriceChanges } from './prices/price-changes.ts';
import { ProductIndex } from './products/search/product-index.ts';
import { loadStoreMap, StorePlaces } from './products/store-map.ts';
import { fapiaoLinks, readFapiaoKey } from './receipts/fapiao.ts';
import { ReceiptLookup } from './receipts/lookup.ts';
import { Receipts } from './receipts/receipts.ts';
import { ShopperPrints } from './receipts/shopper-prints.ts';
import { pruneExposures } from './recommend/exposures.ts';
import type { TasteOf } from './recommend/histories.ts';
import { Recommender } from './recommend/recommend.ts';
import { Tastes } from './recommend/tastes.ts';
import { createAdminCredential, hubCredentials, machineSecret } from './secrets.ts';
import { statusView, trustConditions } from './status.ts';
import { AGENT_VERSION } from './version.ts';

/** Labels, footfall windows and shelf prices are looked at this often. */
const TICK_MS = 1_000;
/** Rows that nobody will ask for again are forgotten this often. */
const PRUNE_MS = 3_600_000;

/** Goods of the map that a condition names. */
const MAX_NAMED = 5;

/** Everything an API plugin may use: the use-case rooms, wired once. */
export interface App {
  readonly config: AgentConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly items: Items;
  readonly imports: ItemImports;
  readonly priceChanges: PriceChanges;
  readonly book: CampaignBook;
  readonly till: Till;
  readonly approvals: Approvals;
  readonly sales: Sales;
  readonly takeBack: TakeBack;
  readonly blindReturns: BlindReturns;
  readonly sessions: Sessions;
  readonly otherStores: OtherStoreReturns;
  readonly holds: Holds;
  readonly reported: Reported;
  readonly poslog: Poslog;
  readonly display: LaneDisplay;
  readonly receipts: Receipts;
  readonly receiptLookup: ReceiptLookup;
  readonly shopperPrints: ShopperPrints;
  readonly labels: Labels;
  readonly labelReports: LabelReports;
  readonly promotions: Promotions;
  readonly footfall: FootfallCounter;
  readonly recommender: Recommender;
  readonly products: ProductIndex;
  readonly places: StorePlaces;
  readonly pairing: Pairing;
  readonly staff: StaffSessions;
  readonly visits: Visits;
  readonly finds: Finds;
  readonly devices: DeviceHosts;
  readonly desired: Desired;
  readonly content: DesiredContent;
  readonly inference: InferenceProcess;
  readonly odoo: OdooLanes;
  readonly stream: EventStream;
  readonly turns: Turns;
  readonly metrics: Metrics;
  readonly indexKey: Buffer;
  readonly finder: MemberFinder;
  readonly pack: MemberPack;
  /** Undefined: this store sends no codes to phones. */
  readonly phone: PhoneMessages | undefined;
  /** What HQ told of a member's habits; whether the member agrees is the caller's to know. */
  readonly tasteOf: TasteOf;
  adminCredentialFits(credential: string): boolean;
  /** What HQ holds of a member's points; undefined where it can't be asked, or does not know that this store knows the member. */
  pointsAtHq(memberId: string): Promise<ToldPoints | undefined>;
  /** Where a member stands among the tiers as HQ counts it now; undefined as above. */
  tierAtHq(memberId: string): Promise<ToldTier | undefined>;
  online(): boolean;
  /** A till, kiosk or phone is being answered: what can wait gives way. */
  served(): void;
  scaleOf(lane: string): string | undefined;
  printerOf(lane: string): string | undefined;
  status(locale?: Locale): z.infer<typeof StatusView>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The only wiring. Opens the journal (throws DATABASE_IN_USE, STORAGE_*, DATABASE_NEWER); `start` begins everything that talks. */
export function createApp(config: AgentConfig, log: Logger, ports: { clock?: Clock; random?: Random } = {}): App {
  const clock = ports.clock ?? systemClock;
  const random = ports.random ?? systemRandom;
  const journal = Journal.open({
    dataDir: config.dataDir,
    store: config.storeId,
    clock,
    random,
    maxBytes: config.journalMaxMebibytes === undefined ? undefined : config.journalMaxMebibytes * 1024 ** 2,
  });
  const forgottenAgain = eraseAgain(journal);
  if (forgottenAgain > 0) log.info({ members: forgottenAgain }, 'erased again: the journal is from before');
  journal.write((tx) => keepOwnRules(tx, config));
  tellOpenings(journal);
  const outbox = new Outbox(journal);
  const housekeeping = new Housekeeping({
    journal,
    outbox,
    clock,
    keepDays: config.journalKeepDays,
    budgetBytes: config.eventBudgetMebibytes === undefined ? undefined : config.eventBudgetMebibytes * 1024 ** 2,
  });
  const items = new Items(journal);
  const book = new CampaignBook(journal, clock, config);
  const backups = new Backups({
    ...config.backup,
    ...config,
    store: config.storeId,
    dir: backupDirOf(config),
    clock,
    log,
  });
  const repriced = { ...config, journal, clock, random, changed: (): void => book.reload() };
  const imports = new ItemImports(repriced);
  const priceChanges = new PriceChanges(repriced);
  const stream = new EventStream(clock.now(), journal);
  const pairing = new Pairing({ journal, clock, random, ...config });
  const pins = new Pins({ staff: config.staff, clock });
  const staff = new StaffSessions({ pins, clock, random });
  const approvals = new Approvals({ pins, clock, random });
  const footfall = new FootfallCounter({ journal, clock, zone: config.zone, windowMs: config.presenceWindowMs });
  const emptyZones = new EmptyZones({
    clock,
    presenceZones: config.kiosk.presenceZones,
    tell: (hint) => stream.publish({ type: 'presence', ...hint }),
  });
  let modelAway: AgentError | undefined;
  const inference = new InferenceProcess({
    agentVersion: AGENT_VERSION,
    timeoutMs: config.recommendTimeoutMs,
    rollout: rolloutLimits(config),
    onEvent: (event) => {
      if (event.type === 'model-serving') modelAway = undefined;
      if (event.type === 'restart-refused')
        modelAway = new AgentError('MODEL_NOT_IN_SERVICE', { detail: `(${event.code})` });
      log.info(event, 'inference');
      if (event.type === 'rollout') desiredModel.heard(event);
    },
  });
  const desiredModel = new DesiredModel({ journal, clock, dataDir: config.dataDir, inference, log });
  const till = {
    journal,
    items,
    book,
    clock,
    random,
    approvals,
    zone: config.zone,
    scans: scanRules(config),
    unknownItems: config.unknownItems,
  };
  const sales = new Sales(till);
  const reported = new Reported(till);
  const poslog = new Poslog({
    ...till,
    ...config,
    reported,
    pairing,
    log,
    finder: () => app.finder,
    counted: (outcome) => app.metrics.poslog.inc({ outcome }),
  });
  const tastes = new Tastes({
    reader: journal,
    bytesOf: (memberId) => pack.taste(memberId),
    itemsVersion: () => items.priceVersion(),
  });
  const recommender = new Recommender({
    ...till,
    inference,
    tasteOf: (memberId) => tastes.of(memberId),
    exploreBasisPoints: config.recommendExploreBasisPoints,
  });
  const startedAt = instantOf(clock.now());
  const adminHash = createAdminCredential(config.dataDir, random);
  let timer: NodeJS.Timeout | undefined;
  let pruning: NodeJS.Timeout | undefined;
  const prune = (): void => {
    pruneIdempotency(journal, clock);
    journal.write((tx) => {
      pruneSoldPrices(tx, clock.now());
      pruneTraining(tx, clock.now());
      book.pruneUses(tx);
      pruneToast(tx, clock.now());
      priceChanges.prune(tx);
      pruneExposures(tx, clock.now());
      prunePhoneCodes(tx, clock.now());
      pruneGiftChoices(tx, book, clock.now());
    });
  };

  const intake = new Intake({
    journal,
    clock,
    sink: {
      scanned: (scan) => {
        app.metrics.scans.inc({ kind: scan.kind });
        stream.publish({ type: 'scan', ...scan });
        odoo.scanned(scan);
      },
      label: (event) => labels.see(event),
      presence: (event) => {
        footfall.see(event);
        emptyZones.see(event);
      },
      deviceChanged: (deviceId, state) => {
        if (state === 'starting') labels.doubt(deviceId);
        stream.publish({ type: 'device', deviceId, state });
      },
      rejected: (deviceId, code, byteCount) => {
        app.metrics.rejects.inc({ device: deviceId, code });
        log.warn({ deviceId, code, byteCount }, 'device bytes dropped');
      },
    },
  });
  const devices = new DeviceHosts({
    ...devicesToRun(journal, config),
    dataDir: config.dataDir,
    intake,
    journal,
    now: () => clock.now(),
    log,
  });
  const desiredDevices = new DesiredDevices({
    journal,
    clock,
    own: config,
    rig: { reconfigure: (plan) => devices.reconfigure(plan), states: () => intake.status() },
  });
  const pack = new MemberPack({
    journal,
    clock,
    askKey: async (version) => {
      const asked = await link?.ask.packKey(version);
      return asked?.ok === true ? asked.value.key : undefined;
    },
    inForce: packInForce,
    maxAgeHours: config.membersPackMaxAgeHours,
  });
  const content = new DesiredContent({
    journal,
    clock,
    dataDir: config.dataDir,
    log,
    changed: () => stream.publish({ type: 'offers', campaignSetVersion: book.version }),
  });
  const desired = new Desired({
    journal,
    clock,
    book,
    model: desiredModel,
    imports,
    devices: desiredDevices,
    pack,
    content,
  });
  const indexKey = machineSecret(config.dataDir, 'phone-index.key', random);
  const news = new MemberNews({ random, indexKey });
  const phone =
    config.messages &&
    createMessages(config.messages, { journal, clock, random, indexKey, log, storeName: config.storeName });
  journal.write((tx) => keepAsking(tx, phone !== undefined));
  const members = new MemberFeed({
    journal,
    clock,
    pack,
    news,
    erased: (memberId) => {
      app.visits.endOf(memberId);
      for (const news of leftBaskets(journal)) stream.publish(news);
    },
  });
  const link = createStoreLink({ config, log, outbox, desired, members, clock });
  const odoo = new OdooLanes({
    lanes: config.odoo,
    devices,
    deviceOf: (lane, family) => intake.statusOf(lane, family),
    log,
  });
  const labels = new Labels({
    journal,
    items,
    book,
    clock,
    devices,
    jurisdiction: config.jurisdiction,
    changed: (tagId, state) => stream.publish({ type: 'label', tagId, state }),
  });
  const labelReports = new LabelReports({
    journal,
    items,
    book,
    clock,
    jurisdiction: config.jurisdiction,
    priceOwner: () => (pairing.list().some(({ priceOwner }) => priceOwner === 'pos-reports') ? 'pos' : 'tillside'),
    accessPoints: () =>
      new Map(
        intake
          .status()
          .map(({ deviceId, state, condition }) => [
            deviceId,
            { isOnline: state === 'online' || state === 'faulty', code: condition?.code },
          ]),
      ),
  });
  book.onChange(() => {
    labels.refresh();
    stream.publish({ type: 'offers', campaignSetVersion: book.version });
  });
  const online = (): boolean => link?.status().connected ?? false;

  const places = new StorePlaces(config.storeMap === undefined ? undefined : loadStoreMap(config.storeMap));
  const products = new ProductIndex({ reader: journal, version: () => items.priceVersion() });
  const tills = new Till(till);
  const display = new LaneDisplay({
    reader: journal,
    ...till,
    till: tills,
    storeName: config.storeName,
    picksFor: (basketId) => recommender.lastFor(basketId),
  });
  stream.onPublish((event) => display.note(event));

  const app: App = {
    config,
    clock,
    random,
    journal,
    items,
    imports,
    priceChanges,
    book,
    till: tills,
    display,
    sales,
    takeBack: new TakeBack(till, sales),
    blindReturns: new BlindReturns({ ...till, maxBlindReturnFen: config.maxBlindReturnFen }),
    sessions: new Sessions(till),
    receipts: new Receipts({ ...config, items, book, clock, fapiao: fapiaoOf(config) }),
    receiptLookup: new ReceiptLookup({ clock }),
    shopperPrints: new ShopperPrints(),
    holds: new Holds({ journal, clock, hub: link?.ask, online: () => app.online() }),
    otherStores: new OtherStoreReturns({ ...till, storeId: config.storeId, reader: journal, hub: link?.ask }),
    reported,
    poslog,
    approvals,
    labels,
    labelReports,
    promotions: new Promotions(till),
    footfall,
    recommender,
    products,
    places,
    pairing,
    staff,
    visits: new Visits({ clock, random }),
    finds: new Finds({ clock }),
    devices,
    desired,
    content,
    inference,
    odoo,
    stream,
    turns: new Turns(),
    metrics: createMetrics({
      outbox: () => outbox.counts(),
      decisionsMade: () => book.decisionsMade,
      poslogWaiting: () => quarantined(journal),
      devicesOnline: () => intake.status().filter((device) => device.state === 'online').length,
      online,
      devices: () => intake.readings(),
      hosts: () => devices.views(),
    }),
    indexKey,
    pack,
    phone,
    tasteOf: (memberId) => tastes.of(memberId),
    finder: new MemberFinder({ journal, clock, pack, news, indexKey, ask: () => (online() ? link?.ask : undefined) }),
    tierAtHq: async (memberId) => {
      const asked = await (online() ? link?.ask.tierOf(memberId).catch(() => undefined) : undefined);
      return asked?.ok ? asked.value : undefined;
    },
    pointsAtHq: async (memberId) => {
      const asked = await (online() ? link?.ask.pointsOf(memberId).catch(() => undefined) : undefined);
      return asked?.ok ? asked.value : undefined;
    },
    adminCredentialFits: (credential) => timingSafeEqual(createHash('sha256').update(credential).digest(), adminHash),
    online,
    served: () => link?.served(),
    scaleOf: (lane) => intake.deviceOf(lane, 'scale'),
    printerOf: (lane) => intake.deviceOf(lane, 'printer'),
    status: (locale = 'zh-CN') =>
      statusView(
        {
          config,
          startedAt,
          items,
          book,
          outbox,
          inference,
          link,
          intake,
          pack,
          journal,
          deviceTrial: () => desiredDevices.trial(),
        },
        [
          ...housekeeping.conditions().map((error) => conditionOf(error, locale)),
          ...agentConditions(
            { journal, dataDir: config.dataDir, model: modelAway, backup: backups.failure, nowMs: clock.now() },
            locale,
          ),
          ...trustConditions(link, clock.now(), locale),
          ...trialCondition(desiredDevices.trial(), locale),
          ...devices.conditions(locale),
          ...odoo.conditions(locale),
          ...poslog.conditions().map((error) => conditionOf(error, locale)),
          ...memberPackCondition(pack, locale),
          ...messagesCondition(phone, locale),
          ...storeMapCondition(places, items.priceVersion(), journal, locale),
        ],
        locale,
      ),
    async start() {
      // Before anybody is answered: what became due while the agent was off.
      imports.start();
      priceChanges.activateDue(Number.POSITIVE_INFINITY);
      await inference.start();
      recommender.refreshStats();
      recommender.start();
      tastes.refresh();
      const restored = await desired.restore();
      if (restored.outcome === 'refused') {
        modelAway = new AgentError('MODEL_NOT_IN_SERVICE', { detail: `(${restored.code})` });
        log.warn({ code: restored.code }, 'the model of the last run is not in service');
      }
      labels.doubt();
      desiredDevices.resume();
      await devices.start();
      backups.start();
      poslog.start();
      await odoo.start();
      if (link !== undefined) {
        journal.onAppend(() => link.nudge());
        link.start();
      }
      timer = setInterval(
        () =>
          tick(log, () => [
            priceChanges.activateDue(),
            labels.refresh(),
            footfall.tick(),
            emptyZones.tick(),
            desiredDevices.tick(),
            housekeeping.tick(),
            void app.holds.settle(),
            phone?.postman.tick(),
          ]),
        TICK_MS,
      );
      pruning = setInterval(() => tick(log, prune), PRUNE_MS);
    },
    async stop() {
      clearInterval(timer);
      clearInterval(pruning);
      labels.stop();
      await backups.stop();
      await imports.stop();
      await poslog.stop();
      await phone?.postman.stop();
      await odoo.stop();
      await devices.stop();
      footfall.tick(true);
      tastes.stop();
      recommender.stop();
      products.stop();
      await link?.stop();
      await inference.stop();
      pack.close();
      journal.close();
    },
  };
  return app;
}

/** Throws CONFIG_REFUSED when the key can't be read: receipts without their code would be noticed by shoppers first. */
const fapiaoOf = ({ fapiao, storeId }: AgentConfig) =>
  fapiao && fapiaoLinks(fapiao, readFapiaoKey(fapiao.keyFile), storeId);

const trialCondition = (trial: ReturnType<DesiredDevices['trial']>, locale: Locale) =>
  trial === undefined
    ? []
    : [conditionOf(new AgentError('DEVICES_ON_TRIAL', { detail: `(${trial.version}, ${trial.until})` }), locale)];

const memberPackCondition = (pack: MemberPack, locale: Locale) => {
  const wrong = pack.condition();
  return wrong === undefined ? [] : [conditionOf(wrong, locale)];
};

/** Goods of the map that no item has: a shopper would be sent nowhere. */
const storeMapCondition = (places: StorePlaces, priceVersion: number, journal: Journal, locale: Locale) => {
  const unknown = places.unknownGoods(journal, priceVersion);
  if (unknown.length === 0) return [];
  const detail = `(${unknown.slice(0, MAX_NAMED).join(', ')}${unknown.length > MAX_NAMED ? ', ...' : ''})`;
  return [conditionOf(new AgentError('STORE_MAP_UNKNOWN_GOODS', { detail }), locale)];
};

const messagesCondition = (phone: PhoneMessages | undefined, locale: Locale) => {
  const wrong = phone?.postman.condition();
  return wrong === undefined ? [] : [conditionOf(wrong, locale)];
};

/** A disk that is full now must not end the agent from a timer. */
function tick(log: Logger, work: () => void): void {
  try {
    work();
  } catch (error) {
    log.warn({ code: (error as { code?: string }).code ?? 'INTERNAL' }, 'periodic work failed; it is tried again');
  }
}

function createStoreLink(of: {
  config: AgentConfig;
  log: Logger;
  outbox: Outbox;
  desired: Desired;
  members: MemberFeed;
  clock: Clock;
}): Link | undefined {
  const { config, log, outbox, desired, members, clock } = of;
  if (config.hub === undefined) return undefined;
  return createLink({
    hubUrl: config.hub.url,
    pairingCode: config.hub.pairingCode,
    store: config.storeId,
    stateDir: join(config.dataDir, 'link'),
    outbox,
    desired,
    members,
    credentials: hubCredentials(config.dataDir, config.hub),
    clock: { ...linkClock, nowMs: () => clock.now() },
    random: Math.random,
    log,
    pollMs: config.hub.pollMs,
    limits: { memberPollMs: Math.min(LINK_LIMITS.memberPollMs, config.hub.pollMs) },
    fetch: hubFetch(config.hub),
  });
}
