import { PointsRules } from '@tillside/decide';
import { Button, Notice, Select, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TroubleNotice } from './trouble-notice.tsx';
import { type SettingsPart, useSettings } from './use-settings.ts';

const NUMBERS = ['pendingDays', 'expiryMonths', 'giveBackDays', 'offlineBurnPoints', 'cardBurnPoints'] as const;
const DEBTS = ['owe', 'absorb'] as const;
type Typed = Record<(typeof NUMBERS)[number], string>;

const shown = (value: number | undefined): string => (value === undefined ? '' : String(value));

/** The numbers of points, with what each of them means. */
export function PointsForm(props: SettingsPart): ReactElement {
  const { held } = props;
  const { t } = useTranslation();
  const { trouble, save } = useSettings(props);
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
  const filled = NUMBERS.filter((name) => typed[name].trim() !== '');
  const next = PointsRules.safeParse({
    ...Object.fromEntries(filled.map((name) => [name, Number(typed[name].trim())])),
    negative,
  });
  const bad = new Set(next.success ? [] : next.error.issues.map(({ path }) => path[0]));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (next.success) void save({ points: next.data });
  };
  return (
    <form className="np-form" noValidate onSubmit={submit}>
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
