import { BarcodeIcon, Button, MagnifyingGlassIcon, ReceiptIcon } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { OpenScreen } from '../state.ts';
import './products.css';

/** What anybody may use without being anybody: a quiet row above the main actions. */
export function Tools({ onOpen }: { onOpen: (screen: OpenScreen) => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <nav className="k-tools" aria-label={t('products.tools.label')}>
      <Button look="quiet" onPress={() => onOpen('price-check')}>
        <BarcodeIcon className="tl-icon" aria-hidden />
        {t('products.tools.price')}
      </Button>
      <Button look="quiet" onPress={() => onOpen('finder')}>
        <MagnifyingGlassIcon className="tl-icon" aria-hidden />
        {t('products.tools.find')}
      </Button>
      <Button look="quiet" onPress={() => onOpen('receipt')}>
        <ReceiptIcon className="tl-icon" aria-hidden />
        {t('own.find.tool')}
      </Button>
    </nav>
  );
}
