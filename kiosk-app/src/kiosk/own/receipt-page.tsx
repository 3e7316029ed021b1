import { Button, formatMoney, Keypad, Loading, useLocale } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiError } from '../../api/result.ts';
import { Finish, Page, Trouble } from '../page.tsx';
import type { PropsOf } from '../screen-props.ts';
import { PrintReceipt, type ReceiptKey, ReceiptSheet, useReceipt } from './receipt-sheet.tsx';
import './own.css';

/** Digits of a number that tell a receipt together with its amount; the agent asks for as many. */
const MIN_NUMBER_DIGITS = 4;
const MAX_NUMBER_DIGITS = 12;
/** A million yuan, in fen. */
const MAX_AMOUNT_DIGITS = 8;

/** Number and amount, typed on one pad: the field that is typed into has the ink. */
function useFields(error: ApiError | null) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [field, setField] = useState<'number' | 'amount'>('number');
  const [number, setNumber] = useState('');
  const [amount, setAmount] = useState('');
  const clear = (): void => {
    setField('number');
    setNumber('');
    setAmount('');
  };
  const isNumber = field === 'number';
  const fields = [
    { name: 'number', value: number, empty: t('own.find.numberEmpty') },
    {
      name: 'amount',
      value: amount === '' ? '' : formatMoney(Number(amount), locale),
      empty: t('own.find.amountEmpty'),
    },
  ] as const;
  const body = (
    <div className="k-find">
      <div className="k-find-head">
        <h1>{t('own.find.title')}</h1>
        {/* In the place of what was read by then: the keys stay where the finger is. */}
        {error === null ? <p className="k-lead">{t('own.find.how')}</p> : <Trouble error={error} />}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: two toggles side by side, named as a group */}
      <div className="k-find-fields" role="group" aria-label={t('own.find.which')}>
        {fields.map(({ name, value, empty }) => (
          <button
            key={name}
            type="button"
            className="k-find-field"
            aria-pressed={field === name}
            onClick={() => setField(name)}
          >
            <small>{t(`own.find.${name}`)}</small>
            <span className="tl-number" data-empty={value === ''}>
              {value === '' ? empty : value}
            </span>
          </button>
        ))}
      </div>
      <Keypad
        value={isNumber ? number : amount}
        onChange={isNumber ? setNumber : (digits) => setAmount(digits.replace(/^0+/, ''))}
        maxLength={isNumber ? MAX_NUMBER_DIGITS : MAX_AMOUNT_DIGITS}
      />
    </div>
  );
  const missing = number.length < MIN_NUMBER_DIGITS ? 'needNumber' : amount === '' ? 'needAmount' : null;
  return { body, missing, number, amountFen: Number(amount), field, setField, clear };
}

/** Anybody finds a receipt of this store by what stands on it. */
export function ReceiptPage({ context, storeName, wipe }: PropsOf<'receipt'>): ReactElement {
  const { t } = useTranslation();
  const { client } = context;
  const [key, setKey] = useState<ReceiptKey | null>(null);
  const { shown, error } = useReceipt(client, key);
  const fields = useFields(error);
  const again = (): void => {
    setKey(null);
    fields.clear();
  };
  const look = (): void => {
    if (fields.missing === 'needAmount' && fields.field === 'number') fields.setField('amount');
    else if (fields.missing === null) setKey({ receiptNumber: fields.number, amountFen: fields.amountFen });
  };
  if (key !== null && shown !== null) {
    const foot = (
      <div className="k-receipt-foot">
        <PrintReceipt client={client} receipt={key} canPrint={shown.canPrint} />
        <div className="k-pair-actions">
          <Button look="quiet" size="large" onPress={again}>
            {t('own.receipts.another')}
          </Button>
          <Finish onPress={wipe} />
        </div>
      </div>
    );
    return (
      <Page storeName={storeName} onLeave={wipe} foot={foot}>
        <ReceiptSheet shown={shown} />
      </Page>
    );
  }
  const isLooking = key !== null && error === null;
  const goesOn = fields.missing === 'needAmount' && fields.field === 'number';
  const foot = (
    <>
      <p className="k-hint tl-second">{fields.missing === null ? '' : t(`own.find.${fields.missing}`)}</p>
      <Button
        look="primary"
        size="large"
        wide
        isDisabled={isLooking || (fields.missing !== null && !goesOn)}
        onPress={look}
      >
        {goesOn ? t('own.find.amount') : t('own.find.go')}
      </Button>
    </>
  );
  return (
    <Page storeName={storeName} onLeave={wipe} foot={foot}>
      {isLooking ? <Loading what={t('loading')} /> : fields.body}
    </Page>
  );
}
