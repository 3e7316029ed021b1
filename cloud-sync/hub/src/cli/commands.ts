import { readFile } from 'node:fs/promises';
import type { StoreState } from '@tillside/hub-contract';
import { parse as parseYaml } from 'yaml';
import { HubFault } from '../fault.ts';
import type { HubClient } from './client.ts';
import { language, type Output, table } from './output.ts';

export const NONE = '-';

/** Store ids of a flag; all where it is not given. */
export const storeIds = (stores: string | undefined): string[] =>
  stores === undefined
    ? ['*']
    : stores
        .split(',')
        .map((id) => id.trim())
        .filter((id) => id !== '');
export const storeRows = (stores: readonly StoreState[]): string =>
  table(
    ['store', 'version', 'state', 'at', 'why'],
    stores.map(({ store, version, state, at, code, message }) => [
      store,
      String(version),
      state,
      at ?? NONE,
      [code, message].filter(Boolean).join(' ') || NONE,
    ]),
  );

export async function campaignPush(client: HubClient, output: Output, file: string, stores?: string): Promise<void> {
  let set: unknown;
  try {
    set = parseYaml(await readFile(file, 'utf8'));
  } catch (error) {
    throw new HubFault('HUB_CAMPAIGN_FILE_UNREADABLE', `${file}: ${error instanceof Error ? error.message : ''}`);
  }
  const release = await client('pushCampaigns', { body: { stores: storeIds(stores), set } });
  output.out(`${release.campaignCount} campaigns published as ${release.id}`);
  output.out(storeRows(release.stores));
  for (const { code, path, message } of release.findings) output.err(`${code} ${path}: ${message[language()]}`);
}

export async function campaignList(client: HubClient, output: Output): Promise<void> {
  const { releases } = await client('campaigns');
  const rows = releases.flatMap(({ publishedAt, publishedBy, campaignCount, stores }) =>
    stores.map(({ store, version, state, code }) => [
      publishedAt,
      publishedBy,
      String(campaignCount),
      store,
      String(version),
      [state, code].filter(Boolean).join(' '),
    ]),
  );
  output.out(table(['published', 'by', 'campaigns', 'store', 'version', 'state'], rows));
}

export async function storeAdd(client: HubClient, output: Output, id: string, name?: string): Promise<void> {
  const { pairing } = await client('addStore', { body: { id, ...(name === undefined ? {} : { name }) } });
  output.out(`store ${id}: pairing code ${pairing.code} (until ${pairing.expiresAt})`);
}

export async function storeList(client: HubClient, output: Output): Promise<void> {
  const { stores } = await client('stores');
  const applied = (state: StoreState | null): string => (state === null ? NONE : `${state.version} ${state.state}`);
  const rows = stores.map(({ id, name, state, lastSeenAt, events, quarantined, campaigns, items, model, devices }) => [
    id,
    name,
    state,
    lastSeenAt ?? NONE,
    String(events),
    String(quarantined),
    applied(campaigns),
    applied(items),
    applied(model),
    applied(devices),
  ]);
  const head = [
    'store',
    'name',
    'state',
    'last seen',
    'events',
    'quarantined',
    'campaigns',
    'items',
    'model',
    'devices',
  ];
  output.out(table(head, rows));
}

export async function pairOperator(client: HubClient, output: Output): Promise<void> {
  const { code, expiresAt } = await client('createPairing', { body: { kind: 'operator' } });
  output.out(`operator: pairing code ${code} (until ${expiresAt})`);
}
