export { type Bar, Bars, type BarsProps } from './chart/bars.tsx';
export { ChartFigure, type ChartFigureProps } from './chart/figure.tsx';
export { Lines, type LinesProps, type Series } from './chart/lines.tsx';
export { Button, type ButtonLook, type ButtonProps } from './controls/button.tsx';
export { Checkbox, type CheckboxProps } from './controls/checkbox.tsx';
export { Dialog, type DialogProps } from './controls/dialog.tsx';
export { Keyboard } from './controls/keyboard.tsx';
export { Keypad, type KeypadProps, pressKey } from './controls/keypad.tsx';
export { Select, type SelectOption, type SelectProps } from './controls/select.tsx';
export { Switch, type SwitchProps } from './controls/switch.tsx';
export { TextField, type TextFieldProps } from './controls/text-field.tsx';
export { Notice, type NoticeKind, type NoticeProps } from './feedback/notice.tsx';
export { Empty, type EmptyProps, Loading, QUIET_WAIT_MS } from './feedback/states.tsx';
export { Status, type StatusTone } from './feedback/status.tsx';
export * from './icons.ts';
export {
  formatAgo,
  formatDate,
  formatDateTime,
  formatLongDate,
  formatMoney,
  formatNumber,
  formatShare,
  type MoneyParts,
  moneyParts,
} from './locale/format.ts';
export { createI18n, localeOf, type SameKeys, type Words } from './locale/i18n.ts';
export { LanguageSwitch } from './locale/language-switch.tsx';
export { isLocale, LOCALE_NAMES, LOCALES, type Locale, type LocalText, otherLocale } from './locale/locale.ts';
export { UiProvider, useLocale } from './locale/ui-provider.tsx';
export { ConsolePage, dressDocument, HandheldPage, KioskPage } from './page/shells.tsx';
export { CATEGORIES, type Category, categoryOf, type Tint, tintOf } from './product/category.ts';
export { OfferTag, type OfferTagProps } from './product/offer-tag.tsx';
export { type IconComponent, type IconWeight, Pictogram, StillLife, tintStyle } from './product/pictogram.tsx';
export { Price, type PriceProps } from './product/price.tsx';
export { ProductTile, type ProductTileProps } from './product/product-tile.tsx';
export { QrCode, qrPath } from './product/qr-code.tsx';
