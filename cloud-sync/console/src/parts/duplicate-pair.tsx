import type { ComparedMember, Comparison, ProbableDuplicates } from '@tillside/hub-contract';
import { Button, Notice } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer, Trouble } from '../hub/client.ts';
import { useSession } from '../hub/use-hub.ts';
import { useTierNames } from '../hub/use-tiers.ts';
import { hrefOf } from '../route.ts';
import { TroubleNotice } from './trouble-notice.tsx';
import { useFormat } from './use-format.ts';

export type Pair = ProbableDuplicates['pairs'][number];
/** What was decided of a pair on this page, or undone again. */
type Verdict = 'merged' | 'kept' | 'undone' | 'takenBack';

interface PairProps {
  readonly pair: Pair;
  readonly reason: string;
  /** False: there is no reason yet, and the page asks for it. */
  readonly askReason: () => boolean;
  readonly onJudged: (pair: Pair) => void;
}

/** Two who may be one: why, their facts side by side, and what the reader decides. */
export function DuplicatePair({ pair, reason, askReason, onJudged }: PairProps): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [seen, setSeen] = useState<Comparison>();
  const [verdict, setVerdict] = useState<Verdict>();
  const [trouble, setTrouble] = useState<Trouble>();
  const { from, into, reasons } = pair;
  const params = { memberId: from };
  const body = { other: into, reason: reason.trim() };
  const heard = <T,>(answer: Answer<T>, next: Verdict): void => {
    setTrouble(answer.ok ? undefined : answer.trouble);
    if (!answer.ok) return;
    setVerdict(next);
    onJudged(pair);
  };
  const look = async (): Promise<void> => {
    if (!askReason()) return;
    const answer = await hub.call('compareMembers', { params, body });
    setTrouble(answer.ok ? undefined : answer.trouble);
    if (answer.ok) setSeen(answer.value);
  };
  const merge = async (): Promise<void> => {
    if (!askReason()) return;
    heard(await hub.call('mergeMembers', { params, body: { into, reason: reason.trim() } }), 'merged');
  };
  const keep = async (): Promise<void> => {
    if (askReason()) heard(await hub.call('sayTwoPeople', { params, body }), 'kept');
  };
  const back = async (): Promise<void> => {
    if (!askReason()) return;
    if (verdict === 'merged')
      heard(await hub.call('unmergeMember', { params, body: { reason: reason.trim() } }), 'undone');
    else heard(await hub.call('takeTwoPeopleBack', { params, body }), 'takenBack');
  };
  const isOpen = verdict === undefined || verdict === 'takenBack';
  return (
    <li className="np-pair">
      <p className="np-pair-why">{reasons.map((each) => t(`twice.why.${each}`)).join(t('twice.and'))}</p>
      <p>
        {[into, from].map((id) => (
          <a key={id} href={hrefOf({ page: 'member', id })}>
            {id}
          </a>
        ))}
      </p>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {seen !== undefined && isOpen ? <Facts seen={seen} /> : null}
      {verdict === undefined ? null : <Notice kind="success" title={t(`twice.${verdict}`)} />}
      {seen !== undefined && isOpen ? (
        <ul className="np-verdicts">
          <li>
            <Button look="primary" onPress={() => void merge()}>
              {t('twice.same')}
            </Button>
            <span className="tl-second">{t('twice.sameWhy')}</span>
          </li>
          <li>
            <Button onPress={() => void keep()}>{t('twice.two')}</Button>
            <span className="tl-second">{t('twice.twoWhy')}</span>
          </li>
        </ul>
      ) : null}
      {isOpen ? (
        <Button
          look={seen === undefined ? 'quiet' : 'plain'}
          onPress={() => (seen === undefined ? void look() : setSeen(undefined))}
        >
          {t(seen === undefined ? 'twice.look' : 'twice.hide')}
        </Button>
      ) : verdict === 'undone' ? null : (
        <Button look="plain" onPress={() => void back()}>
          {t(verdict === 'merged' ? 'twice.undo' : 'twice.takeBack')}
        </Button>
      )}
    </li>
  );
}

const FACTS = [
  'number',
  'name',
  'phone',
  'birthday',
  'joinedAt',
  'tier',
  'points',
  'orders',
  'spentFen',
  'lastAt',
  'cards',
  'household',
] as const satisfies readonly (keyof ComparedMember)[];
type Fact = (typeof FACTS)[number];
const ALIKE: Partial<Record<Fact, keyof Comparison['alike']>> = {
  name: 'name',
  phone: 'phone',
  birthday: 'birthday',
  household: 'household',
  cards: 'card',
};

function Facts({ seen: { people, alike } }: { seen: Comparison }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const tierName = useTierNames();
  const told = (member: ComparedMember, fact: Fact): string => {
    const value = member[fact];
    if (value === null) return t('twice.empty');
    if (fact === 'spentFen') return format.money(member.spentFen);
    if (fact === 'tier') return tierName(member.tier);
    if (fact === 'joinedAt' || fact === 'lastAt') return format.fullDay(String(value).slice(0, 10));
    return typeof value === 'number' ? format.number(value) : String(value);
  };
  // Who joined first stands first.
  const [later, earlier] = people;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="np-scroll" aria-label={t('twice.look')} tabIndex={0}>
      <table className="tl-table np-beside">
        <thead>
          <tr>
            <th scope="col">{t('twice.fact')}</th>
            <th scope="col">{t('twice.earlier')}</th>
            <th scope="col">{t('twice.later')}</th>
            <th scope="col">
              <span className="tl-hidden">{t('twice.alike.same')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {FACTS.map((fact) => {
            const by = ALIKE[fact];
            const likeness = by === undefined ? 'unknown' : alike[by];
            return (
              <tr key={fact} data-alike={likeness}>
                <th scope="row">{t(`twice.facts.${fact}`)}</th>
                <td>{told(earlier, fact)}</td>
                <td>{told(later, fact)}</td>
                <td>{t(`twice.alike.${likeness}`)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
