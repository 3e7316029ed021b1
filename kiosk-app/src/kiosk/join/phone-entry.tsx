import { Keypad } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { groupPhone, PHONE_MAX_DIGITS, type PhoneRegion } from './phone.ts';

const REGIONS = ['mainland', 'international'] as const;

export interface TypedPhone {
  readonly region: PhoneRegion;
  readonly digits: string;
}
export const NO_PHONE: TypedPhone = { region: 'mainland', digits: '' };

/** Where the number is from, the number as it grows, and the keys. */
export function PhoneEntry({
  phone,
  onChange,
}: {
  phone: TypedPhone;
  onChange: (phone: TypedPhone) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { region, digits } = phone;
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: two toggles side by side, named as a group */}
      <div className="k-regions" role="group" aria-label={t('join.region')}>
        {REGIONS.map((one) => (
          <button
            key={one}
            type="button"
            className="k-region"
            aria-pressed={region === one}
            onClick={() => onChange({ region: one, digits: digits.slice(0, PHONE_MAX_DIGITS[one]) })}
          >
            {t(`join.${one}`)}
          </button>
        ))}
      </div>
      <section className="k-join-phone">
        <output className="k-phone tl-number" aria-label={t('join.phone')} data-empty={digits === ''}>
          {digits === '' ? t('join.phoneEmpty') : groupPhone(digits, region)}
        </output>
        <Keypad
          value={digits}
          onChange={(next) => onChange({ region, digits: next })}
          maxLength={PHONE_MAX_DIGITS[region]}
        />
      </section>
    </>
  );
}
