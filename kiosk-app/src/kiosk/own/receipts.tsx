import type { MemberHome, OwnReceipts } from '@tillside/agent-contract';
import {
  ArrowLeftIcon,
  ArrowRightIcon,
  Button,
  Empty,
  formatDateTime,
  formatMoney,
  Loading,
  ReceiptIcon,
  useLocale,
} from '@tillside/ui';
import { type ReactElement, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../../api/client.ts';
import type { ApiError } from '../../api/result.ts';
import { Trouble } from '../page.tsx';
import { PrintReceipt, type ReceiptKey, ReceiptSheet, useReceipt } from './receipt-sheet.tsx';
import './own.css';

function List({
  receipts,
  onOpen,
}: {
  receipts: OwnReceipts['receipts'];
  onOpen: (saleId: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <ul className="k-receipt-list">
      {receipts.map((sale) => (
        <li key={sale.saleId}>
          <button type="button" className="k-way" onClick={() => onOpen(sale.saleId)}>
            <span className="k-two-lines">
              <strong>{formatDateTime(sale.completedAt, locale)}</strong>
              <small>
                {t('own.receipts.lines', { count: sale.lines })}
                {sale.returns > 0 ? ` · ${t('own.receipts.returned')}` : ''}
              </small>
            </span>
            <span className="k-receipt-sum tl-number">{formatMoney(sale.paidFen, locale)}</span>
            <ArrowRightIcon className="tl-icon" aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** A member's own receipts of this store, and one of them. */
export function useReceipts(client: Client, home: MemberHome): { body: ReactElement; foot: ReactElement | null } {
  const { t } = useTranslation();
  const [saleId, setSaleId] = useState<string | null>(null);
  const { visit } = home;
  const key = useMemo<ReceiptKey | null>(() => (saleId === null ? null : { code: visit, saleId }), [visit, saleId]);
  const { shown, error } = useReceipt(client, key);
  if (key === null) return { body: <AllReceipts client={client} visit={visit} onOpen={setSaleId} />, foot: null };
  const body = (
    <div className="k-mine">
      <div>
        <Button look="quiet" onPress={() => setSaleId(null)}>
          <ArrowLeftIcon className="tl-icon" aria-hidden />
          {t('own.receipts.back')}
        </Button>
      </div>
      <Trouble error={error} />
      {shown === null ? error === null ? <Loading what={t('loading')} /> : null : <ReceiptSheet shown={shown} />}
    </div>
  );
  return { body, foot: shown && <PrintReceipt client={client} receipt={key} canPrint={shown.canPrint} /> };
}

function AllReceipts(props: { client: Client; visit: string; onOpen: (saleId: string) => void }): ReactElement {
  const { client, visit, onOpen } = props;
  const { t } = useTranslation();
  const [receipts, setReceipts] = useState<OwnReceipts['receipts'] | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  useEffect(() => {
    let isHere = true;
    void client.call('ownReceipts', { body: { code: visit } }).then((answer) => {
      if (!isHere) return;
      if (answer.ok) setReceipts(answer.value.receipts);
      else setError(answer.error);
    });
    return () => {
      isHere = false;
    };
  }, [client, visit]);
  if (error !== null) return <Trouble error={error} />;
  if (receipts === null) return <Loading what={t('loading')} />;
  return (
    <div className="k-mine">
      <h1>{t('own.receipts.title')}</h1>
      {receipts.length === 0 ? (
        <Empty title={t('own.receipts.none')} icon={ReceiptIcon}>
          {t('own.receipts.noneText')}
        </Empty>
      ) : (
        <>
          <List receipts={receipts} onOpen={onOpen} />
          <p className="tl-second">{t('own.receipts.onlyHere')}</p>
        </>
      )}
    </div>
  );
}
