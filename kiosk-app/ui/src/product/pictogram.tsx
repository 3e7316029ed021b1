import { BabyIcon } from '@phosphor-icons/react/Baby';
import { BabyCarriageIcon } from '@phosphor-icons/react/BabyCarriage';
import { BasketIcon } from '@phosphor-icons/react/Basket';
import { BeerBottleIcon } from '@phosphor-icons/react/BeerBottle';
import { BoneIcon } from '@phosphor-icons/react/Bone';
import { BowlFoodIcon } from '@phosphor-icons/react/BowlFood';
import { BowlSteamIcon } from '@phosphor-icons/react/BowlSteam';
import { BreadIcon } from '@phosphor-icons/react/Bread';
import { BroomIcon } from '@phosphor-icons/react/Broom';
import { CakeIcon } from '@phosphor-icons/react/Cake';
import { CarrotIcon } from '@phosphor-icons/react/Carrot';
import { CatIcon } from '@phosphor-icons/react/Cat';
import { CheeseIcon } from '@phosphor-icons/react/Cheese';
import { CherriesIcon } from '@phosphor-icons/react/Cherries';
import { CoffeeIcon } from '@phosphor-icons/react/Coffee';
import { CookieIcon } from '@phosphor-icons/react/Cookie';
import { CookingPotIcon } from '@phosphor-icons/react/CookingPot';
import { CowIcon } from '@phosphor-icons/react/Cow';
import { DropIcon } from '@phosphor-icons/react/Drop';
import { EggIcon } from '@phosphor-icons/react/Egg';
import { FirstAidKitIcon } from '@phosphor-icons/react/FirstAidKit';
import { FishIcon } from '@phosphor-icons/react/Fish';
import { FlowerTulipIcon } from '@phosphor-icons/react/FlowerTulip';
import { ForkKnifeIcon } from '@phosphor-icons/react/ForkKnife';
import { GrainsIcon } from '@phosphor-icons/react/Grains';
import { HandSoapIcon } from '@phosphor-icons/react/HandSoap';
import { IceCreamIcon } from '@phosphor-icons/react/IceCream';
import { JarLabelIcon } from '@phosphor-icons/react/JarLabel';
import { KnifeIcon } from '@phosphor-icons/react/Knife';
import { LeafIcon } from '@phosphor-icons/react/Leaf';
import { OrangeSliceIcon } from '@phosphor-icons/react/OrangeSlice';
import { PawPrintIcon } from '@phosphor-icons/react/PawPrint';
import { PillIcon } from '@phosphor-icons/react/Pill';
import { PizzaIcon } from '@phosphor-icons/react/Pizza';
import { PopcornIcon } from '@phosphor-icons/react/Popcorn';
import { ShrimpIcon } from '@phosphor-icons/react/Shrimp';
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

/** What stands left and right of a category's own picture where there is room for three. */
const COMPANIONS: Readonly<Partial<Record<Category, readonly [IconComponent, IconComponent]>>> = {
  produce: [OrangeSliceIcon, CherriesIcon],
  meat: [KnifeIcon, BoneIcon],
  seafood: [ShrimpIcon, DropIcon],
  dairy: [EggIcon, DropIcon],
  bakery: [GrainsIcon, CakeIcon],
  deli: [ForkKnifeIcon, BowlSteamIcon],
  frozen: [PizzaIcon, IceCreamIcon],
  drinks: [CoffeeIcon, BeerBottleIcon],
  snacks: [PopcornIcon, CakeIcon],
  pantry: [GrainsIcon, BowlSteamIcon],
  household: [BroomIcon, DropIcon],
  baby: [BabyCarriageIcon, DropIcon],
  pet: [BoneIcon, CatIcon],
  flowers: [LeafIcon, LeafIcon],
  health: [PillIcon, DropIcon],
  kitchen: [KnifeIcon, ForkKnifeIcon],
};

/** A category as a small still life, for where it is the largest thing on the page. */
export function StillLife({ category }: { category: Category }): ReactElement {
  const [Left, Right] = COMPANIONS[category] ?? [null, null];
  return (
    <div className="tl-still" aria-hidden>
      {Left ? <Left className="tl-pictogram" weight="duotone" /> : <span />}
      <Pictogram category={category} />
      {Right ? <Right className="tl-pictogram" weight="duotone" /> : null}
    </div>
  );
}

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
