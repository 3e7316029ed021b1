import type { MyHome } from '@tillside/hub-contract';
import { Button, Checkbox, Dialog, useLocale } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pick } from '../locale.ts';
import type { Trouble } from '../phone/hub.ts';
import type { Actions } from '../phone/use-phone.ts';
import { TroubleNotice } from '../trouble-notice.tsx';

interface Props {
  texts: MyHome['texts'];
  isOpen: boolean;
  onClose: () => void;
  actions: Actions;
}

/** What goes and what stays, and a box to tick: what is done here cannot be undone. */
export function LeaveDialog({ texts, isOpen, onClose, actions }: Props): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [isSure, setSure] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const close = (): void => {
    setSure(false);
    setTrouble(undefined);
    onClose();
  };
  const leave = async (): Promise<void> => {
    setBusy(true);
    setTrouble(await actions.erase());
    setBusy(false);
  };
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) close();
      }}
      role="alertdialog"
      title={t('leave.title')}
      actions={
        <>
          <Button look="plain" onPress={close}>
            {t('leave.stay')}
          </Button>
          <Button look="primary" isDisabled={!isSure || isBusy} onPress={() => void leave()}>
            {t('leave.go')}
          </Button>
        </>
      }
    >
      <p>{pick(texts.leaving, locale)}</p>
      <p className="tl-second">{t('leave.proof')}</p>
      <Checkbox isSelected={isSure} onChange={setSure}>
        {t('leave.sure')}
      </Checkbox>
      {trouble === undefined ? null : <TroubleNotice trouble={trouble} />}
    </Dialog>
  );
}
