import { type AnyDeviceDefinition, CATALOG, type DeviceCatalog } from '../catalog.ts';
import { QUALITY_RULES } from '../contract/quality.ts';
import { settingsText } from '../drivers/line-settings.ts';
import { usbText } from '../transport/usb-serial.ts';

/** What is told of a model: plain data, for `devices models --json`. */
export type ModelFacts = Pick<
  AnyDeviceDefinition,
  'model' | 'family' | 'name' | 'source' | 'connections' | 'commands' | 'serialDefaults' | 'usb' | 'quality'
>;

/** Of every model, in the order of their keys. */
export function modelFacts(catalog: DeviceCatalog = CATALOG): ModelFacts[] {
  return Object.values(catalog)
    .map(({ model, family, name, source, connections, commands, serialDefaults, usb, quality }) => ({
      model,
      family,
      name,
      source,
      connections,
      commands,
      ...(serialDefaults ? { serialDefaults } : {}),
      ...(usb ? { usb } : {}),
      quality,
    }))
    .sort((a, b) => (a.model < b.model ? -1 : 1));
}

/** One sign a rule, in the order of QUALITY_RULES: done, to do, exempt. */
export const QUALITY_SIGNS = { done: '✓', todo: '☐', exempt: '–' } as const;

const INTRO = `# Device models

Made from the catalogue in the code (\`devices/src/docs/models.ts\`; \`vitest -u\` writes it). \`tillside-agent devices models\` prints the same.
How a model gets in here: [adding-a-driver.md](adding-a-driver.md).

Marks: ${QUALITY_SIGNS.done} done, ${QUALITY_SIGNS.todo} to do, ${QUALITY_SIGNS.exempt} does not apply; by what or why is told below for each model.
`;

/** The text of docs/devices/models.md. */
export function renderModelDocs(catalog: DeviceCatalog = CATALOG): string {
  const models = modelFacts(catalog);
  const head = ['Model', 'Name', 'Connections', 'Factory line', ...QUALITY_RULES];
  const rows = models.map(({ model, name, connections, serialDefaults, quality }) => [
    `[\`${model}\`](#${anchor(model)})`,
    `${name.zh}<br>${name.en}`,
    connections.join(', '),
    serialDefaults ? settingsText(serialDefaults) : '–',
    ...QUALITY_RULES.map((rule) => QUALITY_SIGNS[quality[rule].state]),
  ]);
  const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
  return `${INTRO}\n${table}\n\n${models.map(section).join('\n')}`;
}

function section({ model, name, source, commands, usb = [], quality }: ModelFacts): string {
  const lines = [
    `## ${model}`,
    '',
    `${name.zh} · ${name.en}`,
    '',
    `- Source: ${source}`,
    `- Commands: ${commands.join(', ') || 'none'}`,
    ...(usb.length > 0 ? [`- USB ids: ${usb.map((match) => `\`${usbText(match)}\``).join(', ')}`] : []),
    ...QUALITY_RULES.map((rule) => `- ${QUALITY_SIGNS[quality[rule].state]} ${rule}: ${quality[rule].because}`),
  ];
  return `${lines.join('\n')}\n`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
/** As Markdown viewers make it of a heading: the slash is left out. */
const anchor = (model: string): string => model.replaceAll('/', '');
