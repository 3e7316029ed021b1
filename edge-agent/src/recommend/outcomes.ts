import type { EventBody } from '@tillside/protocol';
import type { Tx } from '../journal/index.ts';
import { memberById, personalised } from '../members/members.ts';
import { instantOf } from '../ports.ts';
import { type Exposure, exposuresOfBasket, exposuresOfMember, type Served } from './exposures.ts';

type Outcome = EventBody<'tillside.recommendation.outcome.v1'>;
type What = Pick<Outcome, 'outcome' | 'basketId' | 'saleId'>;

/** A purchase this long after a visit to the kiosk is its doing. */
export const KIOSK_CREDIT_MS = 24 * 3_600_000;

interface Lines {
  readonly basketId: string;
  readonly lines: readonly { readonly line: { readonly sku: string } }[];
  readonly training?: true;
}

/** Tells which recommended goods a change put into a basket, and which it took out again. */
export function tellBasketOutcomes(tx: Tx, before: Lines, after: Lines, atMs: number): void {
  const [had, has] = [skusOf(before), skusOf(after)];
  const added = [...has].filter((sku) => !had.has(sku));
  const removed = [...had].filter((sku) => !has.has(sku));
  if (after.training || added.length + removed.length === 0) return;
  const { basketId } = after;
  const exposures = exposuresOfBasket(tx, basketId);
  tell(tx, exposures, added, { outcome: 'added', basketId }, atMs);
  tell(tx, exposures, removed, { outcome: 'removed', basketId }, atMs);
}

/** Tells which of a sale's goods had been recommended: beside its basket, or to its member at the kiosk, as long as the member agrees to be known there. */
export function tellBought(
  tx: Tx,
  sale: { saleId: string; basketId: string; memberId: string | undefined; skus: readonly string[] },
  atMs: number,
): void {
  const { saleId, basketId, memberId } = sale;
  const member = memberId === undefined ? undefined : memberById(tx, memberId);
  const atKiosk =
    member === undefined || !personalised(member)
      ? []
      : exposuresOfMember(tx, member.memberId, atMs - KIOSK_CREDIT_MS).filter(({ body }) => body.channel === 'kiosk');
  const exposures = [...exposuresOfBasket(tx, basketId), ...atKiosk].sort((a, b) => b.atMs - a.atMs);
  tell(tx, exposures, new Set(sale.skus), { outcome: 'bought', basketId, saleId }, atMs);
}

/** Each SKU is the newest answer's that showed it. */
function tell(tx: Tx, newestFirst: readonly Exposure[], skus: Iterable<string>, what: What, atMs: number): void {
  const credited = new Map<Served, string[]>();
  for (const sku of skus) {
    const shown = newestFirst.find(({ body }) => body.skus.includes(sku))?.body;
    if (shown !== undefined) credited.set(shown, [...(credited.get(shown) ?? []), sku]);
  }
  for (const [{ recommendationId, channel, source, modelId }, of] of credited)
    tx.append('tillside.recommendation.outcome.v1', {
      recommendationId,
      channel,
      source,
      ...(modelId === undefined ? {} : { modelId }),
      ...what,
      skus: of,
      at: instantOf(atMs),
    });
}

const skusOf = ({ lines }: Lines): Set<string> => new Set(lines.map(({ line }) => line.sku));
