import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wakeTopic } from '@tillside/protocol';
import { connectAsync, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { testHub } from '../testing/hub.ts';
import { testService, uniqueName } from '../testing/services.ts';
import { createExternalBroker, type ExternalBroker } from './external.ts';

const service = await testService('mosquitto');
const log = pino({ level: 'silent' });
const dir = mkdtempSync(join(tmpdir(), 'tillside-external-'));
const passwordFile = join(dir, 'password');
writeFileSync(passwordFile, `${service?.password ?? ''}\n`);
let broker: ExternalBroker | undefined;
const clients: MqttClient[] = [];
afterEach(async () => {
  await broker?.stop();
  for (const client of clients.splice(0)) await client.endAsync(true);
});
afterAll(() => rmSync(dir, { recursive: true }));

const open = (change: object = {}) => {
  const login = service?.username === undefined ? {} : { username: service.username, passwordFile };
  broker = createExternalBroker({ url: service?.url ?? '', ...login, ...change }, log);
  broker.start();
  return broker;
};

/** A store with an account at the broker. */
async function storeAt(id: string): Promise<{ heard: string[]; client: MqttClient }> {
  if (service?.passwordFile !== undefined && service.passwordTool !== undefined) {
    execFileSync(service.passwordTool, ['-b', service.passwordFile, id, 'secret'], { stdio: 'ignore' });
    process.kill(Number(service.pid), 'SIGHUP');
  }
  let client: MqttClient | undefined;
  const options = { clientId: id, username: id, password: 'secret', protocolVersion: 4, reconnectPeriod: 0 } as const;
  await expect
    .poll(async () => {
      client = await connectAsync(service?.url ?? '', options, false).catch(() => undefined);
      return client !== undefined;
    })
    .toBe(true);
  if (client === undefined) throw new Error('connected');
  clients.push(client);
  const heard: string[] = [];
  client.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString('utf8')}`));
  return { heard, client };
}

describe.skipIf(service === null)('a broker of the operator', () => {
  test('wakes the store that is meant', async () => {
    const id = uniqueName('s').replace('_', '-');
    const { heard, client } = await storeAt(id);
    await client.subscribeAsync(wakeTopic(id));
    const opened = open();
    await expect.poll(opened.connected).toBe(true);
    await opened.publishWake(id, 7);
    await expect.poll(() => heard).toEqual([`${wakeTopic(id)} {"version":7}`]);
  });

  test.skipIf(service?.passwordFile === undefined)(
    'by the list in docs/hub-storage.md lets a store hear its own wake-ups and say nothing',
    async () => {
      const [own, other] = [uniqueName('s').replace('_', '-'), uniqueName('s').replace('_', '-')];
      const { heard, client } = await storeAt(own);
      await client.subscribeAsync('tillside/#');
      const opened = open();
      await expect.poll(opened.connected).toBe(true);
      await client.publishAsync(wakeTopic(own), '{"version":1}', { qos: 1 });
      await opened.publishWake(other, 2);
      await opened.publishWake(own, 3);
      await expect.poll(() => heard).toEqual([`${wakeTopic(own)} {"version":3}`]);
    },
  );

  test('that is away, or refuses the hub, costs wake-ups and nothing else', async () => {
    const url = 'mqtt://127.0.0.1:1';
    const hub = await testHub({ mqtt: { external: { url } } });
    const store = await hub.pairStore('s1');
    expect(store.mqttUrl).toBe(url);
    expect((await hub.call('stores')).stores).toHaveLength(1);
    await hub.hub.publishWake('s1', 1);
    await hub.dispose();
    const file = join(dir, 'none');
    expect(() => open({ passwordFile: file })).toThrow(expect.objectContaining({ code: 'HUB_CONFIG_INVALID' }));
  });
});
