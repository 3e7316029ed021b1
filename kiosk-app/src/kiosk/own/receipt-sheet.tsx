import type { ReceiptAsked, ShownReceipt } from '@tillside/agent-contract';
import {
  Button,
  formatDateTime,
  formatMoney,
  formatNumber,
  Loading,
  Notice,
  Price,
  QrCode,
  useLocale,
} from '@tillside/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Client, newKey } from '../../api/client.ts';
import type { ApiError } from '../../api/result.ts';
import { Trouble } from '../page.tsx';
import { useVisitCall } from '../use-visit-call.ts';
import './own.css';

/** Whose receipt: a member's own sale, or the number and amount on it. */
export type ReceiptKey =
  | { readonly code: string; readonly saleId: string }
  | { readonly receiptNumber: string; readonly amountFen: number };

const bodyOf = (receipt: ReceiptKey, locale: ReceiptAsked['locale']): ReceiptAsked => ({ ...receipt, locale });

/** A receipt in the language of the screen; asked again when that changes. Nothing of it outlives the page. */
export function useReceipt(client: Client, receipt: ReceiptKey | null) {
  const locale = useLocale();
  const [shown, setShown] = useState<ShownReceipt | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  useEffect(() => {
    setShown(null);
    setError(null);
    if (receipt === null) return undefined;
    let isHere = true;
    void client.call('showReceipt', { body: bodyOf(receipt, locale) }).then((answer) => {
      if (!isHere) return;
      if (answer.ok) setShown(answer.value);
      else setError(answer.error);
    });
    return () => {
      isHere = false;
    };
  }, [client, receipt, locale]);
  return { shown, error };
}

function Lines({ receipt }: { receipt: Extract<ShownReceipt['receipt'], { kind: 'sale' }> }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const money = (fen: number): string => formatMoney(fen, locale);
  const { lines, gifts, savingsFen, payableFen, paidFen } = receipt;
  const sums: readonly (readonly [string, number])[] = [
    ...(savingsFen > 0 ? [[t('own.receipt.savings'), savingsFen] as const] : []),
    ...(paidFen === payableFen ? [] : [[t('own.receipt.payable'), payableFen] as const]),
  ];
  return (
    <>
      <ul className="k-receipt-lines">
        {lines.map((line) => (
          <li key={line.lineId}>
            <span>
              {line.name} <span className="tl-second">{line.size}</span>
            </span>
            <span className="tl-second tl-number">
              {line.weightGrams === undefined
                ? t('own.receipt.each', { count: line.quantity })
                : t('own.receipt.grams', { count: line.weightGrams })}
            </span>
            <span className="tl-number">{money(line.payableFen)}</span>
          </li>
        ))}
        {gifts.map((gift) => (
          <li key={`${gift.campaign} ${gift.name}`}>
            <span>{gift.name}</span>
            <span className="tl-second">{t('own.receipt.gift')}</span>
            <span className="tl-number">{formatNumber(gift.quantity, locale)}</span>
          </li>
        ))}
      </ul>
      <dl className="k-facts">
        {sums.map(([name, fen]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="tl-number">{money(fen)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Code({ qr }: { qr: ShownReceipt['qr'] }): ReactElement {
  const { t } = useTranslation();
  const isInvoice = qr.holds === 'e-invoice';
  return (
    <aside className="k-receipt-code">
      <QrCode text={qr.data} label={t('own.receipt.qr')} />
      <strong>{t(isInvoice ? 'own.receipt.fapiao' : 'own.receipt.text')}</strong>
      <p>{t(isInvoice ? 'own.receipt.fapiaoWhat' : 'own.receipt.textWhat')}</p>
      {qr.holds === 'text' && qr.leftOut > 0 ? <p>{t('own.receipt.leftOut', { count: qr.leftOut })}</p> : null}
    </aside>
  );
}

/** The receipt as a person reads it, what a phone can take along, and its print. */
export function ReceiptSheet({ shown }: { shown: ShownReceipt }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { receipt } = shown;
  if (receipt.kind !== 'sale') return <Loading what={t('loading')} />;
  return (
    <div className="k-receipt">
      <article className="k-receipt-paper" aria-label={t('own.receipt.number', { number: receipt.receiptNumber })}>
        <header>
          <strong>{receipt.storeName}</strong>
          <p className="tl-second tl-number">
            {formatDateTime(receipt.at, locale)} · {t('own.receipt.number', { number: receipt.receiptNumber })}
          </p>
        </header>
        <Lines receipt={receipt} />
        <p className="k-receipt-paid">
          <span>{t('own.receipt.paid')}</span>
          <Price priceFen={receipt.paidFen} size="l" tone="plain" />
        </p>
      </article>
      <Code qr={shown.qr} />
    </div>
  );
}

/** Prints it here. Who leaves while it waits for the printer takes their print along: it never comes. */
export function PrintReceipt({
  client,
  receipt,
  canPrint,
}: {
  client: Client;
  receipt: ReceiptKey;
  canPrint: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { ask, error, isWorking } = useVisitCall();
  const [number, setNumber] = useState<number | null>(null);
  const isWaiting = useRef(false);
  isWaiting.current = isWorking;
  useEffect(
    () => () => {
      if (isWaiting.current) void client.call('dropPrints', { body: {} });
    },
    [client],
  );
  const print = async (): Promise<void> => {
    const answer = await ask(() => client.call('printReceipt', { key: newKey(), body: bodyOf(receipt, locale) }));
    setNumber(answer?.ok ? answer.value.number : null);
  };
  const printed =
    number === null ? null : number === 1 ? t('own.receipt.printed') : t('own.receipt.reprint', { count: number - 1 });
  if (!canPrint) return <p className="k-hint tl-second">{t('own.receipt.noPrinter')}</p>;
  return (
    <>
      <div className="k-print-said" aria-live="polite">
        {printed === null || isWorking ? null : <Notice kind="success" title={printed} />}
        {isWorking ? null : <Trouble error={error} />}
      </div>
      <Button look="primary" size="large" wide isDisabled={isWorking} onPress={() => void print()}>
        {t(isWorking ? 'own.receipt.printing' : 'own.receipt.print')}
      </Button>
    </>
  );
}
