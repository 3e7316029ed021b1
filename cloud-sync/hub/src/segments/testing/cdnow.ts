import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { DAY_MS, type MemberActivity } from '../activity.ts';

/**
 * CDNOW purchases (Fader and Hardie): all customers who first bought at an online CD shop in the first quarter of 1997, to June 1998. Free for research and teaching; not part of this
 * repository. Found by TILLSIDE_CDNOW (the .txt.gz), else beside the repository where shared data lies.
 */
const BESIDE = fileURLToPath(new URL('../../../../../../shared/data/cdnow/CDNOW_master.txt.gz', import.meta.url));
export const CDNOW_FILE = process.env.TILLSIDE_CDNOW ?? BESIDE;
export const hasCdnow = existsSync(CDNOW_FILE);

export interface Purchase {
  readonly customer: string;
  /** UTC midnight of the day. */
  readonly atMs: number;
  readonly units: number;
  /** Cents of a dollar stand for fen. */
  readonly spentFen: number;
}

/** Lines of `customer yyyymmdd units dollars` under one header. */
export function readCdnow(): Purchase[] {
  const lines = gunzipSync(readFileSync(CDNOW_FILE)).toString('latin1').trim().split(/\r?\n/u).slice(1);
  return lines.map((line) => {
    const [customer = '', day = '', units = '', dollars = ''] = line.trim().split(/\s+/u);
    const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`;
    return { customer, atMs: Date.parse(date), units: Number(units), spentFen: Math.round(Number(dollars) * 100) };
  });
}

const instant = (ms: number): string => new Date(ms).toISOString();

/** What was bought before `untilMs`, folded by customer; several lines of a day are one order. */
export function activitiesUntil(purchases: readonly Purchase[], untilMs: number): MemberActivity[] {
  const days = new Map<string, Map<number, number>>();
  for (const { customer, atMs, spentFen } of purchases) {
    if (atMs >= untilMs) continue;
    const own = days.get(customer) ?? new Map<number, number>();
    own.set(atMs, (own.get(atMs) ?? 0) + spentFen);
    days.set(customer, own);
  }
  return [...days].map(([memberId, own]) => {
    const at = [...own.keys()].sort((a, b) => a - b);
    const [first = 0, last = 0, previous] = [at[0], at.at(-1), at.at(-2)];
    return {
      memberId,
      firstAt: instant(first),
      lastAt: instant(last),
      previousAt: previous === undefined ? null : instant(previous),
      orders: at.length,
      spentFen: [...own.values()].reduce((sum, fen) => sum + fen, 0),
    };
  });
}

export const weeks = (count: number): number => count * 7 * DAY_MS;
