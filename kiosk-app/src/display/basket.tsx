import type { DisplayView } from '@tillside/agent-contract';
import { formatMoney, formatNumber, GiftIcon, IdentificationCardIcon, Price, useLocale } from '@tillside/ui';
import { type ReactElement, type ReactNode, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { pick } from '../shared/pick.ts';

type Basket = NonNullable<DisplayView['basket']>;
type Line = Basket['lines'][number];

const MAX_SAVINGS = 4;
const GRAMS_A_KG = 1_000;

function Amount({ line }: { line: Line }): ReactNode {
  const { t } = useTranslation();
  const locale = useLocale();
  const money = formatMoney(line.unitPriceFen, locale);
  if (line.weightGrams !== undefined)
    return t('weighed', { money, kilograms: formatNumber(line.weightGrams / GRAMS_A_KG, locale, 3) });
  return line.quantity > 1 ? t('each', { money, count: line.quantity }) : null;
}

function Row({ line, isTouched }: { line: Line; isTouched: boolean }): ReactElement {
  const locale = useLocale();
  // A weighed line says its weight; what it is sold by would say the same again.
  const size = line.weightGrams === undefined ? pick(line.size, locale) : '';
  return (
    <li className="d-line" data-touched={isTouched}>
      <div>
        <p className="d-line-name">{pick(line.name, locale)}</p>
        <p className="d-line-how tl-second">
          {size === '' ? null : <span>{size}</span>}
          <span>
            <Amount line={line} />
          </span>
        </p>
      </div>
      <Price
        priceFen={line.payableFen}
        wasFen={line.listFen}
        tone={line.payableFen < line.listFen ? 'offer' : 'plain'}
        size="s"
      />
    </li>
  );
}

function Lines({ basket, touched }: { basket: Basket; touched: ReadonlySet<string> }): ReactElement {
  const list = useRef<HTMLUListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was scanned last is what the shopper looks for
  useLayoutEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [basket.revision, basket.basketId]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to scroll it
    <ul className="d-lines" ref={list} tabIndex={0}>
      {basket.lines.map((line) => (
        <Row key={line.lineId} line={line} isTouched={touched.has(line.lineId)} />
      ))}
    </ul>
  );
}

/** Why it costs less: each saving by its name, and gifts. */
function Savings({ basket }: { basket: Basket }): ReactElement | null {
  const { t } = useTranslation();
  const locale = useLocale();
  if (basket.savings.length + basket.gifts.length === 0) return null;
  const shown = basket.savings.slice(0, MAX_SAVINGS);
  const rest = basket.savings.length - shown.length;
  return (
    <ul className="d-savings">
      {shown.map(({ campaignId, name, amountFen }) => (
        <li key={campaignId}>
          <span>{pick(name, locale)}</span>
          <span className="d-minus">{formatMoney(-amountFen, locale)}</span>
        </li>
      ))}
      {rest > 0 ? <li className="tl-second">{t('more', { count: rest })}</li> : null}
      {basket.gifts.map(({ name, quantity }) => (
        <li key={name.en} className="d-gift">
          <GiftIcon className="tl-icon" aria-hidden />
          {t('gift', { name: pick(name, locale), count: quantity })}
        </li>
      ))}
    </ul>
  );
}

/** What goes with it, by the till's last answer: a name, how much of it the price is for, why, and the price. */
function Picks({ picks }: { picks: Basket['picks'] }): ReactElement | null {
  const { t } = useTranslation();
  const locale = useLocale();
  if (picks.length === 0) return null;
  return (
    <section className="d-picks">
      <h2>{t('picks')}</h2>
      <ul>
        {picks.map(({ sku, name, size, priceFen, why, offer }) => (
          <li key={sku}>
            <div>
              <p className="d-line-name">{pick(name, locale)}</p>
              <p className="d-line-how tl-second">
                {pick(size, locale) === '' ? null : <span>{pick(size, locale)}</span>}
                <span>{pick(why, locale)}</span>
              </p>
            </div>
            <div className="d-pick-price">
              <Price priceFen={priceFen} size="s" />
              {offer ? <p className="d-minus">{pick(offer, locale)}</p> : null}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Member({ member }: { member: NonNullable<Basket['member']> }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <p className="d-member">
      <IdentificationCardIcon className="tl-icon" weight="duotone" aria-hidden />
      {t('points', {
        balance: formatNumber(member.pointsBalance, locale),
        earn: formatNumber(member.pointsToEarn, locale),
      })}
    </p>
  );
}

const piecesOf = (lines: readonly Line[]): number => lines.reduce((sum, line) => sum + line.quantity, 0);

export function BasketPage({ basket, touched }: { basket: Basket; touched: ReadonlySet<string> }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <div className="d-basket">
      {basket.lines.length === 0 ? (
        <p className="d-ready">{t('welcomeMember')}</p>
      ) : (
        <Lines basket={basket} touched={touched} />
      )}
      <section className="d-sum">
        <Savings basket={basket} />
        <div className="d-more">
          <Picks picks={basket.picks} />
          {basket.unlocks.length > 0 ? (
            <ul className="d-unlocks">
              {basket.unlocks.map((text) => (
                <li key={text.en}>{pick(text, locale)}</li>
              ))}
            </ul>
          ) : null}
        </div>
        <div className="d-due">
          {basket.member ? <Member member={basket.member} /> : null}
          <p className="d-due-label">
            <span>{t('due')}</span>
            <span className="tl-second">{t('goods', { count: piecesOf(basket.lines) })}</span>
          </p>
          <p aria-live="polite" className="d-total">
            <Price priceFen={basket.totalFen} size="xl" />
          </p>
          {basket.savingsFen > 0 ? (
            <p className="d-saved">{t('saved', { money: formatMoney(basket.savingsFen, locale) })}</p>
          ) : null}
        </div>
      </section>
    </div>
  );
}
