import { createHash } from 'node:crypto';
import { CampaignSet, type DiscountCampaign } from '@tillside/decide';
import { targetPath, wakeTopic } from '@tillside/protocol';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HubRefusal } from '../cli/client.ts';
import { AT_NOON, MILK_BASKET, MILK_SET } from '../testing/campaigns.ts';
import { chainOf } from '../testing/events.ts';
import { type PairedStore, refusalOf, type TestHub, testHub } from '../testing/hub.ts';
import { verified } from '../testing/repo-client.ts';

const DAY_MS = 24 * 60 * 60_000;
let now = Date.now();
let hub: TestHub;
let store: PairedStore;
beforeEach(async () => {
  now = Date.now();
  hub = await testHub({}, { clock: { now: () => now } });
  store = await hub.pairStore('s1');
});
afterEach(() => hub.dispose());

const push = (set: unknown = MILK_SET, stores = ['*']) => hub.call('pushCampaigns', { body: { stores, set } });

const verifiedTargets = async (from: PairedStore = store) => (await verified(from, now)).targets;

async function download(id: string, from: PairedStore = store, range?: string): Promise<Response> {
  const target = (await verifiedTargets())[targetPath(id, 'campaigns')];
  const url = `/repo/targets/stores/${id}/${target?.hashes.sha256}.campaigns.json`;
  return from.send(url, range === undefined ? {} : { headers: { range } });
}

describe('a pushed campaign set', () => {
  test('is signed for each store with its own next version, and is what the hash says', async () => {
    await hub.pairStore('s2');
    await push();
    await push(MILK_SET, ['s1']);
    const targets = await verifiedTargets();
    const sets = Object.keys(targets).filter((path) => path.endsWith('campaigns.json'));
    expect(sets.toSorted()).toEqual(['stores/s1/campaigns.json', 'stores/s2/campaigns.json']);
    const target = targets['stores/s1/campaigns.json'];
    expect(target?.custom).toEqual({ kind: 'campaigns', version: 2, store: 's1' });
    const bytes = Buffer.from(await (await download('s1')).arrayBuffer());
    expect(bytes.length).toBe(target?.length);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(target?.hashes.sha256);
    expect(CampaignSet.parse(JSON.parse(bytes.toString()))).toEqual({ ...MILK_SET, version: 2 });
  });

  test('can be fetched from where a download stopped', async () => {
    await push();
    const whole = Buffer.from(await (await download('s1')).arrayBuffer());
    const rest = await download('s1', store, 'bytes=10-');
    expect(rest.status).toBe(206);
    expect(rest.headers.get('content-range')).toBe(`bytes 10-${whole.length - 1}/${whole.length}`);
    expect(Buffer.from(await rest.arrayBuffer()).equals(whole.subarray(10))).toBe(true);
    const beyond = await download('s1', store, `bytes=${whole.length + 5}-`);
    expect(beyond.status).toBe(416);
  });

  test('is given to its store alone; what is not published is not there', async () => {
    const other = await hub.pairStore('s2');
    await push(MILK_SET, ['s1']);
    expect(await refusalOf(download('s1', other))).toMatchObject({ status: 403, code: 'HUB_STORE_FOREIGN' });
    const unknown = [
      '/repo/timestamp.txt',
      '/repo/1.timestamp.json',
      '/repo/targets.json',
      '/repo/99.root.json',
      `/repo/targets/stores/s1/${'0'.repeat(64)}.campaigns.json`,
      '/repo/targets/stores/s1/..%2f..%2fkeys%2froot.pem',
    ];
    for (const path of unknown)
      expect(await refusalOf(store.send(path))).toMatchObject({ code: 'HUB_REPO_FILE_UNKNOWN' });
    expect((await fetch(`${hub.hub.url}/repo/root.json`)).status).toBe(401);
  });

  test('is followed to where it is applied, refused or superseded', async () => {
    const chain = chainOf('s1', 'ops');
    const report = (version: number, outcome: string, more = {}) =>
      chain.next('tillside.desired.applied.v1', {
        kind: 'campaigns',
        version,
        sha256: 'a'.repeat(64),
        outcome,
        at: '2024-03-02T01:00:00Z',
        ...more,
      });
    await push();
    await store.acked([report(1, 'applied')]);
    await push();
    await push();
    await store.acked([report(3, 'refused', { code: 'SET_INVALID', message: 'no' })]);
    const { releases } = await hub.call('campaigns');
    expect(releases.map(({ stores }) => stores[0]?.state)).toEqual(['refused', 'superseded', 'applied']);
    expect(releases[0]).toMatchObject({ campaignCount: 1, stores: [{ version: 3, code: 'SET_INVALID' }] });
    expect((await hub.call('stores')).stores[0]?.campaigns).toMatchObject({ version: 3, state: 'refused' });
  });

  test('is still there, verified from the first root, after a restart', async () => {
    await push();
    await hub.restart();
    expect((await verifiedTargets())['stores/s1/campaigns.json']?.custom).toMatchObject({ version: 1 });
    expect((await push()).stores).toMatchObject([{ store: 's1', version: 2 }]);
  });
});

