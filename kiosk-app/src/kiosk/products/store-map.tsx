import type { KioskMap, MapArea, MapFloor, Place, StoreMap } from '@tillside/agent-contract';
import { type Locale, useLocale } from '@tillside/ui';
import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { pick } from '../../shared/pick.ts';
import { type Direction, directionsOf } from './directions.ts';
import { bayOf, middleOf, type Point } from './grid.ts';
import { placeWords } from './place-words.ts';
import { areaOf, type Leg, wayTo } from './way.ts';

/** Units of the drawing for a metre. */
const UNIT = 20;
/** Of a mark, in metres; a pin is three times as high. */
const MARK = 0.7;
/** Room around a floor for the pin of what stands at its wall. */
const AROUND = { side: 0.6, above: 1.8 } as const;
const TEXT_METRES = 0.8;
/** Of a letter: words that do not fit are worse than none. */
const CHAR_METRES = { 'zh-CN': TEXT_METRES * 1.05, en: TEXT_METRES * 0.56 } as const;
const SIGN_METRES = 1.1;

interface Shown {
  readonly map: StoreMap;
  readonly here: NonNullable<KioskMap['here']> | undefined;
  readonly place: Place;
}

/** Its name where that fits, and the sign that hangs above its beginning. */
function AreaText({ area }: { area: MapArea }): ReactElement {
  const locale = useLocale();
  const { t } = useTranslation();
  const own: Partial<Record<MapArea['kind'], string>> = {
    entrance: t('products.map.entrance'),
    till: '',
  };
  const name = own[area.kind] ?? (area.name ? pick(area.name, locale) : '');
  const isUpright = area.depth > area.width;
  const length = Math.max(area.width, area.depth);
  const room = length - (area.sign === undefined ? 0.3 : SIGN_METRES + 0.3);
  const fits = name.length * CHAR_METRES[locale] <= room && Math.min(area.width, area.depth) >= TEXT_METRES * 0.75;
  const { x, y } = middleOf(area);
  const [signX, signY] = isUpright ? [x, area.y + SIGN_METRES / 2] : [area.x + SIGN_METRES / 2, y];
  const shift = area.sign === undefined ? 0 : SIGN_METRES / 2;
  const [nameX, nameY] = isUpright ? [x, y + shift] : [x + shift, y];
  return (
    <>
      {area.sign === undefined ? null : (
        <>
          <circle
            className="k-map-sign"
            data-kind={area.kind}
            cx={signX * UNIT}
            cy={signY * UNIT}
            r={(SIGN_METRES / 2) * UNIT}
          />
          <text
            className="k-map-sign-text"
            data-kind={area.kind}
            x={signX * UNIT}
            y={signY * UNIT}
            fontSize={TEXT_METRES * UNIT}
          >
            {area.sign}
          </text>
        </>
      )}
      {name !== '' && fits ? (
        <text
          className="k-map-text"
          x={nameX * UNIT}
          y={nameY * UNIT}
          fontSize={TEXT_METRES * UNIT}
          {...(isUpright ? { transform: `rotate(-90 ${nameX * UNIT} ${nameY * UNIT})` } : {})}
        >
          {name}
        </text>
      ) : null}
    </>
  );
}

const rectOf = ({ x, y, width, depth }: Pick<MapArea, 'x' | 'y' | 'width' | 'depth'>) => ({
  x: x * UNIT,
  y: y * UNIT,
  width: width * UNIT,
  height: depth * UNIT,
});

const frameOf = ({ width, depth }: MapFloor): string =>
  [-AROUND.side, -AROUND.above, width + 2 * AROUND.side, depth + AROUND.above + AROUND.side]
    .map((n) => n * UNIT)
    .join(' ');

/** A floor from above: what stands there, the way as a line, where one is and where it is. */
function Floor({ floor, leg, shown }: { floor: MapFloor; leg: Leg | undefined; shown: Shown }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { here, place } = shown;
  const goal = place.floorId === floor.id ? floor.areas.find(({ id }) => id === place.areaId) : undefined;
  const kiosk = here?.floorId === floor.id ? floor.areas.find(({ id }) => id === here.areaId) : undefined;
  const line = leg?.points.map(({ x, y }) => `${x * UNIT},${y * UNIT}`).join(' ');
  return (
    <svg
      className="k-map"
      viewBox={frameOf(floor)}
      role="img"
      aria-label={t('products.map.label', { name: place.name ? pick(place.name, locale) : '' })}
    >
      <rect className="k-map-floor" width={floor.width * UNIT} height={floor.depth * UNIT} />
      {floor.areas.map((area) => (
        <g key={area.id} data-kind={area.kind}>
          {area.kind === 'kiosk' ? null : <rect className="k-map-area" {...rectOf(area)} rx={3} />}
          {area === goal ? null : <AreaText area={area} />}
        </g>
      ))}
      {goal ? <rect className="k-map-goal" {...rectOf(bayOf(goal, place.bay))} rx={3} /> : null}
      {line ? <polyline className="k-map-way" points={line} /> : null}
      {kiosk ? <Mark at={middleOf(kiosk)} kind="here" /> : null}
      {goal ? <Mark at={middleOf(bayOf(goal, place.bay))} kind="goal" /> : null}
    </svg>
  );
}

