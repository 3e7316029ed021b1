import { PointsRules, TierRules } from '@tillside/decide';
import type { HubAnswer } from '@tillside/hub-contract';
import { Button, Loading, Notice, Select, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useHub, useSession } from '../hub/use-hub.ts';
import { Column, Lead } from '../parts/print.tsx';
import { ReadingNotice, TroubleNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { hrefOf } from '../route.ts';

const EVERY_MS = 30_000;
const NUMBERS = ['pendingDays', 'expiryMonths', 'giveBackDays', 'offlineBurnPoints', 'cardBurnPoints'] as const;
const DEBTS = ['owe', 'absorb'] as const;
type Held = HubAnswer<'memberSettings'>;
type Typed = Record<(typeof NUMBERS)[number], string>;

/** How points and tiers are kept, in sentences; and the numbers of points to change. */
export function MemberSettingsPage(): ReactElement {
  const { t } = useTranslation();
  const reading = useHub('memberSettings', {}, EVERY_MS);
  const [isSaved, setSaved] = useState(false);
  const held = reading.value;
  return (
    <>
      <Lead kicker={t('sections.members')} headline={t('hq.member-settings.title')} deck={t('hq.settingsLead')} />
      {isSaved ? <Notice kind="success" title={t('hq.saved')} /> : null}
      <ReadingNotice reading={reading} />
      {held === undefined ? (
        reading.trouble ? null : (
          <Loading />
        )
      ) : (
        <div className="np-columns">
          <Column title={t('hq.pointsRules')} wide>
            <Points
              key={held.version}
              held={held}
              onSaved={() => {
                setSaved(true);
                reading.again();
              }}
            />
          </Column>
          <Column title={t('hq.tiers')}>
            <Tiers held={held} />
          </Column>
        </div>
      )}
      <a href={hrefOf({ page: 'members' })}>{t('member.back')}</a>
    </>
  );
}

const shown = (value: number | undefined): string => (value === undefined ? '' : String(value));

function Points({ held, onSaved }: { held: Held; onSaved: () => void }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const read = PointsRules.safeParse(held.settings.points ?? {});
  const rules = read.data ?? PointsRules.parse({});
  const [typed, setTyped] = useState<Typed>({
    pendingDays: shown(rules.pendingDays),
    expiryMonths: shown(rules.expiryMonths),
    giveBackDays: shown(rules.giveBackDays),
    offlineBurnPoints: shown(rules.offlineBurnPoints),
    cardBurnPoints: shown(rules.cardBurnPoints),
  });
  const [negative, setNegative] = useState(rules.negative);
  const [trouble, setTrouble] = useState<Trouble>();
  const filled = NUMBERS.filter((name) => typed[name].trim() !== '');
  const next = PointsRules.safeParse({
    ...Object.fromEntries(filled.map((name) => [name, Number(typed[name].trim())])),
    negative,
  });
  const bad = new Set(next.success ? [] : next.error.issues.map(({ path }) => path[0]));
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!next.success) return;
    const body = { was: held.version, settings: { ...held.settings, points: next.data } };
    const answer = await hub.call('putMemberSettings', { body });
    setTrouble(answer.ok ? undefined : answer.trouble);
    if (answer.ok) onSaved();
  };
  return (
    <form className="np-form" noValidate onSubmit={(event) => void submit(event)}>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {NUMBERS.map((name) => (
        <TextField
          key={name}
          label={t(`hq.rules.${name}.label`)}
          hint={t(`hq.rules.${name}.hint`)}
          value={typed[name]}
          inputMode="numeric"
          onChange={(value) => setTyped({ ...typed, [name]: value })}
          autoComplete="off"
          error={bad.has(name) ? t('hq.wholeNumber') : undefined}
        />
      ))}
      <Select
        label={t('hq.rules.negative.label')}
        options={DEBTS.map((key) => ({ key, label: t(`hq.debts.${key}`) }))}
        selected={negative}
        onSelect={setNegative}
      />
      <p className="tl-second">{t('hq.rules.negative.hint')}</p>
      <Notice kind="info" title={t('hq.meaning')} safe={t('hq.meaningSafe')} />
      <Button type="submit" look="primary" isDisabled={!next.success}>
        {t('hq.settingsGo')}
      </Button>
      <p className="tl-second">
        {held.at === null ? t('hq.neverSet') : t('hq.version', { version: held.version, who: held.by ?? '' })}
      </p>
    </form>
  );
}

function Tiers({ held }: { held: Held }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const read = TierRules.safeParse(held.settings.tiers);
  if (!read.success) return <p className="tl-second">{t('hq.noTiers')}</p>;
  const { base, tiers, keepMonths, graceMonths } = read.data;
  return (
    <>
      <ul className="np-dispatches">
        <li>
          <span className="np-dispatch-name">{format.said(base.name)}</span>
          <p className="tl-second">{t('hq.baseTier')}</p>
        </li>
        {tiers.map(({ id, name, months, spendFen, points, orders }) => (
          <li key={id}>
            <span className="np-dispatch-name">{format.said(name)}</span>
            <p className="tl-second">
              {t('hq.reach', {
                months,
                ways: [
                  ...(spendFen === undefined ? [] : [t('hq.reachSpend', { amount: format.money(spendFen) })]),
                  ...(points === undefined ? [] : [t('hq.reachPoints', { points: format.number(points) })]),
                  ...(orders === undefined ? [] : [t('hq.reachOrders', { orders: format.number(orders) })]),
                ].join(t('hq.or')),
              })}
            </p>
          </li>
        ))}
      </ul>
      <p className="tl-second">{t('hq.keep', { keep: keepMonths, grace: graceMonths })}</p>
      <p className="tl-second">{t('hq.tiersWhere')}</p>
    </>
  );
}
