import { Button, Checkbox, Notice } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useHub, useSession } from '../hub/use-hub.ts';
import { TroubleNotice } from './trouble-notice.tsx';

/** Store names change seldom. */
const EVERY_MS = 30_000;

/** Pushes a model to chosen stores, or gives them back what they had before. */
export function ModelStores({ id, onDone }: { id: string; onDone: () => void }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const stores = useHub('stores', {}, EVERY_MS).value?.stores ?? [];
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [said, setSaid] = useState<string>();
  const [trouble, setTrouble] = useState<Trouble>();
  const [isBusy, setBusy] = useState(false);
  const isAll = chosen.length === stores.length;
  const targets = isAll ? ['*'] : [...chosen];
  const act = async (what: 'push' | 'back'): Promise<void> => {
    setBusy(true);
    const answer =
      what === 'push'
        ? await hub.call('pushModel', { params: { id }, body: { stores: targets } })
        : await hub.call('rollBackModel', { body: { stores: targets } });
    setBusy(false);
    setTrouble(answer.ok ? undefined : answer.trouble);
    setSaid(answer.ok ? wordsOf(answer.value.stores) : undefined);
    onDone();
  };
  const wordsOf = (states: readonly { store: string; model?: string }[]): string => {
    const models = [...new Set(states.flatMap(({ model }) => model ?? []))];
    return models.length === 0 ? t('model.pushed') : t('model.rolledBack', { model: models.join(', ') });
  };
  const pick = (store: string, isOn: boolean): void =>
    setChosen(isOn ? [...chosen, store] : chosen.filter((each) => each !== store));
  const count = chosen.length;
  const isOff = isBusy || count === 0;
  return (
    <div className="np-stack">
      <p className="tl-second">{t('model.pushHow')}</p>
      <fieldset className="np-choices">
        <legend>{t('model.pushWhere')}</legend>
        <Checkbox
          isSelected={isAll && count > 0}
          isIndeterminate={count > 0 && !isAll}
          onChange={(isOn) => setChosen(isOn ? stores.map((store) => store.id) : [])}
        >
          {t('model.all')}
        </Checkbox>
        {stores.map((store) => (
          <Checkbox key={store.id} isSelected={chosen.includes(store.id)} onChange={(isOn) => pick(store.id, isOn)}>
            {store.name}
          </Checkbox>
        ))}
      </fieldset>
      <div className="np-choices-actions">
        <Button look="primary" isDisabled={isOff} onPress={() => void act('push')}>
          {count === 0 ? t('model.pushNone') : isAll ? t('model.push') : t('model.pushTo', { count })}
        </Button>
        <Button isDisabled={isOff} onPress={() => void act('back')}>
          {count === 0 ? t('model.rollBack') : t('model.rollBackOf', { count })}
        </Button>
      </div>
      <p className="tl-second np-small">{t('model.rollBackWhy')}</p>
      {said === undefined ? null : <Notice kind="success" title={said} />}
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
    </div>
  );
}
