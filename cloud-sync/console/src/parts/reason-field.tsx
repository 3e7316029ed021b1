import { TextField } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

interface ReasonFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The form was sent once: an empty reason is now told. */
  readonly isTried: boolean;
}

/** Why somebody at HQ looks at a person's data; it goes to the access log. */
export function ReasonField({ value, onChange, isTried }: ReasonFieldProps): ReactElement {
  const { t } = useTranslation();
  return (
    <TextField
      label={t('member.reason')}
      hint={t('member.reasonHint')}
      value={value}
      onChange={onChange}
      maxLength={80}
      autoComplete="off"
      error={isTried && value.trim() === '' ? t('member.reasonMissing') : undefined}
    />
  );
}
