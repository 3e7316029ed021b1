import './access.css';
import { AccessIcon, Button } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AccessSheet } from './access-sheet.tsx';
import { useKiosk } from './provider.tsx';
import { browserVoice } from './speech.ts';
import { useHeadingFocus } from './use-heading-focus.ts';
import { useKeys } from './use-keys.ts';
import { useSpeech } from './use-speech.ts';

const voice = browserVoice();

interface AccessLayerProps {
  /** Names what is open. */
  screen: string;
  /** Whether the sheet lies over it: like the screen itself it goes when its shopper does. */
  isSheetOpen: boolean;
  onSheet: (isOpen: boolean) => void;
}

/** Over every screen: the button that opens the sheet, the keys, the voice. */
export function AccessLayer({ screen, isSheetOpen, onSheet }: AccessLayerProps): ReactElement {
  const { t } = useTranslation();
  const { settings, access, change } = useKiosk();
  // What the keypad said of its jack; until it did, what the store said.
  const [hasPlug, setPlug] = useState<boolean | null>(null);
  const canSpeak = settings.speech !== 'off';
  const isOn = canSpeak && access.isSpoken;
  const { again } = useSpeech({ voice, isOn, isPrivate: hasPlug ?? settings.speech === 'headphones' });
  useKeys(isOn, (key) => {
    if (key === 'help' && isOn) return again();
    if (key === 'jack-in' || key === 'jack-out') setPlug(key === 'jack-in');
    if (canSpeak) change({ isSpoken: key !== 'jack-out' });
  });
  useHeadingFocus(screen);
  return (
    <>
      <div className="k-access-corner">
        <Button onPress={() => onSheet(true)}>
          <AccessIcon className="tl-icon" aria-hidden />
          {t('access.open')}
        </Button>
      </div>
      <AccessSheet isOpen={isSheetOpen} onClose={() => onSheet(false)} />
    </>
  );
}
