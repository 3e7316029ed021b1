import { rm } from 'node:fs/promises';
import type { Server } from 'node:https';
import { join } from 'node:path';
import type { PairingCode } from '@tillside/hub-contract';
import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import { createArtifacts } from './artifacts.ts';
import { createCampaigns } from './campaigns.ts';
import { type Clock, instantOf, systemClock } from './clock.ts';
import { type HubConfig, type HubConfigInput, keysDirOf, parseConfig } from './config.ts';
import { createContentDesk } from './content/content.ts';
import { createDevices } from './devices/devices.ts';
import { buildApp } from './http/app.ts';
import { followTls, readTls } from './http/tls.ts';
import { createItems } from './items/items.ts';
import { listenFault } from './listening.ts';
import { withDerivedSecrets } from './members/derived-secrets.ts';
import { createMemberDesk } from './members/desk.ts';
import { createDuplicateDesk } from './members/duplicate-desk.ts';
import { createErasures } from './members/erase.ts';
import { erasureList } from './members/erasure-list.ts';
import { erasureSigner } from './members/erasure-proof.ts';
import { FeedWake } from './members/feed-wake.ts';
import { createMyData } from './members/my-data.ts';
import { checkNumeric } from './members/numeric.ts';
import { createMemberPacks } from './members/packs.ts';
import { phoneIndexOf } from './members/phone-index.ts';
import { createPhones } from './members/phones.ts';
import { createPointsDesk } from './members/points-desk.ts';
import { hubSecret } from './members/secret-file.ts';
import { createSessions, sessionSigner } from './members/sessions.ts';
import { createMemberSync } from './members/sync.ts';
import { TermsPublisher } from './members/terms.ts';
import { MemberUpkeep } from './members/upkeep.ts';
import { createMetrics } from './metrics.ts';
import { createBroughtModels } from './models/brought.ts';
import { createModels } from './models/models.ts';
import { startRetraining } from './models/retrain.ts';
import { createTraining } from './models/training.ts';
import { saveOperator } from './operator-file.ts';
import { createPairing, type Pairing } from './pairing.ts';
import { startSegments } from './segments/start.ts';
import { openStorage } from './storage/open-storage.ts';
import type { HubStorage } from './storage/port.ts';
import { lockDataDir } from './storage/sqlite/open.ts';
import { TakeCounter } from './takes/counter.ts';
import { createCeremony } from './tuf/ceremony.ts';
import { createPublisher } from './tuf/publisher.ts';
import { createWake } from './wake/wake.ts';
import { startWebhooks } from './webhooks/start.ts';

/** Metadata is looked at this often and signed anew when half its life is over. */
const MAINTAIN_EVERY_MS = 60 * 60_000;

/** What is under way when the hub is told to stop is answered within this. */
const STOP_GRACE_MS = 3_000;

export interface HubOptions {
  readonly logger?: Logger;
  readonly clock?: Clock;
}

export interface RunningHub {
  /** `http://host:port` as bound, or the configured public URL. */
  readonly url: string;
  readonly mqttUrl: string;
  /** Answers what is under way, closes all that start opened. Idempotent. */
  stop(): Promise<void>;
  /** A one-time code; for `store` the store is added when it is not known yet. */
  pairingCode(kind: 'operator' | 'store', storeId?: string): Promise<PairingCode>;
  /** Signals a store that something newer is there. */
  publishWake(store: string, version: number): Promise<void>;
}

