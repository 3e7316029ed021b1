import { TagType } from './schema.ts';

/** A kind of label that an openESL access point serves; it draws the picture itself, from a layout for this model. */
export interface OpenEslModel {
  /** As the access point names it (assumed: the project's public texts name sizes, not identifiers). */
  readonly model: string;
  readonly type: TagType;
  /** The project calls it so: use a few before a whole shop. */
  readonly isExperimental: boolean;
}

/** Models have no number on the wire; these are ours, beyond the byte that OpenEPaperLink tags report. */
const FIRST_NUMBER = 0x1001;

const ROWS = [
  ['296x128-bw', 'openESL 2.9"', 296, 128, ['white', 'black'], false],
  ['200x200-bw', 'openESL 1.54"', 200, 200, ['white', 'black'], false],
  ['296x128-bwr', 'openESL 2.9" red', 296, 128, ['white', 'black', 'red'], true],
] as const;

/** By the access point's name of the model. */
export const OPENESL_MODELS: ReadonlyMap<string, OpenEslModel> = new Map(
  ROWS.map(([model, name, widthPx, heightPx, colours, isExperimental], at) => {
    const hwType = FIRST_NUMBER + at;
    const type = TagType.parse({ hwType, name, widthPx, heightPx, colours: [...colours], panelQuarterTurns: 0 });
    return [model, Object.freeze({ model, type: Object.freeze(type), isExperimental })];
  }),
);

/** The same, by our number: what labels of theirs look like in a preview. */
export const OPENESL_TAG_TYPES: ReadonlyMap<number, TagType> = new Map(
  [...OPENESL_MODELS.values()].map(({ type }) => [type.hwType, type]),
);
