import { Keypad, Select, useLocale } from '@tillside/ui';
import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { BIRTHDAY_MAX_DIGITS, groupBirthday } from '../../shared/birthday.ts';
import { useTypedDigits } from '../wedge/typed-keys.tsx';
import { type Country, callingCode, countryName, countryOf, ELSEWHERE, OFFERED } from './countries.ts';
import { groupPhone, maxDigits, type TypedPhone } from './phone.ts';

interface PhoneEntryProps {
  phone: TypedPhone;
  onChange: (phone: TypedPhone) => void;
}

/** Where the number is from, the number as it grows, and the keys. */
export function PhoneEntry({ phone, onChange }: PhoneEntryProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { country, digits } = phone;
  const max = maxDigits(country);
  const type = (next: string): void => onChange({ country, digits: next });
  useTypedDigits(digits, type, max);
  const options = useMemo(
    () => [
      ...OFFERED.map((key) => ({ key: key as Country, label: `${countryName(key, locale)} +${callingCode(key)}` })),
      { key: ELSEWHERE as Country, label: t('join.elsewhere') },
    ],
    [locale, t],
  );
  const known = country === ELSEWHERE ? countryOf(digits) : undefined;
  return (
    <section className="k-join-phone">
      <div className="k-country">
        <Select
          label={t('join.country')}
          options={options}
          selected={country}
          onSelect={(next) => onChange({ country: next, digits: digits.slice(0, maxDigits(next)) })}
        />
        {known ? <span className="tl-second">{countryName(known.country, locale)}</span> : null}
      </div>
      <output className="k-phone tl-number" aria-label={t('join.phone')} data-empty={digits === ''}>
        {digits === '' ? t(country === ELSEWHERE ? 'join.codeFirst' : 'join.phoneEmpty') : groupPhone(phone)}
      </output>
      <Keypad value={digits} onChange={type} maxLength={max} />
    </section>
  );
}

/** The same keys as for the number: eight digits, or four of who keeps the year. */
export function BirthdayEntry(props: { value: string; onChange: (digits: string) => void }): ReactElement {
  const { value, onChange } = props;
  const { t } = useTranslation();
  useTypedDigits(value, onChange, BIRTHDAY_MAX_DIGITS);
  return (
    <section className="k-join-phone">
      <output className="k-phone tl-number" aria-label={t('join.birthday')} data-empty={value === ''}>
        {value === '' ? t('join.birthdayEmpty') : groupBirthday(value)}
      </output>
      <Keypad value={value} onChange={onChange} maxLength={BIRTHDAY_MAX_DIGITS} />
    </section>
  );
}
