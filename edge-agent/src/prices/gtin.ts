export { checkDigitRight, gtin14 } from '@tillside/protocol';
