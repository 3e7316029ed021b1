import { BackspaceIcon } from '@phosphor-icons/react/Backspace';
import type { ReactElement } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

/** What one touch on the pad does to the digits typed so far. Digits beyond `maxLength` fall away. */
export function pressKey(value: string, key: string, maxLength: number): string {
  if (key === 'delete') return value.slice(0, -1);
  if (key === 'clear') return '';
  return `${value}${key}`.slice(0, maxLength);
}

export interface KeypadProps {
  value: string;
  onChange: (value: string) => void;
  maxLength: number;
}

/** Digits for a screen without a keyboard: phone numbers, PINs, codes. */
export function Keypad({ value, onChange, maxLength }: KeypadProps): ReactElement {
  const { t } = useTranslation('ui');
  const press = (key: string) => () => onChange(pressKey(value, key, maxLength));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend would be read before every key
    <div className="tl-keypad" role="group" aria-label={t('keypad')}>
      {DIGITS.map((digit) => (
        <Button key={digit} className="tl-key" onPress={press(digit)}>
          {digit}
        </Button>
      ))}
      <Button className="tl-key" data-quiet onPress={press('clear')}>
        {t('clear')}
      </Button>
      <Button className="tl-key" onPress={press('0')}>
        0
      </Button>
      <Button className="tl-key" data-quiet aria-label={t('delete')} onPress={press('delete')}>
        <BackspaceIcon className="tl-icon" aria-hidden />
      </Button>
    </div>
  );
}
