import { CONTENT_LIMITS, CONTENT_PLACES, type ContentCard } from '@tillside/decide';
import { Button, Checkbox, Notice, Select, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CardFaults, type CutPictures, checkCard, emptyCard, type CardForm as Form } from '../draft/card-draft.ts';
import type { Trouble } from '../hub/client.ts';
import { useSession } from '../hub/use-hub.ts';
import { CardPreview } from './card-preview.tsx';
import { cutPicture } from './cut-picture.ts';
import { TroubleNotice } from './trouble-notice.tsx';

const SHOWN_DAYS = 14;
const NO_CAMPAIGN = '-';

function freshForm(): Form {
  const day = (later: number): string => {
    const at = new Date();
    at.setDate(at.getDate() + later);
    return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
  };
  return emptyCard(day(0), day(SHOWN_DAYS));
}

interface CardFormProps {
  readonly campaigns: readonly { readonly id: string; readonly name: string }[];
  readonly isBusy: boolean;
  readonly onAdd: (card: ContentCard) => Promise<boolean>;
}

/** Writes one card; its picture is cut here and kept by HQ before the card is. */
export function CardForm({ campaigns, isBusy, onAdd }: CardFormProps): ReactElement {
  const { t } = useTranslation();
  const [form, setForm] = useState(freshForm);
  const [faults, setFaults] = useState<CardFaults>({});
  const [pictures, setPictures] = useState<CutPictures>();
  const set = (change: Partial<Form>): void => setForm({ ...form, ...change });
  const text = (
    field: Exclude<keyof Form, 'places'>,
    label: string,
    most?: number,
    more: object = {},
  ): ReactElement => (
    <TextField
      label={label}
      value={form[field]}
      onChange={(value) => set({ [field]: value })}
      error={faults[field] ? t(most === undefined ? 'screens.wrongField' : 'screens.wrongWords', { most }) : undefined}
      {...more}
    />
  );
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const checked = checkCard(form, `card-${Date.now().toString(36)}`, pictures);
    setFaults(checked.ok ? {} : checked.faults);
    if (!checked.ok || !(await onAdd(checked.card))) return;
    setForm(freshForm());
    setPictures(undefined);
  };
  const { titleChars, textChars, altChars } = CONTENT_LIMITS;
  const words = (zh: string, en: string): { zh: string; en: string } => ({ zh, en });
  return (
    <form className="np-form" onSubmit={(event) => void submit(event)} noValidate>
      <div className="np-fields">
        {text('titleZh', t('screens.titleZh'), titleChars.zh)}
        {text('titleEn', t('screens.titleEn'), titleChars.en)}
      </div>
      <div className="np-fields">
        {text('textZh', t('screens.textZh'), textChars.zh)}
        {text('textEn', t('screens.textEn'), textChars.en)}
      </div>
      <PictureField onCut={setPictures} isHere={pictures !== undefined} />
      {pictures === undefined ? null : (
        <div className="np-fields">
          {text('altZh', t('screens.altZh'), altChars.zh)}
          {text('altEn', t('screens.altEn'), altChars.en)}
        </div>
      )}
      <Select
        label={t('screens.campaign')}
        options={[
          { key: NO_CAMPAIGN, label: t('screens.noCampaign') },
          ...campaigns.map(({ id, name }) => ({ key: id, label: name })),
        ]}
        selected={form.campaignId === '' ? NO_CAMPAIGN : form.campaignId}
        onSelect={(key) => set({ campaignId: key === NO_CAMPAIGN ? '' : key })}
      />
      <p className="tl-second np-small">{t('screens.campaignHint')}</p>
      <div className="np-fields">
        {text('from', t('screens.from'), undefined, { type: 'date' })}
        {text('to', t('screens.to'), undefined, { type: 'date' })}
      </div>
      {text('priority', t('screens.priority'), undefined, { inputMode: 'numeric', hint: t('screens.priorityHint') })}
      {CONTENT_PLACES.map((place) => (
        <Checkbox
          key={place}
          isSelected={form.places.includes(place)}
          onChange={(isOn) =>
            set({ places: CONTENT_PLACES.filter((one) => (one === place ? isOn : form.places.includes(one))) })
          }
        >
          {t(`screens.place.${place}`)}
        </Checkbox>
      ))}
      {faults.places ? <p className="np-fault">{t('screens.noPlace')}</p> : null}
      <CardPreview
        card={{
          title: words(form.titleZh, form.titleEn),
          text: words(form.textZh, form.textEn),
          ...(pictures === undefined ? {} : { picture: { ...pictures, alt: words(form.altZh, form.altEn) } }),
        }}
      />
      <Button type="submit" isDisabled={isBusy}>
        {t('screens.put')}
      </Button>
    </form>
  );
}

function PictureField({ onCut, isHere }: { onCut: (cut: CutPictures) => void; isHere: boolean }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [state, setState] = useState<'cutting' | 'unreadable'>();
  const [trouble, setTrouble] = useState<Trouble>();
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setState('cutting');
    setTrouble(undefined);
    const kept: string[] = [];
    for (const shape of ['portrait', 'landscape'] as const) {
      const cut = await cutPicture(file, shape);
      if (cut === null) return setState('unreadable');
      const answer = await hub.send('addPicture', cut);
      if (!answer.ok) {
        setState(undefined);
        return setTrouble(answer.trouble);
      }
      kept.push(answer.value.sha256);
    }
    const [portrait, landscape] = kept;
    if (portrait !== undefined && landscape !== undefined) onCut({ portrait, landscape });
    setState(undefined);
  };
  return (
    <div className="np-load">
      <label className="tl-field">
        <span className="tl-label">{t(isHere ? 'screens.otherPicture' : 'screens.picture')}</span>
        <input
          type="file"
          accept="image/png,image/jpeg,image/webp"
          onChange={({ target }) => void take(target.files?.[0])}
        />
      </label>
      <p className="tl-second" role="status">
        {t(state === 'cutting' ? 'screens.cutting' : 'screens.pictureHint')}
      </p>
      {state === 'unreadable' ? (
        <Notice kind="error" title={t('screens.unreadable')} todo={t('screens.unreadableTodo')} />
      ) : null}
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
    </div>
  );
}
