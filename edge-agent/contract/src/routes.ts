import { adapterRoutes } from './routes/adapters.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { basketRoutes } from './routes/basket.ts';
import { displayRoutes } from './routes/display.ts';
import { itemsRoutes } from './routes/items.ts';
import { kioskRoutes } from './routes/kiosk.ts';
import { kioskMemberRoutes } from './routes/kiosk-member.ts';
import { kioskPhoneRoutes } from './routes/kiosk-phone.ts';
import { kioskProductRoutes } from './routes/kiosk-products.ts';
import { kioskSettingsRoutes } from './routes/kiosk-settings.ts';
import { memberRoutes } from './routes/members.ts';
import { otherStoreRoutes } from './routes/other-store.ts';
import { pairingRoutes } from './routes/pairing.ts';
import { receiptRoutes } from './routes/receipts.ts';
import { saleRoutes } from './routes/sale.ts';
import { staffRoutes } from './routes/staff.ts';
import { statusRoutes } from './routes/status.ts';
import { tillRoutes } from './routes/till.ts';

export type { Route } from './routes/route.ts';

/** Everything that kiosk, POS and staff pages can ask of an agent. The server registers each by its key; OpenAPI is made from it. */
export const routes = {
  ...pairingRoutes,
  ...basketRoutes,
  ...approvalRoutes,
  ...adapterRoutes,
  ...tillRoutes,
  ...saleRoutes,
  ...otherStoreRoutes,
  ...receiptRoutes,
  ...displayRoutes,
  ...itemsRoutes,
  ...kioskRoutes,
  ...kioskProductRoutes,
  ...kioskSettingsRoutes,
  ...kioskPhoneRoutes,
  ...kioskMemberRoutes,
  ...memberRoutes,
  ...staffRoutes,
  ...statusRoutes,
} as const;

export type RouteName = keyof typeof routes;
