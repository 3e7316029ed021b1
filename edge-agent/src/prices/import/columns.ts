/** What an item file's rows are is the same for a store and for HQ. */
export { type Cells, ITEM_COLUMNS, ItemRow, NEEDED_COLUMNS, parseItemRow as parseRow } from '@tillside/protocol';
