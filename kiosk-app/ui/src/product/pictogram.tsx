import { BabyIcon } from '@phosphor-icons/react/Baby';
import { BasketIcon } from '@phosphor-icons/react/Basket';
import { BowlFoodIcon } from '@phosphor-icons/react/BowlFood';
import { BreadIcon } from '@phosphor-icons/react/Bread';
import { CarrotIcon } from '@phosphor-icons/react/Carrot';
import { CheeseIcon } from '@phosphor-icons/react/Cheese';
import { CookieIcon } from '@phosphor-icons/react/Cookie';
import { CookingPotIcon } from '@phosphor-icons/react/CookingPot';
import { CowIcon } from '@phosphor-icons/react/Cow';
import { FirstAidKitIcon } from '@phosphor-icons/react/FirstAidKit';
import { FishIcon } from '@phosphor-icons/react/Fish';
import { FlowerTulipIcon } from '@phosphor-icons/react/FlowerTulip';
import { HandSoapIcon } from '@phosphor-icons/react/HandSoap';
import { JarLabelIcon } from '@phosphor-icons/react/JarLabel';
import { PawPrintIcon } from '@phosphor-icons/react/PawPrint';
import { SnowflakeIcon } from '@phosphor-icons/react/Snowflake';
import { SprayBottleIcon } from '@phosphor-icons/react/SprayBottle';
import { WineIcon } from '@phosphor-icons/react/Wine';
import type { ComponentType, CSSProperties, ReactElement, SVGProps } from 'react';
import { type Category, tintOf } from './category.ts';

export type IconWeight = 'regular' | 'bold' | 'fill' | 'duotone';
export type IconComponent = ComponentType<SVGProps<SVGSVGElement> & { weight?: IconWeight }>;

const DRAWN: Readonly<Record<Category, IconComponent>> = {
  produce: CarrotIcon,
  meat: CowIcon,
  seafood: FishIcon,
  dairy: CheeseIcon,
  bakery: BreadIcon,
  deli: BowlFoodIcon,
  frozen: SnowflakeIcon,
  drinks: WineIcon,
  snacks: CookieIcon,
  pantry: JarLabelIcon,
  household: SprayBottleIcon,
  'personal-care': HandSoapIcon,
  baby: BabyIcon,
  pet: PawPrintIcon,
  flowers: FlowerTulipIcon,
  health: FirstAidKitIcon,
  kitchen: CookingPotIcon,
  other: BasketIcon,
};

/** The picture of a category; decorative, since a name always stands beside it. */
export function Pictogram({ category }: { category: Category }): ReactElement {
  const Icon = DRAWN[category];
  return <Icon className="tl-pictogram" weight="duotone" aria-hidden />;
}

/** Sets `--tint` and `--tint-ink` for an element with class `tl-tint` (or a rule of its own). */
export function tintStyle(category: Category): CSSProperties {
  const tint = tintOf(category);
  return { '--tint': `var(--tint-${tint})`, '--tint-ink': `var(--tint-${tint}-ink)` } as CSSProperties;
}