describe('signed metadata', () => {
  test('is renewed before it expires, and the chain of roots leads on from the pinned one', async () => {
    await push();
    now += 5 * DAY_MS;
    await hub.restart();
    await verifiedTargets();
    now += 300 * DAY_MS;
    await hub.restart();
    expect((await verifiedTargets())['stores/s1/campaigns.json']?.custom).toMatchObject({ version: 1 });
  });
});

describe('a faulty push', () => {
  const refusal = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof HubRefusal)) throw new Error('was not refused');
    return error.answer;
  };

  test('says where the file is wrong, and publishes nothing', async () => {
    const [campaign] = MILK_SET.campaigns;
    const bad = {
      ...MILK_SET,
      campaigns: [{ ...campaign, discount: { by: 'percent', percentOffBp: 20_000 } }, campaign],
    };
    const answer = await refusal(push(bad));
    expect(answer.code).toBe('HUB_CAMPAIGNS_INVALID');
    expect(answer.issues?.map(({ path }) => path)).toContainEqual(expect.stringContaining('percentOffBp'));
    for (const each of [null, 7, 'text', [], {}, { ...MILK_SET, extra: 1 }]) {
      expect((await refusal(push(each))).code).toBe('HUB_CAMPAIGNS_INVALID');
    }
    expect((await hub.call('campaigns')).releases).toEqual([]);
    expect(await verifiedTargets()).toEqual({});
  });

  test('that cannot work as it is written is refused in both languages; what is only odd is told and goes out', async () => {
    const [campaign] = MILK_SET.campaigns;
    const never = {
      ...campaign,
      window: {
        ...campaign?.window,
        daysOfWeek: [1],
        to: '2024-01-01T12:00:00+08:00',
        hours: [{ from: '20:00', to: '21:00' }],
      },
    };
    const answer = await refusal(push({ ...MILK_SET, campaigns: [never] }));
    expect(answer.code).toBe('HUB_CAMPAIGNS_UNSOUND');
    expect(answer.issues).toMatchObject([{ code: 'NEVER_OPEN', path: expect.stringContaining('campaigns[0]') }]);
    expect(answer.issues?.[0]?.text?.zh).toContain('牛奶九折');
    expect(await verifiedTargets()).toEqual({});
    const twins = await push({ ...MILK_SET, campaigns: [campaign, { ...campaign, id: 'milk-again' }] });
    expect(twins.stores).toHaveLength(1);
    expect(twins.findings.map(({ severity }) => severity)).toContain('warning');
    expect((await push()).findings).toEqual([]);
  });

  test('to an unknown store publishes nothing', async () => {
    expect((await refusal(push(MILK_SET, ['s1', 's9']))).code).toBe('HUB_STORE_UNKNOWN');
    expect(await verifiedTargets()).toEqual({});
  });

  test('before there is a store is named', async () => {
    const empty = await testHub();
    const pushed = empty.call('pushCampaigns', { body: { stores: ['*'], set: MILK_SET } });
    expect((await refusal(pushed)).code).toBe('HUB_NO_STORES');
    await empty.dispose();
  });

  test('preview decides by the code of the tills, and says what it cannot read', async () => {
    const body = { set: MILK_SET, basket: MILK_BASKET, context: AT_NOON };
    const { decision } = await hub.call('previewCampaigns', { body });
    expect(decision).toMatchObject({ listFen: 2000, savingsFen: 200, payableFen: 1800 });
    const bag = { sku: 'bag', name: { zh: '购物袋', en: 'Bag' }, quantity: 1, valueFen: 500 };
    const { discount: _, ...common } = MILK_SET.campaigns[0] as DiscountCampaign;
    const reach = { items: { all: true }, spendFen: 2000, repeat: 'once', base: 'after-item-discounts' };
    const over20 = { ...common, ...reach, id: 'bag-20', kind: 'gift', gifts: [bag] };
    const set = { ...MILK_SET, campaigns: [...MILK_SET.campaigns, over20] };
    const near = await hub.call('previewCampaigns', { body: { ...body, set } });
    // 18.00 after the discount: 2.00 more, and more of what is itself 10% off.
    expect(near).toMatchObject({
      findings: [],
      decision: { notApplied: [{ campaignId: 'bag-20', unlock: { gift: bag.name } }] },
    });
    const wrong = { ...body, basket: { lines: 7 }, context: { ...AT_NOON, zone: 'Mars/Base' } };
    const answer = await refusal(hub.call('previewCampaigns', { body: wrong }));
    expect(answer.code).toBe('HUB_PREVIEW_INVALID');
    expect(answer.issues?.map(({ path }) => path.split('.')[0]).toSorted()).toContain('basket');
    expect(answer.issues).toContainEqual(expect.objectContaining({ path: 'context.zone' }));
  });
});