/** A dot for where one stands, a pin for where it is: told apart by shape as well. */
function Mark({ at, kind }: { at: Point; kind: 'here' | 'goal' }): ReactElement {
  const [x, y, size] = [at.x * UNIT, at.y * UNIT, MARK * UNIT];
  if (kind === 'here')
    return (
      <g className="k-map-here">
        <circle cx={x} cy={y} r={size} />
        <circle className="k-map-dot" cx={x} cy={y} r={size * 0.42} />
      </g>
    );
  const pin = `M${x} ${y}c${-size * 1.5} ${-size * 1.7} ${-size * 1.1} ${-size * 3} 0 ${-size * 3}s${size * 1.5} ${size * 1.3} 0 ${size * 3}z`;
  return (
    <g className="k-map-pin">
      <path d={pin} />
      <circle className="k-map-dot" cx={x} cy={y - size * 1.9} r={size * 0.45} />
    </g>
  );
}

function useSteps({ map, here, place }: Shown): { legs: Leg[]; steps: Direction[]; metres: number } | null {
  return useMemo(() => {
    const legs = here && wayTo(map, here, place);
    const to = areaOf(map, place);
    if (here === undefined || legs === undefined || to === undefined) return null;
    const steps = directionsOf(legs, bayOf(to.area, place.bay), areaOf(map, here)?.area.faces);
    return { legs, steps, metres: Math.max(1, Math.round(legs.reduce((sum, leg) => sum + leg.metres, 0))) };
  }, [map, here, place]);
}

function useStepWords({ map, place }: Shown): (step: Direction) => string {
  const { t } = useTranslation();
  const locale: Locale = useLocale();
  return (step) => {
    if (step.kind === 'walk') return t(`products.map.walk.${step.turn ?? 'any'}`, { metres: step.metres });
    if (step.kind === 'there')
      return t(`products.map.there.${step.side ?? 'any'}`, { place: placeWords(place, locale, t) });
    const floor = map.floors.find(({ id }) => id === step.floorId);
    return t(`products.map.floor.${step.by}`, { floor: floor ? pick(floor.name, locale) : '' });
  };
}

/** Where it stands, drawn, and the same told in steps for who does not look at drawings. */
export function StoreMapView(shown: Shown): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const way = useSteps(shown);
  const say = useStepWords(shown);
  const floorIds = new Set([...(way?.legs.map(({ floorId }) => floorId) ?? []), shown.place.floorId]);
  const floors = shown.map.floors.filter(({ id }) => floorIds.has(id));
  return (
    <div className="k-way-to">
      <h1>{t('products.map.title')}</h1>
      <div className="k-maps">
        {floors.map((floor) => (
          <figure key={floor.id} className="k-map-figure">
            {shown.map.floors.length > 1 ? <figcaption>{pick(floor.name, locale)}</figcaption> : null}
            <Floor floor={floor} leg={way?.legs.find(({ floorId }) => floorId === floor.id)} shown={shown} />
          </figure>
        ))}
        <p className="k-map-key">
          {shown.here ? <span data-mark="here">{t('products.map.here')}</span> : null}
          <span data-mark="goal">{t('products.map.goods')}</span>
        </p>
      </div>
      <section className="k-steps" aria-labelledby="k-steps">
        <h2 id="k-steps">
          {t('products.map.steps')}
          {way ? <small className="tl-second">{t('products.map.metres', { metres: way.metres })}</small> : null}
        </h2>
        {way ? (
          <ol>
            {way.steps.map((step, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps are told in order and never move
              <li key={at}>{say(step)}</li>
            ))}
          </ol>
        ) : (
          <>
            <p>{placeWords(shown.place, locale, t)}</p>
            <p className="tl-second">{t('products.map.noWay')}</p>
          </>
        )}
      </section>
    </div>
  );
}
