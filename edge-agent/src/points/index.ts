export { accountOf, balanceOf, takeCarried } from './balance.ts';
export { ownEntries, postPoints } from './entries.ts';
export { keepOwnRules, keepRules } from './rules.ts';
