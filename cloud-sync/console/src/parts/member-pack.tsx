import type { HubAnswer } from '@tillside/hub-contract';
import { Button, Notice, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useHub, useSession } from '../hub/use-hub.ts';
import { ReleaseStatus, type StoreRow } from './states.tsx';
import { ReadingNotice, TroubleNotice } from './trouble-notice.tsx';
import { useFormat } from './use-format.ts';

const NEARBY_EVERY_MS = 60_000;
type Built = HubAnswer<'buildMemberPacks'>['packs'][number];

/** Which members a store knows without asking: how old its pack is, whose members are in it, and a new one. */
export function MemberPack({ store }: { store: StoreRow }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { hub } = useSession();
  const [trouble, setTrouble] = useState<Trouble>();
  const [built, setBuilt] = useState<Built>();
  const build = async (): Promise<void> => {
    const answer = await hub.call('buildMemberPacks', { body: { stores: [store.id] } });
    setTrouble(answer.ok ? undefined : answer.trouble);
    if (answer.ok) setBuilt(answer.value.packs[0]);
  };
  const at = store.members?.state === 'applied' ? store.members.at : null;
  return (
    <div className="np-stack">
      <p>
        <ReleaseStatus release={store.members} />{' '}
        {at === null ? null : <span className="tl-second">{t('store.packAge', { when: format.ago(at) })}</span>}
      </p>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {built ? (
        <Notice
          kind="success"
          title={t('store.packBuilt', {
            members: format.number(built.members),
            leftOut: format.number(built.leftOut),
            tastes: format.number(built.tastes),
            size: format.size(built.lengthBytes),
          })}
        />
      ) : null}
      <div>
        <Button onPress={() => void build()}>{t('store.packBuild')}</Button>
      </div>
      <Nearby id={store.id} />
    </div>
  );
}

function Nearby({ id }: { id: string }): ReactElement | null {
  const { hub } = useSession();
  const { t } = useTranslation();
  const reading = useHub('nearbyStores', { params: { id } }, NEARBY_EVERY_MS);
  const [typed, setTyped] = useState<string>();
  const [trouble, setTrouble] = useState<Trouble>();
  const [isSaved, setSaved] = useState(false);
  if (reading.value === undefined) return <ReadingNotice reading={reading} />;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const stores = (typed ?? '').split(/[\s,，、]+/u).filter((each) => each !== '');
    const answer = await hub.call('putNearbyStores', { params: { id }, body: { stores } });
    setTrouble(answer.ok ? undefined : answer.trouble);
    setSaved(answer.ok);
    reading.again();
  };
  return (
    <form className="np-form" noValidate onSubmit={(event) => void submit(event)}>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {isSaved ? <Notice kind="success" title={t('store.nearSaved')} /> : null}
      <TextField
        label={t('store.near')}
        hint={t('store.nearHint')}
        value={typed ?? reading.value.stores.join(', ')}
        onChange={setTyped}
        autoComplete="off"
      />
      <Button type="submit">{t('store.nearSave')}</Button>
    </form>
  );
}
