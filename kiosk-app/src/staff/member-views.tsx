import type { AccessReason, MemberData, PointsStatement } from '@tillside/agent-contract';
import { Button, formatLongDate, formatMoney, formatNumber, Loading, Notice, QrCode, useLocale } from '@tillside/ui';
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Client, newKey } from '../api/client.ts';
import type { ApiError, Result } from '../api/result.ts';
import { FREE_PURPOSES } from '../shared/consents.ts';
import { maskedPhone } from '../shared/masked-phone.ts';
import { kindOf, newestLines, placeOf, type StatementLine } from '../shared/statement-lines.ts';
import { staffWords } from './own-errors.ts';

/** Sales and lines that a handheld shows; the phone's page and HQ have them all. */
const SALES_SHOWN = 12;
const LINES_SHOWN = 20;

export interface LookProps {
  readonly client: Client;
  readonly memberId: string;
  /** Why the colleague opened this member; the store keeps it with the look. */
  readonly reason: AccessReason;
  readonly onBack: () => void;
  readonly onOver: () => void;
}

interface Looked<T> {
  readonly value: T | null;
  readonly error: ApiError | null;
}

/** Asked once when the page opens, since each asking is a look that is written down; nothing stays when it is left. */
function useLook<T>(ask: () => Promise<Result<T>>, onOver: () => void): Looked<T> {
  const [looked, setLooked] = useState<Looked<T>>({ value: null, error: null });
  const asked = useRef<Promise<Result<T>>>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: one opening is one look
  useEffect(() => {
    let isHere = true;
    // React runs effects twice while developing; a look counts once.
    asked.current ??= ask();
    void asked.current.then((answer) => {
      if (!isHere) return;
      if (answer.ok) setLooked({ value: answer.value, error: null });
      else if (answer.error.code === 'STAFF_SESSION_ENDED') onOver();
      else setLooked({ value: null, error: answer.error });
    });
    return () => {
      isHere = false;
    };
  }, []);
  return looked;
}

interface ViewProps<T> {
  readonly title: string;
  readonly looked: Looked<T>;
  readonly onBack: () => void;
  readonly children: (value: T) => ReactNode;
}

function View<T>({ title, looked: { value, error }, onBack, children }: ViewProps<T>): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const words = error ? staffWords(error, locale) : null;
  return (
    <div className="s-members">
      <h1>{title}</h1>
      {words ? <Notice kind="warning" title={words.title} todo={words.todo} code={words.code} /> : null}
      {value === null && words === null ? <Loading what={t('loading')} /> : null}
      {value === null ? null : children(value)}
      <Button look="quiet" size="large" wide onPress={onBack}>
        {t('back')}
      </Button>
    </div>
  );
}

/** A link, good once, by which a phone of the member's shows codes of its own. */
export function PhoneLink({ client, memberId, reason, onBack, onOver }: LookProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [key] = useState(newKey);
  const looked = useLook(() => client.call('invitePhone', { key, params: { memberId }, body: { reason } }), onOver);
  return (
    <View title={t('members.phoneTitle')} looked={looked} onBack={onBack}>
      {({ claimUrl, claimUntil }) => (
        <div className="s-joined s-members">
          <QrCode text={claimUrl} label={t('members.claimQr')} />
          <p>{t('members.phoneText', { date: formatLongDate(claimUntil, locale) })}</p>
        </div>
      )}
    </View>
  );
}

export function PointsHere({ client, memberId, reason, onBack, onOver }: LookProps): ReactElement {
  const { t } = useTranslation();
  const looked = useLook(() => client.call('memberStatement', { params: { memberId }, body: { reason } }), onOver);
  return (
    <View title={t('members.pointsTitle')} looked={looked} onBack={onBack}>
      {(statement) => <Statement statement={statement} />}
    </View>
  );
}

