import { TierRules } from '@tillside/decide';
import { Button, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  checkTiers,
  draftOf,
  emptyTier,
  MAX_TIERS,
  moved,
  type TierDraft,
  type TierFault,
  type TiersDraft,
} from '../draft/tiers-draft.ts';
import { TroubleNotice } from './trouble-notice.tsx';
import { useFormat } from './use-format.ts';
import { type SettingsPart, useSettings } from './use-settings.ts';

type FaultOf = (field: string) => string | undefined;
const NUMBERS = ['months', 'spendYuan', 'points', 'orders'] as const;

/** The tiers, the lowest first, each with what brings a member into it and a sentence that says so. */
export function TiersForm(props: SettingsPart): ReactElement {
  const { t } = useTranslation();
  const { trouble, save } = useSettings(props);
  const { data: rules } = TierRules.safeParse(props.held.settings.tiers);
  const [draft, setDraft] = useState<TiersDraft | undefined>(rules && draftOf(rules));
  const [isTried, setTried] = useState(false);
  if (draft === undefined)
    return (
      <>
        <p className="tl-second">{t('hq.noTiers')}</p>
        <Button onPress={() => setDraft(draftOf(undefined))}>{t('hq.tiersStart')}</Button>
      </>
    );
  const checked = checkTiers(draft);
  const faultOf: FaultOf = (field) => {
    const fault: TierFault | undefined = checked.faults[field];
    return isTried && fault !== undefined ? t(`hq.tierFaults.${fault}`) : undefined;
  };
  const setTier = (key: string, change: Partial<TierDraft>): void =>
    setDraft({ ...draft, tiers: draft.tiers.map((tier) => (tier.key === key ? { ...tier, ...change } : tier)) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (checked.rules !== undefined) void save({ tiers: checked.rules });
  };
  return (
    <form className="np-form np-tiers" noValidate onSubmit={submit}>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      <fieldset className="np-tier">
        <legend>{t('hq.baseTier')}</legend>
        <div className="np-fields">
          {(['zh', 'en'] as const).map((language) => (
            <TextField
              key={language}
              label={t(`hq.tierName.${language}`)}
              value={draft.base[language]}
              onChange={(value) => setDraft({ ...draft, base: { ...draft.base, [language]: value } })}
              maxLength={60}
              autoComplete="off"
              error={faultOf(`base.${language}`)}
            />
          ))}
        </div>
      </fieldset>
      {draft.tiers.map((tier, at) => (
        <Tier key={tier.key} tier={tier} at={at} faultOf={faultOf} onChange={(change) => setTier(tier.key, change)}>
          <Button
            look="plain"
            isDisabled={at === 0}
            onPress={() => setDraft({ ...draft, tiers: moved(draft.tiers, at, -1) })}
          >
            {t('hq.tierDown')}
          </Button>
          <Button
            look="plain"
            isDisabled={at === draft.tiers.length - 1}
            onPress={() => setDraft({ ...draft, tiers: moved(draft.tiers, at, 1) })}
          >
            {t('hq.tierUp')}
          </Button>
          <Button
            look="plain"
            onPress={() => setDraft({ ...draft, tiers: draft.tiers.filter(({ key }) => key !== tier.key) })}
          >
            {t('hq.tierRemove')}
          </Button>
        </Tier>
      ))}
      <Button
        isDisabled={draft.tiers.length >= MAX_TIERS}
        onPress={() => setDraft({ ...draft, tiers: [...draft.tiers, emptyTier(draft.tiers)] })}
      >
        {t('hq.tierAdd')}
      </Button>
      <div className="np-fields">
        {(['keepMonths', 'graceMonths'] as const).map((field) => (
          <TextField
            key={field}
            label={t(`hq.${field}`)}
            value={draft[field]}
            inputMode="numeric"
            onChange={(value) => setDraft({ ...draft, [field]: value })}
            autoComplete="off"
            error={faultOf(field)}
          />
        ))}
      </div>
      <p className="tl-second">{t('hq.keep', { keep: draft.keepMonths, grace: draft.graceMonths })}</p>
      <p className="tl-second">{t('hq.tiersWhen')}</p>
      <Button type="submit" look="primary">
        {t('hq.tiersGo')}
      </Button>
      {rules === undefined ? null : (
        <Button look="plain" onPress={() => void save({ tiers: undefined })}>
          {t('hq.tiersNone')}
        </Button>
      )}
    </form>
  );
}

interface TierProps {
  readonly tier: TierDraft;
  readonly at: number;
  readonly faultOf: FaultOf;
  readonly onChange: (change: Partial<TierDraft>) => void;
  /** What may be done with it. */
  readonly children: ReactElement[];
}

function Tier({ tier, at, faultOf, onChange, children }: TierProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const field = (name: 'id' | 'zh' | 'en' | (typeof NUMBERS)[number], more: object = {}): ReactElement => (
    <TextField
      key={name}
      label={t(name === 'zh' || name === 'en' ? `hq.tierName.${name}` : `hq.tierFields.${name}`)}
      value={tier[name]}
      onChange={(value) => onChange({ [name]: value })}
      maxLength={60}
      autoComplete="off"
      error={faultOf(`${tier.key}.${name}`)}
      {...more}
    />
  );
  const said = format.said({ zh: tier.zh, en: tier.en }).trim();
  return (
    <fieldset className="np-tier">
      <legend>{t('hq.tierAt', { number: at + 1, name: said === '' ? tier.id : said })}</legend>
      <div className="np-fields">
        {field('zh')}
        {field('en')}
        {tier.isNew ? field('id', { hint: t('hq.tierIdHint') }) : null}
      </div>
      <div className="np-fields">{NUMBERS.map((name) => field(name, { inputMode: 'decimal' }))}</div>
      <p className="np-sentence">
        <Reach tier={tier} />
      </p>
      <div className="np-tier-actions">{children}</div>
    </fieldset>
  );
}

/** What the tier takes, in a sentence; of a half-filled form, what is still to be said. */
function Reach({ tier }: { tier: TierDraft }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const id = { zh: '-', en: '-' };
  const one = { ...draftOf(undefined), tiers: [{ ...tier, ...id, id: 'one' }] };
  const rule = checkTiers(one).rules?.tiers[0];
  if (rule === undefined) return <>{t('hq.reachMissing')}</>;
  const { months, spendFen, points, orders } = rule;
  const ways = [
    ...(spendFen === undefined ? [] : [t('hq.reachSpend', { amount: format.money(spendFen) })]),
    ...(points === undefined ? [] : [t('hq.reachPoints', { points: format.number(points) })]),
    ...(orders === undefined ? [] : [t('hq.reachOrders', { orders: format.number(orders) })]),
  ];
  return <>{t('hq.reach', { months, ways: ways.join(t('hq.or')) })}</>;
}
