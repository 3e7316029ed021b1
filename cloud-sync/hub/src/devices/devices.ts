import { randomUUID } from 'node:crypto';
import type { PushedDevices } from '@tillside/hub-contract';
import { DevicesFile } from '@tillside/protocol';
import { type DeliveryPorts, resolveStores } from '../campaigns.ts';
import { HubFault } from '../fault.ts';
import { storeStates } from '../store-state.ts';

const MAX_ISSUES = 100;

export interface DevicesDesk {
  /** Checks, signs and publishes. Throws HUB_DEVICES_INVALID, HUB_NO_STORES, HUB_STORE_UNKNOWN. */
  push(request: { stores: readonly string[]; config: unknown }): Promise<PushedDevices>;
}

export function createDevices({ storage, publisher, artifacts, wake }: DeliveryPorts): DevicesDesk {
  return {
    push: async ({ stores, config }) => {
      const read = DevicesFile.safeParse(config);
      if (!read.success) {
        const issues = read.error.issues
          .slice(0, MAX_ISSUES)
          .map(({ path, message }) => ({ path: path.join('.'), message }));
        throw new HubFault('HUB_DEVICES_INVALID', issues[0] && `${issues[0].path}: ${issues[0].message}`, issues);
      }
      const targets = await resolveStores(storage, stores);
      const origin = `devices-${randomUUID()}`;
      const content = Buffer.from(JSON.stringify(read.data));
      const published = await publisher.publish({
        kind: 'devices',
        stores: targets,
        origin,
        artifact: () => artifacts.add('devices', content),
      });
      await Promise.all(published.map(({ store, version }) => wake(store, version)));
      const states = storeStates(published, await storage.desired.current(), await storage.desired.applied());
      return { id: origin, devices: read.data.devices.length, stores: states };
    },
  };
}
