import type { MemberData } from '@tillside/agent-contract';
import { Button, formatLongDate, formatMoney, formatNumber, Loading, Notice, useLocale } from '@tillside/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.ts';
import type { ApiError } from '../api/result.ts';
import { birthdayToSend } from '../shared/birthday.ts';
import { maskedPhone } from '../shared/masked-phone.ts';
import { isPhoneComplete, NO_PHONE, phoneToSend } from './join/phone.ts';
import { BirthdayEntry, PhoneEntry } from './join/phone-entry.tsx';
import { shopperWords } from './own-errors.ts';

/** Sales that a page of a kiosk shows; the export of the phone page has them all. */
const SALES_SHOWN = 8;

/** All that the store holds of a member, loaded for as long as the page stands. */
export function useOwnData(client: Client, visit: string | null): { data: MemberData | null; error: ApiError | null } {
  const [data, setData] = useState<MemberData | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  useEffect(() => {
    if (visit === null) return;
    let isHere = true;
    void client.call('ownData', { body: { code: visit } }).then((answer) => {
      if (!isHere) return;
      if (answer.ok) setData(answer.value);
      else setError(answer.error);
    });
    return () => {
      isHere = false;
      setData(null);
      setError(null);
    };
  }, [client, visit]);
  return { data, error };
}

function Facts({ data }: { data: MemberData }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { profile } = data;
  const kept: readonly (readonly [string, string])[] = [
    [t('data.phone'), profile?.phone === undefined ? t('data.atHq') : maskedPhone(profile.phone)],
    [t('data.birthday'), profile?.birthday ?? t('data.none')],
    [t('data.joined'), formatLongDate(data.joinedAt, locale)],
    [t('data.points'), formatNumber(data.pointsBalance, locale)],
    [t('data.key'), data.hasPhoneKey ? t('data.yes') : t('data.no')],
    [t('data.labels'), [...data.tags, ...data.segments].join(', ') || t('data.none')],
    [t('data.accesses'), formatNumber(data.accesses.length, locale)],
  ];
  return (
    <dl className="k-facts">
      {kept.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="tl-number">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What is known here, shown; and how to take it along. */
export function OwnData({ client, visit }: { client: Client; visit: string }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { data, error } = useOwnData(client, visit);
  const words = error ? shopperWords(error, locale) : null;
  if (words) return <Notice kind="warning" title={words.title} todo={words.todo} code={words.code} />;
  if (data === null) return <Loading what={t('loading')} />;
  return (
    <div className="k-mine">
      <h1>{t('data.title')}</h1>
      <Facts data={data} />
      <section className="k-section">
        <h2>{t('data.sales', { count: data.sales.length })}</h2>
        {data.sales.length === 0 ? (
          <p className="tl-second">{t('data.noSales')}</p>
        ) : (
          <ul className="k-sales">
            {data.sales.slice(0, SALES_SHOWN).map((sale) => (
              <li key={sale.saleId}>
                <span>{formatLongDate(sale.completedAt, locale)}</span>
                <span className="tl-second">{t('data.items', { count: sale.lines.length })}</span>
                <span className="tl-number">{formatMoney(sale.payableFen, locale)}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <p className="k-lead">{t('data.take')}</p>
    </div>
  );
}

export interface Corrected {
  phone?: string;
  birthday?: string;
}

/** Another number, or a birthday: typed on the same keys as at joining. */
export function useCorrect(
  isWorking: boolean,
  onSend: (correction: Corrected) => void,
): { body: ReactElement; foot: ReactElement } {
  const { t } = useTranslation();
  const [field, setField] = useState<'phone' | 'birthday'>('phone');
  const [phone, setPhone] = useState(NO_PHONE);
  const [birthday, setBirthday] = useState('');
  const day = birthdayToSend(birthday);
  const isComplete = field === 'phone' ? isPhoneComplete(phone) : day !== undefined;
  const send = (): void => {
    if (field === 'phone') onSend({ phone: phoneToSend(phone) });
    else if (day !== undefined) onSend({ birthday: day });
  };
  const body = (
    <div className="k-phone-step">
      <div className="k-join-part">
        <h1>{t('mine.correct')}</h1>
        {/* biome-ignore lint/a11y/useSemanticElements: two toggles side by side, named as a group */}
        <div className="k-regions" role="group" aria-label={t('correct.what')}>
          {(['phone', 'birthday'] as const).map((one) => (
            <button
              key={one}
              type="button"
              className="k-region"
              aria-pressed={field === one}
              onClick={() => setField(one)}
            >
              {t(`correct.${one}`)}
            </button>
          ))}
        </div>
      </div>
      {field === 'phone' ? (
        <PhoneEntry phone={phone} onChange={setPhone} />
      ) : (
        <BirthdayEntry value={birthday} onChange={setBirthday} />
      )}
    </div>
  );
  const foot = (
    <Button look="member" size="large" wide isDisabled={isWorking || !isComplete} onPress={send}>
      {t('correct.go')}
    </Button>
  );
  return { body, foot };
}
