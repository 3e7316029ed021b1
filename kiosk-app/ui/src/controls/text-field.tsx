import { WarningCircleIcon } from '@phosphor-icons/react/WarningCircle';
import type { ReactElement } from 'react';
import {
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
} from 'react-aria-components';

export interface TextFieldProps extends Omit<AriaTextFieldProps, 'className' | 'style' | 'children'> {
  label: string;
  hint?: string;
  /** What is wrong and what to type instead. Its presence marks the field. */
  error?: string | undefined;
  placeholder?: string;
  /** Lines of a longer text; absent: one line. */
  rows?: number;
}

export function TextField({ label, hint, error, placeholder, inputMode, rows, ...rest }: TextFieldProps): ReactElement {
  return (
    <AriaTextField {...rest} isInvalid={error !== undefined} className="tl-field">
      <Label>{label}</Label>
      {rows === undefined ? (
        <Input
          className="tl-input"
          {...(placeholder === undefined ? {} : { placeholder })}
          {...(inputMode === undefined ? {} : { inputMode })}
        />
      ) : (
        <TextArea className="tl-input" rows={rows} />
      )}
      {hint === undefined ? null : (
        <Text slot="description" className="tl-field-hint">
          {hint}
        </Text>
      )}
      <FieldError className="tl-field-error">
        <WarningCircleIcon className="tl-icon" aria-hidden />
        {error}
      </FieldError>
    </AriaTextField>
  );
}
