import type { ReactElement, ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

export interface DialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  /** False when the question must be answered by one of the actions. */
  isDismissable?: boolean;
  role?: 'dialog' | 'alertdialog';
  children?: ReactNode;
  actions: ReactNode;
}

export function Dialog(props: DialogProps): ReactElement {
  const { isOpen, onOpenChange, title, isDismissable = true, role = 'dialog', children, actions } = props;
  return (
    <ModalOverlay
      className="tl-scrim"
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      isDismissable={isDismissable}
      isKeyboardDismissDisabled={!isDismissable}
    >
      <Modal className="tl-modal">
        <AriaDialog className="tl-dialog" role={role}>
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
          <div className="tl-dialog-actions">{actions}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
