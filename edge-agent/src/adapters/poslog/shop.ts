import { createHash } from 'node:crypto';
import { AgentError } from '../../errors.ts';
import type { Reader } from '../../journal/index.ts';
import type { Terminal } from '../../lanes/till.ts';
import { memberByCode } from '../../members/members.ts';
import type { Pairing } from '../../pairing/pairing.ts';
import type { Items } from '../../prices/item.ts';
import type { PoslogConfig } from './config.ts';
import type { MapRules, Shop } from './map.ts';
import { tillTimes } from './time.ts';
import type { TransactionKey } from './transaction.ts';

const GTIN = /^\d{8,14}$/;
const PLU = /^\d{1,6}$/;
const MAX_SKU_CHARS = 64;

/** The store's own answers to what mapping asks. */
export function shopOf(reader: Reader, items: Items): Omit<Shop, 'isUnanswered'> {
  return {
    itemOf: (codes) => {
      for (const code of codes) {
        if (GTIN.test(code) && items.byCode(code) !== undefined) return { gtin: code };
        if (items.bySku(code) !== undefined) return { sku: code };
        const plu = PLU.test(code) ? items.byPlu(code.replace(/^0+(?=.)/, '')) : undefined;
        if (plu !== undefined) return { sku: plu.sku };
      }
      const gtin = codes.find((code) => GTIN.test(code));
      const [first] = codes;
      if (gtin !== undefined) return { gtin };
      return first === undefined ? {} : { sku: first.slice(0, MAX_SKU_CHARS) };
    },
    isMember: (code, at) => isMember(reader, code, Date.parse(at)),
  };
}

/** A rotating code of another time is nobody's: the sale is booked without a member. */
function isMember(reader: Reader, code: string, atMs: number): boolean {
  try {
    return memberByCode(reader, code, atMs) !== undefined;
  } catch (error) {
    if (error instanceof AgentError) return false;
    throw error;
  }
}

export const rulesOf = (
  config: PoslogConfig,
  store: { readonly storeId: string; readonly zone: string },
): MapRules => ({
  storeIds: config.storeIds.length === 0 ? [store.storeId] : config.storeIds,
  currency: config.currency,
  soldStatuses: config.soldStatuses,
  weightUnit: config.weightUnit,
  tenders: config.tenders,
  instantOf: tillTimes(store.zone),
});

const MAX_ID_CHARS = 64;
const HASH_CHARS = 12;

/** A workstation of another POS as a terminal of ours: a paired one, else one of its own at its lane. It prices alone whatever the pairing says: that is what it reports. */
export function terminalsOf(config: PoslogConfig, pairing: Pick<Pairing, 'list'>): (key: TransactionKey) => Terminal {
  return ({ store, workstation }) => {
    const named = Object.hasOwn(config.workstations, workstation) ? config.workstations[workstation] : undefined;
    const paired =
      named === undefined
        ? undefined
        : pairing.list().find(({ deviceId, kind }) => kind === 'terminal' && deviceId === named);
    if (paired !== undefined)
      return { deviceId: paired.deviceId, lane: paired.lane ?? workstation, priceOwner: 'pos-reports' };
    return { deviceId: idOf(`poslog-${store}-${workstation}`), lane: named ?? workstation, priceOwner: 'pos-reports' };
  };
}

function idOf(text: string): string {
  if (text.length <= MAX_ID_CHARS) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARS);
  return `${text.slice(0, MAX_ID_CHARS - HASH_CHARS - 1)}-${hash}`;
}
