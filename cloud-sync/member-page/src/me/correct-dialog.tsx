import type { MyHome } from '@tillside/hub-contract';
import { Button, Dialog, TextField } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../phone/hub.ts';
import type { Actions } from '../phone/use-phone.ts';
import { TroubleNotice } from '../trouble-notice.tsx';

const BIRTHDAY = /^(\d{4}-)?\d{2}-\d{2}$/;
const MAX_NAME = 60;

interface Props {
  isOpen: boolean;
  onClose: () => void;
  home: MyHome;
  actions: Actions;
}

export function CorrectDialog({ isOpen, onClose, home, actions }: Props): ReactElement {
  const { t } = useTranslation();
  const [name, setName] = useState(home.profile.name ?? '');
  const [birthday, setBirthday] = useState(home.profile.birthday ?? '');
  const [trouble, setTrouble] = useState<Trouble>();
  const [isBusy, setBusy] = useState(false);
  const typed = birthday.trim();
  const isDay = typed === '' || BIRTHDAY.test(typed);
  const save = async (): Promise<void> => {
    setBusy(true);
    const failed = await actions.correct({ name: name.trim() || null, birthday: typed || null });
    setBusy(false);
    setTrouble(failed);
    if (failed === undefined) onClose();
  };
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t('me.correct')}
      actions={
        <>
          <Button look="plain" onPress={onClose}>
            {t('cancel')}
          </Button>
          <Button look="primary" isDisabled={isBusy || !isDay} onPress={() => void save()}>
            {t('save')}
          </Button>
        </>
      }
    >
      <TextField label={t('me.name')} value={name} onChange={setName} maxLength={MAX_NAME} autoComplete="name" />
      <TextField
        label={t('me.birthday')}
        hint={t('me.birthdayHint')}
        value={birthday}
        onChange={setBirthday}
        placeholder="1990-02-28"
        error={isDay ? undefined : t('me.birthdayHint')}
      />
      <p className="tl-second">{t('me.phoneInStore')}</p>
      {trouble === undefined ? null : <TroubleNotice trouble={trouble} />}
    </Dialog>
  );
}
