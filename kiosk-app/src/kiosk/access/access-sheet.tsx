import { Button, Dialog, Switch } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { TEXT_SIZES } from './access.ts';
import { useKiosk } from './provider.tsx';

/** What makes the kiosk easier to see, hear and reach; each acts at once, and all of it ends with the session. */
export function AccessSheet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const { settings, access, change, reset } = useKiosk();
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title={t('access.title')}
      actions={
        <div className="k-pair-actions">
          <Button look="quiet" onPress={reset}>
            {t('access.reset')}
          </Button>
          <Button look="primary" onPress={onClose} autoFocus>
            {t('access.done')}
          </Button>
        </div>
      }
    >
      <div className="k-access">
        <fieldset className="k-access-sizes">
          <legend>{t('access.size')}</legend>
          <div className="k-regions">
            {TEXT_SIZES.map((size) => (
              <button
                key={size}
                type="button"
                className="k-region"
                data-size={size}
                aria-pressed={access.text === size}
                onClick={() => change({ text: size })}
              >
                {t(`access.sizes.${size}`)}
              </button>
            ))}
          </div>
        </fieldset>
        <Switch
          isSelected={access.isHighContrast}
          onChange={(isOn) => change({ isHighContrast: isOn })}
          hint={t('access.contrastWhy')}
        >
          {t('access.contrast')}
        </Switch>
        {settings.speech === 'off' ? null : (
          <Switch
            isSelected={access.isSpoken}
            onChange={(isOn) => change({ isSpoken: isOn })}
            hint={settings.speech === 'public' ? t('access.voiceShared') : t('access.voiceWhy')}
          >
            {t('access.voice')}
          </Switch>
        )}
        <Switch isSelected={access.isLow} onChange={(isOn) => change({ isLow: isOn })} hint={t('access.lowWhy')}>
          {t('access.low')}
        </Switch>
        <Switch
          isSelected={access.hasMoreTime}
          onChange={(isOn) => change({ hasMoreTime: isOn })}
          hint={t('access.timeWhy')}
        >
          {t('access.time')}
        </Switch>
      </div>
    </Dialog>
  );
}
