import { ArrowFatUpIcon } from '@phosphor-icons/react/ArrowFatUp';
import { BackspaceIcon } from '@phosphor-icons/react/Backspace';
import { type ReactElement, useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { type KeypadProps, pressKey } from './keypad.tsx';

const ROWS = ['1234567890', 'qwertyuiop', 'asdfghjkl-', 'zxcvbnm_'] as const;

/** Letters in both cases, digits, hyphen and underscore: codes, on a screen without a keyboard. Shift stays until touched again. */
export function Keyboard({ value, onChange, maxLength }: KeypadProps): ReactElement {
  const { t } = useTranslation('ui');
  const [isUpper, setUpper] = useState(false);
  const press = (key: string) => () => onChange(pressKey(value, key, maxLength));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend would be read before every key
    <div className="tl-keyboard" role="group" aria-label={t('keyboard')}>
      {ROWS.flatMap((row) => [...row]).map((char) => {
        const key = isUpper ? char.toUpperCase() : char;
        return (
          <Button key={char} className="tl-key" onPress={press(key)}>
            {key}
          </Button>
        );
      })}
      <Button className="tl-key" data-on={isUpper} aria-label={t('shift')} onPress={() => setUpper(!isUpper)}>
        <ArrowFatUpIcon className="tl-icon" weight={isUpper ? 'fill' : 'regular'} aria-hidden />
      </Button>
      <Button className="tl-key" aria-label={t('delete')} onPress={press('delete')}>
        <BackspaceIcon className="tl-icon" aria-hidden />
      </Button>
    </div>
  );
}
