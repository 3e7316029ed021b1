import { type Campaign, KIND_NAMES } from '@tillside/decide';
import { Button, Checkbox, Select, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { checkForm, emptyForm, FORM_KINDS, type CampaignForm as Form, type FormFaults } from '../draft/draft.ts';
import { useFormat } from './use-format.ts';

const DAY_MS = 86_400_000;
const WINDOW_DAYS = 14;

/** YYYY-MM-DD in the zone of this computer. */
function localDay(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function freshForm(): Form {
  const now = new Date();
  return emptyForm(localDay(now), localDay(new Date(now.getTime() + WINDOW_DAYS * DAY_MS)));
}

/** `skus`: the items that the first campaign is about. */
export function CampaignForm({
  skus = [],
  onAdd,
}: {
  skus?: readonly string[] | undefined;
  onAdd: (campaign: Campaign) => void;
}): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const [form, setForm] = useState<Form>(() =>
    skus.length === 0 ? freshForm() : { ...freshForm(), scope: 'skus', keys: skus.join(', ') },
  );
  const [faults, setFaults] = useState<FormFaults>({});
  const set = (change: Partial<Form>): void => setForm({ ...form, ...change });
  const fault = (field: keyof Form): string | undefined => {
    const found = faults[field];
    return found === undefined ? undefined : t(`draft.${found}`);
  };
  const text = (
    field: 'nameZh' | 'nameEn' | 'keys' | 'from' | 'to',
    label: string,
    more: object = {},
  ): ReactElement => (
    <TextField
      label={label}
      value={form[field]}
      onChange={(value) => set({ [field]: value })}
      error={fault(field)}
      {...more}
    />
  );
  const amount = (field: 'percent' | 'spendYuan' | 'saveYuan', label: string): ReactElement => (
    <TextField
      label={label}
      value={form[field]}
      onChange={(value) => set({ [field]: value })}
      error={fault(field)}
      inputMode="decimal"
    />
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const checked = checkForm(form, `hq-${Date.now().toString(36)}`);
    setFaults(checked.ok ? {} : checked.faults);
    if (!checked.ok) return;
    onAdd(checked.campaign);
    setForm(freshForm());
  };
  return (
    <form className="np-form" onSubmit={submit} noValidate>
      <Select
        label={t('draft.kind')}
        options={FORM_KINDS.map((key) => ({ key, label: format.said(KIND_NAMES[key]) }))}
        selected={form.kind}
        onSelect={(kind) => set({ kind })}
      />
      <div className="np-fields">
        {text('nameZh', t('draft.nameZh'))}
        {text('nameEn', t('draft.nameEn'))}
      </div>
      {form.kind === 'discount' ? (
        amount('percent', t('draft.percent'))
      ) : (
        <>
          <div className="np-fields">
            {amount('spendYuan', t('draft.spend'))}
            {amount('saveYuan', t('draft.save'))}
          </div>
          <Checkbox isSelected={form.isPerStep} onChange={(isPerStep) => set({ isPerStep })}>
            {t('draft.repeat')}
          </Checkbox>
        </>
      )}
      <Select
        label={t('draft.scope')}
        options={[
          { key: 'all', label: t('draft.scopeAll') },
          { key: 'departments', label: t('draft.scopeDepartments') },
          { key: 'categories', label: t('draft.scopeCategories') },
          { key: 'skus', label: t('draft.scopeSkus') },
        ]}
        selected={form.scope}
        onSelect={(scope) => set({ scope })}
      />
      {form.scope === 'all' ? null : text('keys', t('draft.keys'), { placeholder: 'produce, dairy' })}
      <div className="np-fields">
        {text('from', t('draft.from'), { type: 'date' })}
        {text('to', t('draft.to'), { type: 'date' })}
      </div>
      <p className="tl-second np-small">
        {t('draft.zone', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
      </p>
      <Checkbox isSelected={form.isMembersOnly} onChange={(isMembersOnly) => set({ isMembersOnly })}>
        {t('draft.members')}
      </Checkbox>
      <TextField
        label={t('draft.birthday')}
        hint={t('draft.birthdayHint')}
        value={form.birthdayDays}
        onChange={(birthdayDays) => set({ birthdayDays })}
        error={fault('birthdayDays')}
        inputMode="numeric"
      />
      <Button type="submit">{t('draft.put')}</Button>
    </form>
  );
}
