import { readFile } from 'node:fs/promises';
import type { PushedItems, StoreState } from '@tillside/hub-contract';
import { parse as parseYaml } from 'yaml';
import { HubFault } from '../fault.ts';
import { readItemFiles } from '../items/files.ts';
import { type HubClient, HubRefusal } from './client.ts';
import { language, type Output, table } from './output.ts';

const NONE = '-';

/** What these commands say, in both languages. */
const WORDS = {
  en: {
    reading: (files: string) => `reading ${files}`,
    sending: (rows: number) => `sending ${rows} rows; the hub checks each`,
    pushed: (items: number, changed: number, stores: number) =>
      `${items} items published to ${changed} of ${stores} stores; the others have them already`,
    devices: (devices: number, stores: number) => `devices published: ${devices}, to ${stores} stores`,
    head: ['store', 'version', 'state', 'bytes', 'by delta', 'why'],
    stateHead: ['store', 'version', 'state', 'why'],
    pending: 'pending',
    applied: 'applied',
    refused: 'refused',
    superseded: 'superseded',
    delta: (bytes: number, from: number) => `${bytes} from version ${from}`,
  },
  zh: {
    reading: (files: string) => `读取 ${files}`,
    sending: (rows: number) => `发送 ${rows} 行，由总部逐行检查`,
    pushed: (items: number, changed: number, stores: number) =>
      `已向 ${stores} 家门店中的 ${changed} 家发布 ${items} 个商品；其余门店内容未变`,
    devices: (devices: number, stores: number) => `已向 ${stores} 家门店发布 ${devices} 台设备`,
    head: ['门店', '版本', '状态', '字节', '增量', '原因'],
    stateHead: ['门店', '版本', '状态', '原因'],
    pending: '等待',
    applied: '已生效',
    refused: '已拒绝',
    superseded: '已被取代',
    delta: (bytes: number, from: number) => `${bytes}（自版本 ${from}）`,
  },
} as const;
const words = () => WORDS[language()];

const why = ({ code, message }: StoreState): string => [code, message].filter(Boolean).join(' ') || NONE;

export interface ItemsPushFlags {
  readonly stores?: string;
  /** A file of prices of single stores. */
  readonly prices?: string;
  readonly force?: boolean;
}

export async function itemsPush(client: HubClient, output: Output, file: string, flags: ItemsPushFlags): Promise<void> {
  const files = [file, ...(flags.prices === undefined ? [] : [flags.prices])];
  const said = words();
  output.err(said.reading(files.join(', ')));
  const { text, rows, placeOf } = await readItemFiles(files);
  output.err(said.sending(rows));
  const query = { stores: flags.stores ?? '*', force: flags.force === true ? 'true' : 'false' } as const;
  const pushed = await client('pushItems', { query, body: text }).catch((error: unknown) => {
    throw placed(error, placeOf);
  });
  const changed = pushed.stores.filter(({ unchanged }) => !unchanged).length;
  output.out(said.pushed(pushed.items, changed, pushed.stores.length));
  output.out(table(said.head, pushed.stores.map(itemsRow)));
}

function itemsRow(store: PushedItems['stores'][number]): string[] {
  const said = words();
  const [newest] = store.deltas;
  const delta = newest === undefined ? NONE : said.delta(newest.lengthBytes, newest.from);
  return [store.store, String(store.version), said[store.state], String(store.lengthBytes), delta, why(store)];
}

/** The hub names lines of what was sent; people look for them in their files. */
function placed(error: unknown, placeOf: (line: number) => string): unknown {
  if (!(error instanceof HubRefusal)) return error;
  const issues = error.answer.issues?.map((issue) => {
    const line = /^rows\.(\d+)$/u.exec(issue.path)?.[1];
    return line === undefined ? issue : { ...issue, path: placeOf(Number(line)) };
  });
  return issues === undefined ? error : new HubRefusal({ ...error.answer, issues });
}

export async function devicesPush(client: HubClient, output: Output, file: string, stores?: string): Promise<void> {
  let config: unknown;
  try {
    config = parseYaml(await readFile(file, 'utf8'));
  } catch (error) {
    throw new HubFault('HUB_FILE_UNREADABLE', `${file}: ${error instanceof Error ? error.message : ''}`);
  }
  const wanted = (stores ?? '*').split(',').map((id) => id.trim());
  const pushed = await client('pushDevices', { body: { stores: wanted, config } });
  const said = words();
  output.out(said.devices(pushed.devices, pushed.stores.length));
  const rows = pushed.stores.map((store) => [store.store, String(store.version), said[store.state], why(store)]);
  output.out(table(said.stateHead, rows));
}
