import { CaretDownIcon } from '@phosphor-icons/react/CaretDown';
import type { ReactElement } from 'react';
import { Select as AriaSelect, Button, Label, ListBox, ListBoxItem, Popover, SelectValue } from 'react-aria-components';

export interface SelectOption<K extends string> {
  readonly key: K;
  readonly label: string;
}

export interface SelectProps<K extends string> {
  label: string;
  options: readonly SelectOption<K>[];
  selected: K | null;
  onSelect: (key: K) => void;
  placeholder?: string;
}

/** Choose one of a few. For many, a search field with results reads better. */
export function Select<K extends string>(props: SelectProps<K>): ReactElement {
  const { label, options, selected, onSelect, placeholder } = props;
  return (
    <AriaSelect
      className="tl-field"
      value={selected}
      {...(placeholder === undefined ? {} : { placeholder })}
      onChange={(key) => {
        const option = options.find((candidate) => candidate.key === key);
        if (option) onSelect(option.key);
      }}
    >
      <Label>{label}</Label>
      <Button className="tl-input tl-select-button">
        <SelectValue />
        <CaretDownIcon className="tl-icon" aria-hidden />
      </Button>
      <Popover className="tl-popover">
        <ListBox className="tl-listbox">
          {options.map((option) => (
            <ListBoxItem key={option.key} id={option.key} textValue={option.label} className="tl-option">
              {option.label}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
