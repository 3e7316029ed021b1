import { BarcodeIcon, Button, MagnifyingGlassIcon, ReceiptIcon } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import './products.css';

export interface ToolsProps {
  onPrice: () => void;
  onFind: () => void;
  /** A receipt by its number: whose receipts are their own page needs none. */
  onReceipt?: () => void;
}

/** What anybody may use without being anybody: a quiet row above the main actions. */
export function Tools({ onPrice, onFind, onReceipt }: ToolsProps): ReactElement {
  const { t } = useTranslation();
  return (
    <nav className="k-tools" aria-label={t('products.tools.label')}>
      <Button look="quiet" onPress={onPrice}>
        <BarcodeIcon className="tl-icon" aria-hidden />
        {t('products.tools.price')}
      </Button>
      <Button look="quiet" onPress={onFind}>
        <MagnifyingGlassIcon className="tl-icon" aria-hidden />
        {t('products.tools.find')}
      </Button>
      {onReceipt === undefined ? null : (
        <Button look="quiet" onPress={onReceipt}>
          <ReceiptIcon className="tl-icon" aria-hidden />
          {t('own.find.tool')}
        </Button>
      )}
    </nav>
  );
}
