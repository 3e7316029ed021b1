import type { HubAnswer } from '@tillside/hub-contract';
import type { useTranslation } from 'react-i18next';
import type { Format } from '../parts/use-format.ts';

export type EventRow = HubAnswer<'events'>['events'][number];
type Translate = ReturnType<typeof useTranslation>['t'];
type Data = EventRow['data'];

const num = (data: Data, key: string): number => (typeof data[key] === 'number' ? data[key] : 0);
const word = (data: Data, key: string): string => (typeof data[key] === 'string' ? data[key] : '');
const size = (data: Data, key: string): number => (Array.isArray(data[key]) ? data[key].length : 0);

type Teller = (data: Data, t: Translate, format: Format) => string;

function tellSale(data: Data, t: Translate, format: Format): string {
  const values = { count: size(data, 'lines'), amount: format.money(num(data, 'payableFen')) };
  const saved = num(data, 'savingsFen') > 0 ? t('event.saved', { amount: format.money(num(data, 'savingsFen')) }) : '';
  const member = word(data, 'memberId') === '' ? '' : t('event.byMember');
  return `${t(data.late === true ? 'event.saleLate' : 'event.sale', values)}${saved}${member}`;
}

function tellApplied(data: Data, t: Translate): string {
  const what = t(`store.${word(data, 'kind')}`, { defaultValue: word(data, 'kind') });
  return t(data.outcome === 'applied' ? 'event.applied' : 'event.refused', { what, version: num(data, 'version') });
}

/** A plain sentence for each type of event. The bodies are read leniently: what is shown here was already checked, or quarantined, by the hub. */
const TELLERS: Readonly<Record<string, Teller>> = {
  'tillside.sale.completed.v1': tellSale,
  'tillside.sale.returned.v1': (data, t, { money }) => t('event.returned', { amount: money(num(data, 'refundFen')) }),
  'tillside.goods.returned.v1': (data, t, { money }) =>
    t(`event.goodsReturned.${word(data, 'basis')}`, { amount: money(num(data, 'refundFen')) }),
  'tillside.item.unknown.v1': (data, t) =>
    t(data.sold === true ? 'event.itemSold' : 'event.itemRefused', { code: word(data, 'gtin') || word(data, 'sku') }),
  'tillside.coupon.redeemed.v1': (data, t, { money }) => t('event.coupon', { amount: money(num(data, 'amountFen')) }),
  'tillside.coupon.claimed.v1': (_data, t) => t('event.couponTaken'),
  'tillside.basket.cancelled.v1': (data, t, { money }) => t('event.cancelled', { amount: money(num(data, 'listFen')) }),
  'tillside.day.closed.v1': (data, t, { money, day }) =>
    t(data.agreed === true ? 'event.dayAgreed' : 'event.dayDiffers', {
      date: day(word(data, 'businessDate')),
      amount: money(num(data, 'payableFen')),
    }),
  'tillside.member.joined.v1': (_data, t) => t('event.joined'),
  'tillside.consent.changed.v1': (data, t) =>
    t(data.granted === true ? 'event.consentGiven' : 'event.consentTaken', {
      purpose: t(`event.purpose.${word(data, 'purpose')}`),
    }),
  'tillside.member.erased.v1': (_data, t) => t('event.erased'),
  'tillside.member.keyed.v1': (data, t) => t(data.publicKey === undefined ? 'event.claimMade' : 'event.keyed'),
  'tillside.member.verified.v1': (_data, t) => t('event.verified'),
  'tillside.member.corrected.v1': (_data, t) => t('event.corrected'),
  'tillside.member.accessed.v1': (data, t) =>
    t('event.accessed', { what: t(`member.whats.${word(data, 'what')}`, { defaultValue: word(data, 'what') }) }),
  'tillside.points.moved.v1': (data, t) => t('event.pointsMoved', { count: size(data, 'entries') }),
  'tillside.desired.applied.v1': tellApplied,
  'tillside.desired.applied.v2': tellApplied,
  'tillside.stream.shed.v1': (data, t, { number }) =>
    t('event.shed', {
      count: number(num(data, 'toSeq') - num(data, 'fromSeq') + 1),
      stream: t(`stream.${word(data, 'stream')}`, { defaultValue: word(data, 'stream') }),
    }),
  'tillside.model.changed.v1': (data, t) =>
    t(`event.modelStage.${word(data, 'stage')}`, { share: num(data, 'sharePercent') }),
  'tillside.recommendation.served.v1': (data, t) => t('event.recommended', { count: size(data, 'skus') }),
  'tillside.recommendation.outcome.v1': (data, t) =>
    t(`event.recommendedThen.${word(data, 'outcome')}`, { count: size(data, 'skus') }),
  'tillside.label.shown.v1': (data, t, { money }) => t('event.label', { amount: money(num(data, 'priceFen')) }),
  'tillside.promotion.changed.v1': (data, t, { share }) =>
    t('event.promotion', { share: share(num(data, 'percentOffBasisPoints') / 10_000) }),
  'tillside.device.changed.v1': (data, t) =>
    t('event.device', {
      id: word(data, 'deviceId'),
      state: t(`event.deviceState.${word(data, 'state')}`, { defaultValue: word(data, 'state') }),
    }),
  'tillside.items.imported.v1': (data, t, { number }) =>
    t('event.items', { accepted: number(num(data, 'accepted')), rejected: number(num(data, 'rejected')) }),
  'tillside.presence.counted.v1': (data, t) =>
    t('event.presence', { zone: word(data, 'zone'), count: num(data, 'devices') }),
};

export function tell(event: EventRow, t: Translate, format: Format): string {
  const teller = TELLERS[event.type];
  return teller === undefined || event.quarantine !== null
    ? t('event.other', { type: event.type })
    : teller(event.data, t, format);
}