/** Opens data and keys, listens, and is ready when the promise resolves. Rejects with a HubFault and leaves nothing open. */
export async function startHub(input: HubConfigInput, options: HubOptions = {}): Promise<RunningHub> {
  const config = parseConfig(input);
  const undo: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    return await assemble(config, options, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  config: HubConfig,
  { logger, clock = systemClock }: HubOptions,
  undo: (() => Promise<void> | void)[],
  stop: () => Promise<void>,
): Promise<RunningHub> {
  const log = logger ?? pino({ level: config.logLevel, base: { room: 'hub' } }, pino.destination(2));
  const { dataDir } = config;
  undo.push(lockDataDir(dataDir));
  const workDir = join(dataDir, 'work');
  // What a killed training job left behind.
  await rm(workDir, { recursive: true, force: true });
  const opened = await openStorage(config);
  undo.push(() => opened.close());
  const storage = withDerivedSecrets(opened, await hubSecret(keysDirOf(config), 'member-digits'));

  const signing = { storage, clock, keysDir: keysDirOf(config) };
  const publisher = createPublisher(signing);
  await publisher.maintain();
  const upkeep = setInterval(() => {
    publisher.maintain().catch((error: unknown) => log.error({ err: error }, 'signed metadata could not be renewed'));
  }, MAINTAIN_EVERY_MS);
  undo.push(() => clearInterval(upkeep));

  const pairing = createPairing({ storage, clock, codeMinutes: config.pairingCodeMinutes });
  const wake = createWake({ config: config.mqtt, storage, log, authenticate: storeAuthenticator(pairing) });
  const artifacts = createArtifacts(storage.artifacts);
  const delivery = { storage, publisher, artifacts, clock, wake: wake.publish };
  const packs = createMemberPacks({
    ...delivery,
    workDir,
    log,
    maxPackBytes: config.memberPacks.maxMebibytes * 1024 ** 2,
    everyHours: config.memberPacks.everyHours,
  });
  undo.push(() => packs.stop());
  const terms = new TermsPublisher({ ...delivery, log });
  undo.push(() => terms.stop());
  const indexKey = await hubSecret(keysDirOf(config), 'member-index');
  const memberSync = createMemberSync({
    storage,
    clock,
    phoneIndex: (phone) => phoneIndexOf(indexKey, phone),
    checkNumeric: (code, nowMs) => checkNumeric(storage.members, code, nowMs),
  });
  const feedWake = new FeedWake({ storage, log, wake: wake.publish });
  await feedWake.start();
  undo.push(() => feedWake.stop());
  const upkeepOfMembers = new MemberUpkeep({
    storage,
    clock,
    log,
    phoneIndex: (phone) => phoneIndexOf(indexKey, phone),
    changed: () => feedWake.nudge(),
  });
  upkeepOfMembers.start();
  undo.push(() => upkeepOfMembers.stop());
  const models = createModels(delivery);
  const training = createTraining({
    storage,
    models,
    clock,
    workDir,
    config,
    onEnd: ({ id, kind, cause, state, modelId, promotion, error }) =>
      log.info({ id, kind, cause, state, modelId, promotion, code: error?.code }, 'training ended'),
  });
  undo.push(() => training.stop());
  const brought = createBroughtModels({ storage, models, workDir, config });
  undo.push(() => brought.stop());
  undo.push(
    startRetraining({
      storage,
      training,
      clock,
      rules: config.training,
      failed: (error) => log.error({ err: error }, 'a training that was due could not begin'),
    }),
  );
  const segments = startSegments(config, { storage, clock, log });
  undo.push(() => segments.stop());
  const takes = new TakeCounter({ storage, clock, log });
  takes.start();
  undo.push(() => takes.stop());
  await wake.start();
  undo.push(() => wake.stop());
  const erasures = createErasures({
    storage,
    clock,
    signer: await erasureSigner(keysDirOf(config)),
    list: erasureList(keysDirOf(config)),
    wake: wake.publish,
  });
  const sessions = createSessions({ clock, storage, signer: await sessionSigner(keysDirOf(config)) });
  const points = createPointsDesk({ storage, clock });
  const memberDesk = createMemberDesk({ storage, clock, indexKey, points });
  const { webhooks, stopWebhooks } = await startWebhooks(config, { storage, clock, log });
  undo.push(stopWebhooks);

  let stopping = false;
  const mqttUrl = (requestHost: string): string =>
    config.mqtt.publicUrl ?? wake.url(hostFor(config.mqtt.host, requestHost));
  const tls = config.tls === undefined ? undefined : readTls(config.tls);
  const app = await buildApp({
    storage,
    clock,
    log,
    metrics: createMetrics(wake.connected),
    pairing,
    publisher,
    ceremony: createCeremony(signing, publisher),
    campaigns: createCampaigns(delivery),
    items: createItems(delivery),
    devices: createDevices(delivery),
    content: createContentDesk(delivery),
    packs,
    memberSync,
    keysDeposited: () => upkeepOfMembers.nudge(),
    membersChanged: () => feedWake.nudge(),
    termsWanted: () => terms.nudge(),
    models,
    training,
    brought,
    segments,
    takes,
    erasures,
    memberDesk,
    duplicates: createDuplicateDesk({ storage, clock, desk: memberDesk, points, upkeep: upkeepOfMembers }),
    points,
    indexKey,
    workDir,
    webhooks,
    phones: createPhones({ storage, clock, sessions }),
    myData: createMyData({ storage, clock }),
    consoleDir: config.consoleDir,
    memberPageDir: config.memberPageDir,
    tls,
    ingestThreads: config.ingest.threads,
    mqttUrl,
    dropCredential: wake.drop,
    stopping: () => stopping,
  });
  undo.push(async () => {
    // A body that never comes whole must not keep the hub from ending: its store sends it again.
    const cut = setTimeout(() => app.server.closeAllConnections(), STOP_GRACE_MS);
    await app.close().finally(() => clearTimeout(cut));
  });
  if (config.tls !== undefined && tls !== undefined) {
    const server = app.server as unknown as Server;
    undo.push(followTls(server, { files: config.tls, inUse: tls, log }));
  }
  packs.start();
  terms.start();
  const bound = await listen(app, config);
  undo.push(() => {
    stopping = true;
  });
  const url = config.publicUrl ?? bound;
  // Where the hub speaks HTTPS its certificate names the public address.
  const forCommandLine = tls === undefined ? { url: bound } : { url, caFile: config.tls?.caFile };
  await saveOperator(dataDir, forCommandLine, pairing);
  log.info({ url, mqttUrl: mqttUrl('127.0.0.1') }, 'hub ready');
  return {
    url,
    mqttUrl: mqttUrl('127.0.0.1'),
    stop,
    pairingCode: (kind, storeId) => pairingCode(storage, pairing, clock, kind, storeId),
    publishWake: wake.publish,
  };
}

/** An address that listens everywhere is no address to connect to: there the caller's own way to us is used. */
function hostFor(bound: string, requestHost: string): string {
  const host = bound === '0.0.0.0' || bound === '::' ? requestHost : bound;
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

function storeAuthenticator(pairing: Pairing) {
  return async (store: string, credential: string): Promise<string | null> => {
    const held = await pairing.identify(credential);
    return held !== null && held.store === store ? held.id : null;
  };
}

async function listen(app: FastifyInstance, { host, port, tls }: HubConfig): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw listenFault(error, host, port);
  }
  const address = app.server.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : port;
  return `${tls === undefined ? 'http' : 'https'}://${hostFor(host, '127.0.0.1')}:${boundPort}`;
}

async function pairingCode(
  storage: HubStorage,
  pairing: Pairing,
  clock: Clock,
  kind: 'operator' | 'store',
  storeId: string | undefined,
): Promise<PairingCode> {
  if (kind === 'store' && storeId !== undefined) {
    const known = (await storage.registry.stores()).some(({ id }) => id === storeId);
    if (!known) {
      await storage.registry.putStore({ id: storeId, name: storeId, createdAt: instantOf(clock.now()) });
    }
  }
  return pairing.createCode({ kind, ...(storeId === undefined ? {} : { store: storeId }) });
}
