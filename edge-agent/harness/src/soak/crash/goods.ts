import { callAgent } from '@tillside/agent-contract';
import { gtin13CheckDigit } from '@tillside/demo';
import { HarnessError } from '../../errors.ts';
import type { PairedTerminal } from '../../store/measured-store.ts';

const ITEMS = 12;
const HEAD =
  'sku,gtin,nameZh,nameEn,sizeZh,sizeEn,department,category,type,soldBy,priceFen,vatBasisPoints,shelf,pictogram';

/** What the terminals sell. */
export const GOODS: readonly string[] = Array.from({ length: ITEMS }, (_, n) => `item-${n}`);

function rowOf(sku: string, n: number, priceFen: number): string {
  const first = `29${String(n).padStart(10, '0')}`;
  return `${sku},${first}${gtin13CheckDigit(first)},货${n},Item ${n},,,dry,dry,dry,each,${priceFen},900,A1,dairy`;
}

/** The item file of the goods, and of so many others besides at a price of the file's own. */
export const itemFile = (others: number, otherFen: number): string =>
  [
    HEAD,
    ...GOODS.map((sku, n) => rowOf(sku, n, (n + 1) * 95)),
    ...Array.from({ length: others }, (_, n) => rowOf(`other-${n}`, ITEMS + n, otherFen)),
  ].join('\n');

/** Rejects with HARNESS_STORE_FAILED when a row is refused. */
export async function bringGoods(
  admin: { url: string; credential: string },
  file: string = itemFile(0, 0),
): Promise<void> {
  const { rejected } = await callAgent(admin, 'importFile', { params: { what: 'items' }, body: `${file}\n` });
  if (rejected[0] !== undefined) throw new HarnessError('HARNESS_STORE_FAILED', JSON.stringify(rejected[0]));
}

export async function pairTerminal(
  admin: { url: string; credential: string },
  name: string,
  lane: string,
): Promise<PairedTerminal> {
  const { code } = await callAgent(admin, 'createPairingCode', { body: { kind: 'terminal', name, lane } });
  return { url: admin.url, ...(await callAgent({ url: admin.url }, 'pair', { body: { code, kind: 'terminal' } })) };
}