function Statement({ statement }: { statement: PointsStatement }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const number = (count: number): string => formatNumber(count, locale);
  const { available, pending, owed, endingNext, availableNext, lines, isWhole } = statement;
  const { shown, before } = newestLines(statement, LINES_SHOWN);
  const date = (at: string): string => formatLongDate(at, locale);
  const placed = (line: StatementLine): string => {
    const place = placeOf(line, { here: t('members.here'), hq: t('members.hq') });
    return place === undefined ? date(line.at) : `${place} · ${date(line.at)}`;
  };
  return (
    <>
      <section className="s-person">
        <strong className="tl-number">{number(available)}</strong>
        <span>{t('members.spendable')}</span>
        {pending > 0 ? (
          <span className="tl-second">
            {availableNext === undefined
              ? t('members.pending', { points: number(pending) })
              : t('members.pendingUntil', { points: number(pending), date: date(availableNext.at) })}
          </span>
        ) : null}
        {endingNext === undefined ? null : (
          <span className="tl-second">
            {t('members.ending', { points: number(endingNext.points), date: date(endingNext.at) })}
          </span>
        )}
        {owed > 0 ? <span className="tl-second">{t('members.owed', { points: number(owed) })}</span> : null}
      </section>
      {isWhole ? null : <p>{t('members.away')}</p>}
      {lines.length === 0 ? (
        <p className="tl-second">{t(isWhole ? 'members.noLines' : 'members.noLinesHere')}</p>
      ) : null}
      <ol className="s-facts">
        {shown.map((line) => (
          <li key={`${line.at} ${line.kind} ${line.balance}`}>
            <span>
              {t(`members.line.${kindOf(line)}`)}
              <small className="tl-second">{placed(line)}</small>
            </span>
            <strong className="tl-number">{`${line.points > 0 ? '+' : ''}${number(line.points)}`}</strong>
          </li>
        ))}
      </ol>
      {before === 0 ? null : (
        <p className="tl-second">{t(isWhole ? 'members.before' : 'members.beforeHere', { points: number(before) })}</p>
      )}
    </>
  );
}

export function DataHere({ client, memberId, reason, onBack, onOver }: LookProps): ReactElement {
  const { t } = useTranslation();
  const looked = useLook(() => client.call('memberData', { params: { memberId }, body: { reason } }), onOver);
  return (
    <View title={t('members.dataTitle')} looked={looked} onBack={onBack}>
      {(data) => <Data data={data} />}
    </View>
  );
}

function Data({ data }: { data: MemberData }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { profile, consents, sales, coupons, accesses } = data;
  const isGranted = (purpose: string): boolean => consents.some((one) => one.purpose === purpose && one.granted);
  const agreed = FREE_PURPOSES.filter(isGranted).map((purpose) => t(`members.purposes.${purpose}`));
  const none = t('members.none');
  const kept: readonly (readonly [string, string])[] = [
    [t('members.dataPhone'), profile?.phone === undefined ? t('members.notHere') : maskedPhone(profile.phone)],
    [t('members.dataName'), profile?.name ?? none],
    [t('members.dataBirthday'), profile?.birthday ?? none],
    [t('members.dataJoined'), formatLongDate(data.joinedAt, locale)],
    [t('members.dataAgreed'), agreed.join(t('members.comma')) || none],
    [t('members.dataCoupons'), formatNumber(coupons.filter(({ isSpent }) => !isSpent).length, locale)],
    [t('members.dataLooks'), formatNumber(accesses.length, locale)],
  ];
  return (
    <>
      <p className="tl-second">{t('members.dataKept')}</p>
      <dl className="s-facts">
        {kept.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="tl-number">{value}</dd>
          </div>
        ))}
      </dl>
      <section aria-labelledby="sales">
        <h2 id="sales">{t('members.dataSales', { count: sales.length })}</h2>
        <ol className="s-facts">
          {sales.slice(0, SALES_SHOWN).map((sale) => (
            <li key={sale.saleId}>
              <span>
                {formatLongDate(sale.completedAt, locale)}
                <small className="tl-second">{sale.receiptNumber}</small>
              </span>
              <strong className="tl-number">{formatMoney(sale.payableFen, locale)}</strong>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}
