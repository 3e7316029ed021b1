import { ConsentTexts, DEFAULT_CONSENT_TEXTS, haveSameWords } from '@tillside/decide';
import { Button, Checkbox, Notice, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, PURPOSES, suggestVersion, textFaults } from '../draft/texts-draft.ts';
import { TroubleNotice } from './trouble-notice.tsx';
import { type SettingsPart, useSettings } from './use-settings.ts';

type Words = ConsentTexts['guardian'];
const TEXT_ROWS = 4;
const VERSION_CHARS = 40;

/** What people are asked to agree to, in both languages, beside what a shopper sees of it. */
export function TextsForm(props: SettingsPart): ReactElement {
  const { t } = useTranslation();
  const { trouble, save } = useSettings(props);
  const { data: held } = ConsentTexts.safeParse(props.held.settings.consentTexts);
  const before = held ?? DEFAULT_CONSENT_TEXTS;
  const [typed, setTyped] = useState(before);
  const [ownVersion, setOwnVersion] = useState<string>();
  const isOther = !haveSameWords(typed, before);
  const today = new Intl.DateTimeFormat('sv-SE').format(new Date());
  const version = ownVersion ?? (isOther ? suggestVersion(today, [before.version]) : before.version);
  const texts = { ...typed, version: version.trim() };
  const faults = textFaults(texts);
  const isVersionUsed = isOther && texts.version === before.version;
  const faultOf = (field: string): string | undefined => (faults.has(field) ? t('hq.texts.missing') : undefined);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (faults.size === 0 && !isVersionUsed) void save({ consentTexts: texts });
  };
  const both = (field: string, words: Words, rows: number | undefined, onChange: (words: Words) => void) => (
    <div className="np-fields">
      {LANGUAGES.map((language) => (
        <TextField
          key={language}
          label={t(`hq.texts.${rows === undefined ? 'heading' : 'text'}.${language}`)}
          value={words[language]}
          onChange={(value) => onChange({ ...words, [language]: value })}
          autoComplete="off"
          error={faultOf(`${field}.${language}`)}
          {...(rows === undefined ? {} : { rows })}
        />
      ))}
    </div>
  );
  return (
    <div className="np-texts">
      <form className="np-form" noValidate onSubmit={submit}>
        {trouble ? <TroubleNotice trouble={trouble} /> : null}
        <p className="tl-second">{t(held === undefined ? 'hq.texts.ofStores' : 'hq.texts.ofHq')}</p>
        {PURPOSES.map((purpose) => {
          const asked = typed.purposes[purpose];
          const set = (change: Partial<typeof asked>): void =>
            setTyped({ ...typed, purposes: { ...typed.purposes, [purpose]: { ...asked, ...change } } });
          return (
            <fieldset key={purpose} className="np-tier">
              <legend>{t(`member.purposes.${purpose}`)}</legend>
              {both(`purposes.${purpose}.title`, asked.title, undefined, (title) => set({ title }))}
              {both(`purposes.${purpose}.text`, asked.text, TEXT_ROWS, (text) => set({ text }))}
            </fieldset>
          );
        })}
        {(['guardian', 'leaving'] as const).map((part) => (
          <fieldset key={part} className="np-tier">
            <legend>{t(`hq.texts.${part}`)}</legend>
            {both(part, typed[part], TEXT_ROWS, (words) => setTyped({ ...typed, [part]: words }))}
          </fieldset>
        ))}
        <TextField
          label={t('hq.texts.version')}
          hint={t('hq.texts.versionHint')}
          value={version}
          onChange={setOwnVersion}
          maxLength={VERSION_CHARS}
          autoComplete="off"
          error={isVersionUsed ? t('hq.texts.versionSame') : faultOf('version')}
        />
        <Notice kind="info" title={t('hq.texts.meaning')} safe={t('hq.texts.meaningSafe')} />
        <Button type="submit" look="primary" isDisabled={faults.size > 0 || isVersionUsed}>
          {t('hq.texts.go')}
        </Button>
        {held === undefined ? null : (
          <Button look="plain" onPress={() => void save({ consentTexts: undefined })}>
            {t('hq.texts.giveBack')}
          </Button>
        )}
      </form>
      <Preview texts={typed} />
    </div>
  );
}

/** As it stands on a kiosk: nothing is ticked beforehand. */
function Preview({ texts }: { texts: ConsentTexts }): ReactElement {
  const { t } = useTranslation();
  return (
    <aside className="np-preview" aria-label={t('hq.texts.preview')}>
      <h3>{t('hq.texts.preview')}</h3>
      {LANGUAGES.map((language) => (
        <div key={language} lang={language === 'zh' ? 'zh-CN' : 'en'}>
          {PURPOSES.map((purpose) => (
            <Checkbox key={purpose} isReadOnly hint={texts.purposes[purpose].text[language]}>
              {texts.purposes[purpose].title[language]}
            </Checkbox>
          ))}
          <p>{texts.guardian[language]}</p>
          <p>{texts.leaving[language]}</p>
        </div>
      ))}
    </aside>
  );
}
