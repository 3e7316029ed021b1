import { CARD_MARK } from '@tillside/hub-contract';
import { Button } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { downloadText } from './download.ts';
import { useFormat } from './use-format.ts';

/** A model card as the training wrote it, in the reader's language. */
export function ModelCard({ id, card }: { id: string; card: string }): ReactElement {
  const { t } = useTranslation();
  const { locale } = useFormat();
  const [zh = '', en = ''] = card.split(CARD_MARK);
  return (
    <div className="np-card-text">
      {blocksOf(locale === 'en' ? en : zh).map((block) => (
        <Block key={block} text={block} />
      ))}
      <div>
        <Button look="plain" onPress={() => downloadText(`${id}.md`, card, 'text/markdown')}>
          {t('model.saveCard')}
        </Button>
      </div>
    </div>
  );
}

/** The first is the card's own title, which the page has. */
const blocksOf = (text: string): string[] =>
  text
    .split(/\n{2,}/u)
    .map((block) => block.trim())
    .filter((block) => block !== '' && !block.startsWith('# '));

/** The Markdown that a card is made of: titles, lists, tables and sentences. */
function Block({ text }: { text: string }): ReactElement {
  const lines = text.split('\n');
  if (text.startsWith('## ')) return <h3>{text.slice('## '.length)}</h3>;
  if (text.startsWith('- '))
    return (
      <ul>
        {lines.map((line) => (
          <li key={line}>{line.slice('- '.length)}</li>
        ))}
      </ul>
    );
  if (text.startsWith('|')) return <CardTable lines={lines} />;
  return <p>{text}</p>;
}

const cellsOf = (line: string): string[] =>
  line
    .replace(/^\||\|$/gu, '')
    .split('|')
    .map((cell) => cell.trim());

function CardTable({ lines: [head = '', , ...rows] }: { lines: readonly string[] }): ReactElement {
  return (
    <div className="np-scroll">
      <table className="tl-table">
        <thead>
          <tr>
            {cellsOf(head).map((cell, column) => (
              <th key={cell} scope="col" data-align={column === 0 ? 'start' : 'end'}>
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const [name, ...cells] = cellsOf(row);
            return (
              <tr key={row}>
                <th scope="row">{name}</th>
                {cells.map((cell, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a row's cells never move
                  <td key={column} data-align="end">
                    {cell}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
