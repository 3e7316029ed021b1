/**
 * What the till needs: who owns a terminal's prices, sessions, receipt numbers, days that were closed and what they came to, goods that came back without a sale of
 * ours, and sales that were only trained. Totals of days are kept from now on instead of being read from whole sales; those of the sales that are there are made from them.
 */
const SALES = `INSERT INTO till_total (terminal_id, business_date, session_id, shift_id, what, key, amount)
  SELECT terminal_id, business_date, '', ''`;
const OF_SALES = 'FROM sale GROUP BY terminal_id, business_date';

const sumOf = (what: string, fen: string): string => `${SALES}, '${what}', '', sum(${fen}) ${OF_SALES};`;
const inView = (path: string): string => `coalesce(json_extract(view, '${path}'), 0)`;
const byCampaign = (what: string, fen: string): string => `
INSERT INTO till_total (terminal_id, business_date, session_id, shift_id, what, key, amount, text)
  SELECT terminal_id, business_date, '', '', '${what}', json_extract(one.value, '$.campaignId'), sum(${fen}), max(json_extract(one.value, '$.name'))
  FROM sale, json_each(sale.view, '$.decision.applied') AS one WHERE json_type(view, '$.decision.applied') = 'array'
  GROUP BY terminal_id, business_date, json_extract(one.value, '$.campaignId');`;
const receipt = (what: string, pick: string): string => `
INSERT INTO till_total (terminal_id, business_date, session_id, shift_id, what, key, amount, text)
  SELECT terminal_id, business_date, '', '', '${what}', '', 0, receipt_number FROM sale
  WHERE rowid IN (SELECT ${pick}(rowid) FROM sale GROUP BY terminal_id, business_date);`;

export const migration0005 = {
  version: 5,
  sql: `
ALTER TABLE paired ADD COLUMN price_owner TEXT;
ALTER TABLE pairing_code ADD COLUMN price_owner TEXT;
ALTER TABLE sale ADD COLUMN session_id TEXT;
ALTER TABLE sale ADD COLUMN shift_id TEXT;
ALTER TABLE sale ADD COLUMN told_hash TEXT;
ALTER TABLE sale_return ADD COLUMN session_id TEXT;
ALTER TABLE sale_return ADD COLUMN shift_id TEXT;
CREATE INDEX sale_receipt ON sale (receipt_number);
CREATE TABLE receipt_series (
  terminal_id TEXT NOT NULL, series TEXT NOT NULL CHECK (series IN ('online', 'alone', 'training')), next INTEGER NOT NULL,
  PRIMARY KEY (terminal_id, series)
) STRICT, WITHOUT ROWID;
CREATE TABLE till_session (
  session_id TEXT PRIMARY KEY, terminal_id TEXT NOT NULL, lane TEXT NOT NULL, cashier_id TEXT NOT NULL, shift_id TEXT NOT NULL, business_date TEXT NOT NULL,
  training INTEGER NOT NULL, opening_float_fen INTEGER NOT NULL, counted_cash_fen INTEGER, opened_at TEXT NOT NULL, closed_at TEXT
) STRICT;
CREATE UNIQUE INDEX till_session_open ON till_session (terminal_id) WHERE closed_at IS NULL;
CREATE INDEX till_session_day ON till_session (business_date, terminal_id);
CREATE TABLE goods_return (
  return_id TEXT PRIMARY KEY, basis TEXT NOT NULL, terminal_id TEXT NOT NULL, receipt_number TEXT NOT NULL, business_date TEXT NOT NULL,
  session_id TEXT, shift_id TEXT, sale_id TEXT, refund_fen INTEGER NOT NULL, body TEXT NOT NULL, view TEXT NOT NULL, told_hash TEXT,
  UNIQUE (terminal_id, receipt_number)
) STRICT;
CREATE INDEX goods_return_day ON goods_return (business_date, terminal_id);
CREATE INDEX goods_return_sale ON goods_return (sale_id) WHERE sale_id IS NOT NULL;
CREATE TABLE day_closing (
  terminal_id TEXT NOT NULL, business_date TEXT NOT NULL, z_number INTEGER NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (terminal_id, z_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX day_closing_day ON day_closing (terminal_id, business_date);
CREATE TABLE training_sale (
  sale_id TEXT PRIMARY KEY, basket_id TEXT NOT NULL, terminal_id TEXT NOT NULL, at INTEGER NOT NULL, view TEXT NOT NULL
) STRICT;
CREATE INDEX training_sale_at ON training_sale (at);
CREATE TABLE till_total (
  terminal_id TEXT NOT NULL, business_date TEXT NOT NULL, session_id TEXT NOT NULL, shift_id TEXT NOT NULL, what TEXT NOT NULL, key TEXT NOT NULL,
  amount INTEGER NOT NULL, text TEXT, PRIMARY KEY (terminal_id, business_date, session_id, shift_id, what, key)
) STRICT, WITHOUT ROWID;
${SALES}, 'sales', '', count(*) ${OF_SALES};
${sumOf('salesFen', 'payable_fen')}
${sumOf('savingsFen', 'savings_fen')}
${sumOf('taxFen', inView('$.decision.taxFen'))}
${sumOf('roundingFen', inView('$.roundingFen'))}
${sumOf('pointsSpentFen', inView('$.decision.points.spentFen'))}
${SALES}, 'tender', json_extract(one.value, '$.kind'), sum(json_extract(one.value, '$.amountFen'))
  FROM sale, json_each(sale.body, '$.tenders') AS one WHERE json_type(body, '$.tenders') = 'array'
  GROUP BY terminal_id, business_date, json_extract(one.value, '$.kind');
${byCampaign('promotionSales', '1')}
${byCampaign('promotionFen', "json_extract(one.value, '$.amountFen')")}
${byCampaign('promotionBrandFen', "json_extract(one.value, '$.brandFen')")}
${receipt('firstReceipt', 'min')}
${receipt('lastReceipt', 'max')}
INSERT INTO till_total (terminal_id, business_date, session_id, shift_id, what, key, amount)
  SELECT terminal_id, business_date, '', '', 'returns', '', count(*) FROM sale_return GROUP BY terminal_id, business_date;
INSERT INTO till_total (terminal_id, business_date, session_id, shift_id, what, key, amount)
  SELECT terminal_id, business_date, '', '', 'refundsFen', '', sum(refund_fen) FROM sale_return GROUP BY terminal_id, business_date;
INSERT INTO till_total (terminal_id, business_date, session_id, shift_id, what, key, amount)
  SELECT terminal_id, business_date, '', '', 'refundTender', 'cash', sum(refund_fen) FROM sale_return GROUP BY terminal_id, business_date;
`,
} as const;