describe('wake-ups', () => {
  const clients: MqttClient[] = [];
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  });
  const connect = (username: string, password: string, clientId = username): Promise<MqttClient> =>
    new Promise((resolve, reject) => {
      const options = { username, password, clientId, reconnectPeriod: 0, protocolVersion: 4 } as const;
      const client = mqtt.connect(hub.hub.mqttUrl, options);
      clients.push(client);
      client.once('connect', () => resolve(client));
      client.once('error', reject);
      client.once('close', () => reject(new Error('closed')));
    });
  const nextMessage = (client: MqttClient) =>
    new Promise<[string, unknown]>((resolve) => {
      client.once('message', (topic, payload) => resolve([topic, JSON.parse(payload.toString())]));
    });

  test('reach the store that something was published to', async () => {
    const client = await connect('s1', store.credential);
    await client.subscribeAsync(wakeTopic('s1'));
    const heard = nextMessage(client);
    await push();
    expect(await heard).toEqual([wakeTopic('s1'), { version: 1 }]);
  });

  test('a store hears its own topic only, and publishes nothing', async () => {
    const other = await hub.pairStore('s2');
    const [client, publisher] = [await connect('s1', store.credential), await connect('s2', other.credential)];
    for (const topic of [wakeTopic('s2'), 'tillside/#', '#', '$SYS/#']) {
      await expect(client.subscribeAsync(topic)).rejects.toThrow();
    }
    await client.subscribeAsync(wakeTopic('s1'));
    // HQ publishes its terms by itself, so other wakes may come before and after.
    const heard: unknown[] = [];
    client.on('message', (topic, payload) => heard.push([topic, JSON.parse(payload.toString())]));
    const thrownOut = new Promise<void>((resolve) => publisher.once('close', () => resolve()));
    publisher.publish(wakeTopic('s1'), '{"version":666}', { qos: 1 });
    await thrownOut;
    await hub.hub.publishWake('s1', 7);
    await expect.poll(() => heard, { timeout: 5_000 }).toContainEqual([wakeTopic('s1'), { version: 7 }]);
    expect(JSON.stringify(heard)).not.toContain('666');
  });

  test('need the credential of the store that signs in, and its own client id', async () => {
    const other = await hub.pairStore('s2');
    await expect(connect('s1', 'A'.repeat(43))).rejects.toThrow(/Not authorized|Bad user/iu);
    await expect(connect('s1', other.credential)).rejects.toThrow(/Not authorized|Bad user/iu);
    await expect(connect('s2', other.credential, 's1')).rejects.toThrow(/Not authorized|Bad user/iu);
  });

  test('end when the credential is revoked', async () => {
    const client = await connect('s1', store.credential);
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    await hub.call('revokeCredential', { params: { id: store.credentialId } });
    await closed;
    await expect(connect('s1', store.credential)).rejects.toThrow();
  });
});
