import type { ConsentTexts } from '@tillside/agent-contract';
import { Button, Checkbox, Dialog, useLocale } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { groupBirthday } from '../../shared/birthday.ts';
import { FREE_PURPOSES, type Granted, PURPOSES } from '../../shared/consents.ts';
import { pick } from '../../shared/pick.ts';

interface TermsProps {
  texts: ConsentTexts;
  storeName: string;
  granted: Granted;
  birthday: string;
  isBirthdayOpen: boolean;
  onChange: (granted: Granted) => void;
  onBirthday: (isOpen: boolean) => void;
  onLeave: () => void;
}

/** What joining means, in HQ's words; the main button agrees to it. The two that are free are ticked by who wants them. */
export function Terms(props: TermsProps): ReactElement {
  const { texts, granted, birthday, isBirthdayOpen, onChange, onBirthday } = props;
  const { t } = useTranslation();
  const locale = useLocale();
  const [open, setOpen] = useState<'more' | 'guardian' | null>(null);
  return (
    <section className="k-consents">
      <p className="k-lead k-membership" data-must-read dir="auto">
        {pick(texts.purposes.membership.text, locale)}
      </p>
      <h2 data-must-read>{t('join.optional')}</h2>
      {FREE_PURPOSES.map((purpose) => (
        <Checkbox
          key={purpose}
          isSelected={granted[purpose]}
          onChange={(isOn) => onChange({ ...granted, [purpose]: isOn })}
          hint={<span dir="auto">{pick(texts.purposes[purpose].text, locale)}</span>}
        >
          <span dir="auto" data-must-read>
            {pick(texts.purposes[purpose].title, locale)}
          </span>
        </Checkbox>
      ))}
      <div className="k-join-others">
        <Button onPress={() => setOpen('more')}>{t('join.more')}</Button>
        <Button onPress={() => onBirthday(!isBirthdayOpen)} aria-pressed={isBirthdayOpen}>
          {isBirthdayOpen ? t('join.birthdayDone') : birthday === '' ? t('join.birthdayAdd') : groupBirthday(birthday)}
        </Button>
        <Button onPress={() => setOpen('guardian')}>{t('join.younger')}</Button>
      </div>
      <More {...props} isOpen={open === 'more'} onClose={() => setOpen(null)} />
      <Dialog
        isOpen={open === 'guardian'}
        onOpenChange={() => setOpen(null)}
        title={t('join.guardian')}
        actions={
          <Button look="primary" size="large" wide onPress={props.onLeave}>
            {t('join.guardianDone')}
          </Button>
        }
      >
        <p dir="auto">{pick(texts.guardian, locale)}</p>
      </Dialog>
    </section>
  );
}

/** All of it for who wants to know: who, what for, and what becomes of it. */
function More(props: TermsProps & { isOpen: boolean; onClose: () => void }): ReactElement {
  const { texts, storeName, isOpen, onClose } = props;
  const { t } = useTranslation();
  const locale = useLocale();
  const said: readonly (readonly [key: string, title: string, text: string])[] = [
    ['who', t('join.moreWho'), storeName],
    ...PURPOSES.map((purpose) => {
      const { title, text } = texts.purposes[purpose];
      return [purpose, pick(title, locale), pick(text, locale)] as const;
    }),
    ['leaving', t('join.moreLeave'), pick(texts.leaving, locale)],
  ];
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onClose}
      title={t('join.moreTitle')}
      actions={
        <Button look="primary" size="large" wide onPress={onClose}>
          {t('join.moreDone')}
        </Button>
      }
    >
      <dl className="k-more">
        {said.map(([key, title, text]) => (
          <div key={key}>
            <dt dir="auto">{title}</dt>
            <dd dir="auto">{text}</dd>
          </div>
        ))}
      </dl>
      <p className="tl-second">{t('join.moreChange')}</p>
    </Dialog>
  );
}
